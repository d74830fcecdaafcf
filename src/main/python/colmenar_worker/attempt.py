"""The attempt that runs: its events, its progress, its cancellation."""

from __future__ import annotations

import threading
import time
from typing import Any, Callable, Dict, Optional, Tuple

from .processes import ProcessGroup
from .spans import Spans
from .values import to_json

Emit = Callable[[Dict[str, Any]], None]

_PROGRESS_SECONDS = 0.2
_PROGRESS_MESSAGE_CAP_CHARACTERS = 1000

_current: Optional[Attempt] = None


def progress(fraction: float, message: str = "") -> None:
    """Tells the server how far the running attempt is.

    ``fraction`` is between 0 and 1 and is clamped to it. May be called as often as one likes and
    from every thread: about five reports a second are sent, and the last one always is. Does
    nothing outside an attempt.
    """
    attempt = _current
    if attempt is not None:
        attempt.progress(fraction, message)


class Attempt:
    """One attempt, from the arrival of its request to its outcome; thread-safe."""

    def __init__(
        self, id_: str, received: Optional[float] = None, deserialize_seconds: float = 0.0
    ) -> None:
        self.id = id_
        self.received = time.time() if received is None else received
        self.spans = Spans(deserialize_seconds)
        self.processes = ProcessGroup()
        self.value_cap_bytes: Optional[int] = None
        self._emit: Optional[Emit] = None
        self._emitting = threading.Lock()
        self._items = 0
        self._latest: Optional[Tuple[float, str]] = None
        self._next_progress = 0.0
        self._timer: Optional[threading.Timer] = None

    def open(self, emit: Emit) -> None:
        """From here on events are emitted and ``progress`` means this attempt."""
        global _current
        self._emit = emit
        _current = self

    def close(self) -> None:
        """Emits the last progress, if it was held back; later events are dropped."""
        global _current
        _current = None
        with self._emitting:
            if self._timer is not None:
                self._timer.cancel()
            self._send_progress()
            self._emit = None

    def emit(self, event: str, **fields: Any) -> None:
        with self._emitting:
            self._send(event, **fields)

    def item(self, value: Any) -> None:
        """Emits the next item of the stream. Raises Failure as to_json does."""
        with self.spans.measure_serializing(), self._emitting:
            plain, _ = to_json(value, f"items[{self._items}]", self.value_cap_bytes)
            self._send("item", index=self._items, value=plain, at=time.time())
            self._items += 1

    def progress(self, fraction: float, message: str) -> None:
        self._latest = (min(1.0, max(0.0, float(fraction))), str(message))
        # Never waits: a signal handler may call this in the midst of another event. What is not
        # sent now is sent by the next report, by the timer or by close.
        if self._emitting.acquire(blocking=False):
            try:
                self._send_progress_when_due()
            finally:
                self._emitting.release()

    def _send_progress_when_due(self) -> None:
        wait = self._next_progress - time.monotonic()
        if wait <= 0:
            self._send_progress()
        elif self._timer is None:
            self._timer = threading.Timer(wait, self._send_held_progress)
            self._timer.daemon = True
            self._timer.start()

    def _send_held_progress(self) -> None:
        with self._emitting:
            self._timer = None
            self._send_progress()

    def _send_progress(self) -> None:
        latest, self._latest = self._latest, None
        if latest is not None:
            fraction, message = latest
            self._next_progress = time.monotonic() + _PROGRESS_SECONDS
            shown = message[:_PROGRESS_MESSAGE_CAP_CHARACTERS]
            self._send("progress", fraction=fraction, message=shown, at=time.time())

    def _send(self, event: str, **fields: Any) -> None:
        if self._emit is not None:
            self._emit({"ev": event, "attempt": self.id, **fields})
