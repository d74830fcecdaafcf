import os
import select
import signal
import sys
import unittest

from worker_process import WorkerTestCase, eventually, is_alive, python_code, python_command


class Worker(WorkerTestCase):
    def test_the_first_line_says_who_is_there(self):
        ready = self.worker().ready
        self.assertEqual(("ready", 1), (ready["ev"], ready["protocol"]))
        self.assertEqual("%d.%d.%d" % sys.version_info[:3], ready["python"])
        self.assertEqual({"ev", "protocol", "pid", "python", "hostname"}, set(ready))

    def test_the_worker_leads_its_own_session(self):
        worker = self.worker()
        self.assertEqual(worker.process.pid, os.getsid(worker.process.pid))

    def test_an_attempt_starts_and_finishes(self):
        worker = self.worker()
        request = self.request(
            python_code("def f(x): return [x, 2**80, float('nan')]"), "ñ \u2028 😀"
        )
        worker.send(request)
        started, finished = worker.read(), worker.read()
        self.assertEqual(("started", request["attempt"]), (started["ev"], started["attempt"]))
        self.assertEqual(worker.process.pid, started["worker"]["pid"])
        self.assertEqual(request["attempt"], finished["attempt"])
        self.assertEqual(["ñ \u2028 😀", 2**80, "NaN"], finished["value"])
        self.assertGreater(finished["spans"]["deserializeInputs"], 0)
        self.assertEqual(
            {"ev", "attempt", "ok", "value", "valueBytes", "times", "spans", "worker"}
            | {"exitCode", "outputTruncated"},
            set(finished),
        )

    def test_items_and_progress_are_sent_while_the_function_runs(self):
        worker = self.worker()
        worker.send(self.request(python_code("""
            import os, time, colmenar_worker
            def f():
                colmenar_worker.progress(0.5, 'half')
                yield 'é'
                while not os.path.exists('go'): time.sleep(0.005)
            """)))
        events = worker.read_until("item")
        self.assertEqual(["started", "progress", "item"], [event["ev"] for event in events])
        self.assertEqual(("é", 0), (events[2]["value"], events[2]["index"]))
        (self.directory / "go").touch()
        self.assertTrue(worker.read_until("finished")[-1]["ok"])

    def test_nothing_that_is_printed_reaches_the_protocol(self):
        worker = self.worker()
        finished = worker.run(self.request(python_code("""
            import os, subprocess, sys
            def f():
                print('a'); sys.__stdout__.write('b'); sys.__stdout__.flush()
                os.write(1, b'c'); os.system('echo d'); subprocess.run(['echo', 'e'])
                return sys.stdin.read()
            """)))
        self.assertEqual("", finished["value"])
        self.assertEqual("a\nbcd\ne\n", self.printed())

    def test_the_descriptors_of_the_protocol_are_not_inherited(self):
        worker = self.worker()
        source = "import os; print(sorted(int(d) for d in os.listdir('/proc/self/fd'))[:-1])"
        code = python_command(source, result={"from": "stdout", "as": "json"})
        self.assertEqual([0, 1, 2], worker.run(self.request(code))["value"])

    def test_a_fork_of_the_worker_does_not_speak(self):
        worker = self.worker()
        finished = worker.run(self.request(python_code("""
            import os, colmenar_worker
            def f():
                pid = os.fork()
                if pid == 0:
                    colmenar_worker.progress(0.5)
                    return 'child'
                return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]
            """)))
        self.assertEqual([1], finished["value"])
        self.assertEqual(2, worker.run(self.request(python_code("def f(): return 2")))["value"])

    def test_a_fork_does_not_keep_the_pipes_of_a_dead_worker_open(self):
        worker = self.worker()
        code = python_code("""
            import os, time
            def f():
                child = os.fork()
                if child == 0: time.sleep(1000)
                open('child', 'w').write(str(child))
                os._exit(3)
            """)
        worker.send(self.request(code))
        self.assertEqual("started", worker.read()["ev"])
        self.assertEqual(3, worker.process.wait(10))
        child = int(eventually((self.directory / "child").read_text, "the fork"))
        self.addCleanup(os.kill, child, signal.SIGKILL)
        self.assertIsNone(worker.read())
        self.assertTrue(is_alive(child))

    def test_what_a_thread_prints_after_its_attempt_does_not_reach_the_protocol(self):
        worker = self.worker()
        code = python_code("""
            import os, threading
            def f(): threading.Timer(0.1, os.write, (1, b'late')).start()
            """)
        self.assertTrue(worker.run(self.request(code))["ok"])
        stderr = worker.process.stderr
        eventually(lambda: select.select([stderr], [], [], 0)[0], "something on stderr")
        self.assertEqual(b"late", os.read(stderr.fileno(), 100))
        self.assertEqual(1, worker.run(self.request(python_code("def f(): return 1")))["value"])

    def test_output_of_c_code_is_flushed(self):
        worker = self.worker(environment={"PYTHONUNBUFFERED": ""})
        code = python_code("import ctypes\ndef f(): ctypes.CDLL(None).printf(b'from C')")
        self.assertTrue(worker.run(self.request(code))["ok"])
        self.assertEqual("from C", self.printed())

    def test_multiprocessing_works(self):
        code = python_code("""
            import multiprocessing
            def square(x): return x * x
            def f():
                with multiprocessing.get_context('fork').Pool(2) as pool:
                    return pool.map(square, range(3))
            """)
        self.assertEqual([0, 1, 4], self.worker().run(self.request(code))["value"])

    def test_malformed_lines_are_reported_and_survived(self):
        worker = self.worker()
        for line in (
            b"{",
            b"[]",
            b"\xff\xfe",
            b'{"op":"dance","attempt":"x"}',
            b'{"op":"run"}',
            b"",
            b"[" * 99999,
        ):
            worker.send_line(line)
            error = worker.read()
            self.assertEqual("error", error["ev"], line)
            self.assertTrue(error["message"])
        self.assertEqual(1, worker.run(self.request(python_code("def f(): return 1")))["value"])

    def test_a_broken_request_is_rejected(self):
        worker = self.worker()
        worker.send({"op": "run", "attempt": "x"})
        finished = worker.read_until("finished")[-1]
        self.assertEqual(("x", "REJECTED"), (finished["attempt"], finished["failure"]["class"]))

    def test_the_worker_lives_on_after_failures(self):
        worker = self.worker()
        for statement in (
            "raise SystemExit",
            "raise KeyboardInterrupt",
            "f()",
            "raise MemoryError",
        ):
            finished = worker.run(self.request(python_code(f"def f(): {statement}")))
            self.assertEqual("APPLICATION", finished["failure"]["class"])
        self.assertEqual(1, worker.run(self.request(python_code("def f(): return 1")))["value"])

    def test_an_interrupt_between_attempts_is_survived(self):
        worker = self.worker()
        os.kill(worker.process.pid, signal.SIGINT)
        self.assertEqual(1, worker.run(self.request(python_code("def f(): return 1")))["value"])

    def test_lone_surrogates_and_very_long_integers_pass(self):
        worker = self.worker()
        code = python_code("def f(x): return [x, '\\ud800', x is None or len(str(10 ** 5000))]")
        finished = worker.run(self.request(code, "\ud800"))
        self.assertEqual(["\ud800", "\ud800", 5001], finished["value"])

    def test_a_value_larger_than_the_pipe_is_sent_whole(self):
        code = python_code("def f(): return 'é' * 300_000")
        self.assertEqual("é" * 300_000, self.worker().run(self.request(code))["value"])

    def test_a_signal_handler_that_raises_does_not_tear_a_line(self):
        worker = self.worker()
        worker.send(self.request(python_code("""
            import signal
            class Late(Exception): pass
            def late(*_):
                open('late', 'w').close()
                raise Late
            def f():
                signal.signal(signal.SIGALRM, late)
                signal.setitimer(signal.ITIMER_REAL, 0.2)
                while True: yield 'x' * 900_000
            """)))
        # Nothing is read before, so the handler raises in the midst of the write of an item.
        eventually((self.directory / "late").exists, "the handler has raised")
        events = worker.read_until("finished")
        self.assertEqual(["started", "item", "finished"], [event["ev"] for event in events])
        self.assertEqual("Late", events[-1]["failure"]["type"])

    def test_the_end_of_the_process_is_seen_by_the_server(self):
        worker = self.worker()
        code = python_code(
            "import os\ndef f():\n    print('last words', flush=True)\n    os._exit(3)"
        )
        worker.send(self.request(code))
        self.assertEqual("started", worker.read()["ev"])
        self.assertIsNone(worker.read())
        self.assertEqual(3, worker.process.wait())
        self.assertEqual("last words\n", self.printed())

    def test_endless_printing_is_capped_while_it_goes_on(self):
        worker = self.worker()
        worker.send(
            self.request(
                python_code("""
            import os, time
            def f():
                while not os.path.exists('stop'):
                    os.write(1, b'x' * 500)
                    time.sleep(0.001)
            """),
                outputCapBytes=1000,
            )
        )
        worker.read_until("started")
        output = self.directory / "stdout"

        def size():
            return output.stat().st_size if output.exists() else 0

        largest = eventually(lambda: size() > 1000 and size(), "the cap is passed")
        eventually(lambda: size() < largest, "the file is cut")
        (self.directory / "stop").touch()
        finished = worker.read_until("finished")[-1]
        self.assertEqual(["stdout"], finished["outputTruncated"])
        self.assertEqual(1000, size())

    def test_an_idle_worker_ends_with_its_server(self):
        worker = self.worker()
        worker.process.stdin.close()
        self.assertEqual(0, worker.process.wait(10))

    def running_tree(self, worker, code, **fields):
        """Starts code that writes the pids of its processes, and returns them."""
        worker.send(self.request(code, **fields))
        file = self.directory / "pids"
        eventually(lambda: file.exists() and len(file.read_text().split()) == 2, "processes run")
        return [int(pid) for pid in file.read_text().split()]

    def assert_dies_with_server(self, code, **fields):
        worker = self.worker()
        pids = self.running_tree(worker, code, **fields)
        worker.process.stdin.close()
        self.assertEqual(-signal.SIGKILL, worker.process.wait(10))
        for pid in pids:
            eventually(lambda: not is_alive(pid), f"process {pid} is gone")

    def test_a_running_command_ends_with_the_server(self):
        script = "trap '' TERM; sleep 1000 & echo $$ $! > pids; wait"
        code = {"kind": "command", "argv": ["sh", "-c", "{s}"]}
        self.assert_dies_with_server(code, kwargs={"s": script})

    def test_a_running_function_ends_with_the_server(self):
        self.assert_dies_with_server(python_code("""
            import os, subprocess
            def f():
                child = subprocess.Popen(['sleep', '1000'])
                open('pids', 'w').write(f'{os.getpid()} {child.pid}')
                child.wait()
            """))

    def test_a_server_that_reads_no_more_does_not_keep_the_worker_alive(self):
        self.assert_dies_with_server(python_code("""
            import os, subprocess
            def f():
                child = subprocess.Popen(['sleep', '1000'])
                open('pids', 'w').write(f'{os.getpid()} {child.pid}')
                while True: yield 'x' * 900_000
            """))

    def test_a_worker_whose_events_nobody_reads_ends(self):
        worker = self.worker()
        code = python_code("""
            import os, time
            def f():
                while not os.path.exists('go'): time.sleep(0.005)
                while True: yield 1
            """)
        worker.send(self.request(code))
        worker.read_until("started")
        worker.process.stdout.close()
        (self.directory / "go").touch()
        self.assertEqual(-signal.SIGKILL, worker.process.wait(10))

    def test_a_command_that_ignores_sigterm_is_killed_after_the_grace(self):
        worker = self.worker()
        script = "trap '' TERM; sleep 1000 & echo $$ $! > pids; wait"
        code = {"kind": "command", "argv": ["sh", "-c", "{s}"]}
        fields = {"attempt": "the one", "kwargs": {"s": script}, "graceSeconds": 0.2}
        pids = self.running_tree(worker, code, **fields)
        worker.send({"op": "cancel", "attempt": "the one"})
        events = worker.read_until("finished")
        self.assertEqual(["started", "group", "finished"], [event["ev"] for event in events])
        self.assertTrue(events[-1]["canceled"])
        self.assertFalse(events[-1]["ok"])
        self.assertEqual(events[1]["pgid"], pids[0])
        for pid in pids:
            eventually(lambda: not is_alive(pid), f"process {pid} is gone")

    def test_cancel_of_something_unknown_is_ignored(self):
        worker = self.worker()
        worker.send({"op": "cancel", "attempt": "long gone"})
        self.assertEqual(1, worker.run(self.request(python_code("def f(): return 1")))["value"])

    def test_commands_do_not_inherit_ignored_signals(self):
        code = {"kind": "command", "argv": ["cat", "/proc/self/status"]}
        code["result"] = {"from": "stdout", "as": "text"}
        status = self.worker().run(self.request(code))["value"]
        ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE):
            self.assertFalse(ignored >> (number - 1) & 1, number)

    def test_works_in_the_plain_c_locale(self):
        worker = self.worker(
            environment={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        )
        finished = worker.run(
            self.request(python_code("def f(x):\n    print(x)\n    return x"), "é")
        )
        self.assertEqual("é", finished["value"])
        self.assertEqual("é\n".encode(), (self.directory / "stdout").read_bytes())


if __name__ == "__main__":
    unittest.main()
