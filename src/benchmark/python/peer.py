"""How a peer is asked by the benchmark.

The first line on stdout is ``ready`` and the versions, or ``skip`` and what is missing. Then each line on stdin is
answered: ``many N`` by ``nanos`` and the time from the first submit to the last result of N tasks; ``single N`` by
``nanos`` and the time of each of N tasks, one at a time, with a pause between them and some before that do not count;
``one 1`` by ``nanos`` and the time of one task. It ends at the end of stdin. Nothing else is ever on stdout.
"""

from __future__ import annotations

import os
import sys
import time
from importlib import metadata
from typing import Any, Callable, List

_PAUSE_SECONDS = 0.005
_NOT_COUNTED = 20


class Missing(Exception):
    """Something that the peer needs is not on this machine."""


def versions(*packages: str) -> str:
    try:
        return ", ".join(f"{package} {metadata.version(package)}" for package in packages)
    except metadata.PackageNotFoundError as error:
        raise Missing(f"{sys.executable} has no package {error.name}") from error


def check(value: Any) -> None:
    if value != 1:
        raise RuntimeError(f"a task has returned {value!r}")


def _took(run: Callable[[], None]) -> int:
    begin = time.perf_counter_ns()
    run()
    return time.perf_counter_ns() - begin


def _singles(peer: Any, samples: int) -> List[int]:
    nanos = []
    for _ in range(_NOT_COUNTED + samples):
        time.sleep(_PAUSE_SECONDS)
        nanos.append(_took(peer.one))
    return nanos[_NOT_COUNTED:]


def serve(make: Callable[[], Any]) -> None:
    """
    :param make: makes what has ``versions``, ``many``, ``one`` and ``close``
    """
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.set_inheritable(answers.fileno(), False)
    os.dup2(2, 1)
    try:
        peer = make()
    except Missing as missing:
        print("skip", missing, file=answers)
        return
    try:
        peer.one()  # once its workers are there
        print("ready", f"Python {sys.version.split()[0]}, {peer.versions}", file=answers)
        for line in sys.stdin:
            what, number = line.split()
            if what == "many":
                nanos = [_took(lambda: peer.many(int(number)))]
            elif what == "one":
                nanos = [_took(peer.one)]
            else:
                nanos = _singles(peer, int(number))
            print("nanos", *nanos, file=answers)
    finally:
        peer.close()
