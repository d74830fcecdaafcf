"""What the tests share: requests, the core in this process, and the worker as a real process."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest
import uuid
from pathlib import Path

from colmenar_worker.attempt import Attempt
from colmenar_worker.execution import execute

DEADLINE_SECONDS = 15.0


def eventually(condition, what):
    """Polls until the condition holds and returns its value."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {DEADLINE_SECONDS} s: {what}")
        time.sleep(0.005)


def is_alive(pid):
    """Whether the process exists and is not a zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def python_code(source, function="f"):
    return {"kind": "python", "source": textwrap.dedent(source), "function": function}


def python_command(source, *argv, **fields):
    """A command that runs the source; it is passed as an argument, not as a template."""
    return {
        "kind": "command",
        "argv": [sys.executable, "-c", "{script}", *argv],
        "_script": textwrap.dedent(source),
        **fields,
    }


class WorkerTestCase(unittest.TestCase):
    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="colmenar-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def request(self, code, *args, **fields):
        code, kwargs = dict(code), dict(fields.pop("kwargs", {}))
        if "_script" in code:
            kwargs["script"] = code.pop("_script")
        return {
            "op": "run",
            "attempt": str(uuid.uuid4()),
            "name": "method",
            "directory": str(self.directory),
            "code": code,
            "args": list(args),
            "kwargs": kwargs,
            "resources": {},
            "outputCapBytes": 1_000_000,
            "valueCapBytes": 1_000_000,
            "environment": {},
            **fields,
        }

    def execute(self, code, *args, **fields):
        """The outcome in this process; the events are in self.events."""
        self.events = []
        request = self.request(code, *args, **fields)
        return execute(request, self.events.append, Attempt(request["attempt"]))

    def value(self, code, *args, **fields):
        outcome = self.execute(code, *args, **fields)
        self.assertTrue(outcome["ok"], outcome.get("failure"))
        return outcome["value"]

    def failure(self, code, *args, **fields):
        outcome = self.execute(code, *args, **fields)
        self.assertFalse(outcome["ok"], outcome)
        return outcome["failure"]

    def assert_rejected(self, failure, *parts):
        self.assertEqual("REJECTED", failure["class"], failure)
        for part in parts:
            self.assertIn(part, failure["message"])

    def events_of(self, kind):
        return [event for event in self.events if event["ev"] == kind]

    def printed(self, name="stdout"):
        return (self.directory / name).read_text()

    def worker(self, **options):
        worker = WorkerProcess(**options)
        self.addCleanup(worker.close)
        return worker


class WorkerProcess:
    """The worker, spoken to by its protocol."""

    def __init__(self, environment=None):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "colmenar_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        self._buffer = b""
        self.ready = self.read()

    def send_line(self, line):
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def send(self, request):
        self.send_line(json.dumps(request).encode())

    def read(self):
        """The next event; None at the end of the stream."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while b"\n" not in self._buffer:
            if not select.select([self.process.stdout], [], [], deadline - time.monotonic())[0]:
                raise AssertionError("no event in time")
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                return None
            self._buffer += part
        line, _, self._buffer = self._buffer.partition(b"\n")
        return json.loads(line)

    def read_until(self, kind):
        """The events up to the first of the kind."""
        events = [self.read()]
        while events[-1] is not None and events[-1]["ev"] != kind:
            events.append(self.read())
        if events[-1] is None:
            raise AssertionError(f"the worker ended without {kind}: {events}")
        return events

    def run(self, request):
        self.send(request)
        return self.read_until("finished")[-1]

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()
