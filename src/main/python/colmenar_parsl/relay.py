"""Connects a server with the bridge: ``python -m colmenar_parsl.relay ROOT`` on a connection's channel.

The first line on stdin are the settings, with which a bridge is started when there is none. What follows, and all
on stdout, is between the server and the bridge, see ``session``. Nothing else is ever on stdout.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Optional

from colmenar_worker.values import dumps

from . import programs
from .place import Place

_START_SECONDS = 120.0
_CHUNK_BYTES = 1 << 16
_COMPLAINT_BYTES = 4000


class Refused(Exception):
    """There is no bridge to be had here."""


def _connect(place: Place) -> Optional[socket.socket]:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(place.socket))
        return connection
    except OSError:
        connection.close()
        return None


def _connected(place: Place, settings: bytes) -> socket.socket:
    connection = _connect(place)
    if connection is not None:
        return connection
    host = place.lives_elsewhere()
    if host:
        raise Refused(f"the bridge lives on {host}: connect to that machine, or stop it there")
    process = None if _is_locked(place) else _start(place, settings)
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        connection = _connect(place)
        if connection is not None:
            return connection
        if process is not None and process.poll():
            raise Refused(_complaint(place))
        time.sleep(0.05)
    raise Refused(f"the bridge does not answer for {_START_SECONDS:g} s, see {place.log}")


def _is_locked(place: Place) -> bool:
    with open(place.lock, "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _start(place: Place, settings: bytes) -> "subprocess.Popen[bytes]":
    part = place.settings.with_name(f"settings-{os.getpid()}")
    part.write_bytes(settings)
    os.replace(part, place.settings)
    with open(place.log, "wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "colmenar_parsl.daemon", str(place.root)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.bridge,
            env={**os.environ, "PATH": programs.on_path()},
            start_new_session=True,
        )


def _complaint(place: Place) -> str:
    text = place.log.read_bytes()[-_COMPLAINT_BYTES:].decode("utf-8", "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    said = [line for line in lines if line.startswith("configuration: ")]
    return (said or lines or ["the bridge has ended without a word"])[-1]


def _pump(connection: socket.socket, out: int) -> None:
    while True:
        data = connection.recv(_CHUNK_BYTES)
        if not data:
            break
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(out, rest) :]


def main() -> int:
    os.umask(0o077)
    out = os.dup(1)
    os.dup2(2, 1)
    settings = sys.stdin.buffer.readline()
    try:
        connection = _connected(Place(Path(sys.argv[1])), settings)
    except (Refused, OSError) as refused:
        os.write(out, dumps({"ev": "refused", "reason": str(refused)}) + b"\n")
        return 1

    def forward() -> None:
        try:
            while True:
                data = sys.stdin.buffer.read1(_CHUNK_BYTES)
                if not data:
                    break
                connection.sendall(data)
        finally:
            connection.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=forward, daemon=True).start()
    try:
        _pump(connection, out)
    except OSError:  # one of both is gone
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
