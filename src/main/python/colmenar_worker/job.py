"""Runs one attempt as a job of a batch scheduler: ``python -m colmenar_worker.job ROOT DIRECTORY
JOB [INDEX]``.

ROOT is that of the site, DIRECTORY below it that of the job, JOB the scheduler's id of it. With an
INDEX the directory is that of an array, whose file ``members.json`` names the attempts.

The code runs in a worker process of its own, a fork of this one, so that whatever becomes of it
there is somebody left to tell. All is told in files, which outlive the scheduler's memory; see ``rundir``.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, Callable, Dict, List, Optional, Tuple

from . import __main__ as worker_process
from . import files
from .execution import worker
from .failures import APPLICATION, INFRASTRUCTURE, TIME_LIMIT, Failure
from .request import DEFAULT_GRACE_SECONDS
from .rundir import RunDirectory
from .values import dumps

_NEWS_SECONDS = 1.0
_SHELL_SIGNAL_BASE = 128
# Sent by schedulers, operators and the kernel, not by the code's own doing.
_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)


class Job:
    """One attempt, from its request to its outcome."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._fields = run.request()
        self._news = _News(run)
        # Held while the worker is being started or spoken to.
        self._lock = threading.Lock()
        self._worker: Optional[_Worker] = None
        self._group = 0
        self._finished: Optional[Dict[str, Any]] = None
        self._over_limit = False
        self._ended_by: Optional[int] = None
        self._timers: List[threading.Timer] = []
        self._started = time.time()

    def run(self) -> int:
        """Runs the code. Returns the exit code of the job."""
        self._run.begin_anew()
        signal.signal(signal.SIGTERM, self._terminate)
        try:
            files.check(self._run.work, self._fields.get("inputs") or [])
            exit_code = self._execute()
        except Failure as failure:
            return self._finish(self._failed(failure))
        finally:
            for timer in self._timers:
                timer.cancel()
            self._news.close()
            # When something cannot be written, on a full disk for example.
            self._kill()
        if self._finished is not None and self._ended_by is None:
            return self._finish(self._with_files(self._finished))
        if self._over_limit:
            return self._finish(self._failed(self._time_limit()))
        number = self._ended_by or -exit_code
        if number in _FROM_OUTSIDE:
            # The end of the walltime, lack of memory, a cancel, preemption: the scheduler knows
            # which, and may start this job again. An outcome would keep it from that.
            self._run.end_by(number)
            self._run.news()
            return _SHELL_SIGNAL_BASE + number
        return self._finish(self._failed(_died(exit_code)))

    def _execute(self) -> int:
        """Returns the exit code of the worker, -n when signal n has ended it."""
        with self._lock:
            if self._ended_by is not None:
                return -self._ended_by
            process = self._worker = _Worker()
        self._after(self._fields.get("timeLimitSeconds"), self._end_at_limit)
        self._after(self._fields.get("warnAfterSeconds"), self._warn)
        self._send({**self._fields, "op": "run", "directory": str(self._run.work)})
        for line in process.events:
            self._take(json.loads(line))
            if self._finished is not None:
                self._close_input()
        return process.wait()

    def _take(self, event: Dict[str, Any]) -> None:
        kind = event["ev"]
        if kind == "finished":
            self._finished = event
        elif kind == "group":
            self._group = event["pgid"]
        elif kind in ("started", "item", "progress"):
            self._run.tell(event)
            self._news.soon(at_once=kind == "started")

    def _send(self, request: Dict[str, Any]) -> None:
        assert self._worker is not None
        with self._lock:
            try:
                self._worker.requests.write(dumps(request) + b"\n")
                self._worker.requests.flush()
            except (OSError, ValueError):  # it has ended, which the reader will see
                pass

    def _close_input(self) -> None:
        """The worker ends when nobody can ask it for anything any more."""
        assert self._worker is not None
        with self._lock:
            try:
                self._worker.requests.close()
            except OSError:
                pass

    def _after(self, seconds: Optional[float], action: Callable[[], None]) -> None:
        if seconds is not None:
            timer = threading.Timer(max(0.0, seconds), action)
            timer.daemon = True
            self._timers.append(timer)
            timer.start()

    def _terminate(self, number: int, frame: Optional[FrameType]) -> None:
        self._ended_by = number
        # Not here: the main thread may be in the midst of a request.
        self._after(0, self._end)

    def _end_at_limit(self) -> None:
        self._over_limit = True
        self._end()

    def _end(self) -> None:
        """Asks the code to end, and ends it when the grace is over."""
        with self._lock:
            process = self._worker
        if process is None:
            return
        if self._fields["code"].get("kind") == "command":
            self._send({"op": "cancel", "attempt": self._run.attempt})
        else:
            process.signal(signal.SIGTERM)
        self._after(self._fields.get("graceSeconds", DEFAULT_GRACE_SECONDS), self._kill)

    def _kill(self) -> None:
        process = self._worker
        if process is not None and not process.ended:
            for group in (self._group, process.pid):
                _signal_group(group, signal.SIGKILL)
            process.signal(signal.SIGKILL)

    def _warn(self) -> None:
        """Tells the code that its walltime is nearly over, by the signal that it asked for."""
        number = getattr(signal, str(self._fields.get("warnSignal", "SIGUSR1")))
        process = self._worker
        if self._group:
            _signal_group(self._group, number)
        elif process is not None:
            process.signal(number)

    def _finish(self, outcome: Dict[str, Any]) -> int:
        if outcome.get("canceled") and self._over_limit:
            outcome = self._failed(self._time_limit())
        self._run.finish({key: value for key, value in outcome.items() if key != "ev"})
        self._run.news()
        if outcome["ok"]:
            return 0
        return outcome.get("exitCode") or 1

    def _with_files(self, outcome: Dict[str, Any]) -> Dict[str, Any]:
        if not outcome["ok"]:
            return outcome
        try:
            named = files.describe(self._run.work, self._fields.get("outputs") or [])
            return {**outcome, "files": named}
        except Failure as failure:
            return {**outcome, "ok": False, "value": None, "failure": failure.to_dict()}

    def _failed(self, failure: Failure) -> Dict[str, Any]:
        return {
            "attempt": self._run.attempt,
            "ok": False,
            "failure": failure.to_dict(),
            "times": {"received": self._started, "started": self._started, "ended": time.time()},
            "spans": {},
            "worker": worker(),
            "exitCode": None,
        }

    def _time_limit(self) -> Failure:
        seconds = self._fields["timeLimitSeconds"]
        return Failure(TIME_LIMIT, "TimeLimit", f"it ran past its time limit of {seconds} s")


