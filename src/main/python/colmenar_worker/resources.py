"""The resources that a task was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from .failures import rejected

_FIELDS = {
    "nodes": ("node_count", int),
    "processesPerNode": ("cpu_processes", int),
    "threadsPerProcess": ("cpu_threads", int),
    "memoryMb": ("memory_mb", int),
    "gpus": ("gpus", int),
    "walltimeSeconds": ("walltime_seconds", (int, float)),
    "queue": ("queue", str),
    "account": ("account", str),
}


@dataclass(frozen=True)
class Resources:
    """The resources of one task, with the attribute names of Colmena.

    ``cpu_processes`` counts per node, ``cpu_threads`` and ``gpus`` as the task asked for them,
    ``memory_mb`` is in MiB. What the task did not ask for is None.
    """

    node_count: int = 1
    cpu_processes: int = 1
    cpu_threads: int = 1
    memory_mb: Optional[int] = None
    gpus: Optional[int] = None
    walltime_seconds: Optional[float] = None
    queue: Optional[str] = None
    account: Optional[str] = None

    @property
    def total_ranks(self) -> int:
        return self.node_count * self.cpu_processes

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Resources:
        """From the JSON of a request; fields that this version does not know are ignored."""
        values: Dict[str, Any] = {}
        for name, (attribute, type_) in _FIELDS.items():
            value = fields.get(name)
            if value is None:
                continue
            if not isinstance(value, type_) or isinstance(value, bool):  # type: ignore[arg-type]
                raise rejected("InvalidRequest", f"resources.{name}: unexpected {value!r}")
            values[attribute] = value
        return cls(**values)

    def names(self) -> Dict[str, Any]:
        """The values by the names that templates may use."""
        return {
            "nodes": self.node_count,
            "processes_per_node": self.cpu_processes,
            "threads_per_process": self.cpu_threads,
            "total_ranks": self.total_ranks,
            "node_count": self.node_count,
            "cpu_processes": self.cpu_processes,
            "cpu_threads": self.cpu_threads,
            "memory_mb": self.memory_mb,
            "gpus": self.gpus,
            "walltime_seconds": self.walltime_seconds,
            "queue": self.queue,
            "account": self.account,
        }
