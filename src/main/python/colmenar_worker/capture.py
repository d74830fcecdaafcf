"""What an attempt prints, in the files ``stdout`` and ``stderr`` of its run directory.

The descriptors themselves point at the files: there is no pipe that could fill up while C code
prints and holds the interpreter's lock, and the output survives a killed worker.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Dict, List, Optional, TextIO, Type

NAMES = {"stdout": 1, "stderr": 2}

_WATCH_SECONDS = 0.25

_streams: Dict[str, TextIO] = {}


class Capture:
    """While entered, descriptors 1 and 2 of the process append to the files.

    A file that grows over its cap (bytes by name, None for none) is cut to its first bytes, about
    four times a second and at the end; ``truncated`` has the names of the files this happened to.
    """

    def __init__(
        self, directory: Path, caps: Dict[str, Optional[int]], append: bool = False
    ) -> None:
        self._directory = directory
        self._caps = caps
        self._append = append
        self._truncated: Dict[str, bool] = {}
        self._files: Dict[str, int] = {}
        self._saved: Dict[str, int] = {}
        self._saved_streams: Dict[str, Optional[TextIO]] = {}

    @property
    def truncated(self) -> List[str]:
        return [name for name in NAMES if name in self._truncated]

    def __enter__(self) -> Capture:
        try:
            for name in NAMES:
                self._files[name] = _open(self._directory / name, self._append)
            _flush()
            self._redirect()
            _watcher.watch(self)
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        type_: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        _flush()
        self._restore()
        _watcher.watch(None)
        self.truncate()
        self._close()

    def truncate(self) -> None:
        """Cuts the files that are over their caps now."""
        for name, file in self._files.items():
            cap = self._caps.get(name)
            if cap is not None and self.size(name) > cap:
                os.ftruncate(file, cap)
                self._truncated[name] = True

    def size(self, name: str) -> int:
        return os.fstat(self._files[name]).st_size

    def read(self, name: str, start: int) -> bytes:
        """The bytes of the file from ``start`` to its present end."""
        parts: List[bytes] = []
        while True:
            part = os.pread(self._files[name], 1 << 20, start)
            if not part:
                return b"".join(parts)
            parts.append(part)
            start += len(part)

    def _redirect(self) -> None:
        for name, descriptor in NAMES.items():
            self._saved[name] = os.dup(descriptor)
            os.dup2(self._files[name], descriptor)
            self._saved_streams[name] = getattr(sys, name)
            setattr(sys, name, _stream(name))

    def _restore(self) -> None:
        for name, saved in self._saved.items():
            os.dup2(saved, NAMES[name])
            os.close(saved)
            setattr(sys, name, self._saved_streams[name])
        self._saved.clear()

    def _close(self) -> None:
        self._restore()
        for file in self._files.values():
            os.close(file)
        self._files.clear()


class _Watcher:
    """Truncates the files of the present capture; one thread, as starting one costs a no-op's time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._capture: Optional[Capture] = None
        self._thread: Optional[threading.Thread] = None

    def watch(self, capture: Optional[Capture]) -> None:
        with self._lock:
            self._capture = capture
        if self._thread is None or not self._thread.is_alive():  # a fork has no threads
            self._thread = threading.Thread(target=self._run, name="output-watcher", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(_WATCH_SECONDS)
            with self._lock:
                if self._capture is not None:
                    self._capture.truncate()


def _open(path: Path, append: bool) -> int:
    if append:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_APPEND, 0o666)
    # A file of an earlier attempt, or a link that it left behind, must not receive this output.
    path.unlink(missing_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o666)


def _stream(name: str) -> TextIO:
    """One object per descriptor for all attempts: modules keep references to sys.stdout."""
    stream = _streams.get(name)
    if stream is None or stream.closed:
        stream = _streams[name] = open(
            NAMES[name],
            "w",
            buffering=1,
            encoding="utf-8",
            errors="backslashreplace",
            closefd=False,
        )
    return stream


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr, *_streams.values()):
        try:
            stream.flush()
        except Exception:  # closed or replaced by user code
            pass
    if _libc is not None:
        _libc.fflush(None)


def _load_libc() -> Optional[ctypes.CDLL]:
    try:
        libc = ctypes.CDLL(None)
        libc.fflush.argtypes = [ctypes.c_void_p]
    except (OSError, AttributeError):
        return None
    return libc


_libc = _load_libc()
_watcher = _Watcher()