class _Worker:
    """The worker process, without the time that a new Python takes to start."""

    def __init__(self) -> None:
        requests, events = os.pipe(), os.pipe()
        self._process = multiprocessing.get_context("fork").Process(
            target=_work, args=(requests, events)
        )
        self._process.start()
        os.close(requests[0])
        os.close(events[1])
        self.requests = os.fdopen(requests[1], "wb")
        self.events = os.fdopen(events[0], "rb")
        self.pid: int = self._process.pid or 0
        self.ended = False

    def wait(self) -> int:
        self._process.join()
        self.ended = True
        return self._process.exitcode or 0

    def signal(self, number: int) -> None:
        # Not asked whether it lives: only the thread that waits for it may find that out.
        if not self.ended:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                pass


def _work(requests: Tuple[int, int], events: Tuple[int, int]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.close(requests[1])
    os.close(events[0])
    for end, standard in ((requests[0], 0), (events[1], 1)):
        os.dup2(end, standard)
        os.close(end)
    worker_process.main()


class _News:
    """Tells of events, about once a second; the last one is never held back for long."""

    def __init__(self, run: RunDirectory) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._timer: Optional[threading.Timer] = None

    def soon(self, at_once: bool) -> None:
        with self._lock:
            if at_once:
                self._run.news()
            elif self._timer is None:
                self._timer = threading.Timer(_NEWS_SECONDS, self._tell)
                self._timer.daemon = True
                self._timer.start()

    def _tell(self) -> None:
        with self._lock:
            self._timer = None
            self._run.news()

    def close(self) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()


def _died(return_code: int) -> Failure:
    """The worker has ended in the midst of the attempt, and nobody outside has ended it."""
    how = (
        f"crashed with signal {-return_code}"
        if return_code < 0
        else f"was ended with exit code {return_code}"
    )
    return Failure(APPLICATION, "WorkerDied", f"the worker process {how} by the function")


def _signal_group(group: int, number: int) -> None:
    try:
        if group > 0:
            os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        pass


def _attempt(root: Path, directory: str, index: str) -> Optional[RunDirectory]:
    if not index:
        return RunDirectory(root, directory)
    members = json.loads((root / directory / "members.json").read_bytes())
    path = members.get(index)
    return RunDirectory(root, path) if path is not None else None


def main() -> int:
    root, directory, job = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    run = _attempt(root, directory, sys.argv[4] if len(sys.argv) > 4 else "")
    if run is None or not run.accepted():
        print("nothing to run: the server has given it up", file=sys.stderr)
        return 0
    if run.outcome() is not None or not run.claim(job):
        print(f"attempt {run.attempt} is over, or another job's", file=sys.stderr)
        return 0
    if run.canceled():
        run.finish({"attempt": run.attempt, "ok": False, "canceled": True})
        run.news()
        return 0
    return Job(run).run()


if __name__ == "__main__":
    sys.exit(main())
