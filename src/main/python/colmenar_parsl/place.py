"""Where a bridge is to be found: things on the site's file system, and things of its machine only.

Sockets and locks are on the machine's own disk, as shared file systems are not reliable for them.
"""

from __future__ import annotations

import hashlib
import os
import platform
import stat
from pathlib import Path

_KEY_LENGTH = 16
# Not what TMPDIR says, which may be another one in each session.
_LOCAL = Path("/tmp")


class Place:
    """
    :param root: the site's directory, which all machines see
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bridge = root / "bridge"
        self.bridge.mkdir(0o700, parents=True, exist_ok=True)
        self.settings = self.bridge / "settings.json"
        self.journal = self.bridge / "journal"
        self.log = self.bridge / "log"
        # Which machine the bridge is on, written as often as it lives.
        self.alive = self.bridge / "alive"
        # What there is besides the bridge, for a successor that has to end it.
        self.belongings = self.bridge / "belongings"
        key = hashlib.sha256(os.fsencode(str(root))).hexdigest()[:_KEY_LENGTH]
        self._local = _private(_LOCAL / f"colmenar-{os.getuid()}")
        self.socket = self._local / f"{key}.socket"
        self.lock = self._local / f"{key}.lock"

    def lives_elsewhere(self) -> str:
        """The name of the machine where the bridge is, when that is another one; else empty."""
        try:
            host = self.alive.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        if host == platform.node() or not host:
            return ""
        return host if self._seconds_since_alive() < ALIVE_SECONDS * 6 else ""

    def _seconds_since_alive(self) -> float:
        # Both times are those of the file server.
        now = self.bridge / f"now-{os.getpid()}"
        now.touch()
        try:
            return now.stat().st_mtime - self.alive.stat().st_mtime
        finally:
            now.unlink()


ALIVE_SECONDS = 10.0


def _private(directory: Path) -> Path:
    directory.mkdir(0o700, exist_ok=True)
    status = directory.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        raise PermissionError(f"{directory} is not a directory of this account alone")
    return directory
