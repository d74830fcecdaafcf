"""The line of the worker to its server: newline-delimited JSON over two descriptors."""

from __future__ import annotations

import json
import os
import threading
from typing import Any, Callable, Dict, Iterator, List

from .values import dumps


class Channel:
    """Reads requests and writes events.

    One thread may read, every thread may write. ``lost`` is called by a writer when nobody reads
    any more.
    """

    def __init__(self, incoming: int, outgoing: int, lost: Callable[[], None]) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lost = lost
        self._writing = threading.Lock()
        self._abandoned = False

    @classmethod
    def over_standard_streams(cls, lost: Callable[[], None]) -> Channel:
        """Takes descriptors 0 and 1 for itself and leaves /dev/null and stderr in their place."""
        channel = cls(os.dup(0), os.dup(1), lost)  # dup closes them in programs that are started
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        os.register_at_fork(after_in_child=channel.abandon)
        return channel

    def lines(self) -> Iterator[bytes]:
        """The lines until the server is gone; one that it did not complete is left out."""
        with open(self._incoming, "rb", closefd=False) as stream:
            for line in stream:
                if line.endswith(b"\n"):
                    yield line

    def send(self, event: Dict[str, Any]) -> None:
        """Writes the event as one line and returns when the server's pipe has taken it."""
        line = dumps(event) + b"\n"
        with self._writing:
            if self._abandoned:
                return
            try:
                self._write(line)
            except OSError:
                self._lost()

    def abandon(self) -> None:
        """For a fork of the process, which must neither write nor keep the pipes open."""
        self._abandoned = True
        for descriptor in (self._incoming, self._outgoing):
            try:
                os.close(descriptor)
            except OSError:
                pass

    def _write(self, line: bytes) -> None:
        rest = memoryview(line)
        written: List[int] = []
        interruption = None
        while sum(written) < len(line):
            try:
                # A signal handler of user code may raise at any time, and half a line must not
                # stay. extend() takes the count before the interpreter looks for signals.
                written.extend(map(os.write, (self._outgoing,), (rest[sum(written) :],)))
            except OSError:
                raise
            except BaseException as error:
                interruption = error
        if interruption is not None:
            raise interruption


def parse(line: bytes) -> Dict[str, Any]:
    """The request on a line. Raises ValueError saying what is wrong with it."""
    try:
        request = json.loads(line)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(request, dict):
        raise ValueError("not an object")
    return request
