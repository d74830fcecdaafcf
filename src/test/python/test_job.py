import hashlib
import signal
import unittest

from site_directory import SiteTestCase, attempt_of
from worker_process import eventually, is_alive, python_code, python_command


class JobOfAnAttempt(SiteTestCase):
    def test_the_outcome_is_in_a_file_of_the_run_directory(self):
        job = self.submitted(python_code("def f(x): print('hi'); return [x]"), args=["ñ"])
        self.assertEqual(0, self.run_job(job, "17"))
        outcome = self.run_of(job).outcome()
        self.assertEqual((True, ["ñ"]), (outcome["ok"], outcome["value"]))
        self.assertEqual(attempt_of(job), outcome["attempt"])
        self.assertEqual("hi\n", self.run_of(job).tail("stdout", 100))
        self.assertEqual("17", self.run_of(job).claimed_by())

    def test_the_code_runs_in_a_directory_apart_from_the_files_of_the_job(self):
        job = self.submitted(python_code("import os\ndef f(): return [os.getcwd(), os.listdir()]"))
        self.run_job(job)
        directory, found = self.run_of(job).outcome()["value"]
        self.assertEqual(str(self.run_of(job).work), directory)
        self.assertEqual(["stderr", "stdout"], sorted(found))

    def test_a_failure_of_the_code_is_an_outcome_and_shows_in_the_exit_code(self):
        job = self.submitted(python_command("import sys; sys.exit(3)"))
        self.assertEqual(3, self.run_job(job))
        outcome = self.run_of(job).outcome()
        self.assertEqual("NonZeroExit", outcome["failure"]["type"])
        self.assertEqual(3, outcome["exitCode"])
        self.assertEqual(1, self.run_job(self.submitted(python_code("def f(): return 1/0"))))

    def test_a_crash_of_the_interpreter_is_told_by_who_is_left(self):
        job = self.submitted(python_code("import os, signal\ndef f(): os.kill(os.getpid(), 11)"))
        self.assertEqual(1, self.run_job(job))
        failure = self.run_of(job).outcome()["failure"]
        self.assertEqual(("APPLICATION", "WorkerDied"), (failure["class"], failure["type"]))
        self.assertIn("signal 11", failure["message"])

    def test_a_kill_from_outside_is_no_outcome(self):
        job = self.submitted(python_code("import os\ndef f(): os.kill(os.getpid(), 9)"))
        self.assertEqual(128 + 9, self.run_job(job))
        self.assertIsNone(self.run_of(job).outcome())
        self.assertEqual(9, self.run_of(job).ended_by()["signal"])

    def test_a_job_that_can_write_nothing_more_ends_with_its_code_and_has_no_outcome(self):
        job = self.submitted(waiting())
        (self.run_of(job).path / "events").mkdir()
        self.assertEqual(1, self.run_job(job))
        self.assertIsNone(self.run_of(job).outcome())
        self.assertIsNone(self.run_of(job).ended_by())

    def test_a_second_job_runs_nothing(self):
        job = self.submitted(python_code("def f(): open('ran', 'a').write('x'); return 1"))
        self.run_job(job, "17")
        self.assertEqual(0, self.run_job(job, "18"))
        self.assertEqual("x", (self.run_of(job).work / "ran").read_text())

    def test_a_second_job_runs_nothing_while_the_first_one_runs(self):
        job = self.submitted(waiting())
        first = self.job_process(job, "17")
        eventually(lambda: self.run_of(job).claimed_by(), "claim")
        self.assertEqual(0, self.run_job(job, "18"))
        (self.run_of(job).work / "go").touch()
        self.assertEqual(0, first.wait(15))

    def test_the_same_job_may_come_again_after_it_was_ended_from_outside(self):
        job = self.submitted(waiting())
        first = self.job_process(job, "17")
        self.until_it_waits(job)
        first.send_signal(signal.SIGTERM)
        self.assertEqual(128 + 15, first.wait(15))
        self.assertEqual(15, self.run_of(job).ended_by()["signal"])
        self.assertIsNone(self.run_of(job).outcome())
        (self.run_of(job).work / "go").touch()
        self.assertEqual(0, self.run_job(job, "17"))
        self.assertTrue(self.run_of(job).outcome()["ok"])
        self.assertIsNone(self.run_of(job).ended_by())

    def until_it_waits(self, job):
        waits = self.run_of(job).work / "waits"
        eventually(waits.exists, "the code waits")

    def test_a_command_is_asked_to_end_with_the_job(self):
        job = self.submitted(python_command("""
            import signal, sys, time
            signal.signal(signal.SIGTERM, lambda *_: (open('saved', 'w').close(), sys.exit(0)))
            open('waits', 'w').close()
            time.sleep(60)
            """))
        process = self.job_process(job)
        self.until_it_waits(job)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + 15, process.wait(15))
        self.assertTrue((self.run_of(job).work / "saved").exists())
        self.assertIsNone(self.run_of(job).outcome())

    def test_code_that_does_not_end_is_killed_after_the_grace(self):
        job = self.submitted(
            python_code("""
                import os, signal, time
                def f():
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    open('pid', 'w').write(str(os.getpid()))
                    open('waits', 'w').close()
                    while True: time.sleep(1)
                """),
            graceSeconds=0.2,
        )
        process = self.job_process(job)
        self.until_it_waits(job)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(128 + 15, process.wait(15))
        pid = int((self.run_of(job).work / "pid").read_text())
        eventually(lambda: not is_alive(pid), "end of the code")

    def test_its_time_limit_is_an_outcome(self):
        for code in (waiting(), python_command("import time; time.sleep(60)")):
            job = self.submitted(code, timeLimitSeconds=0.5)
            self.assertEqual(1, self.run_job(job))
            failure = self.run_of(job).outcome()["failure"]
            self.assertEqual(("TIME_LIMIT", "TimeLimit"), (failure["class"], failure["type"]))
            self.assertIn("0.5 s", failure["message"])

    def test_code_is_warned_before_its_walltime_is_over(self):
        job = self.submitted(
            python_code("""
                import signal, time
                def f():
                    told = []
                    signal.signal(signal.SIGUSR2, lambda *_: told.append(1))
                    while not told: time.sleep(0.01)
                    return 'saved'
                """),
            warnAfterSeconds=1,
            warnSignal="SIGUSR2",
        )
        self.assertEqual(0, self.run_job(job))
        self.assertEqual("saved", self.run_of(job).outcome()["value"])

    def test_a_command_is_warned_too(self):
        job = self.submitted(
            python_command("""
                import signal, sys, time
                signal.signal(signal.SIGUSR1, lambda *_: sys.exit(9))
                time.sleep(60)
                """),
            warnAfterSeconds=1,
        )
        self.assertEqual(9, self.run_job(job))

    def test_one_that_was_cancelled_before_it_began_does_not_begin(self):
        job = self.submitted()
        self.run_of(job).cancel()
        self.assertEqual(0, self.run_job(job))
        self.assertTrue(self.run_of(job).outcome()["canceled"])

    def test_one_that_was_given_up_does_not_begin(self):
        job = self.submitted()
        self.run_of(job).withdraw()
        self.assertEqual(0, self.run_job(job))
        self.assertIsNone(self.run_of(job).claimed_by())

    def test_an_element_of_an_array_runs_the_attempt_of_its_index(self):
        job = self.array(["3", "4"], python_code("def f(): return 7"))
        self.submit(job)
        self.assertEqual(0, self.run_job(job, "1_4", 4))
        self.assertIsNone(self.run_of(job, 0).outcome())
        self.assertEqual(7, self.run_of(job, 1).outcome()["value"])
        self.assertEqual(0, self.run_job(job, "1_9", 9))

    def test_items_are_told_while_it_runs(self):
        job = self.submitted(python_code("""
            import os, time
            def f():
                for i in range(3): yield i
                while not os.path.exists('go'): time.sleep(0.01)
            """))
        process = self.job_process(job)
        eventually(lambda: len(self.news()) >= 2, "news of the items")
        events, offset = self.run_of(job).events(0, 1 << 20)
        self.assertEqual(["started", "item", "item", "item"], [event["ev"] for event in events])
        self.assertEqual(([], offset), self.run_of(job).events(offset, 1 << 20))
        (self.run_of(job).work / "go").touch()
        self.assertEqual(0, process.wait(15))

    def test_events_are_read_whole_however_little_is_read_at_once(self):
        job = self.submitted(python_code("def f():\n  yield 'a' * 1000\n  yield 2"))
        self.run_job(job)
        run, offset, kinds = self.run_of(job), 0, []
        while True:
            events, end = run.events(offset, 16)
            if end == offset:
                break
            kinds += [event["ev"] for event in events]
            offset = end
        self.assertEqual(["started", "item", "item"], kinds)


