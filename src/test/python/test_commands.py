import os
import signal
import tempfile
import threading
import unittest

from colmenar_worker.attempt import Attempt
from colmenar_worker.execution import execute
from worker_process import WorkerTestCase, eventually, is_alive, python_code, python_command

STDOUT_JSON = {"from": "stdout", "as": "json"}
STDOUT_TEXT = {"from": "stdout", "as": "text"}
PRINT_ARGV = "import json, sys; print(json.dumps(sys.argv[1:]))"


class Commands(WorkerTestCase):
    def argv(self, *templates, args=(), **fields):
        """The arguments that a command with these templates gets."""
        code_fields = {
            key: fields.pop(key) for key in ("launch", "parameters", "preprocess") if key in fields
        }
        code = python_command(PRINT_ARGV, *templates, result=STDOUT_JSON, **code_fields)
        return self.value(code, *args, **fields)

    def test_arguments_are_rendered_without_a_shell(self):
        words = self.argv("{x}", "$HOME", "a;b", "{y}", args=["$(id) é", 1], parameters=["x", "y"])
        self.assertEqual(["$(id) é", "$HOME", "a;b", "1"], words)

    def test_a_list_becomes_one_argument_per_element(self):
        self.assertEqual(
            ["a b", "1", "-l=[1]"], self.argv("{x}", "-l={y}", kwargs={"x": ["a b", 1], "y": [1]})
        )

    def test_resources_and_run_directory_can_be_used(self):
        words = self.argv(
            "{nodes}/{processes_per_node}/{threads_per_process}/{total_ranks}/{memory_mb}/{gpus}",
            "{node_count}/{cpu_processes}/{cpu_threads}/{walltime_seconds}/{queue}/{account}",
            "{run_dir}",
            resources={"nodes": 2, "processesPerNode": 3, "threadsPerProcess": 4, "queue": "q"},
        )
        self.assertEqual(["2/3/4/6//", "2/3/4//q/", str(self.directory)], words)

    def test_an_argument_hides_a_resource_of_the_same_name(self):
        self.assertEqual(["mine"], self.argv("{queue}", kwargs={"queue": "mine"}))

    def test_arguments_that_do_not_fit_the_parameters_are_rejected(self):
        code = {"kind": "command", "argv": ["echo", "{x}"], "parameters": ["x"]}
        self.assert_rejected(self.failure(code, 1, 2), "2 arguments")
        self.assert_rejected(self.failure(code, 1, kwargs={"x": 1}), "given twice: x")
        self.assert_rejected(self.failure(code), "unknown name 'x'", "argv[1]")
        self.assert_rejected(self.failure(code, 1, kwargs={"_resources": 1}), "_resources")

    def test_a_template_cannot_look_into_objects(self):
        code = {"kind": "command", "argv": ["echo", "{x.__class__}"], "parameters": ["x"]}
        self.assert_rejected(self.failure(code, 1), "argv[1]", "{x.__class__}")

    def test_the_launcher_comes_before_the_command(self):
        (self.directory / "launcher").write_text('#!/bin/sh\nprintf "%s|" "$@"\n')
        (self.directory / "launcher").chmod(0o755)
        for launch in (
            "./launcher -np {total_ranks} '{a}'",
            ["./launcher", "-np", "{total_ranks}", "{a}"],
        ):
            code = {
                "kind": "command",
                "argv": ["prog", "{a}"],
                "launch": launch,
                "result": STDOUT_TEXT,
            }
            value = self.value(
                code, kwargs={"a": "x y"}, resources={"nodes": 2, "processesPerNode": 4}
            )
            self.assertEqual("-np|8|x y|prog|x y|", value)
        self.assert_rejected(self.failure({**code, "launch": "mpirun 'x"}), "launch")

    def test_stdin_is_the_rendered_text_or_empty(self):
        source = "import sys; sys.stdout.write(sys.stdin.read())"
        code = python_command(source, stdin="é {x}\n{{}}", result=STDOUT_TEXT)
        self.assertEqual("é 1.5\n{}", self.value(code, kwargs={"x": 1.5}))
        self.assertEqual("", self.value(python_command(source, result=STDOUT_TEXT)))
        big = "x" * 500_000
        self.assertEqual(
            big,
            self.value(python_command(source, stdin="{x}", result=STDOUT_TEXT), kwargs={"x": big}),
        )
        self.assertIsNone(self.value({"kind": "command", "argv": ["true"], "stdin": big}))

    def test_environment_is_rendered_over_that_of_the_request(self):
        code = python_command(
            "import json, os; print(json.dumps([os.environ['A'], os.environ['B']]))",
            environment={"A": "n={nodes}"},
            result=STDOUT_JSON,
        )
        value = self.value(code, environment={"A": "hidden", "B": "seen"})
        self.assertEqual(["n=1", "seen"], value)

    def test_files_are_rendered_into_the_run_directory(self):
        code = {
            "kind": "command",
            "argv": ["cat", "in/deep/a.txt"],
            "files": {"in/deep/a.txt": "x = {x} é"},
            "result": STDOUT_TEXT,
        }
        self.assertEqual("x = 3 é", self.value(code, kwargs={"x": 3}))

    def test_files_outside_the_run_directory_are_rejected(self):
        outside = tempfile.mkdtemp(prefix="colmenar-test-outside-")
        self.addCleanup(os.rmdir, outside)
        (self.directory / "link").symlink_to(outside)
        (self.directory / "dangling").symlink_to(outside + "/new")
        (self.directory / "loop").symlink_to("loop")
        for name in (
            "../x",
            "/tmp/x",
            "a/../../x",
            "a/../x",
            "link/x",
            "dangling",
            "loop/x",
            "",
            ".",
            "a\0b",
            "stdout",
        ):
            with self.subTest(name):
                code = {"kind": "command", "argv": ["true"], "files": {name: "x"}}
                self.assert_rejected(self.failure(code))
        self.assertEqual([], os.listdir(outside))

    def test_a_result_file_is_read(self):
        code = python_command(
            "open('out-7.json', 'w').write('{\"a\": [1, NaN, 123456789012345678901]}')",
            result={"from": "file", "path": "out-{x}.json", "as": "json"},
        )
        self.assertEqual(
            {"a": [1, "NaN", 123456789012345678901]}, self.value(code, kwargs={"x": 7})
        )

    def test_unusable_results_are_failures_of_the_application(self):
        file_result = {"from": "file", "path": "r", "as": "text"}
        for source, result, type_, part in (
            ("print('{')", STDOUT_JSON, "ResultNotJson", "stdout"),
            ("print('[' * 100000)", STDOUT_JSON, "ResultNotJson", "stdout"),
            ("", file_result, "ResultMissing", "no such file: r"),
            ("import os; os.mkdir('r')", file_result, "ResultMissing", "not a file: r"),
            ("import os; os.mkfifo('r')", file_result, "ResultMissing", "not a file: r"),
            (
                "import sys; sys.stdout.buffer.write(b'\\xff')",
                STDOUT_TEXT,
                "ResultNotUtf8",
                "stdout",
            ),
            ("print(' ' * 300000, 1)", STDOUT_JSON, "ResultTooLarge", "200000"),
            ("print('x' * 300000)", STDOUT_TEXT, "ResultTooLarge", "200000"),
            ("open('r', 'w').write('x' * 300000)", file_result, "ResultTooLarge", "300000"),
        ):
            with self.subTest(source):
                if (self.directory / "r").is_dir():
                    (self.directory / "r").rmdir()
                elif (self.directory / "r").exists():
                    (self.directory / "r").unlink()
                code = python_command(source, result=result)
                failure = self.failure(code, valueCapBytes=200_000)
                self.assertEqual(("APPLICATION", type_), (failure["class"], failure["type"]))
                self.assertIn(part, failure["message"])

    def test_a_result_outside_the_run_directory_is_not_read(self):
        code = python_command(
            "import os; os.symlink('/etc/passwd', 'r')",
            result={"from": "file", "path": "r", "as": "text"},
        )
        self.assertIn("leads out", self.failure(code)["message"])
        code["result"]["path"] = "{x}"
        self.assert_rejected(self.failure(code, kwargs={"x": "../secret"}), "../secret")

    def test_a_printed_result_may_be_longer_than_the_output_cap(self):
        code = python_command("print('\"' + 'x' * 1000 + '\"')", result=STDOUT_JSON)
        outcome = self.execute(code, outputCapBytes=10)
        self.assertEqual("x" * 1000, outcome["value"])
        self.assertEqual([], outcome["outputTruncated"])

    def test_an_exit_code_other_than_the_expected_is_a_failure(self):
        code = python_command("import sys; sys.exit('first\\n\\nlast ' + 'é')")
        outcome = self.execute(code)
        failure = outcome["failure"]
        self.assertEqual(("APPLICATION", "NonZeroExit"), (failure["class"], failure["type"]))
        self.assertEqual("exit code 1\nfirst\nlast é", failure["message"])
        self.assertEqual(1, outcome["exitCode"])
        code = {"kind": "command", "argv": ["sh", "-c", "exit 3"], "successCodes": [0, 3]}
        outcome = self.execute(code)
        self.assertTrue(outcome["ok"])
        self.assertEqual(3, outcome["exitCode"])
        self.assertIsNone(outcome["value"])

    def test_signals_from_outside_are_told_from_crashes(self):
        for number, class_, part in (
            (signal.SIGKILL, "INFRASTRUCTURE", "SIGKILL, possibly out of memory"),
            (signal.SIGTERM, "INFRASTRUCTURE", "SIGTERM"),
            (signal.SIGSEGV, "APPLICATION", "SIGSEGV"),
            (signal.SIGABRT, "APPLICATION", "SIGABRT"),
        ):
            code = {"kind": "command", "argv": ["sh", "-c", "{s}"]}
            outcome = self.execute(code, kwargs={"s": f"kill -{int(number)} $$"})
            self.assertEqual(class_, outcome["failure"]["class"])
            self.assertEqual("KilledBySignal", outcome["failure"]["type"])
            self.assertIn(part, outcome["failure"]["message"])
            self.assertEqual(128 + number, outcome["exitCode"])

    def test_a_program_that_cannot_be_started_is_rejected_by_name(self):
        (self.directory / "plain").write_text("x")
        (self.directory / "odd").write_bytes(b"\0\1\2")
        (self.directory / "odd").chmod(0o755)
        for program in ("no-such-program", "./no-such-program", "./plain", "/", "./odd"):
            with self.subTest(program):
                failure = self.failure({"kind": "command", "argv": [program]})
                self.assert_rejected(failure, program)
        self.assert_rejected(self.failure({"kind": "command", "argv": []}), "argv")
        nul = {"kind": "command", "argv": ["echo", "{x}"]}
        self.assert_rejected(self.failure(nul, kwargs={"x": "a\0b"}), "echo")
        self.assert_rejected(self.failure(nul, kwargs={"x": "x" * 10_000_000}), "echo")

    def test_preprocess_adds_arguments_and_replaces_stdin(self):
        code = python_command(
            "import sys; print(sys.argv[1:], sys.stdin.read(), open('made').read())",
            "first",
            stdin="replaced",
            result=STDOUT_TEXT,
            preprocess=python_code("""
                import pathlib
                def f(run_dir, args, kwargs, _resources):
                    assert isinstance(run_dir, pathlib.Path)
                    (run_dir / 'made').write_text('made')
                    print('a print that is not the result')
                    return [args[0], kwargs['k'], _resources.node_count, run_dir.name], 'input'
                """),
            parameters=["x"],
        )
        value = self.value(code, "é", kwargs={"k": None})
        self.assertEqual(f"['first', 'é', '', '1', '{self.directory.name}'] input made\n", value)

    def test_a_preprocess_that_fails_or_returns_something_else_is_a_failure(self):
        for source, type_, part in (
            ("def f(run_dir, args, kwargs): 1 / 0", "ZeroDivisionError", "division"),
            ("def f(run_dir, args, kwargs): return 1", "TypeError", "preprocess must return"),
            ("def f(run_dir, args, kwargs): return 'ab'", "TypeError", "preprocess must return"),
        ):
            code = python_command("open('ran', 'w')", preprocess=python_code(source))
            failure = self.failure(code)
            self.assertEqual(("APPLICATION", type_), (failure["class"], failure["type"]))
            self.assertIn(part, failure["message"])
        self.assertFalse((self.directory / "ran").exists())

    def test_postprocess_makes_the_value(self):
        code = python_command(
            "open('out', 'w').write('7'); print('not json')",
            result=STDOUT_JSON,
            postprocess=python_code("""
                def f(run_dir, _resources):
                    return [int((run_dir / 'out').read_text()), (run_dir / 'stdout').read_text()]
                """),
        )
        outcome = self.execute(code)
        self.assertEqual([7, "not json\n"], outcome["value"])
        additional = outcome["spans"]["additional"]
        self.assertEqual({"exec_preprocess", "exec_execution", "exec_postprocess"}, set(additional))
        self.assertGreater(outcome["spans"]["running"], 0)

    def test_the_group_of_the_command_is_reported_and_is_its_own(self):
        code = python_command(
            "import os; print([os.getpid(), os.getpgrp(), os.getsid(0)])", result=STDOUT_JSON
        )
        value = self.value(code)
        self.assertEqual(1, len(set(value)))
        self.assertEqual(value[0], self.events_of("group")[0]["pgid"])

    def test_what_a_command_leaves_behind_is_killed(self):
        code = {
            "kind": "command",
            "argv": ["sh", "-c", "sleep 1000 & echo $!"],
            "result": STDOUT_JSON,
        }
        pid = self.value(code)
        eventually(lambda: not is_alive(pid), "the background process is gone")

    def test_output_goes_to_files_and_is_cut(self):
        code = python_command("import sys; print('out'); print('x' * 99, file=sys.stderr)")
        outcome = self.execute(code, outputCapBytes=9)
        self.assertEqual(["stderr"], outcome["outputTruncated"])
        self.assertEqual(("out\n", "x" * 9), (self.printed(), self.printed("stderr")))

    def cancel_when(self, code, condition, **fields):
        """The outcome of a command that is cancelled when the condition holds."""
        request = self.request(code, **fields)
        attempt = Attempt(request["attempt"])
        outcomes = []
        self.events = []
        thread = threading.Thread(
            target=lambda: outcomes.append(execute(request, self.events.append, attempt))
        )
        thread.start()
        eventually(condition, "the moment to cancel")
        attempt.processes.cancel()
        thread.join()
        return outcomes[0]

    def test_a_canceled_command_is_asked_to_end(self):
        source = """
            import signal, sys, time
            def end(*_): open('cleaned', 'w'); sys.exit(0)
            signal.signal(signal.SIGTERM, end)
            open('ready', 'w')
            time.sleep(1000)
            """
        outcome = self.cancel_when(
            python_command(source), lambda: (self.directory / "ready").exists()
        )
        self.assertTrue(outcome["canceled"])
        self.assertFalse(outcome["ok"])
        self.assertNotIn("failure", outcome)
        self.assertTrue((self.directory / "cleaned").exists())

    def test_a_command_that_ignores_sigterm_is_killed_with_its_children_after_the_grace(self):
        code = {"kind": "command", "argv": ["sh", "-c", "{s}"]}
        script = "trap '' TERM; sleep 1000 & echo $! > child; mv child ready; wait; sleep 1000"
        ready = self.directory / "ready"
        outcome = self.cancel_when(code, ready.exists, kwargs={"s": script}, graceSeconds=0.2)
        self.assertTrue(outcome["canceled"])
        self.assertEqual(128 + signal.SIGKILL, outcome["exitCode"])
        eventually(lambda: not is_alive(int(ready.read_text())), "the child is gone")

    def test_a_command_that_is_canceled_before_its_start_never_starts(self):
        request = self.request(python_command("open('ran', 'w')"))
        attempt = Attempt(request["attempt"])
        attempt.processes.cancel()
        self.assertTrue(execute(request, lambda event: None, attempt)["canceled"])
        self.assertFalse((self.directory / "ran").exists())

    def test_a_command_that_is_canceled_during_its_preprocess_never_starts(self):
        preprocess = python_code("""
            import time
            def f(run_dir, args, kwargs):
                (run_dir / 'preparing').touch()
                while not (run_dir / 'canceled').exists(): time.sleep(0.005)
                return [], None
            """)
        request = self.request(python_command("open('ran', 'w')", preprocess=preprocess))
        attempt, outcomes = Attempt(request["attempt"]), []
        thread = threading.Thread(
            target=lambda: outcomes.append(execute(request, lambda event: None, attempt))
        )
        thread.start()
        eventually((self.directory / "preparing").exists, "preprocess runs")
        attempt.processes.cancel()
        (self.directory / "canceled").touch()
        thread.join()
        self.assertTrue(outcomes[0]["canceled"])
        self.assertFalse((self.directory / "ran").exists())

    def test_cancel_after_the_command_changes_nothing(self):
        request = self.request({"kind": "command", "argv": ["true"]})
        attempt = Attempt(request["attempt"])
        self.assertTrue(execute(request, lambda event: None, attempt)["ok"])
        attempt.processes.cancel()
        self.assertFalse(attempt.processes.canceled)


if __name__ == "__main__":
    unittest.main()
