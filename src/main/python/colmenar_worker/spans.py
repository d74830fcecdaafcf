"""How long the parts of an attempt took."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import Any, Dict, Iterator


class Spans:
    """Seconds by name, added up over repeated measurements."""

    def __init__(self, deserialize_seconds: float = 0.0) -> None:
        self.deserialize_inputs = deserialize_seconds
        self.running = 0.0
        self.serialize_results = 0.0
        self.additional: Dict[str, float] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            elapsed = time.perf_counter() - begin
            self.additional[name] = self.additional.get(name, 0.0) + elapsed

    @contextmanager
    def measure_serializing(self) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.serialize_results += time.perf_counter() - begin

    @contextmanager
    def measure_running(self) -> Iterator[None]:
        """Items are converted and sent while a generator runs; that is not its own time."""
        begin, serialized_before = time.perf_counter(), self.serialize_results
        try:
            yield
        finally:
            elapsed = time.perf_counter() - begin
            self.running += elapsed - (self.serialize_results - serialized_before)

    def to_dict(self) -> Dict[str, Any]:
        return {
            "deserializeInputs": self.deserialize_inputs,
            "running": self.running,
            "serializeResults": self.serialize_results,
            "additional": self.additional,
        }
