import os
import signal
import sys
import unittest
from unittest import mock

import colmenar_worker
from colmenar_worker import functions
from colmenar_worker.attempt import Attempt
from colmenar_worker.execution import execute
from worker_process import WorkerTestCase, python_code


class Functions(WorkerTestCase):
    def module(self, name, text):
        """A module that only this test can import."""
        modules = self.directory / "modules"
        modules.mkdir(exist_ok=True)
        (modules / f"{name}.py").write_text(text)
        if str(modules) not in sys.path:
            sys.path.insert(0, str(modules))
            self.addCleanup(sys.path.remove, str(modules))
        self.addCleanup(sys.modules.pop, name, None)

    def source_modules(self):
        return {name for name in sys.modules if name.startswith("colmenar_source_")}

    def test_a_function_gets_its_arguments_and_its_value_is_returned(self):
        code = python_code("def f(x, *, y): return [x, y, 'ñandú', 2**80]")
        outcome = self.execute(code, "é", kwargs={"y": None})
        self.assertEqual(["é", None, "ñandú", 2**80], outcome["value"])
        self.assertTrue(outcome["ok"])
        self.assertEqual(47, outcome["valueBytes"])
        self.assertIsNone(outcome["exitCode"])
        times = outcome["times"]
        self.assertLessEqual(times["received"], times["started"])
        self.assertLessEqual(times["started"], times["ended"])
        self.assertEqual(["started"], [event["ev"] for event in self.events])

    def test_a_function_of_an_installed_module_is_found_by_its_path(self):
        self.assertEqual(3.0, self.value({"kind": "python", "function": "math:sqrt"}, 9))
        code = {"kind": "python", "function": "datetime:date.fromisoformat"}
        self.assertEqual("2024-01-02", self.value(code, "2024-01-02"))

    def test_code_that_cannot_be_found_is_rejected(self):
        for function, part in (
            ("nosuchmodule:f", "nosuchmodule"),
            ("math:nosuch", "module 'math' has no function 'nosuch'"),
            ("math:pi", "not a function but float"),
            ("math", "package.module:function"),
            ("os;path:join", "package.module:function"),
        ):
            with self.subTest(function):
                failure = self.failure({"kind": "python", "function": function})
                self.assert_rejected(failure, part)
        self.assert_rejected(self.failure(python_code("x = 1", "g")), "has no function 'g'")
        self.assert_rejected(self.failure(python_code("x = 1", "x")), "not a function but int")
        self.assert_rejected(self.failure(python_code("import nosuchmodule")), "nosuchmodule")

    def test_a_syntax_error_is_rejected_with_line_and_text(self):
        failure = self.failure(python_code("x = 1\ndef f(:\n    pass\n"))
        self.assert_rejected(failure, "line 2", "def f(:")
        self.assertEqual("SyntaxError", failure["type"])
        self.assert_rejected(self.failure(python_code("def f():\npass")), "line 2")
        self.assertFalse(self.execute(python_code("def f(): pass\0"))["ok"])

    def test_arguments_that_do_not_fit_are_rejected_before_the_call(self):
        code = python_code("def f(x, y=1): open('called', 'w')")
        for args, kwargs, part in (
            ([], {}, "missing a required argument: 'x'"),
            ([1, 2, 3], {}, "too many positional arguments"),
            ([1], {"z": 1}, "unexpected keyword argument 'z'"),
            ([1], {"x": 1}, "multiple values for argument 'x'"),
        ):
            failure = self.failure(code, *args, kwargs=kwargs)
            self.assert_rejected(failure, "f()", part)
            self.assertEqual("TypeError", failure["type"])
        self.assertFalse((self.directory / "called").exists())

    def test_a_type_error_inside_the_function_is_the_users(self):
        self.assertEqual("APPLICATION", self.failure(python_code("def f(): 1 + 'a'"))["class"])

    def test_builtins_without_a_signature_are_just_called(self):
        code = {"kind": "python", "function": "builtins:max"}
        self.assertEqual(3, self.value(code, 1, 3, 2))
        self.assertEqual("APPLICATION", self.failure(code)["class"])

    def test_an_exception_is_reported_with_source_lines_and_causes_but_without_our_frames(self):
        code = python_code("""
            class Diverged(Exception): pass
            def solve(): raise ValueError('singulär')
            def f():
                try: solve()
                except ValueError as e: raise Diverged('step 3') from e
            """)
        failure = self.failure(code)
        self.assertEqual(
            ("APPLICATION", "Diverged", "step 3"),
            (failure["class"], failure["type"], failure["message"]),
        )
        text = failure["traceback"]
        self.assertIn("def solve(): raise ValueError('singulär')", text)
        self.assertIn("except ValueError as e: raise Diverged", text)
        self.assertIn("direct cause", text)
        self.assertNotIn("colmenar_worker", text)
        decode = python_code("import json\ndef f(): json.loads('{')")
        self.assertEqual("json.decoder.JSONDecodeError", self.failure(decode)["type"])

    def test_asynchronous_frames_of_the_worker_are_left_out_too(self):
        text = self.failure(python_code("async def f():\n    raise KeyError('x')"))["traceback"]
        self.assertNotIn("asyncio", text)
        self.assertIn("raise KeyError('x')", text)

    def test_long_tracebacks_keep_their_end(self):
        failure = self.failure(python_code("def f(): raise ValueError('x' * 100000 + 'END')"))
        self.assertLessEqual(len(failure["traceback"]), 64 * 1024)
        self.assertTrue(failure["traceback"].endswith("END\n"))

    def test_everything_a_function_can_raise_is_a_failure(self):
        for statement, type_ in (
            ("import sys; sys.exit(3)", "SystemExit"),
            ("raise KeyboardInterrupt", "KeyboardInterrupt"),
            ("raise MemoryError", "MemoryError"),
            ("f()", "RecursionError"),
            ("raise GeneratorExit", "GeneratorExit"),
            ("raise StopIteration", "StopIteration"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", "KeyboardInterrupt"),
        ):
            with self.subTest(statement):
                failure = self.failure(python_code(f"def f(): {statement}"))
                self.assertEqual(("APPLICATION", type_), (failure["class"], failure["type"]))

    def test_an_exception_that_cannot_be_printed_is_a_failure(self):
        code = python_code("""
            class Odd(Exception):
                def __str__(self): raise ValueError
            def f(): raise Odd
            """)
        self.assertEqual("Odd", self.failure(code)["type"])

    def test_yielded_values_are_items_and_the_return_value_is_the_value(self):
        code = python_code("""
            def f(n):
                for i in range(n): yield {'i': i, 'nan': float('nan')}
                return 'done'
            """)
        self.assertEqual("done", self.value(code, 3))
        items = self.events_of("item")
        self.assertEqual([0, 1, 2], [item["index"] for item in items])
        self.assertEqual({"i": 2, "nan": "NaN"}, items[2]["value"])

    def test_a_returned_generator_streams_too(self):
        self.assertIsNone(self.value(python_code("def f(): return (i * i for i in range(3))")))
        self.assertEqual([0, 1, 4], [item["value"] for item in self.events_of("item")])

    def test_a_generator_that_fails_keeps_its_items(self):
        self.assertEqual(
            "ZeroDivisionError",
            self.failure(python_code("""
            def f():
                yield 1
                1 / 0
            """))["type"],
        )
        self.assertEqual(1, len(self.events_of("item")))

    def test_an_item_that_is_not_json_ends_the_generator(self):
        failure = self.failure(python_code("""
            def f():
                try:
                    yield 1
                    yield [b'']
                finally:
                    open('closed', 'w')
            """))
        self.assertEqual("items[1][0]: bytes", failure["message"])
        self.assertTrue((self.directory / "closed").exists())

    def test_an_item_over_the_cap_is_a_failure(self):
        failure = self.failure(python_code("def f(): yield 'x' * 100"), valueCapBytes=50)
        self.assertEqual("ResultTooLarge", failure["type"])

    def test_coroutines_and_asynchronous_generators_run(self):
        self.assertEqual(
            4,
            self.value(
                python_code("""
            import asyncio
            async def f(x):
                await asyncio.sleep(0)
                return x + 1
            """),
                3,
            ),
        )
        self.assertIsNone(self.value(python_code("""
            async def f():
                for i in range(2): yield i
            """)))
        self.assertEqual([0, 1], [item["value"] for item in self.events_of("item")])

    def test_results_that_are_not_json_are_failures(self):
        failure = self.failure(python_code("def f(): return {'a': [object]}"))
        self.assertEqual("ResultNotJson", failure["type"])
        self.assertIn("value.a[0]: type", failure["message"])
        failure = self.failure(python_code("def f(): return 'x' * 99"), valueCapBytes=100)
        self.assertEqual("ResultTooLarge", failure["type"])

    def test_resources_are_passed_to_functions_that_ask_for_them(self):
        code = python_code("""
            def f(x, _resources):
                r = _resources
                return [x, r.node_count, r.cpu_processes, r.cpu_threads, r.total_ranks,
                        r.memory_mb, r.gpus, r.walltime_seconds, r.queue, r.account]
            """)
        self.assertEqual([7, 1, 1, 1, 1] + [None] * 5, self.value(code, 7))
        resources = {
            "nodes": 2,
            "processesPerNode": 3,
            "threadsPerProcess": 4,
            "memoryMb": 5,
            "gpus": 6,
            "walltimeSeconds": 7,
            "queue": "q",
            "account": "a",
        }
        self.assertEqual(
            [7, 2, 3, 4, 6, 5, 6, 7, "q", "a"], self.value(code, 7, resources=resources)
        )

    def test_users_may_not_pass_resources_themselves(self):
        code = python_code("def f(**kwargs): return 1")
        self.assert_rejected(self.failure(code, kwargs={"_resources": 1}), "_resources", "reserved")

    def test_module_level_code_runs_once_per_process(self):
        code = python_code("calls = []\ndef f():\n    calls.append(1)\n    return len(calls)")
        self.assertEqual([1, 2], [self.value(code), self.value(code)])

    def test_a_source_that_fails_to_load_is_tried_again(self):
        code = python_code("open('count', 'a').write('x')\n1 / 0")
        modules = self.source_modules()
        for _ in range(2):
            failure = self.failure(code)
            self.assertEqual(
                ("APPLICATION", "ZeroDivisionError"), (failure["class"], failure["type"])
            )
            self.assertIn("1 / 0", failure["traceback"])
        self.assertEqual("xx", (self.directory / "count").read_text())
        self.assertEqual(modules, self.source_modules())

    def test_the_least_recently_used_source_is_dropped(self):
        def source(number):
            return python_code(
                f"n = {number}\ncalls = []\ndef f(): calls.append(1); return len(calls)"
            )

        with (
            mock.patch.object(functions, "_CACHED_SOURCES", 2),
            mock.patch.dict(functions._sources, clear=True),
        ):
            calls = [self.value(source(n)) for n in (1, 2, 1, 3, 1, 2)]
        self.assertEqual([1, 1, 2, 1, 3, 1], calls)

    def test_dataclasses_pickle_and_inspect_work_in_sources(self):
        code = python_code("""
            from __future__ import annotations
            import dataclasses, inspect, pickle
            @dataclasses.dataclass
            class Point:
                x: int
                y: dataclasses.InitVar[int] = 0
            def f():
                copy = pickle.loads(pickle.dumps(Point(1)))
                return [copy, __name__ != '__main__', inspect.getsource(f).strip()[:8]]
            """)
        self.assertEqual([{"x": 1}, True, "def f():"], self.value(code))

    def test_sources_do_not_inherit_the_workers_future_imports(self):
        code = python_code("def g(x: 1 + 1): pass\ndef f(): return g.__annotations__['x']")
        self.assertEqual(2, self.value(code))

    def test_state_of_the_process_is_restored(self):
        def state():
            umask = os.umask(0o22)
            os.umask(umask)
            handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
            return os.getcwd(), dict(os.environ), list(sys.argv), list(sys.path), handlers, umask

        before, path = state(), sys.path
        self.value(python_code("""
            import os, signal, sys
            def f():
                os.mkdir('sub'); os.chdir('sub'); os.umask(0o777)
                os.environ['NEW'] = '1'; os.environ.pop('PATH'); os.environ['HOME'] = '/x'
                sys.argv.append('x'); sys.path.insert(0, '/nowhere')
                sys.argv = ['x']; sys.path = ['/nowhere']
                signal.signal(signal.SIGTERM, lambda *_: None)
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                sys.stdout.close()
                sys.stderr = None
            """))
        self.assertEqual(before, state())
        self.assertIs(path, sys.path)
        self.assertEqual(1, self.value(python_code("def f():\n    print('still')\n    return 1")))
        self.assertEqual("still\n", self.printed())

    def test_an_alarm_does_not_outlive_its_handler(self):
        self.value(python_code("""
            import signal
            def f():
                signal.signal(signal.SIGALRM, lambda *_: None)
                signal.alarm(1000)
            """))
        self.assertEqual(0, signal.alarm(0))

    def test_what_loading_does_to_path_and_environment_holds_for_every_call(self):
        code = python_code("""
            import os, sys
            sys.path.insert(0, '/loaded')
            os.environ['LOADED'] = '1'
            def f(): return [sys.path[0], os.environ.get('LOADED')]
            """)
        for _ in range(2):
            self.assertEqual(["/loaded", "1"], self.value(code))
            self.assertNotIn("LOADED", os.environ)
        self.module("colmenar_test_loaded", code["source"])
        for _ in range(2):
            code = {"kind": "python", "function": "colmenar_test_loaded:f"}
            self.assertEqual(["/loaded", "1"], self.value(code))

    def test_a_broken_imported_module_is_told_from_a_missing_one(self):
        self.module("colmenar_test_broken", "x = (\n")
        self.module("colmenar_test_raising", "raise OSError('no licence')\n")
        code = {"kind": "python", "function": "colmenar_test_broken:f"}
        self.assert_rejected(self.failure(code), "colmenar_test_broken.py", "line 1")
        failure = self.failure({"kind": "python", "function": "colmenar_test_raising:f"})
        self.assertEqual(("APPLICATION", "OSError"), (failure["class"], failure["type"]))

    def test_the_environment_of_the_request_holds_during_the_call(self):
        code = python_code("import os\ndef f(): return [os.environ['K'], os.getcwd()]")
        value = self.value(code, environment={"K": "ü"})
        self.assertEqual(["ü", str(self.directory)], value)
        self.assertNotIn("K", os.environ)
        self.assert_rejected(self.failure(code, environment={"A=B": "x"}), "A=B")

    def test_output_goes_to_the_files_of_the_run_directory(self):
        self.value(python_code("""
            import os, subprocess, sys
            def f():
                print('print é', end=' ')
                os.write(1, b'one') if sys.stdout.flush() is None else None
                subprocess.run(['echo', 'child'])
                print('lone \\ud800', file=sys.stderr)
            """))
        self.assertEqual("print é onechild\n", self.printed())
        self.assertEqual("lone \\ud800\n", self.printed("stderr"))

    def test_a_kept_reference_to_stdout_prints_into_the_next_attempt(self):
        code = python_code("from sys import stdout\ndef f(x): stdout.write(x)")
        self.value(code, "first")
        self.assertEqual("first", self.printed())
        self.value(code, "second")
        self.assertEqual("second", self.printed())

    def test_output_over_the_cap_is_cut_to_its_beginning(self):
        code = python_code("def f(): print('0123456789' * 100)")
        outcome = self.execute(code, outputCapBytes=15)
        self.assertEqual(["stdout"], outcome["outputTruncated"])
        self.assertEqual("012345678901234", self.printed())

    def test_a_link_left_by_an_earlier_attempt_does_not_receive_output(self):
        target = self.directory / "target"
        (self.directory / "stdout").symlink_to(target)
        self.value(python_code("def f(): print('x')"))
        self.assertFalse(target.exists())
        self.assertEqual("x\n", self.printed())

    def test_progress_is_clamped_and_throttled_and_its_last_report_is_sent(self):
        self.value(python_code("""
            from colmenar_worker import progress
            def f():
                progress(-3)
                for i in range(1000): progress(i / 1000, f'step {i}')
                progress(7, 'last ' + 'x' * 5000)
            """))
        reports = self.events_of("progress")
        self.assertEqual((0.0, ""), (reports[0]["fraction"], reports[0]["message"]))
        self.assertEqual(1.0, reports[-1]["fraction"])
        self.assertTrue(reports[-1]["message"].startswith("last"))
        self.assertLess(len(reports), 10)

    def test_a_held_back_report_is_sent_while_the_function_goes_on(self):
        code = python_code("""
            import time
            from colmenar_worker import progress
            def f(events):
                progress(0.1)
                progress(0.2)
                deadline = time.monotonic() + 10
                while len(events) < 2 and time.monotonic() < deadline: time.sleep(0.01)
            """)
        seen = []
        function = functions.load(code)
        attempt = Attempt("a")
        attempt.open(seen.append)
        self.addCleanup(attempt.close)
        function(seen)
        self.assertEqual([0.1, 0.2], [event["fraction"] for event in seen])

    def test_progress_outside_an_attempt_does_nothing(self):
        colmenar_worker.progress(0.5, "nobody listens")

    def test_progress_from_a_signal_handler_does_not_dead_lock(self):
        events = []

        def emit(event):
            if event["ev"] == "item":
                colmenar_worker.progress(0.5, "from within")
            events.append(event["ev"])

        outcome = execute(self.request(python_code("def f(): yield 1")), emit)
        self.assertTrue(outcome["ok"])
        self.assertEqual(["started", "item", "progress"], events)

    def test_a_broken_request_is_rejected(self):
        code = python_code("def f(): pass")
        self.assert_rejected(self.failure({"kind": "magic"}), "code.kind")
        self.assert_rejected(self.failure({"kind": "python"}), "function: missing")
        self.assert_rejected(self.failure(code, args="x"), "args: unexpected str")
        self.assert_rejected(self.failure(code, resources={"nodes": "x"}), "resources.nodes")
        self.assert_rejected(self.failure(code, directory="relative"), "not absolute")

    def test_a_missing_run_directory_is_not_the_users_fault(self):
        failure = self.failure(python_code("def f(): pass"), directory="/no/such/directory")
        self.assertEqual("INFRASTRUCTURE", failure["class"])

    def test_a_file_that_cannot_be_created_is_not_the_users_fault(self):
        (self.directory / "stdout").mkdir()
        failure = self.failure(python_code("def f(): pass"))
        self.assertEqual("INFRASTRUCTURE", failure["class"])


if __name__ == "__main__":
    unittest.main()
