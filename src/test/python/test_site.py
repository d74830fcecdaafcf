import os
import resource
import signal
import subprocess
import sys
import unittest

from site_directory import FIND, SUBMIT, SiteTestCase, attempt_of, path_of
from worker_process import eventually, python_code


class Submitting(SiteTestCase):
    def test_a_job_is_submitted_once_however_often_it_is_asked_for(self):
        job = self.single()
        first, second = self.submit(job), self.submit(job)
        self.assertEqual([{"name": job["name"], "refused": [], "id": "1"}], first)
        self.assertEqual(first, second)
        self.assertEqual([job["name"]], self.names())

    def test_many_calls_at_once_submit_it_once(self):
        job = self.single()
        fields = {"submit": SUBMIT, "submitted": "Job (\\d+) ", "find": FIND}
        calls = [self.start("submit", jobs=[job], **fields) for _ in range(8)]
        for call in calls:
            self.assertEqual(0, call.wait(15))
        self.assertEqual([job["name"]], self.names())

    def test_a_job_whose_answer_was_lost_is_asked_for_by_its_name(self):
        job = self.single()
        answers = self.submit(job, submit=SUBMIT + "exit 1")
        self.assertEqual("1", answers[0]["id"])
        self.assertEqual([job["name"]], self.names())

    def test_a_job_that_was_accepted_before_its_caller_died_is_found_later(self):
        job = self.single()
        call = self.start(
            "submit",
            jobs=[job],
            submit=SUBMIT + "kill -9 $PPID",
            submitted="Job (\\d+) ",
            find=FIND,
        )
        self.assertEqual(-signal.SIGKILL, call.wait(15))
        self.assertEqual("1", self.submit(job)[0]["id"])
        self.assertEqual([job["name"]], self.names())

    def test_while_the_scheduler_cannot_say_nothing_is_certain(self):
        job = self.single()
        answer = self.submit(job, submit="echo away >&2; exit 1", find="exit 1")[0]
        self.assertEqual(("away", False), (answer["error"], answer["certain"]))
        self.assertEqual("1", self.submit(job)[0]["id"])

    def test_a_scheduler_that_does_not_answer_is_not_waited_for_without_end(self):
        answer = self.submit(self.single(), submit="exec sleep 60", limitSeconds=0.3)[0]
        self.assertIn("no answer for 0.3 s", answer["error"])

    def test_a_refusal_is_certain_and_final(self):
        job = self.single()
        answer = self.submit(job, submit="echo no such partition >&2; exit 1")[0]
        self.assertEqual(("no such partition", True), (answer["error"], answer["certain"]))
        self.assertEqual([attempt_of(job)], self.submit(job)[0]["refused"])
        self.assertEqual([], self.names())

    def test_a_request_that_was_cut_off_does_nothing(self):
        call = self.start("submit", jobs=[])
        self.assertEqual(0, call.wait(15))
        for text in (b"", b'{"verb": "submit", "root": "/nowhere", "jobs": [{'):
            self.assertEqual(2, self.raw(text))

    def raw(self, text):
        return subprocess.run(
            [sys.executable, "-m", "colmenar_worker.site"], input=text, capture_output=True
        ).returncode

    def test_a_site_that_cannot_be_written_to_says_so_and_submits_nothing(self):
        job = self.single()
        self.root.mkdir()
        (self.root / "runs").write_text("no directory")
        answer = self.submit(job)[0]
        self.assertTrue(answer["certain"] and answer["site"], answer)
        self.assertIn("runs", answer["error"])
        self.assertEqual([], self.names())

    def test_a_full_disk_is_named(self):
        job = self.single()
        self.root.mkdir()
        full = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))}
        answer = self.submit(job, popen=full)[0]
        self.assertEqual(("File too large", True), (answer["error"], answer["site"]))
        self.assertEqual([], self.names())

    def test_files_of_a_job_are_there_before_it_is_submitted(self):
        job = self.single()
        self.submit(job, submit='cat "$1" >&2; exit 1')
        self.assertEqual("the script", (self.root / job["directory"] / "job.sh").read_text())

    def test_an_array_is_one_job_and_each_attempt_knows_its_place(self):
        job = self.array(["0", "1"])
        self.assertEqual("1", self.submit(job)[0]["id"])
        self.assertEqual([job["name"]], self.names())
        for member, index in enumerate(["0", "1"]):
            self.assertEqual(
                {"directory": job["directory"], "index": index}, self.run_of(job, member).array()
            )

    def test_of_an_array_those_that_came_too_late_are_left_out(self):
        job = self.array(["0", "1"])
        self.assertFalse(self.recover(path_of(job, 1))[0]["arrived"])
        answer = self.submit(job)[0]
        self.assertEqual(("1", [attempt_of(job, 1)]), (answer["id"], answer["refused"]))
        self.run_job(job, "1_1", 1)
        self.assertIsNone(self.run_of(job, 1).outcome())


