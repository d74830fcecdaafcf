"""The files of one attempt on a site, as its job and the server's calls agree on them.

All are on a file system that the nodes of the site share. What is written once is written whole:
a name appears only when its content is there.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from .values import dumps

ACCEPTED = "accepted"
REFUSED = "refused"
NEWS = "news"

_DECISION = "decision"
_CLAIM = "claim"
_REQUEST = "request.json"
_OUTCOME = "outcome.json"
_ENDED_BY = "ended-by.json"
_EVENTS = "events"
_CANCELED = "canceled"
_ARRAY = "array.json"
_WORK = "work"
_PRIVATE = 0o700


class RunDirectory:
    """The directory of an attempt, ``path`` below the root of the site."""

    def __init__(self, root: Path, path: str) -> None:
        self.root = root
        self.path = root / path
        self.attempt = self.path.name

    def make(self) -> None:
        self.path.mkdir(_PRIVATE, parents=True, exist_ok=True)

    @property
    def work(self) -> Path:
        """Where the code runs, with its input and output."""
        return self.path / _WORK

    def decide(self, word: str) -> str:
        """ACCEPTED or REFUSED, whichever was said first; the other comes too late for ever."""
        return _first(self.path / _DECISION, word)

    def withdraw(self) -> None:
        """Refuses what was accepted and has not been submitted. Only for whoever holds the lock."""
        link = self.path / (_DECISION + ".part")
        link.unlink(missing_ok=True)
        os.symlink(REFUSED, link)
        os.replace(link, self.path / _DECISION)

    def accepted(self) -> bool:
        return _link(self.path / _DECISION) == ACCEPTED

    def claim(self, job: str) -> bool:
        """Whether this job may run the attempt: the first that comes, and the same one again."""
        return _first(self.path / _CLAIM, job) == job

    def claimed_by(self) -> Optional[str]:
        return _link(self.path / _CLAIM)

    def put_request(self, request: Dict[str, Any], array: Optional[Dict[str, Any]]) -> None:
        self.work.mkdir(_PRIVATE, exist_ok=True)
        if array is not None:
            write(self.path / _ARRAY, dumps(array))
        write(self.path / _REQUEST, dumps(request))

    def request(self) -> Dict[str, Any]:
        fields: Dict[str, Any] = json.loads((self.path / _REQUEST).read_bytes())
        return fields

    def array(self) -> Optional[Dict[str, Any]]:
        """The directory of the array that it is an element of, and its index there."""
        return _json(self.path / _ARRAY)

    def cancel(self) -> None:
        (self.path / _CANCELED).touch()

    def canceled(self) -> bool:
        return (self.path / _CANCELED).exists()

    def tell(self, event: Dict[str, Any]) -> None:
        with open(self.path / _EVENTS, "ab") as events:
            events.write(dumps(event) + b"\n")

    def events(self, offset: int, most_bytes: int) -> Tuple[List[Any], int]:
        """Events from a byte offset on, and the offset to go on from; no half lines."""
        try:
            with open(self.path / _EVENTS, "rb") as file:
                file.seek(offset)
                text = file.read(most_bytes)
        except FileNotFoundError:
            return [], offset
        end = text.rfind(b"\n") + 1
        if end == 0 and len(text) == most_bytes:
            return self.events(offset, 2 * most_bytes)
        return [json.loads(line) for line in text[:end].splitlines()], offset + end

    def finish(self, outcome: Dict[str, Any]) -> None:
        write(self.path / _OUTCOME, dumps(outcome))

    def outcome(self) -> Optional[Dict[str, Any]]:
        return _json(self.path / _OUTCOME)

    def end_by(self, number: int) -> None:
        """A signal from outside has ended the code, which is no outcome: the same job may run again."""
        write(self.path / _ENDED_BY, dumps({"signal": number, "at": time.time()}))

    def ended_by(self) -> Optional[Dict[str, Any]]:
        return _json(self.path / _ENDED_BY)

    def begin_anew(self) -> None:
        (self.path / _ENDED_BY).unlink(missing_ok=True)

    def tail(self, stream: str, most_bytes: int) -> Optional[str]:
        """The end of what the code has written; None when that is nothing."""
        return tail(self.work / stream, most_bytes)

    def news(self) -> None:
        """Makes the next look at the site see that something has changed here."""
        name = f"{self.attempt}.{time.time_ns()}"
        os.close(os.open(self.root / NEWS / name, os.O_CREAT | os.O_WRONLY, 0o600))


def tail(path: Path, most_bytes: int) -> Optional[str]:
    """The end of a text; None when there is none."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - most_bytes))
            return file.read().decode("utf-8", "replace") if size else None
    except OSError:
        return None


def write(path: Path, content: bytes) -> None:
    """Writes a file that is seen whole or not at all, even after a crash."""
    part = path.with_name(path.name + ".part")
    with open(part, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, path)


def _first(path: Path, value: str) -> str:
    """The value of whoever came first: a link is made with its target at once, or not."""
    try:
        os.symlink(value, path)
        return value
    except FileExistsError:
        return os.readlink(path)


def _link(path: Path) -> Optional[str]:
    try:
        return os.readlink(path)
    except OSError:
        return None


def _json(path: Path) -> Optional[Dict[str, Any]]:
    try:
        content: Dict[str, Any] = json.loads(path.read_bytes())
        return content
    except FileNotFoundError:
        return None
