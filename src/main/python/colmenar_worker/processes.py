"""The process group of a command."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from typing import Any, List, Optional

from .failures import Canceled

_KILL_LOCK_SECONDS = 5.0


class ProcessGroup:
    """Starts at most one command, in a session of its own; thread-safe."""

    def __init__(self) -> None:
        # Held while the process is being started, so that no signal can miss it.
        self._lock = threading.Lock()
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._alive = False
        self._canceled = False
        self._grace_seconds = 0.0
        self._killer: Optional[threading.Timer] = None

    @property
    def canceled(self) -> bool:
        """Whether cancel was called before the command had ended."""
        return self._canceled

    def start(self, argv: List[str], grace_seconds: float, **options: Any) -> int:
        """Starts the command and returns the id of its group; ``options`` as of Popen.

        Raises Canceled after cancel, otherwise what Popen raises.
        """
        with self._lock:
            if self._canceled:
                raise Canceled
            self._grace_seconds = grace_seconds
            self._process = subprocess.Popen(argv, start_new_session=True, **options)
            self._alive = True
            return self._process.pid

    def wait(self) -> int:
        """Waits for the command, kills what it left behind, and returns Popen's return code."""
        process = self._process
        assert process is not None
        try:
            _wait_without_reaping(process)
        finally:
            # The leader is not reaped yet, so its group's id cannot belong to anybody else.
            with self._lock:
                self._signal(signal.SIGKILL)
                self._alive = False
            if self._killer is not None:
                self._killer.cancel()
            return_code = process.wait()
        return return_code

    def cancel(self) -> None:
        """SIGTERM now, SIGKILL when the grace is over; nothing when the command has ended."""
        with self._lock:
            if self._canceled or (self._process is not None and not self._alive):
                return
            self._canceled = True
            if self._alive:
                self._signal(signal.SIGTERM)
                self._killer = threading.Timer(self._grace_seconds, self.kill)
                self._killer.daemon = True
                self._killer.start()

    def kill(self) -> None:
        """SIGKILL to the whole group; a command that is not started yet never will be."""
        self._canceled = True
        # A start that hangs must not keep the worker from dying with its server.
        locked = self._lock.acquire(timeout=_KILL_LOCK_SECONDS)
        try:
            self._signal(signal.SIGKILL)
        finally:
            if locked:
                self._lock.release()

    def _signal(self, number: int) -> None:
        if self._alive and self._process is not None:
            try:
                os.killpg(self._process.pid, number)
            except (ProcessLookupError, PermissionError):
                pass


def _wait_without_reaping(process: "subprocess.Popen[bytes]") -> None:
    if hasattr(os, "waitid"):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    else:
        process.wait()
