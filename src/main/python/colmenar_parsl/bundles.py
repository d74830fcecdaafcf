"""Hands tasks over to an executor: short ones together, as each hand-over takes longer than they do."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import OrderedDict
from concurrent.futures import Future
from typing import Any, Callable, Dict, List, Optional, Tuple

from .rundir import RunDirectory

Outcome = Dict[str, Any]

_SHORT_SECONDS = 0.01
_LONG_SECONDS = 60.0
_MOST_TOGETHER = 20
_MOST_CODES = 1000


class Bundles:
    """Thread-safe.

    :param send: gives requests to the executor, with the priority of the most urgent one; of what it returns the
        result are their outcomes, None of each that has not begun
    :param most: so many bundles are with the executor at most, which keeps its workers busy
    :param worker_died: whether an error means that a worker has died, and nothing else
    """

    def __init__(
        self,
        send: "Callable[[List[Dict[str, Any]], int], Future[List[Optional[Outcome]]]]",
        most: int,
        worker_died: Callable[[BaseException], bool],
    ) -> None:
        self._send = send
        self._most = most
        self._worker_died = worker_died
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._waiting: List[Tuple[int, int, _Member]] = []
        self._sent: Dict[str, _Member] = {}
        self._bundles = 0
        self._seconds: "OrderedDict[int, float]" = OrderedDict()
        self._abandoned: Optional[BaseException] = None

    def submit(self, request: Dict[str, Any], priority: int) -> "Future[Outcome]":
        member = _Member(request, (-priority, next(self._numbers)))
        self._wait([member])
        self._hand_over()
        return member.future

    def abandon(self, error: BaseException) -> None:
        """Nothing is handed over any more; what waits fails."""
        with self._lock:
            self._abandoned = error
            waiting, self._waiting = self._waiting, []
        for _, _, member in waiting:
            member.future.set_exception(error)

    def split(self, outcomes: List[Outcome], rest: List[str]) -> None:
        """A worker says that a bundle takes longer than it should.

        :param outcomes: of those of it that are over
        :param rest: the attempts of it that have not begun, and will not where they are
        """
        with self._lock:
            over = [self._sent.pop(each["attempt"], None) for each in outcomes]
            back = [self._sent.pop(id_, None) for id_ in rest]
        for member, outcome in zip(over, outcomes):
            if member is not None:
                self._settle(member, outcome)
        self._wait([member for member in back if member is not None])
        self._hand_over()

    def _wait(self, members: "List[_Member]") -> None:
        with self._lock:
            error = self._abandoned
            if error is None:
                for member in members:
                    heapq.heappush(self._waiting, (*member.order, member))
                return
        for member in members:
            member.future.set_exception(error)

    def _hand_over(self) -> None:
        while True:
            with self._lock:
                bundle = self._next()
            if not bundle:
                return
            try:
                future = self._send([m.request for m in bundle], -bundle[0].order[0])
            except Exception as error:
                self._failed(bundle, error)
            else:
                future.add_done_callback(lambda done, bundle=bundle: self._done(bundle, done))

    def _next(self) -> "List[_Member]":
        if not self._waiting or self._bundles >= self._most:
            return []
        most = min(_MOST_TOGETHER, 1 + len(self._waiting) // self._most)
        bundle = [heapq.heappop(self._waiting)[2]]
        if self._is_short(bundle[0]):
            while self._waiting and len(bundle) < most and self._is_short(self._waiting[0][2]):
                bundle.append(heapq.heappop(self._waiting)[2])
        self._bundles += 1
        self._sent.update((member.id, member) for member in bundle)
        return bundle

    def _is_short(self, member: "_Member") -> bool:
        seconds = self._seconds.get(member.code, _LONG_SECONDS)
        return member.together and seconds < _SHORT_SECONDS

    def _done(self, bundle: "List[_Member]", future: "Future[List[Optional[Outcome]]]") -> None:
        error = future.exception()
        if error is not None:
            self._failed(bundle, error)
            return
        outcomes = {m.id: outcome for m, outcome in zip(bundle, future.result())}
        back = []
        for member in self._come_back(bundle):
            outcome = outcomes[member.id]
            if outcome is None:
                back.append(member)
            else:
                self._settle(member, outcome)
        self._wait(back)
        self._hand_over()

    def _come_back(self, bundle: "List[_Member]") -> "List[_Member]":
        """Those of it that were not told of by a split."""
        with self._lock:
            self._bundles -= 1
            there = [member for member in bundle if self._sent.get(member.id) is member]
            for member in there:
                del self._sent[member.id]
        return there

    def _settle(self, member: "_Member", outcome: Outcome) -> None:
        times = outcome.get("times")
        if times is not None:
            with self._lock:
                before = self._seconds.get(member.code, 0.0)
                self._remember(member.code, max(times["ended"] - times["started"], before / 2))
        member.future.set_result(outcome)

    def _remember(self, code: int, seconds: float) -> None:
        self._seconds[code] = seconds
        self._seconds.move_to_end(code)
        if len(self._seconds) > _MOST_CODES:
            self._seconds.popitem(last=False)

    def _failed(self, bundle: "List[_Member]", error: BaseException) -> None:
        innocent = []
        for member in self._come_back(bundle):
            # From now on alone, so that it harms no other one.
            with self._lock:
                self._remember(member.code, _LONG_SECONDS)
            if len(bundle) > 1 and self._worker_died(error) and not member.has_begun():
                innocent.append(member)
            else:
                member.future.set_exception(error)
        self._wait(innocent)
        self._hand_over()


class _Member:
    """An attempt, or a step of it, on its way."""

    def __init__(self, request: Dict[str, Any], order: Tuple[int, int]) -> None:
        self.request = request
        self.order = order
        self.id: str = request["attempt"]
        code = request["code"]
        self.code = hash((request["name"], code.get("source"), code.get("function")))
        # A command is a process of its own, which takes longer than any hand-over.
        self.together = code["kind"] == "python"
        self.future: "Future[Outcome]" = Future()

    def has_begun(self) -> bool:
        return RunDirectory(self.request["root"], self.id).has_begun(self.request["step"])