class Recovering(SiteTestCase):
    def test_what_never_arrived_never_will(self):
        job = self.single()
        self.assertEqual(
            [{"attempt": attempt_of(job), "arrived": False}], self.recover(path_of(job))
        )
        self.assertEqual([attempt_of(job)], self.submit(job)[0]["refused"])
        self.assertEqual([], self.names())

    def test_what_was_submitted_is_known_by_its_job(self):
        job, array = self.submitted(), self.array(["0", "1"])
        self.submit(array)
        runs = self.recover(path_of(job), path_of(array, 1))
        self.assertEqual([True, True], [run["arrived"] for run in runs])
        self.assertEqual([("1", None), ("2", "1")], [(run["id"], run["index"]) for run in runs])

    def test_a_job_whose_id_was_never_written_down_is_asked_for(self):
        job = self.submitted()
        (self.run_of(job).path / "job").unlink()
        self.assertEqual("1", self.recover(path_of(job))[0]["id"])

    def test_a_job_that_the_scheduler_has_forgotten_is_known_by_its_claim(self):
        job = self.submitted()
        self.run_job(job, "77")
        (self.run_of(job).path / "job").unlink()
        self.jobs.write_text("")
        self.assertEqual("77", self.recover(path_of(job))[0]["id"])

    def test_an_element_that_has_begun_has_arrived_whatever_the_scheduler_has_forgotten(self):
        array = self.array(["0", "1"])
        self.submit(array)
        self.run_job(array, "1_0", 0)
        (self.root / array["directory"] / "job").unlink()
        self.jobs.write_text("")
        runs = self.recover(path_of(array, 0), path_of(array, 1))
        self.assertEqual([True, False], [run["arrived"] for run in runs])
        self.assertEqual(7, self.run_of(array, 0).outcome()["value"])

    def test_an_id_that_is_known_needs_no_scheduler(self):
        job = self.submitted()
        self.assertEqual("1", self.submit(job, submit="exit 1", find="exit 1")[0]["id"])
        self.assertEqual("1", self.recover(path_of(job), find="exit 1")[0]["id"])

    def test_while_the_scheduler_cannot_say_it_counts_as_arrived_and_is_asked_once(self):
        jobs = [self.submitted(), self.submitted()]
        for job in jobs:
            (self.run_of(job).path / "job").unlink()
        runs = self.recover(*map(path_of, jobs), find='echo x >> "$JOBS"; exit 1')
        self.assertEqual([(True, None)] * 2, [(run["arrived"], run["id"]) for run in runs])
        self.assertEqual(1, self.names().count("x"))

    def test_what_was_accepted_but_not_submitted_never_will_be(self):
        job = self.single()
        run = self.run_of(job)
        run.make()
        run.decide("accepted")
        self.assertFalse(self.recover(path_of(job))[0]["arrived"])
        self.assertEqual([attempt_of(job)], self.submit(job)[0]["refused"])

    def test_it_waits_for_a_submission_that_is_under_way(self):
        job = self.single()
        call = self.start(
            "submit",
            jobs=[job],
            submit='touch "$JOBS.begun"; while test ! -e "$JOBS.go"; do sleep 0.1; done;' + SUBMIT,
            submitted="Job (\\d+) ",
            find=FIND,
        )
        eventually((self.directory / "jobs.begun").exists, "submission")
        recovery = self.start(
            "recover", directories=[path_of(job)], find=FIND, submit="", submitted=""
        )
        (self.directory / "jobs.go").touch()
        self.assertEqual(0, call.wait(15))
        self.assertIn(b'"arrived":true', recovery.communicate(timeout=15)[0])


