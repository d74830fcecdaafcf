"""What the Parsl backend is compared with: ``python parsl_peers.py bare|colmena DIRECTORY``.

See ``peer`` for what it is asked.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import peer

_TOPIC = "benchmark"
_LIMIT_SECONDS = 120.0


def noop(value: int) -> int:
    return value


class BareParsl:
    def __init__(self, directory: Path) -> None:
        self.versions = peer.versions("parsl")
        import parsl

        self._parsl = parsl
        parsl.load(_config(directory))
        self._app = parsl.python_app(noop)

    def many(self, tasks: int) -> None:
        for future in [self._app(1) for _ in range(tasks)]:
            peer.check(future.result())

    def one(self) -> None:
        peer.check(self._app(1).result())

    def close(self) -> None:
        self._parsl.dfk().cleanup()


class Colmena:
    """A task server in a process of its own, as Colmena makes it, with a Redis that keeps nothing."""

    def __init__(self, directory: Path) -> None:
        self.versions = peer.versions("colmena", "parsl", "redis")
        program = shutil.which("redis-server")
        if program is None:
            raise peer.Missing("redis-server is not on the path (package redis-server)")
        from colmena.queue.redis import RedisQueues
        from colmena.task_server.parsl import ParslTaskServer

        port = _free_port()
        self._redis = subprocess.Popen(
            [program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(directory)]
            + ["--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        _await_port(port)
        words = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split()
        self.versions += ", redis-server " + next(w[2:] for w in words if w.startswith("v="))
        self._queues = RedisQueues(topics=[_TOPIC], port=port)
        self._server = ParslTaskServer([noop], self._queues, _config(directory))
        self._server.start()

    def many(self, tasks: int) -> None:
        sender = threading.Thread(target=lambda: [self._send() for _ in range(tasks)], daemon=True)
        sender.start()
        for _ in range(tasks):
            self._receive()
        sender.join()

    def one(self) -> None:
        self._send()
        self._receive()

    def _send(self) -> None:
        self._queues.send_inputs(1, method="noop", topic=_TOPIC)

    def _receive(self) -> None:
        result = self._queues.get_result(_TOPIC, timeout=_LIMIT_SECONDS)
        if not result.success:
            raise RuntimeError(f"a task has failed: {result.failure_info}")
        peer.check(result.value)

    def close(self) -> None:
        self._queues.send_kill_signal()
        self._server.join(_LIMIT_SECONDS)
        self._redis.terminate()
        self._redis.wait()


def _config(directory: Path) -> Any:
    """All by Parsl's defaults but what our own backend is told too."""
    from parsl.config import Config
    from parsl.executors import HighThroughputExecutor
    from parsl.providers import LocalProvider

    executor = HighThroughputExecutor(
        label="cpu",
        address="127.0.0.1",
        max_workers_per_node=2,
        cores_per_worker=0.5,
        provider=LocalProvider(),
    )
    return Config(executors=[executor], strategy_period=1, run_dir=str(directory / "runinfo"))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _await_port(port: int) -> None:
    until = time.monotonic() + _LIMIT_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def main() -> None:
    # Parsl looks for its own programs there.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    name, directory = sys.argv[1], Path(sys.argv[2])
    peer.serve(lambda: {"bare": BareParsl, "colmena": Colmena}[name](directory))


if __name__ == "__main__":
    main()
