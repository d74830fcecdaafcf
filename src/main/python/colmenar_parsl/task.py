"""What runs in Parsl's workers, which import it by its name: one attempt, or one step of it."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, Dict, List, Optional

from colmenar_worker.attempt import Attempt
from colmenar_worker.execution import execute
from colmenar_worker.failures import TIME_LIMIT as TIME_LIMIT_FAILURE
from colmenar_worker.launchers import launched_by_parsl
from colmenar_worker.request import DEFAULT_GRACE_SECONDS

from . import groups
from .rundir import RunDirectory, Slot

CANCELED = "canceled"
TIME_LIMIT = "time limit"

# An event: nothing will come of the attempt any more.
KILLED = "killed"

# An event: the other attempts of the bundle need not wait for this one.
SPLIT = "split"

_TAIL_BYTES = 64 * 1024
_LOOK_SECONDS = 0.5
_SHORT_SECONDS = 1.0
_KILL_SECONDS = 5.0


def run_all(requests: List[Dict[str, Any]]) -> List[Optional[Dict[str, Any]]]:
    """The outcomes of requests, one after the other; None of each that has not begun.

    Those do not begin that come after one that takes long.
    """
    bundle = _Bundle(requests)
    for request in requests:
        if not bundle.begin_next():
            break
        bundle.over(run(request, bundle))
    return bundle.outcomes()


class _Bundle:
    """Attempts that one worker runs one after the other. Thread-safe."""

    def __init__(self, requests: List[Dict[str, Any]]) -> None:
        self._requests = requests
        self._began = time.monotonic()
        self._begun = 0
        self._over: List[Dict[str, Any]] = []
        self._split = False
        self._lock = threading.Lock()

    def begin_next(self) -> bool:
        with self._lock:
            self._begun += not self._split
            return not self._split

    def over(self, outcome: Dict[str, Any]) -> None:
        with self._lock:
            self._over.append(outcome)

    def outcomes(self) -> List[Optional[Dict[str, Any]]]:
        rest: List[None] = [None] * (len(self._requests) - self._begun)
        return [*self._over, *rest]

    def takes_long(self) -> bool:
        return time.monotonic() > self._began + _SHORT_SECONDS

    def split(self) -> Optional[Dict[str, Any]]:
        """What is to be told of all but the one that runs; None when there is nothing, or it was told."""
        with self._lock:
            if self._split or len(self._requests) == 1:
                return None
            self._split = True
            rest = [request["attempt"] for request in self._requests[self._begun :]]
            return {"ev": SPLIT, "outcomes": list(self._over), "rest": rest}


def run(request: Dict[str, Any], bundle: Optional[_Bundle] = None) -> Dict[str, Any]:
    """The outcome of a request, see ``colmenar_worker.execution``. Never raises for the code.

    Besides what every worker is told, the request has ``root``, the directory of the site there;
    ``step``, its name, and ``last``, whether no other one follows; ``keep``, whether the run
    directory is kept when all went well; and ``timeLimitSeconds``.
    """
    directory = RunDirectory(request["root"], request["attempt"])
    slot = _slot(request["root"])
    if not directory.claim(request["step"], slot):
        reason = directory.ended() or CANCELED
        return {"attempt": request["attempt"], **ended(request, reason)}
    attempt = Attempt(request["attempt"])
    running = _Running(request, directory, attempt, bundle or _Bundle([request]))
    _lookout.watch(running)
    try:
        outcome = execute(launched_by_parsl({**request, "directory": directory.work}),
                          running.tell, attempt)
    finally:
        _lookout.watch(None)
    reason = directory.ended()
    if reason is not None and outcome.get("canceled"):
        outcome = {**outcome, **ended(request, reason)}
    outcome["events"] = running.told
    for name in ("stdout", "stderr"):
        outcome[name] = directory.tail(name, _TAIL_BYTES)
    if request["last"] and outcome["ok"] and not (running.told or request["keep"]):
        slot.take_back(directory.path)
    return outcome


_slots: Dict[str, Slot] = {}


def _slot(root: str) -> Slot:
    if root not in _slots:
        _slots[root] = Slot(root)
    return _slots[root]


def ended(request: Dict[str, Any], reason: str) -> Dict[str, Any]:
    """The outcome of an attempt that was ended before its time."""
    if reason == CANCELED:
        return {"ok": False, "canceled": True}
    seconds = request.get("timeLimitSeconds")
    message = f"it ran past its time limit of {seconds:g} s"
    failure = {"class": TIME_LIMIT_FAILURE, "type": "TimeLimit", "message": message, "traceback": None}
    return {"ok": False, "canceled": False, "failure": failure}


class _Running:
    """The attempt that runs in this process."""

    def __init__(
        self, request: Dict[str, Any], directory: RunDirectory, attempt: Attempt, bundle: _Bundle
    ) -> None:
        self.told = 0
        self._bundle = bundle
        self._directory = directory
        self._attempt = attempt
        self._command = request["code"]["kind"] == "command"
        self._grace = float(request.get("graceSeconds", DEFAULT_GRACE_SECONDS))
        self._began = time.monotonic()
        self._started: Optional[Dict[str, Any]] = None
        limit = request.get("timeLimitSeconds")
        self._deadline = None if limit is None else self._began + limit
        self._ending: Optional[float] = None
        self._telling = threading.Lock()

    def tell(self, event: Dict[str, Any]) -> None:
        with self._telling:
            if event["ev"] == "started":
                self._started = event
            elif event["ev"] == "group":
                self._note_group(event["pgid"])
            elif event["ev"] in ("item", "progress"):
                self._tell(event)

    def _note_group(self, leader: int) -> None:
        group = groups.describe(leader)
        if group is not None:
            self._directory.note_group(group)

    def _tell(self, event: Dict[str, Any]) -> None:
        # That one begins is not worth a file for those that end at once.
        started, self._started = self._started, None
        for each in (started, event):
            if each is not None:
                self._directory.tell(each)
                self.told += 1

    def look(self) -> None:
        now = time.monotonic()
        if self._bundle.takes_long():
            self._split()
        with self._telling:
            if self._started is not None and now > self._began + _SHORT_SECONDS:
                started, self._started = self._started, None
                self._directory.tell(started)
                self.told += 1
        if self._ending is not None:
            if now > self._ending:
                self._kill()
        elif self._deadline is not None and now > self._deadline:
            self._end(TIME_LIMIT)
        elif self._directory.asked_to_end():
            self._end(CANCELED)

    def _split(self) -> None:
        event = self._bundle.split()
        if event is not None:
            with self._telling:
                self._directory.tell(event)
                self.told += 1

    def _end(self, reason: str) -> None:
        self._directory.end(reason)
        self._ending = time.monotonic() + self._grace
        if self._command:
            self._attempt.processes.cancel()
            self._ending += _KILL_SECONDS
        elif signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            self._kill()
        else:
            os.kill(os.getpid(), signal.SIGTERM)

    def _kill(self) -> None:
        """Ends this process, as nothing else ends a function; its executor starts another one."""
        self._attempt.processes.kill()
        self._split()
        # Parsl may notice only half a minute later.
        self._directory.tell({"ev": KILLED, "attempt": self._attempt.id})
        os.kill(os.getpid(), signal.SIGKILL)


class _Lookout:
    """Looks after the attempt that runs; one thread, as starting one costs a no-op's time."""

    def __init__(self) -> None:
        self._running: Optional[_Running] = None
        self._thread: Optional[threading.Thread] = None

    def watch(self, running: Optional[_Running]) -> None:
        self._running = running
        if self._thread is None or not self._thread.is_alive():  # a fork has no threads
            self._thread = threading.Thread(target=self._look, name="lookout", daemon=True)
            self._thread.start()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            running = self._running
            if running is not None:
                try:
                    running.look()
                except OSError:  # a full disk: tried again
                    pass


_lookout = _Lookout()
