"""Which tasks are handed over to an executor, when, and together with which others."""

import json
import shutil
import tempfile
import threading
import time
import unittest
import uuid
from concurrent.futures import Future
from pathlib import Path

from colmenar_parsl import task
from colmenar_parsl.bundles import Bundles
from colmenar_parsl.rundir import FIRST, RunDirectory, Slot

QUICK = "def f():\n    return 1"
SLOW = "def f():\n    return 2"


class WorkerDied(Exception):
    pass


class Executor:
    """One that does what the test says."""

    def __init__(self):
        self.sent, self.priorities, self.futures = [], [], []

    def send(self, requests, priority):
        self.sent.append(requests)
        self.priorities.append(priority)
        self.futures.append(Future())
        return self.futures[-1]

    def ids(self):
        return [[each["attempt"] for each in bundle] for bundle in self.sent]

    def finish(self, index, seconds=0.001, begun=None):
        bundle = self.sent[index]
        outcomes = [outcome(each["attempt"], seconds) for each in bundle]
        if begun is not None:
            outcomes[begun:] = [None] * (len(bundle) - begun)
        self.futures[index].set_result(outcomes)


def outcome(id_, seconds=0.001):
    return {"ok": True, "attempt": id_, "times": {"started": 5.0, "ended": 5.0 + seconds}}


