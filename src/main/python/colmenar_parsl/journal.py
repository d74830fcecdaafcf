"""What must outlive the bridge: the tasks that it has, and the results that nobody has taken."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional

from colmenar_worker.values import dumps

_FEWEST_LINES_TO_COMPACT = 10_000


class Journal:
    """A file of lines, one for each change; written anew when most of it is history.

    Not thread-safe.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # By task: its result, None while there is none.
        self._tasks: Dict[str, Optional[Dict[str, Any]]] = {}
        self._lines = 0
        self._sequence = 0
        self._file: Any = None
        self._replay()
        self._compact()

    def __contains__(self, id_: str) -> bool:
        return id_ in self._tasks

    def accept(self, ids: Iterable[str]) -> List[str]:
        """Those that are new."""
        new = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._tasks]
        self._write([{"accepted": id_} for id_ in new])
        return new

    def finish(self, id_: str, result: Dict[str, Any]) -> Dict[str, Any]:
        """The result with its id and number, the next one."""
        numbered = {**result, "id": id_, "seq": self._sequence + 1}
        self._write([{"result": numbered}])
        return numbered

    def take(self, ids: Iterable[str]) -> List[Dict[str, Any]]:
        """Forgets results, and their tasks, that a server has for good; returns them."""
        results = [self._tasks.get(id_) for id_ in dict.fromkeys(ids)]
        known = [result for result in results if result is not None]
        self._write([{"taken": result["id"]} for result in known])
        if self._lines > max(_FEWEST_LINES_TO_COMPACT, 4 * len(self._tasks)):
            self._compact()
        return known

    def unfinished(self) -> List[str]:
        return [id_ for id_, result in self._tasks.items() if result is None]

    def is_unfinished(self, id_: str) -> bool:
        return id_ in self._tasks and self._tasks[id_] is None

    def result(self, id_: str) -> Optional[Dict[str, Any]]:
        return self._tasks.get(id_)

    def _replay(self) -> None:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return
        # What a crash has cut off was answered to nobody.
        for line in text[: text.rfind(b"\n") + 1].splitlines():
            self._enter(json.loads(line))

    def _enter(self, change: Dict[str, Any]) -> None:
        if "accepted" in change:
            self._tasks[change["accepted"]] = None
        elif "result" in change:
            result = change["result"]
            self._tasks[result["id"]] = result
            self._sequence = max(self._sequence, result["seq"])
        elif "taken" in change:
            self._tasks.pop(change["taken"], None)
        elif "sequence" in change:
            self._sequence = change["sequence"]

    def _write(self, changes: List[Dict[str, Any]]) -> None:
        if changes:
            if self._file.closed:
                self._compact()
            try:
                self._file.write(b"".join(dumps(change) + b"\n" for change in changes))
                self._file.flush()
            except OSError:
                # Part of it may be there; the file is written anew when there is room.
                self._abandon()
                raise
            self._lines += len(changes)
            for change in changes:
                self._enter(change)

    def _abandon(self) -> None:
        try:
            self._file.close()
        except OSError:  # what is buffered cannot be written either
            pass

    def close(self) -> None:
        self._file.close()

    def _compact(self) -> None:
        part = self._path.with_name(self._path.name + ".part")
        lines: List[Dict[str, Any]] = [{"sequence": self._sequence}]
        for id_, result in self._tasks.items():
            lines.append({"accepted": id_} if result is None else {"result": result})
        with open(part, "wb") as file:
            file.writelines(dumps(line) + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self._path)
        if self._file is not None:
            self._abandon()
        self._file = open(self._path, "ab")
        self._lines = len(lines)
