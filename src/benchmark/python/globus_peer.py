"""What the Globus backend is compared with, the executor of the service's own SDK, by its defaults.

``python globus_peer.py URL-OF-SERVICE ENDPOINT``; see ``peer`` for what it is asked.
"""

from __future__ import annotations

import sys
from unittest import mock

import peer


def noop(value: int) -> int:
    return value


class Sdk:
    def __init__(self, url: str, endpoint: str) -> None:
        self.versions = peer.versions("globus-compute-sdk", "globus-compute-endpoint")
        from globus_compute_sdk import Client, Executor

        # The SDK has the addresses of its own services only.
        with mock.patch("globus_compute_sdk.sdk.client.get_web_service_url", return_value=url):
            client = Client()
        self._executor = Executor(endpoint, client=client)

    def many(self, tasks: int) -> None:
        for future in [self._executor.submit(noop, 1) for _ in range(tasks)]:
            peer.check(future.result())

    def one(self) -> None:
        peer.check(self._executor.submit(noop, 1).result())

    def close(self) -> None:
        self._executor.shutdown()


if __name__ == "__main__":
    peer.serve(lambda: Sdk(sys.argv[1], sys.argv[2]))
