"""Runs steps in processes of their own, for executors that are threads of the bridge.

``python -m colmenar_parsl.apart`` is such a process: requests on stdin, outcomes on stdout.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import Any, Dict, List

from colmenar_worker.channel import Channel
from colmenar_worker.values import dumps

from . import task


class ProcessEnded(Exception):
    """The process has ended in the midst of a step; ``exit_code`` is -n when signal n did it."""

    def __init__(self, exit_code: int) -> None:
        super().__init__(f"the process ended with {exit_code}")
        self.exit_code = exit_code


def run(request: Dict[str, Any]) -> Dict[str, Any]:
    """As ``task.run``. Raises ProcessEnded when the code has ended its process."""
    process = _take()
    try:
        return process.run(request)
    except ProcessEnded:
        raise
    except BaseException:
        process.kill()
        raise
    finally:
        _give_back(process)


class _Process:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, request: Dict[str, Any]) -> Dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(dumps(request) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise ProcessEnded(self._process.wait()) from None
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise ProcessEnded(self._process.wait())
        outcome: Dict[str, Any] = json.loads(line)
        return outcome

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


_idle: List[_Process] = []
_lock = threading.Lock()


def _take() -> _Process:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.alive:
                return process
    return _Process()


def _give_back(process: _Process) -> None:
    if process.alive:
        with _lock:
            _idle.append(process)


def end_all() -> None:
    with _lock:
        for process in _idle:
            process.kill()
        _idle.clear()


def main() -> None:
    channel = Channel.over_standard_streams(lambda: os._exit(0))
    mine = os.getpid()
    for line in channel.lines():
        outcome = task.run(json.loads(line))
        if os.getpid() != mine:
            # User code forked, and the child came back here as if it were the process.
            os._exit(1)
        channel.send(outcome)


if __name__ == "__main__":
    main()
