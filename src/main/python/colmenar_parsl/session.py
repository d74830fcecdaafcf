"""What the bridge and its servers say to each other, each a line of JSON.

Requests, with ``op``:

    hello                    is answered with ready
    run {tasks}              each with ``id``; one that is known already is not run again
    cancel {ids}             of tasks; their results tell what became of them
    recover {ids, tag}       what became of these; from now on they are this server's
    taken {ids}              their results are committed and can be forgotten
    renew                    ends the bridge, unless it has something to do
    stop                     ends Parsl, its blocks and the bridge, and what runs there

Answers and events, with ``ev``: ready, recovered {tag, attached, never, lost}, result {seq, id, ...},
accepted, started, item, progress, status {executors}, refused {reason}, bye.

A result has what ``colmenar_worker.execution`` gives; or ``givenBack``: the task has not begun, and
this bridge will not run it.
"""

from __future__ import annotations

import os
import platform
import threading
from pathlib import Path
from typing import Any, Callable, Dict, List, Protocol, Set

from . import groups
from .journal import Journal
from .rundir import FIRST, RunDirectory

PROTOCOL = 1

_HERE = {"host": platform.node(), "pid": os.getpid(), "python": platform.python_version()}

Send = Callable[[Dict[str, Any]], None]


class Engine(Protocol):
    """What runs tasks. Whatever becomes of one is told by ``finished``, once."""

    def describe(self) -> Dict[str, Any]: ...

    def submit(self, task: Dict[str, Any]) -> None: ...

    def cancel(self, id_: str) -> None: ...

    def forget(self, results: List[Dict[str, Any]]) -> None: ...


class Session:
    """The tasks of all servers. Thread-safe; what is sent is queued, so nothing waits for a server."""

    def __init__(self, root: Path, journal: Journal) -> None:
        self._root = root
        self._journal = journal
        self._lock = threading.RLock()
        self._owners: Dict[str, Send] = {}
        self._clients: Set[Send] = set()
        self._engine: Engine = _NoEngine()
        for id_ in journal.unfinished():
            self.finished(id_, self._left_behind(id_))

    def _left_behind(self, id_: str) -> Dict[str, Any]:
        """Of a task that an earlier bridge had when it died."""
        directory = RunDirectory(str(self._root), id_)
        if directory.revoke(FIRST):
            return {"givenBack": True}
        groups.end(directory.group())
        return _bridge_lost()

    def serve(self, engine: Engine) -> None:
        self._engine = engine

    def handle(self, request: Dict[str, Any], send: Send) -> bool:
        """False when a server wants the end of everything."""
        operation = request.get("op")
        if operation == "hello":
            with self._lock:
                self._clients.add(send)
            send({"ev": "ready", "protocol": PROTOCOL, **_HERE, **self._engine.describe()})
        elif operation == "run":
            self._run(request["tasks"], send)
        elif operation == "cancel":
            for id_ in request["ids"]:
                if self._is_unfinished(id_):
                    self._engine.cancel(id_)
        elif operation == "recover":
            self._recover(request, send)
        elif operation == "taken":
            with self._lock:
                taken = self._journal.take(request["ids"])
                for result in taken:
                    self._owners.pop(result["id"], None)
            self._engine.forget(taken)
        elif operation == "renew":
            return self.unfinished > 0
        elif operation == "stop":
            return False
        else:
            send({"ev": "refused", "reason": f"op: unexpected {operation!r}"})
        return True

    def leave(self, send: Send) -> None:
        """The server is gone; what it had waits for whoever asks for it."""
        with self._lock:
            self._clients.discard(send)
            for id_ in [id_ for id_, owner in self._owners.items() if owner is send]:
                del self._owners[id_]

    @property
    def attended(self) -> bool:
        return bool(self._clients)

    @property
    def unfinished(self) -> int:
        with self._lock:
            return len(self._journal.unfinished())

    def knows(self, id_: str) -> bool:
        with self._lock:
            return id_ in self._journal

    def _is_unfinished(self, id_: str) -> bool:
        with self._lock:
            return self._journal.is_unfinished(id_)

    def _run(self, tasks: List[Dict[str, Any]], send: Send) -> None:
        with self._lock:
            new = set(self._journal.accept(task["id"] for task in tasks))
            for task in tasks:
                self._own(task["id"], send)
        for task in tasks:
            if task["id"] in new:
                self._submit(task)

    def _submit(self, task: Dict[str, Any]) -> None:
        id_ = task["id"]
        if RunDirectory(str(self._root), id_).has_begun():
            # A bridge whose journal was lost had it.
            self.finished(id_, _bridge_lost())
            return
        try:
            self._engine.submit(task)
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            self.finished(id_, failed("INFRASTRUCTURE", "NotSubmitted", reason))

    def _own(self, id_: str, send: Send) -> None:
        self._owners[id_] = send
        result = self._journal.result(id_)
        if result is not None:
            send({"ev": "result", **result})

    def _recover(self, request: Dict[str, Any], send: Send) -> None:
        attached, never, lost = [], [], []
        for id_ in request["ids"]:
            with self._lock:
                known = id_ in self._journal
                if known:
                    self._own(id_, send)
            if known:
                attached.append(id_)
            elif RunDirectory(str(self._root), id_).revoke(FIRST):
                never.append(id_)
            else:
                # It has begun, and the journal that knew it is gone.
                lost.append(id_)
        send({"ev": "recovered", "tag": request["tag"], "attached": attached, "never": never,
              "lost": lost})

    def finished(self, id_: str, outcome: Dict[str, Any]) -> None:
        with self._lock:
            if self._journal.is_unfinished(id_):
                result = self._journal.finish(id_, outcome)
                owner = self._owners.get(id_)
                if owner is not None:
                    owner({"ev": "result", **result})

    def tell(self, id_: str, event: Dict[str, Any]) -> None:
        """Of a task that runs."""
        with self._lock:
            owner = self._owners.get(id_)
        if owner is not None:
            owner(event)

    def announce(self, event: Dict[str, Any]) -> None:
        """To all servers."""
        with self._lock:
            clients = list(self._clients)
        for send in clients:
            send(event)


class _NoEngine:
    def describe(self) -> Dict[str, Any]:
        return {}

    def submit(self, task: Dict[str, Any]) -> None:
        raise RuntimeError("Parsl has not been started")

    def cancel(self, id_: str) -> None: ...

    def forget(self, results: List[Dict[str, Any]]) -> None: ...


def _bridge_lost() -> Dict[str, Any]:
    return failed("INFRASTRUCTURE", "BridgeLost", "the bridge to Parsl died while it ran")


def failed(failure_class: str, type_: str, message: str) -> Dict[str, Any]:
    failure = {"class": failure_class, "type": type_, "message": message, "traceback": None}
    return {"ok": False, "failure": failure}
