"""Runs tasks with Parsl, and finds out what became of them."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Optional, Set

import parsl
from parsl.executors.errors import BadStateException, InvalidResourceSpecification
from parsl.executors.high_throughput.errors import ManagerLost, VersionMismatch, WorkerLost
from parsl.version import VERSION

from . import apart, groups, task
from .executor import Executor
from .rundir import STEPS, RunDirectory
from .session import Session, failed
from .settings import Settings

_PREPARERS = 4
_FINISHERS = 4
_LOOK_SECONDS = 0.5
_EVENTS_SECONDS = 10.0
_BLOCK_SECONDS = 10.0
_CLEANUP_SECONDS = 60.0


class Engine:
    """Thread-safe."""

    def __init__(self, root: Path, settings: Settings, session: Session) -> None:
        self._root = root
        self._settings = settings
        self._session = session
        self._lock = threading.Lock()
        self._tasks: Dict[str, _Task] = {}
        # Those that Parsl has, be they over here or not; of some a server has taken the result.
        self._with_parsl: Set[str] = set()
        self._taken_early: Set[str] = set()
        self._taken: "queue.SimpleQueue[Dict[str, Any]]" = queue.SimpleQueue()
        self._shown: List[Dict[str, Any]] = []
        self._stopping = threading.Event()
        (root / "news").mkdir(0o700, parents=True, exist_ok=True)
        config = settings.config()
        self._dfk = parsl.load(config)
        self._retries = config.retries
        # Of commands: a node shall not wait for what comes before and after them.
        self._preparers = ThreadPoolExecutor(_PREPARERS, thread_name_prefix="preparer")
        self._finishers = ThreadPoolExecutor(_FINISHERS, thread_name_prefix="finisher")
        self._executors = {
            each.label: Executor(each, self._dfk, settings) for each in config.executors
        }

    def start(self) -> None:
        for target in (self._watch, self._remove):
            threading.Thread(target=target, name=target.__name__, daemon=True).start()

    def stop(self) -> None:
        """Ends Parsl and its blocks; what runs in them is lost."""
        self._stopping.set()
        cleanup = threading.Thread(target=self._dfk.cleanup, daemon=True)
        cleanup.start()
        cleanup.join(_CLEANUP_SECONDS)
        apart.end_all()

    def describe(self) -> Dict[str, Any]:
        return {
            "parsl": VERSION,
            "settings": self._settings.print,
            "executors": [each.status(0) for each in self._executors.values()],
        }

    def submit(self, fields: Dict[str, Any]) -> None:
        executor = self._executors.get(fields["executor"])
        if executor is None:
            message = f"there is no executor {fields['executor']!r}; there are {list(self._executors)}"
            self._session.finished(fields["id"], failed("REJECTED", "NoSuchExecutor", message))
            return
        new = _Task(fields, executor, RunDirectory(str(self._root), fields["id"]))
        with self._lock:
            self._tasks[new.id] = new
        self._next(new)

    def cancel(self, id_: str) -> None:
        with self._lock:
            running = self._tasks.get(id_)
        if running is None:
            return
        running.canceled = True
        if running.directory.revoke(running.step):
            self._finish(running, {"ok": False, "canceled": True})
        else:
            running.directory.ask_to_end()

    def forget(self, results: List[Dict[str, Any]]) -> None:
        for result in results:
            self._taken.put(result)

    def _next(self, running: _Task) -> None:
        """Hands over the next step."""
        if running.canceled:
            self._finish(running, {"ok": False, "canceled": True})
            return
        request = self._request(running)
        with self._lock:
            self._with_parsl.add(running.id)
        try:
            future = self._submitted(running, request)
        except InvalidResourceSpecification as error:
            self._back_from_parsl(running.id)
            self._finish(running, failed("REJECTED", "InvalidResourceSpecification", str(error)))
        except Exception as error:  # an executor that is in a bad state
            self._back_from_parsl(running.id)
            self._interrupted(running, f"{type(error).__name__}: {error}")
        else:
            future.add_done_callback(lambda done: self._done(running, done))

    def _submitted(self, running: _Task, request: Dict[str, Any]) -> "Future[Dict[str, Any]]":
        if running.kind in ("prepare", "postprocess"):
            return self._preparers.submit(apart.run, request)
        return running.executor.submit(request, running.fields)

    def _request(self, running: _Task) -> Dict[str, Any]:
        request = running.fields["request"]
        code = {**request["code"]}
        if running.kind is not None:
            code["step"] = running.kind
            if running.invocation is not None:
                code["invocation"] = running.invocation
        if code.get("launch") and self._settings.launch:
            code["launch"] = self._settings.launch
        limit = running.fields.get("timeLimitSeconds")
        return {
            **request,
            "code": code,
            "root": str(self._root),
            "step": running.step,
            "last": running.is_last,
            "keep": self._settings.keep == "ALL",
            "timeLimitSeconds": None if limit is None else max(0.0, limit - running.seconds),
        }

    def _done(self, running: _Task, future: "Future[Dict[str, Any]]") -> None:
        error = future.exception()
        with self._lock:
            over = running.id not in self._tasks
        if not over and error is not None and self._may_run_again(running):
            running.fails += 1
            self._next(running)
            return
        self._back_from_parsl(running.id)
        if over:
            return
        if isinstance(error, (BadStateException, VersionMismatch)):
            self._interrupted(running, str(error))
        elif error is not None:
            self._failed(running, error)
        else:
            self._advance(running, running.merge(future.result()))

    def _may_run_again(self, running: _Task) -> bool:
        return running.fails < self._retries and running.directory.ended() is None

    def _advance(self, running: _Task, outcome: Dict[str, Any]) -> None:
        if outcome["ok"] and not running.is_last:
            running.advance(outcome["value"])
            self._next(running)
        else:
            self._finish(running, outcome)

    def _back_from_parsl(self, id_: str) -> None:
        with self._lock:
            self._with_parsl.discard(id_)
            forgotten = id_ in self._taken_early
            self._taken_early.discard(id_)
        if forgotten:
            RunDirectory(str(self._root), id_).remove_claims()

    def _failed(self, running: _Task, error: BaseException) -> None:
        # Its worker may be gone without it.
        groups.end(running.directory.group())
        ended = running.directory.ended()
        if ended is not None:
            outcome = task.ended(running.fields, ended)
        elif isinstance(error, ManagerLost):
            running.lost_with = error
            running.lost_at = time.monotonic()
            # What became of its block may be known a little later.
            return
        else:
            outcome = _failure(error)
        self._finish(running, {**outcome, **self._output(running)})

    def _output(self, running: _Task) -> Dict[str, Any]:
        return {name: running.directory.tail(name, 64 * 1024) for name in ("stdout", "stderr")}

    def _finish(self, running: _Task, outcome: Dict[str, Any]) -> None:
        if self._tell_news(running) < outcome.get("events", 0):
            # A file system shows what a node has written a little later.
            self._finishers.submit(self._finish_late, running, outcome)
        else:
            self._finished(running, outcome)

    def _finish_late(self, running: _Task, outcome: Dict[str, Any]) -> None:
        until = time.monotonic() + _EVENTS_SECONDS
        while self._tell_news(running) < outcome["events"] and time.monotonic() < until:
            time.sleep(0.1)
        self._finished(running, outcome)

    def _finished(self, running: _Task, outcome: Dict[str, Any]) -> None:
        if running.outcome is None:
            running.outcome = outcome
        try:
            self._session.finished(running.id, running.outcome)
        except OSError as error:  # a full disk: tried again
            print(f"no result of {running.id} can be kept now: {error}", flush=True)
            return
        with self._lock:
            self._tasks.pop(running.id, None)

    def _finish_again(self) -> None:
        with self._lock:
            unkept = [each for each in self._tasks.values() if each.outcome is not None]
        for running in unkept:
            self._finished(running, running.outcome or {})

    def _interrupted(self, running: _Task, reason: str) -> None:
        """Its executor has died: nothing of it will come from there any more."""
        if running.kind != "postprocess" and running.directory.revoke(running.step):
            outcome: Dict[str, Any] = {"ok": False, "givenBack": True}
        else:
            running.directory.end(task.CANCELED)
            groups.end(running.directory.group())
            outcome = failed("INFRASTRUCTURE", "ExecutorLost", reason)
        self._finish(running, outcome)

    def _tell_news(self, running: _Task) -> int:
        with running.reading:
            events, running.offset = running.directory.events(running.offset)
            running.told += len(events)
            for event in events:
                if event["ev"] not in (task.KILLED, task.SPLIT):
                    self._session.tell(running.id, event)
        for event in events:
            if event["ev"] == task.SPLIT:
                running.executor.split(event["outcomes"], event["rest"])
        if any(event["ev"] == task.KILLED for event in events):
            ended = task.ended(running.fields, running.directory.ended() or task.CANCELED)
            self._finish(running, {**ended, **self._output(running)})
        return running.told

    def _watch(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            for look in (
                self._say_accepted,
                self._read_news,
                self._look_at_executors,
                self._settle_lost,
                self._finish_again,
            ):
                try:
                    look()
                except Exception as error:
                    print(f"{look.__name__}: {type(error).__name__}: {error}", flush=True)

    def _say_accepted(self) -> None:
        """Of those that are not over at once."""
        with self._lock:
            new = [each for each in self._tasks.values() if not each.said]
        for each in new:
            each.said = True
            self._session.tell(each.id, {"ev": "accepted", "attempt": each.id})

    def _read_news(self) -> None:
        if not self._tasks:
            return
        for name in os.listdir(self._root / "news"):
            with self._lock:
                running = self._tasks.get(name)
            if running is not None:
                self._tell_news(running)

    def _look_at_executors(self) -> None:
        for executor in self._executors.values():
            reason = executor.look()
            if reason is not None:
                with self._lock:
                    there = [t for t in self._tasks.values() if t.executor is executor]
                for running in there:
                    self._interrupted(running, reason)
        with self._lock:
            outstanding = Counter(each.executor.label for each in self._tasks.values())
        shown = [each.status(outstanding[each.label]) for each in self._executors.values()]
        if shown != self._shown:
            self._shown = shown
            self._session.announce({"ev": "status", "executors": shown})

    def _settle_lost(self) -> None:
        with self._lock:
            lost = [t for t in self._tasks.values() if t.lost_with is not None]
        for running in lost:
            error = running.lost_with
            assert error is not None
            ending = running.executor.ending_of(error.manager_id.decode())
            patience = self._settings.status_seconds + _BLOCK_SECONDS
            if ending is None and time.monotonic() < running.lost_at + patience:
                continue
            if ending is None:
                outcome = failed("INFRASTRUCTURE", "ManagerLost", str(error))
            else:
                outcome = failed("INFRASTRUCTURE", "BlockEnded", f"with it ended {ending}")
            self._finish(running, {**outcome, **self._output(running)})

    def _remove(self) -> None:
        """Removes what nobody needs any more of attempts whose results have been taken."""
        while True:
            result = self._taken.get()
            directory = RunDirectory(str(self._root), result["id"])
            if not self._is_kept(result):
                directory.remove()
            with self._lock:
                early = result["id"] in self._with_parsl
                if early:
                    # A worker may get it yet, and must find that it is not to begin.
                    self._taken_early.add(result["id"])
            if not early:
                directory.remove_claims()

    def _is_kept(self, result: Dict[str, Any]) -> bool:
        keep = self._settings.keep
        return keep == "ALL" or (keep == "FAILED" and "failure" in result)


class _Task:
    def __init__(
        self, fields: Dict[str, Any], executor: Executor, directory: RunDirectory
    ) -> None:
        self.id: str = fields["id"]
        self.fields = fields
        self.executor = executor
        self.directory = directory
        self.canceled = False
        self.fails = 0
        self.said = False
        self.outcome: Optional[Dict[str, Any]] = None
        self.reading = threading.Lock()
        self.offset = 0
        self.told = 0
        self.seconds = 0.0
        self.invocation: Optional[Dict[str, Any]] = None
        self.lost_with: Optional[ManagerLost] = None
        self.lost_at = 0.0
        self._steps = _steps(fields["request"]["code"], executor)
        self._at = 0
        self._before: Dict[str, Any] = {}

    @property
    def kind(self) -> Optional[str]:
        """What the step does of a command; None when it is all there is."""
        return self._steps[self._at]

    @property
    def step(self) -> str:
        return STEPS[self._at]

    @property
    def is_last(self) -> bool:
        return self._at == len(self._steps) - 1

    def advance(self, value: Any) -> None:
        if self.kind == "prepare":
            self.invocation = value
        self._at += 1

    def merge(self, outcome: Dict[str, Any]) -> Dict[str, Any]:
        """The outcome of all steps up to now."""
        if len(self._steps) == 1:
            return outcome
        before = self._before
        merged = {**before, **{k: v for k, v in outcome.items() if v is not None}}
        merged["spans"] = _summed(before.get("spans", {}), outcome.get("spans", {}))
        merged["events"] = before.get("events", 0) + outcome.get("events", 0)
        if "times" in before and "times" in outcome:
            merged["times"] = {**before["times"], "ended": outcome["times"]["ended"]}
        if "times" in outcome:
            self.seconds += outcome["times"]["ended"] - outcome["times"]["started"]
        if self.kind == "postprocess" and "worker" in before:
            # Where the command itself has run.
            merged["worker"] = before["worker"]
        self._before = merged
        return merged


def _steps(code: Dict[str, Any], executor: Executor) -> List[Optional[str]]:
    if code["kind"] != "command" or executor.threads:
        return [None]
    steps: List[Optional[str]] = ["execute"]
    if code.get("preprocess"):
        steps.insert(0, "prepare")
    if code.get("postprocess"):
        steps.append("postprocess")
    return steps if len(steps) > 1 else [None]


def _summed(first: Dict[str, Any], second: Dict[str, Any]) -> Dict[str, Any]:
    summed = dict(first)
    for name, value in second.items():
        if isinstance(value, dict):
            summed[name] = _summed(summed.get(name, {}), value)
        else:
            summed[name] = summed.get(name, 0) + value
    return summed


def _failure(error: BaseException) -> Dict[str, Any]:
    if isinstance(error, WorkerLost):
        message = f"{error}: the code has crashed or left it, or the node had no memory left"
        return failed("INFRASTRUCTURE", "WorkerLost", message)
    if isinstance(error, apart.ProcessEnded):
        code = error.exit_code
        if code in (-9, -15):
            return failed("INFRASTRUCTURE", "WorkerKilled", f"its process was killed by signal {-code}")
        how = f"crashed with signal {-code}" if code < 0 else f"was ended with exit code {code}"
        return failed("APPLICATION", "WorkerDied", f"the worker process {how} by the function")
    if isinstance(error, InvalidResourceSpecification):
        return failed("REJECTED", "InvalidResourceSpecification", str(error))
    return failed("INFRASTRUCTURE", type(error).__name__, str(error))