class FilesOfAnAttempt(SiteTestCase):
    def described(self, name, content):
        digest = hashlib.sha256(content).hexdigest()
        return {"path": name, "size": len(content), "sha256": digest}

    def test_inputs_must_be_what_was_sent(self):
        good, lost = self.described("in/a", b"x" * 3_000_000), self.described("b", b"y")
        for inputs, begin in (([good], None), ([good, lost], "input b: No such"),):
            job = self.submitted(python_code("def f(): return open('in/a').read(1)"), inputs=inputs)
            (self.run_of(job).work / "in").mkdir()
            (self.run_of(job).work / "in/a").write_bytes(b"x" * 3_000_000)
            self.run_job(job)
            outcome = self.run_of(job).outcome()
            if begin is None:
                self.assertEqual("x", outcome["value"])
            else:
                failure = outcome["failure"]
                self.assertEqual(("INFRASTRUCTURE", "StagingFailed"), (failure["class"], failure["type"]))
                self.assertTrue(failure["message"].startswith(begin), failure)

    def test_an_input_that_was_cut_off_is_found(self):
        job = self.submitted(inputs=[self.described("a", b"whole")])
        (self.run_of(job).work / "a").write_bytes(b"who")
        self.run_job(job)
        self.assertIn("not what was sent", self.run_of(job).outcome()["failure"]["message"])

    def test_outputs_are_described(self):
        job = self.submitted(
            python_code("""
                import os
                def f():
                    os.makedirs('d/e'); open('d/e/x', 'w').write('x'); open('d/y', 'w').close()
                    open('z', 'w').write('zz')
                """),
            outputs=["d", "z"],
        )
        self.assertEqual(0, self.run_job(job))
        self.assertCountEqual(
            [
                self.described("d/e/x", b"x"),
                self.described("d/y", b""),
                self.described("z", b"zz"),
            ],
            self.run_of(job).outcome()["files"],
        )

    def test_an_output_that_is_missing_or_leads_outside_is_a_failure(self):
        for code, type_ in (
            ("def f(): pass", "OutputMissing"),
            ("import os\ndef f(): os.symlink('/etc/passwd', 'z')", "OutputOutside"),
            ("import os\ndef f(): os.symlink('..', 'z')", "OutputOutside"),
        ):
            job = self.submitted(python_code(code), outputs=["z"])
            self.assertEqual(1, self.run_job(job))
            self.assertEqual(type_, self.run_of(job).outcome()["failure"]["type"], code)


def waiting():
    return python_code("""
        import os, time
        def f():
            open('waits', 'w').close()
            while not os.path.exists('go'): time.sleep(0.01)
            return 1
        """)


if __name__ == "__main__":
    unittest.main()
