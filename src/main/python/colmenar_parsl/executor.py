"""One executor of Parsl's: what it takes, how it is, and a new one in its place when it has died."""

from __future__ import annotations

import functools
import math
import threading
import time
from concurrent.futures import Future
from typing import Any, Dict, List, Optional

from parsl.executors import HighThroughputExecutor, MPIExecutor, ThreadPoolExecutor
from parsl.executors.errors import BadStateException
from parsl.executors.high_throughput.errors import WorkerLost

from . import apart, blocks, task
from .bundles import Bundles
from .settings import Settings

_COMMAND_SECONDS = 10.0
_MANAGERS_SECONDS = 1.0
_FAILED_BLOCKS = 3
_FIRST_PAUSE_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 600.0
_LEAST_PARALLELISM = 0.01


class Executor:
    def __init__(self, made: Any, dfk: Any, settings: Settings) -> None:
        self.label: str = made.label
        self.threads = isinstance(made, ThreadPoolExecutor)
        self._dfk = dfk
        self._settings = settings
        self._made = made
        # Parsl numbers what it is given without a lock of its own.
        self._sending = threading.Lock()
        self._bundles = self._new_bundles()
        self._log = settings.log_of(self.label)
        self._managers: List[Dict[str, Any]] = []
        self._blocks_of: Dict[str, str] = {}
        self._next_look = 0.0
        self._trouble: Optional[str] = None
        self._pause = _FIRST_PAUSE_SECONDS
        self._again_at = 0.0
        self._died_at = -math.inf
        self._bound_commands()

    def _bound_commands(self) -> None:
        """An interchange that is dead never answers, and Parsl would wait for ever."""
        client = getattr(self._made, "command_client", None)
        if client is not None:
            client.run = functools.partial(client.run, timeout_s=_COMMAND_SECONDS)

    def submit(self, request: Dict[str, Any], fields: Dict[str, Any]) -> "Future[Dict[str, Any]]":
        """Not by way of Parsl's data flow, which runs again without asking whether it may."""
        if self.threads:
            return self._send(apart.run, {}, request)
        if isinstance(self._made, MPIExecutor):
            return self._send(task.run, _nodes(fields), request)
        if isinstance(self._made, HighThroughputExecutor):
            return self._bundles.submit(request, fields.get("priority", 0))
        return self._send(task.run, {}, request)

    def split(self, outcomes: List[Dict[str, Any]], rest: List[str]) -> None:
        """See ``Bundles.split``."""
        self._bundles.split(outcomes, rest)

    def _send(self, run: Any, specification: Dict[str, Any], argument: Any) -> "Future[Any]":
        made = self._made
        try:
            with self._sending:
                future: "Future[Any]" = made.submit(run, specification, argument)
            return future
        except Exception as error:
            raise BadStateException(made, error) if getattr(made, "bad_state_is_set", False) else error

    def _new_bundles(self) -> Bundles:
        return Bundles(self._send_bundle, self._most_bundles(), lambda e: isinstance(e, WorkerLost))

    def _send_bundle(self, requests: List[Dict[str, Any]], priority: int) -> "Future[Any]":
        # The lowest number is the first there, and none the last.
        return self._send(task.run_all, {"priority": -priority}, requests)

    def _most_bundles(self) -> int:
        """As many as make Parsl ask for all its blocks, and some more, so that no worker waits."""
        provider = getattr(self._made, "provider", None)
        parallelism = getattr(provider, "parallelism", None) or 1.0
        return self._slots() + math.ceil(self._slots() / max(parallelism, _LEAST_PARALLELISM))

    def describe(self) -> Dict[str, Any]:
        return {"label": self.label, "class": type(self._made).__name__, "slots": self._slots()}

    def _slots(self) -> int:
        if self.threads:
            return int(self._made.max_threads or 1)
        provider = getattr(self._made, "provider", None)
        per_node = max(1, int(getattr(self._made, "workers_per_node", 1)))
        if provider is None:
            return per_node
        nodes = 1 if isinstance(self._made, MPIExecutor) else provider.nodes_per_block
        return int(max(1, provider.max_blocks) * nodes * per_node)

    def status(self, outstanding: int) -> Dict[str, Any]:
        """
        :param outstanding: tasks that it has
        """
        if self.threads:
            workers = self._slots()
            busy = min(workers, outstanding)
        else:
            workers = sum(each["worker_count"] for each in self._managers)
            busy = min(workers, sum(each["tasks"] for each in self._managers))
        return {
            **self.describe(),
            "trouble": self._trouble,
            "workers": workers,
            "busy": busy,
            "idle": workers - busy,
            "waiting": max(0, outstanding - busy),
            "blocks": self._blocks(),
        }

    def _blocks(self) -> List[Dict[str, Any]]:
        if self.threads or self._trouble is not None:
            return []
        return blocks.describe(self._made, self._log, self._managers)

    def look(self) -> Optional[str]:
        """How it has died just now; None when it lives, or has been known to be dead."""
        now = time.monotonic()
        if not isinstance(self._made, HighThroughputExecutor):
            return None
        if self._trouble is not None:
            if now > self._again_at:
                self._replace()
            return None
        process = self._made.interchange_proc
        if process is not None and process.poll() is not None:
            reason = f"the interchange of executor {self.label} has ended with {process.returncode}"
            return self._died(reason, soon=now > self._died_at + _LONGEST_PAUSE_SECONDS)
        if now < self._next_look:
            return None
        self._next_look = now + _MANAGERS_SECONDS
        reason = None if self._managers else blocks.failing(self._made, _FAILED_BLOCKS)
        if reason is not None:
            return self._died(reason, soon=False)
        self._managers = self._made.connected_managers()
        for manager in self._managers:
            self._blocks_of[manager["manager"]] = manager["block_id"]
        if self._managers:
            self._pause = _FIRST_PAUSE_SECONDS
        return None

    def ending_of(self, manager: str) -> Optional[str]:
        """How the block of a manager has ended; None while it is not known to have."""
        block = self._blocks_of.get(manager)
        return None if block is None else blocks.ending(self._made, block)

    def _died(self, reason: str, soon: bool) -> str:
        self._trouble = reason
        self._died_at = time.monotonic()
        self._again_at = self._died_at + (0.0 if soon else self._longer_pause())
        self._managers = []
        dead = self._made
        poller = self._dfk.job_status_poller
        if dead in poller._executors:
            poller._executors.remove(dead)
        threading.Thread(target=self._end, args=(dead, self._bundles, reason), daemon=True).start()
        return reason

    def _longer_pause(self) -> float:
        pause = self._pause
        self._pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
        return pause

    def _end(self, dead: Any, bundles: Bundles, reason: str) -> None:
        jobs = [
            dead.blocks_to_job_id[block]
            for block, status in dict(dead.status_facade).items()
            if block in dead.blocks_to_job_id and not status.terminal
        ]
        if jobs:
            dead.provider.cancel(jobs)
        error = RuntimeError(reason)
        bundles.abandon(BadStateException(dead, error))
        dead.set_bad_state_and_fail_all(error)
        dead.shutdown()

    def _replace(self) -> None:
        try:
            fresh = self._settings.executor(self.label)
            self._log = self._settings.log_of(self.label)
            self._dfk.add_executors([fresh])
        except Exception as error:
            self._trouble = f"no executor {self.label} can be started: {error}"
            self._again_at = time.monotonic() + self._longer_pause()
            return
        self._made = fresh
        self._bundles = self._new_bundles()
        self._bound_commands()
        self._trouble = None


def _nodes(fields: Dict[str, Any]) -> Dict[str, Any]:
    """What a task asks of an executor for MPI programs."""
    resources = fields["request"].get("resources", {})
    nodes, ranks = resources.get("nodes", 1), resources.get("processesPerNode", 1)
    return {
        "num_nodes": nodes,
        "ranks_per_node": ranks,
        "num_ranks": nodes * ranks,
        "launcher_options": fields.get("launcherOptions", ""),
    }
