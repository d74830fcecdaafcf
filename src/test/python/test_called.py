"""An attempt as the call of a function, as a service makes it that knows nothing of attempts."""

import json
import os
import shutil
import tempfile
import threading
import time
import unittest

from colmenar_worker import called

MOST = 100_000


class Calls(unittest.TestCase):
    def setUp(self):
        self.directory = os.path.realpath(tempfile.mkdtemp(prefix="colmenar-test-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        before = os.getcwd()
        os.chdir(self.directory)
        self.addCleanup(os.chdir, before)

    def call(self, source="", most=MOST, **fields):
        request = {
            "attempt": "a",
            "code": {"kind": "python", "source": source, "function": "f"},
            **fields,
        }
        outcome = called.run(request, most)
        json.dumps(outcome)
        self.assertEqual([], os.listdir(self.directory))
        return outcome

    def bundle(self, source, *args, most=MOST):
        code = {"kind": "python", "source": source, "function": "f"}
        requests = [{"attempt": str(i), "code": code, "args": [arg]} for i, arg in enumerate(args)]
        outcomes = called.run_all(requests, most)
        self.assertEqual([str(i) for i in range(len(args))], [o["attempt"] for o in outcomes])
        self.assertLessEqual(len(json.dumps(outcomes)), most)
        return outcomes

    def command(self, *argv, **fields):
        code = {"kind": "command", "argv": list(argv), "result": {"from": "stdout", "as": "text"}}
        return self.call(code={**code, **fields.pop("code", {})}, **fields)

    def test_a_value_comes_with_what_was_told_and_printed(self):
        outcome = self.call(
            "def f(x):\n    print('here')\n    yield x\n    yield x + 1\n    return 'end'", args=[1]
        )
        self.assertEqual(("a", True, "end"), (outcome["attempt"], outcome["ok"], outcome["value"]))
        self.assertEqual(
            [("started", None), ("item", 1), ("item", 2)],
            [(event["ev"], event.get("value")) for event in outcome["events"]],
        )
        self.assertEqual("here\n", outcome["stdout"])

    def test_some_run_one_after_the_other(self):
        outcomes = self.bundle("def f(x): return 1 / x", 1, 0, 2)
        self.assertEqual([1, None, 0.5], [outcome.get("value") for outcome in outcomes])
        self.assertEqual("ZeroDivisionError", outcomes[1]["failure"]["type"])

    def test_what_comes_after_one_that_takes_long_is_given_back(self):
        outcomes = self.bundle("import time\ndef f(x): time.sleep(x)", 0, 1.1, 0)
        self.assertEqual([True, True, None], [outcome.get("ok") for outcome in outcomes])
        self.assertEqual({"attempt": "2", "givenBack": True}, outcomes[2])

    def test_what_comes_after_many_characters_is_given_back(self):
        outcomes = self.bundle("def f(x): return 'x' * x", 60_000, 1)
        self.assertEqual({"attempt": "1", "givenBack": True}, outcomes[1])

    def test_what_others_leave_no_room_for_is_not_the_code_s_fault(self):
        outcomes = self.bundle("def f(x): return 'x' * x", 40_000, 70_000)
        self.assertEqual("NoRoomInBundle", outcomes[1]["failure"]["type"])
        self.assertEqual("INFRASTRUCTURE", outcomes[1]["failure"]["class"])

    def test_sys_exit_ends_nothing_but_the_call(self):
        outcome = self.call("import sys\ndef f(): sys.exit(3)")
        self.assertEqual("SystemExit", outcome["failure"]["type"])

    def test_what_is_too_long_for_the_service_is_named_with_the_limit(self):
        outcome = self.call("def f(): return 'x' * 200000")
        self.assertEqual("ResultTooLarge", outcome["failure"]["type"])
        self.assertIn("the limit is 100000", outcome["failure"]["message"])

    def test_characters_that_are_escaped_count_as_the_service_counts_them(self):
        self.assertTrue(self.call("def f(): return 'x' * 50000")["ok"])
        self.assertFalse(self.call("def f(): return '\u00e9' * 50000")["ok"])

    def test_a_function_ends_at_its_time_limit(self):
        begin = time.monotonic()
        outcome = self.call(
            "def f():\n    try:\n        while True: pass\n    except Exception: pass",
            timeLimitSeconds=0.3,
        )
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual("TIME_LIMIT", outcome["failure"]["class"])
        self.assertEqual("it ran past its time limit of 0.3 s", outcome["failure"]["message"])

    def test_a_command_ends_at_its_time_limit(self):
        outcome = self.command("sleep", "60", timeLimitSeconds=0.3)
        self.assertEqual("TIME_LIMIT", outcome["failure"]["class"])

    def test_a_command_that_is_quick_enough_does_not(self):
        outcome = self.command("echo", "hello", timeLimitSeconds=60)
        self.assertEqual("hello\n", outcome["value"])

    def test_a_time_limit_that_is_not_reached_leaves_nothing_behind(self):
        self.assertTrue(self.call("def f(): return 1", timeLimitSeconds=0.2)["ok"])
        time.sleep(0.3)
        self.assertTrue(self.call("def f(): return 1")["ok"])

    def test_parsl_knows_how_a_program_is_launched(self):
        os.environ["PARSL_MPI_PREFIX"] = "env RANK={0}"
        self.addCleanup(os.environ.pop, "PARSL_MPI_PREFIX")
        outcome = self.command("sh", "-c", "echo $RANK", code={"launch": ["mpirun"]})
        self.assertEqual("{0}\n", outcome["value"])

    def test_threads_are_refused(self):
        outcomes = []
        thread = threading.Thread(target=lambda: outcomes.append(self.call("def f(): return 1")))
        thread.start()
        thread.join()
        self.assertEqual("ThreadsNotSupported", outcomes[0]["failure"]["type"])


if __name__ == "__main__":
    unittest.main()