class DirectoryTestCase(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="colmenar-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "news").mkdir()

    def request(self, source=QUICK, kind="python"):
        return {
            "attempt": str(uuid.uuid4()),
            "name": "method",
            "root": str(self.root),
            "step": FIRST,
            "last": True,
            "keep": False,
            "timeLimitSeconds": None,
            "code": {"kind": kind, "source": source, "function": "f"},
        }


class HandingOver(DirectoryTestCase):
    MOST = 2

    def setUp(self):
        super().setUp()
        self.executor = Executor()
        self.bundles = Bundles(
            self.executor.send, self.MOST, lambda error: isinstance(error, WorkerDied)
        )

    def submit(self, number, source=QUICK, kind="python", priority=0):
        requests = [self.request(source, kind) for _ in range(number)]
        return [(each["attempt"], self.bundles.submit(each, priority)) for each in requests]

    def known(self, source=QUICK, seconds=0.001):
        """One of these has run, alone."""
        self.submit(1, source)
        self.executor.finish(-1, seconds)
        self.executor.sent.clear()
        self.executor.futures.clear()
        self.executor.priorities.clear()

    def sizes(self):
        return [len(bundle) for bundle in self.executor.sent]

    def test_what_has_never_run_goes_alone_and_no_more_than_keep_the_workers_busy(self):
        self.submit(5)
        self.assertEqual([1, 1], self.sizes())

    def test_what_takes_no_time_goes_together_a_fair_share_each(self):
        self.known()
        self.submit(12)
        self.assertEqual([1, 1], self.sizes())
        self.executor.finish(0)
        self.executor.finish(1)
        self.assertEqual([1, 1, 6, 3], self.sizes())

    def test_there_are_never_too_many_together(self):
        self.known()
        self.submit(100)
        self.executor.finish(0)
        self.assertEqual([1, 1, 20], self.sizes())

    def test_what_takes_longer_goes_alone(self):
        self.known(seconds=0.5)
        self.submit(10)
        self.executor.finish(0, seconds=0.5)
        self.assertEqual([1, 1, 1], self.sizes())

    def test_one_run_that_took_long_is_forgotten_after_some_that_did_not(self):
        self.known(seconds=0.015)
        self.submit(20)
        self.executor.finish(0)
        self.assertEqual([1, 1, 10], self.sizes())

    def test_what_takes_longer_does_not_go_with_what_does_not(self):
        self.known(QUICK)
        self.known(SLOW, seconds=1)
        self.submit(2)
        self.submit(3, QUICK)
        self.submit(1, SLOW)
        self.submit(10, QUICK)
        self.executor.finish(0)
        self.assertEqual([1, 1, 3], self.sizes())

    def test_commands_go_alone(self):
        self.known()
        self.submit(2)
        self.submit(9, kind="command")
        self.executor.finish(0)
        self.executor.finish(2)
        self.assertEqual([1, 1, 1, 1], self.sizes())

    def test_the_most_urgent_go_first_and_then_the_first(self):
        self.submit(2)
        [(first, _)], [(urgent, _)], [(second, _)] = (
            self.submit(1),
            self.submit(1, priority=7),
            self.submit(1),
        )
        for index in range(3):
            self.executor.finish(index, seconds=1)
        self.assertEqual([[urgent], [first], [second]], self.executor.ids()[2:])
        self.assertEqual([0, 0, 7, 0, 0], self.executor.priorities)

    def test_each_gets_its_own_outcome(self):
        self.known()
        submitted = self.submit(6)
        self.executor.finish(0)
        self.executor.finish(1)
        self.executor.finish(2)
        self.executor.finish(3)
        for id_, future in submitted:
            self.assertEqual(id_, future.result(0)["attempt"])

    def together(self, number):
        """So many that are with the executor in one bundle, the last."""
        self.known()
        self.submit(2)
        members = self.submit(2 * number - 2)
        self.executor.finish(0)
        self.assertEqual(number, self.sizes()[-1])
        return members[:number]

    def test_what_has_not_begun_is_handed_over_again(self):
        members = self.together(4)
        self.executor.finish(2, begun=1)
        self.assertTrue(members[0][1].done())
        self.assertFalse(members[1][1].done())
        self.assertIn(members[1][0], self.executor.ids()[3])

    def test_a_bundle_that_takes_long_is_split_and_its_end_changes_nothing(self):
        ids, futures = zip(*self.together(4))
        self.executor.finish(1)
        self.bundles.split([outcome(ids[0])], list(ids[2:]))
        self.assertEqual([True, False, False, False], [each.done() for each in futures])
        while not futures[3].done():
            self.executor.finish(len(self.executor.sent) - 1)
        self.executor.finish(2, begun=2)
        self.assertTrue(all(each.done() for each in futures))
        sent = [id_ for bundle in self.executor.ids()[3:] for id_ in bundle]
        self.assertEqual(1, sent.count(ids[2]))
        self.assertEqual(0, sent.count(ids[1]))

    def test_of_those_whose_worker_died_only_those_fail_that_had_begun(self):
        members = self.together(4)
        RunDirectory(str(self.root), members[0][0]).claim(FIRST, Slot(str(self.root)))
        error = WorkerDied()
        self.executor.futures[2].set_exception(error)
        self.assertIs(error, members[0][1].exception(0))
        self.assertFalse(any(future.done() for _, future in members[1:]))

    def test_after_that_they_go_alone(self):
        members = self.together(4)
        self.executor.futures[2].set_exception(WorkerDied())
        self.executor.finish(1)
        self.assertEqual([1, 1], self.sizes()[3:])
        self.assertEqual([members[0][0]], self.executor.ids()[3])

    def test_another_error_is_that_of_all(self):
        members = self.together(3)
        self.executor.futures[2].set_exception(ImportError())
        for _, future in members:
            self.assertIsInstance(future.exception(0), ImportError)

    def test_what_goes_alone_and_loses_its_worker_fails_even_when_it_had_not_begun(self):
        [(_, future)] = self.submit(1)
        self.executor.futures[0].set_exception(WorkerDied())
        self.assertIsInstance(future.exception(0), WorkerDied)

    def test_what_the_executor_does_not_take_fails(self):
        def refuse(requests, priority):
            raise ValueError("bad state")

        future = Bundles(refuse, 1, lambda error: True).submit(self.request(), 0)
        self.assertIsInstance(future.exception(0), ValueError)

    def test_when_it_is_abandoned_what_waits_fails_and_what_comes_too(self):
        submitted = self.submit(4)
        error = ValueError("dead")
        self.bundles.abandon(error)
        self.assertFalse(submitted[0][1].done())
        self.assertIs(error, submitted[3][1].exception(0))
        self.assertIs(error, self.submit(1)[0][1].exception(0))
        self.assertEqual(2, len(self.executor.sent))


class Running(DirectoryTestCase):
    def test_all_run_and_leave_nothing_that_is_not_needed(self):
        requests = [self.request() for _ in range(3)]
        outcomes = task.run_all(requests)
        self.assertEqual([1, 1, 1], [each["value"] for each in outcomes])
        self.assertEqual([], [p for p in self.root.glob("runs/*/*") if p.is_dir()])

    def test_those_after_one_that_takes_long_do_not_begin_and_those_before_are_told_at_once(self):
        gate = self.root / "gate"
        source = f"import os, time\ndef f():\n    while not os.path.exists({str(gate)!r}):\n        time.sleep(0.01)"
        requests = [self.request(), self.request(source), self.request()]
        outcomes = []
        worker = threading.Thread(target=lambda: outcomes.extend(task.run_all(requests)))
        worker.start()
        directory = RunDirectory(str(self.root), requests[1]["attempt"])
        told, until = [], time.monotonic() + 20
        while not any(each["ev"] == task.SPLIT for each in told) and time.monotonic() < until:
            time.sleep(0.05)
            told = directory.events(0)[0]
        gate.touch()
        worker.join()
        [split] = [each for each in told if each["ev"] == task.SPLIT]
        self.assertEqual([requests[2]["attempt"]], split["rest"])
        self.assertEqual([1], [each["value"] for each in split["outcomes"]])
        self.assertEqual(1, outcomes[0]["value"])
        self.assertTrue(outcomes[1]["ok"])
        self.assertIsNone(outcomes[2])
        self.assertFalse(RunDirectory(str(self.root), requests[2]["attempt"]).has_begun())

    def test_what_was_revoked_meanwhile_is_passed_over(self):
        requests = [self.request(), self.request()]
        RunDirectory(str(self.root), requests[0]["attempt"]).revoke(FIRST)
        outcomes = task.run_all(json.loads(json.dumps(requests)))
        self.assertEqual([False, True], [each["ok"] for each in outcomes])
        self.assertEqual(requests[0]["attempt"], outcomes[0]["attempt"])


if __name__ == "__main__":
    unittest.main()
