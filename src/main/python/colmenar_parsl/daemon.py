"""The bridge itself: ``python -m colmenar_parsl.daemon ROOT``, one for each directory ROOT."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import queue
import shutil
import signal
import socket
import stat
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from colmenar_worker.values import dumps

from . import blocks
from .configuration import ConfigurationError
from .engine import Engine
from .journal import Journal
from .place import ALIVE_SECONDS, Place
from .session import Session
from .settings import Settings

_MOST_LINES_AT_ONCE = 500
_SWEEP_SECONDS = 12 * 3600
_SECONDS_PER_DAY = 86_400


class Daemon:
    def __init__(self, place: Place, serves: Callable[[], object]) -> None:
        self._place = place
        self._serves = serves
        fields = json.loads(place.settings.read_bytes())
        self._settings = Settings(place.root, fields)
        self._belongings = _Belongings(place.belongings)
        self._settings.submitted = self._belongings.add_block
        self._ending = threading.Event()
        self._used = time.monotonic()

    def run(self) -> None:
        self._belongings.end_all(self._settings)
        session = Session(self._place.root, Journal(self._place.journal))
        self._session = session
        self._belongings.begin()
        engine = Engine(self._place.root, self._settings, session)
        session.serve(engine)
        engine.start()
        signal.signal(signal.SIGTERM, lambda number, frame: self._ending.set())
        self._place.alive.write_text(platform.node(), encoding="utf-8")
        for target in (self._accept, self._live):
            threading.Thread(target=target, name=target.__name__, daemon=True).start()
        self._ending.wait()
        engine.stop()
        self._place.socket.unlink(missing_ok=True)
        self._place.alive.unlink(missing_ok=True)
        self._belongings.forget()

    def _accept(self) -> None:
        self._place.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            listener.bind(str(self._place.socket))
            listener.listen()
            self._serves()
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        writer = _Writer(connection)
        try:
            with connection.makefile("rb") as lines:
                for line in lines:
                    if line.endswith(b"\n") and not self._handle(json.loads(line), writer):
                        self._session.announce({"ev": "bye"})
                        self._ending.set()
        except (OSError, ValueError) as error:
            print(f"a connection has ended: {error}", flush=True)
        finally:
            self._session.leave(writer.send)
            writer.close()

    def _handle(self, request: Dict[str, Any], writer: _Writer) -> bool:
        return self._session.handle(request, writer.send)

    def _live(self) -> None:
        next_sweep = time.monotonic()
        while not self._ending.wait(ALIVE_SECONDS):
            try:
                self._show_life()
                if time.monotonic() > next_sweep:
                    next_sweep = time.monotonic() + _SWEEP_SECONDS
                    self._sweep()
            except OSError as error:
                print(f"no sign of life: {error}", flush=True)

    def _show_life(self) -> None:
        self._place.alive.write_text(platform.node(), encoding="utf-8")
        for path in (self._place.socket, self._place.lock):
            # What is old in a temporary directory is removed on many machines.
            os.utime(path)
        if self._session.attended or self._session.unfinished:
            self._used = time.monotonic()
        elif time.monotonic() > self._used + self._settings.orphan_seconds:
            self._ending.set()

    def _sweep(self) -> None:
        root, before = self._place.root, time.time() - self._settings.keep_days * _SECONDS_PER_DAY
        for path in root.glob("runs/*/*"):
            if not self._session.knows(path.name.partition(".")[0]):
                _remove_if_old(path, before)
        for pattern in ("news/*", "slots/*", "runinfo/*"):
            for path in root.glob(pattern):
                _remove_if_old(path, before)


class _Writer:
    """Writes to a connection whatever is queued, many lines at once."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._queue: "queue.SimpleQueue[Optional[Dict[str, Any]]]" = queue.SimpleQueue()
        threading.Thread(target=self._write, name="writer", daemon=True).start()

    def send(self, event: Dict[str, Any]) -> None:
        self._queue.put(event)

    def close(self) -> None:
        self._queue.put(None)

    def _write(self) -> None:
        with self._connection:
            while True:
                events = self._next()
                if events is None:
                    return
                try:
                    self._connection.sendall(b"".join(dumps(event) + b"\n" for event in events))
                except OSError:
                    return

    def _next(self) -> Optional[List[Dict[str, Any]]]:
        first = self._queue.get()
        if first is None:
            return None
        events = [first]
        while len(events) < _MOST_LINES_AT_ONCE:
            try:
                event = self._queue.get_nowait()
            except queue.Empty:
                break
            if event is None:
                self._queue.put(None)
                break
            events.append(event)
        return events


class _Belongings:
    """What would outlive the bridge if it were killed: processes here, and jobs of a scheduler."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def begin(self) -> None:
        self._path.unlink(missing_ok=True)
        self._add({"host": platform.node()})

    def add_block(self, label: str, job: str) -> None:
        self._add({"executor": label, "job": job})

    def _add(self, entry: Dict[str, Any]) -> None:
        with self._lock, open(self._path, "ab") as file:
            file.write(dumps(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def end_all(self, settings: Settings) -> None:
        """Ends what a bridge has left behind that was killed."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return
        entries = [json.loads(line) for line in lines if line.endswith(b"\n")]
        host = next((each["host"] for each in entries if "host" in each), "")
        if host == platform.node():
            blocks.kill_processes(self._path.parent)
        jobs: Dict[str, List[str]] = {}
        for entry in entries:
            if "job" in entry:
                jobs.setdefault(entry["executor"], []).append(entry["job"])
        for label, ids in jobs.items():
            try:
                provider = getattr(settings.executor(label), "provider", None)
            except StopIteration:
                continue
            if provider is not None:
                blocks.cancel_left_over(provider, ids)
        self.forget()

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def _remove_if_old(path: Path, before: float) -> None:
    try:
        status = path.lstat()
        if status.st_mtime >= before:
            return
        if stat.S_ISDIR(status.st_mode):
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
    except FileNotFoundError:
        pass


def _leave_family() -> int:
    """Goes on in a process that is nobody's child: some end all descendants of a connection.

    The parent lives until the child has begun to serve, and tells by its exit code whether it has.
    Returns the descriptor to say so.
    """
    serving, serves = os.pipe()
    if os.fork() == 0:
        os.close(serving)
        return serves
    os.close(serves)
    os._exit(0 if os.read(serving, 1) else 1)


def main() -> None:
    os.umask(0o077)
    place = Place(Path(sys.argv[1]))
    serves = _leave_family()
    # Kept open, and with it the lock, as long as the process lives; no child inherits it.
    lock = open(place.lock, "ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # another one was quicker
        os.write(serves, b"+")
        os._exit(0)
    try:
        Daemon(place, lambda: os.write(serves, b"+")).run()
    except ConfigurationError as error:
        print(f"configuration: {error}", file=sys.stderr, flush=True)
    # Threads of Parsl's may stay.
    os._exit(0)


if __name__ == "__main__":
    main()
