"""The run directory of an attempt, which the bridge, the nodes and the server see.

Whether a step of an attempt begins is decided by one atomic call: its worker makes a file, and the
bridge, when the step must not begin, a link of the same name. It stays until a server has the
outcome.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple

from colmenar_worker.values import dumps

# The steps of an attempt; most have only one.
STEPS = ("first", "second", "third")
FIRST = STEPS[0]

_REVOKED = "revoked"
_WORK = "work"
_OUTPUT = {"stdout", "stderr"}
# Where an id is random: its beginning is a time, and its end a number.
_SPREAD = slice(24, 26)


class Slot:
    """A directory that is used by one attempt after the other, as to make one takes long.

    Of one process, for one attempt at a time.
    """

    def __init__(self, root: str) -> None:
        self._path = os.path.join(root, "slots", f"{os.uname().nodename}-{os.getpid()}")
        self._mark = self._path + ".mark"
        self._made = False

    def mark(self, place: str) -> None:
        """Makes a file there, as a link to one that there is: a new one takes much longer."""
        try:
            os.link(self._mark, place)
        except FileExistsError:
            raise
        except OSError:  # the first one, too many links, or a file system that has none
            _make_file(place)
            self._link_from(place)

    def _link_from(self, place: str) -> None:
        try:
            os.link(place, self._mark + ".new")
            os.rename(self._mark + ".new", self._mark)
        except OSError:
            pass

    def move_to(self, place: str) -> None:
        if not self._made:
            os.makedirs(os.path.join(self._path, _WORK), 0o700, exist_ok=True)
            self._made = True
        os.rename(self._path, place)
        self._made = False

    def take_back(self, place: str) -> None:
        """What an attempt has left is removed."""
        work = os.path.join(place, _WORK)
        if os.listdir(place) == [_WORK] and set(os.listdir(work)) <= _OUTPUT:
            for name in _OUTPUT:
                if os.path.exists(os.path.join(work, name)):
                    os.truncate(os.path.join(work, name), 0)
            os.rename(place, self._path)
            self._made = True
        else:
            shutil.rmtree(place, ignore_errors=True)


class RunDirectory:
    def __init__(self, root: str, attempt: str) -> None:
        self.attempt = attempt
        self.path = os.path.join(root, "runs", attempt[_SPREAD], attempt)
        self.work = os.path.join(self.path, _WORK)
        self._news = os.path.join(root, "news", attempt)

    def claim(self, step: str, slot: Slot) -> bool:
        """For the worker: whether the step may begin. True again for one that begins anew."""
        place = self._claim(step)
        try:
            _making_parents(place, slot.mark)
        except FileExistsError:
            if os.path.islink(place) or self.ended() is not None:
                return False
        if not os.path.isdir(self.path):
            slot.move_to(self.path)
        return True

    def revoke(self, step: str) -> bool:
        """For the bridge: True when the step has not begun, and now never will."""
        place = self._claim(step)
        try:
            _making_parents(place, lambda path: os.symlink(_REVOKED, path))
        except FileExistsError:
            return os.path.islink(place)
        return True

    def has_begun(self, step: str = FIRST) -> bool:
        claim = self._claim(step)
        return os.path.lexists(claim) and not os.path.islink(claim)

    def _claim(self, step: str) -> str:
        return f"{self.path}.{step}"

    def _in(self, name: str) -> str:
        return os.path.join(self.path, name)

    def end(self, reason: str) -> None:
        """Says why the attempt is ended before its time; the first reason counts."""
        try:
            with open(self._in("ended"), "x", encoding="utf-8") as file:
                file.write(reason)
        except (FileExistsError, FileNotFoundError):
            pass

    def ended(self) -> Optional[str]:
        try:
            with open(self._in("ended"), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def note_group(self, group: Dict[str, Any]) -> None:
        try:
            with open(self._in("group"), "wb") as file:
                file.write(dumps(group))
        except OSError:  # a full disk is no reason to end it
            pass

    def group(self) -> Optional[Dict[str, Any]]:
        """That of the command which runs, or has run; None when there is none."""
        try:
            with open(self._in("group"), "rb") as file:
                group: Dict[str, Any] = json.load(file)
            return group
        except (OSError, ValueError):  # none yet, or half of it
            return None

    def ask_to_end(self) -> None:
        try:
            Path(self._in("cancel")).touch()
        except FileNotFoundError:
            pass

    def asked_to_end(self) -> bool:
        return os.path.exists(self._in("cancel"))

    def tell(self, event: Dict[str, Any]) -> None:
        """Appends an event, and says that there are news."""
        with open(self._in("events"), "ab") as file:
            file.write(dumps(event) + b"\n")
        Path(self._news).touch()

    def events(self, offset: int) -> Tuple[List[Dict[str, Any]], int]:
        """Those after an offset in bytes, and the offset after them."""
        try:
            os.unlink(self._news)
        except FileNotFoundError:
            pass
        try:
            with open(self._in("events"), "rb") as file:
                file.seek(offset)
                text = file.read()
        except FileNotFoundError:
            return [], offset
        whole = text[: text.rfind(b"\n") + 1]
        return [json.loads(line) for line in whole.splitlines()], offset + len(whole)

    def tail(self, name: str, most: int) -> Optional[str]:
        """The end of what the attempt wrote; None when that is nothing."""
        try:
            with open(os.path.join(self.work, name), "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size == 0:
                    return None
                file.seek(max(0, size - most))
                return file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def remove(self) -> None:
        if os.path.isdir(self.path):
            shutil.rmtree(self.path, ignore_errors=True)

    def remove_claims(self) -> None:
        for step in STEPS:
            try:
                os.unlink(self._claim(step))
            except FileNotFoundError:
                # They are made one after the other.
                return


def _making_parents(place: str, make: Callable[[str], None]) -> None:
    try:
        make(place)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(place), 0o700, exist_ok=True)
        make(place)


def _make_file(place: str) -> None:
    os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