class Polling(SiteTestCase):
    def test_news_are_told_until_they_were_seen(self):
        job, other = self.submitted(), self.submitted()
        self.run_job(job)
        self.run_job(other)
        runs = self.poll(path_of(job))["runs"]
        self.assertEqual([attempt_of(job)], [run["attempt"] for run in runs])
        self.assertEqual(7, runs[0]["outcome"]["value"])
        self.assertEqual(["started"], [event["ev"] for event in runs[0]["events"]])
        self.assertEqual(runs, self.poll(path_of(job))["runs"])
        self.assertEqual([], self.poll(path_of(job), seen=runs[0]["news"])["runs"])
        self.assertEqual(1, len(self.poll(path_of(other))["runs"]))

    def test_events_are_told_from_where_they_were_read_to(self):
        job = self.submitted(python_code("def f(): yield from 'ab'"))
        self.run_job(job)
        run = self.poll(path_of(job))["runs"][0]
        self.assertEqual(3, len(run["events"]))
        again = self.poll(path_of(job), offsets={attempt_of(job): run["offset"]})["runs"][0]
        self.assertEqual([], again["events"])

    def test_a_run_can_be_looked_at_without_news(self):
        job = self.submitted()
        run = self.poll(path_of(job), look=[path_of(job)])["runs"][0]
        self.assertEqual((True, None, None), (run["exists"], run["outcome"], run["claimedBy"]))
        gone = self.poll("runs/x/y", look=["runs/x/y"])["runs"][0]
        self.assertFalse(gone["exists"])

    def test_what_a_job_said_before_its_code_began_is_told(self):
        job = self.submitted()
        (self.run_of(job).path / "log").write_text("module: not found")
        run = self.poll(path_of(job), look=[path_of(job)])["runs"][0]
        self.assertEqual("module: not found", run["log"])

    def test_an_answer_has_a_bound_and_says_that_there_is_more(self):
        jobs = [self.submitted(python_code("def f(): return 'x' * 5000")) for _ in range(3)]
        for job in jobs:
            self.run_job(job)
        answer = self.poll(*map(path_of, jobs), capBytes=6000)
        self.assertEqual((2, True), (len(answer["runs"]), answer["more"]))
        seen = [name for run in answer["runs"] for name in run["news"]]
        rest = self.poll(*map(path_of, jobs), capBytes=6000, seen=seen)
        self.assertEqual((1, False), (len(rest["runs"]), rest["more"]))

    def test_commands_of_the_scheduler_are_passed_on(self):
        commands = {"status": "echo 'a|b'", "account": "echo gone >&2; exit 3"}
        answers = self.poll(commands=commands)["commands"]
        self.assertEqual((0, "a|b\n"), (answers["status"]["exitCode"], answers["status"]["out"]))
        self.assertEqual(3, answers["account"]["exitCode"])
        self.assertEqual("gone", answers["account"]["complaint"])


class CancellingAndCleaning(SiteTestCase):
    def test_a_cancel_reaches_the_scheduler_and_what_has_not_begun(self):
        job = self.submitted()
        answer = self.call(
            "cancel", directories=[path_of(job), "runs/x/gone"], cancel='echo out > "$JOBS"'
        )
        self.assertEqual(0, answer["exitCode"])
        self.assertEqual(["out"], self.names())
        self.assertTrue(self.run_of(job).canceled())
        self.assertFalse((self.root / "runs/x/gone").exists())

    def test_a_run_directory_is_removed_with_its_news(self):
        job, other = self.submitted(), self.submitted()
        for each in (job, other):
            self.run_job(each)
        self.call("clean", directories=[path_of(job)])
        self.assertFalse(self.run_of(job).path.exists())
        self.assertTrue(self.run_of(other).path.exists())
        self.assertTrue(self.news())
        self.assertEqual([], [name for name in self.news() if attempt_of(job) in name])
        self.call("clean", directories=[path_of(job)])

    def test_an_array_goes_with_the_last_of_its_attempts(self):
        job = self.array(["0", "1"])
        self.submit(job)
        self.call("clean", directories=[path_of(job, 0)])
        self.assertTrue((self.root / job["directory"]).exists())
        self.call("clean", directories=[path_of(job, 1)])
        self.assertFalse((self.root / job["directory"]).exists())

    def test_what_was_over_long_ago_is_swept_away(self):
        over, waiting, recent = self.submitted(), self.submitted(), self.submitted()
        for job in (over, recent):
            self.run_job(job)
        for job in (over, waiting):
            os.utime(self.run_of(job).path, (0, 0))
        self.assertEqual({"removed": 1}, self.call("sweep", days=1))
        self.assertFalse(self.run_of(over).path.exists())
        self.assertTrue(self.run_of(waiting).path.exists())
        self.assertTrue(self.run_of(recent).path.exists())

    def test_a_link_in_a_run_directory_is_not_followed_when_it_is_removed(self):
        job = self.submitted()
        kept = self.directory / "kept"
        kept.mkdir()
        (kept / "file").touch()
        os.symlink(kept, self.run_of(job).work / "link")
        self.call("clean", directories=[path_of(job)])
        self.assertTrue((kept / "file").exists())


if __name__ == "__main__":
    unittest.main()
