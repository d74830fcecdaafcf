"""Runs one attempt as the call of a function, for services that run functions and nothing else.

What other workers tell on the way comes with the outcome.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from . import functions
from .attempt import Attempt
from .execution import execute, worker
from .failures import INFRASTRUCTURE, REJECTED, TIME_LIMIT, Failure
from .launchers import launched_by_parsl
from .values import too_large

_TOLD = ("started", "item", "progress")
_TAIL_BYTES = 64 * 1024
_LEAST_SECONDS = 0.001
_LONG_SECONDS = 1.0
_GIVEN_BACK_CHARACTERS = 100
_WHAT = "value, items and output have {} characters as JSON"
_AGAIN_SECONDS = 0.05


def run_all(requests: List[Dict[str, Any]], most_characters: int) -> List[Dict[str, Any]]:
    """The outcomes of requests that run one after the other, see ``run``, within one limit of characters.

    What has not begun when the others have taken long, or half of the characters, is given back.
    """
    end = time.monotonic() + _LONG_SECONDS
    room = most_characters - len(requests) * _GIVEN_BACK_CHARACTERS
    outcomes: List[Dict[str, Any]] = []
    for request in requests:
        if outcomes and (time.monotonic() > end or room < most_characters / 2):
            outcomes.append({"attempt": request["attempt"], "givenBack": True})
            continue
        outcome, size = _sized(request)
        if size > most_characters:
            outcome = _failed(request, too_large(_WHAT.format(size), most_characters))
        elif outcomes and size > room:
            outcome = _failed(request, _no_room(size))
        else:
            room -= size
        outcomes.append(outcome)
    return outcomes


def run(request: Mapping[str, Any], most_characters: int) -> Dict[str, Any]:
    """The outcome of a request, see ``execution.execute``, with its ``events`` and what it printed.

    :param request: besides what every worker is told, it may have ``timeLimitSeconds``
    :param most_characters: of the outcome as JSON that is escaped to ASCII; a longer one is replaced by a failure
    """
    return run_all([dict(request)], most_characters)[0]


def _sized(request: Mapping[str, Any]) -> Tuple[Dict[str, Any], int]:
    if threading.current_thread() is not threading.main_thread():
        return _failed(request, _in_a_thread()), 0
    directory = Path(tempfile.mkdtemp(prefix="colmenar-", dir=os.getcwd()))
    try:
        outcome = _run({**request, "directory": str(directory)}, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return outcome, len(json.dumps(outcome))


def _run(request: Dict[str, Any], directory: Path) -> Dict[str, Any]:
    attempt = Attempt(request["attempt"])
    events: List[Dict[str, Any]] = []
    limit = _Limit(request, attempt)
    with limit.observed():
        outcome = execute(launched_by_parsl(request), events.append, attempt)
    if limit.reached and not outcome["ok"]:
        outcome = {**outcome, "canceled": False, "failure": limit.failure().to_dict()}
    return {
        **outcome,
        "events": [event for event in events if event["ev"] in _TOLD],
        **{name: _tail(directory / name) for name in ("stdout", "stderr")},
    }


class _TimeIsOver(BaseException):
    """Raised in the midst of a function."""


class _Limit:
    """Ends a command, and a function as far as Python can end one."""

    def __init__(self, request: Mapping[str, Any], attempt: Attempt) -> None:
        self.reached = False
        self._seconds: Optional[float] = request.get("timeLimitSeconds")
        self._command = request["code"].get("kind") == "command"
        self._attempt = attempt

    @contextmanager
    def observed(self) -> Iterator[None]:
        if self._seconds is None:
            yield
        elif self._command:
            timer = threading.Timer(self._seconds, self._end_command)
            timer.daemon = True
            timer.start()
            yield
            timer.cancel()
        else:
            before = signal.signal(signal.SIGALRM, self._end_function)
            signal.setitimer(signal.ITIMER_REAL, max(self._seconds, _LEAST_SECONDS))
            try:
                yield
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)

    def _end_command(self) -> None:
        self.reached = True
        self._attempt.processes.cancel()

    def _end_function(self, number: int, frame: Optional[FrameType]) -> None:
        if _runs_user_code(frame):
            self.reached = True
            raise _TimeIsOver
        # What is done before and after it must not be cut off.
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_SECONDS)

    def failure(self) -> Failure:
        return Failure(TIME_LIMIT, "TimeLimit", f"it ran past its time limit of {self._seconds:g} s")


def _runs_user_code(frame: Optional[FrameType]) -> bool:
    while frame is not None:
        if frame.f_code in (functions.load.__code__, functions.call.__code__):
            return True
        frame = frame.f_back
    return False


def _tail(path: Path) -> Optional[str]:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            return file.read().decode("utf-8", "replace") if size else None
    except OSError:
        return None


def _no_room(size: int) -> Failure:
    return Failure(
        INFRASTRUCTURE,
        "NoRoomInBundle",
        _WHAT.format(size) + ", which those that ran before it in the same task have left no room for",
    )


def _in_a_thread() -> Failure:
    return Failure(
        REJECTED,
        "ThreadsNotSupported",
        "the engine of this endpoint runs functions in threads; it must run them in processes",
    )


def _failed(request: Mapping[str, Any], failure: Failure) -> Dict[str, Any]:
    return {
        "attempt": request["attempt"],
        "ok": False,
        "failure": failure.to_dict(),
        "worker": worker(),
        "events": [],
    }
