"""The worker process: ``python -m colmenar_worker``, requests on stdin, events on stdout."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
from typing import Any, Callable, Dict, NoReturn, Tuple

from .attempt import Attempt
from .channel import Channel, parse
from .execution import execute, worker

_PROTOCOL = 1


class Worker:
    """One thread reads, the main thread executes one attempt after the other."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        self._attempts: Dict[str, Attempt] = {}
        self._requests: "queue.SimpleQueue[Tuple[Dict[str, Any], Attempt]]" = queue.SimpleQueue()
        self._complaints: "queue.SimpleQueue[str]" = queue.SimpleQueue()
        self._channel = Channel.over_standard_streams(self._die)

    def serve(self) -> NoReturn:
        self._channel.send({"ev": "ready", "protocol": _PROTOCOL, **worker()})
        for target in (self._read, self._complain):
            threading.Thread(target=target, name=target.__name__, daemon=True).start()
        while True:
            request, attempt = self._requests.get()
            outcome = execute(request, self._channel.send, attempt)
            if os.getpid() != self._pid:
                # User code forked, and the child came back here as if it were the worker.
                os._exit(1)
            self._attempts.pop(attempt.id, None)
            self._channel.send({"ev": "finished", **outcome})

    def _read(self) -> None:
        try:
            for line in self._channel.lines():
                try:
                    self._accept(line)
                except ValueError as error:
                    self._complaints.put(str(error))
        finally:
            self._die()

    def _accept(self, line: bytes) -> None:
        received, begin = time.time(), time.perf_counter()
        request = parse(line)
        deserialize_seconds = time.perf_counter() - begin
        operation, id_ = request.get("op"), request.get("attempt")
        if not isinstance(id_, str):
            raise ValueError("attempt: missing")
        if operation == "run":
            if id_ in self._attempts:
                raise ValueError(f"attempt {id_} runs already")
            attempt = Attempt(id_, received, deserialize_seconds)
            self._attempts[id_] = attempt
            self._requests.put((request, attempt))
        elif operation == "cancel":
            # One that has just finished is no error: the outcome and the request crossed.
            canceled = self._attempts.get(id_)
            if canceled is not None:
                canceled.processes.cancel()
        else:
            raise ValueError(f"op: unexpected {operation!r}")

    def _complain(self) -> None:
        # A thread of its own: the reader must notice the end of the server, so it never writes.
        while True:
            self._channel.send({"ev": "error", "message": self._complaints.get()})

    def _die(self) -> NoReturn:
        """The server is gone, and nobody will ever ask for what still runs here."""
        attempts = list(self._attempts.values())
        for attempt in attempts:
            attempt.processes.kill()
        if attempts and os.getpgrp() == self._pid:
            os.killpg(self._pid, signal.SIGKILL)
        os._exit(0)


def _own_session() -> None:
    try:
        os.setsid()
    except OSError:  # already the leader of a process group
        pass


def _expect_signals() -> None:
    # An attempt has Python's usual handler; between attempts there is nothing to interrupt.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _allow_long_integers() -> None:
    allow: Callable[[int], None] = getattr(sys, "set_int_max_str_digits", lambda digits: None)
    allow(0)


def main() -> NoReturn:
    _own_session()
    _expect_signals()
    _allow_long_integers()
    Worker().serve()


if __name__ == "__main__":
    main()
