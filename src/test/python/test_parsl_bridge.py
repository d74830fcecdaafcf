"""What of the bridge needs no Parsl: what it remembers, and what it says to servers."""

import os
import shutil
import tempfile
import unittest
import uuid
from pathlib import Path

from colmenar_parsl import task
from colmenar_parsl.journal import Journal
from colmenar_parsl.rundir import FIRST, STEPS, RunDirectory, Slot
from colmenar_parsl.session import Session, failed


def new_id():
    return str(uuid.uuid4())


class DirectoryTestCase(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="colmenar-test-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        (self.root / "news").mkdir()

    def run_directory(self, attempt=None):
        return RunDirectory(str(self.root), attempt or new_id())


class Journals(DirectoryTestCase):
    def journal(self):
        journal = Journal(self.root / "journal")
        self.addCleanup(journal.close)
        return journal

    def test_what_is_known_is_not_accepted_again(self):
        journal = self.journal()
        self.assertEqual(["a", "b"], journal.accept(["a", "b", "a"]))
        self.assertEqual(["c"], journal.accept(["b", "c"]))

    def test_tasks_and_results_outlive_the_process(self):
        journal = self.journal()
        journal.accept(["a", "b"])
        self.assertEqual({"ok": True, "id": "a", "seq": 1}, journal.finish("a", {"ok": True}))
        again = self.journal()
        self.assertEqual(["b"], again.unfinished())
        self.assertEqual({"ok": True, "id": "a", "seq": 1}, again.result("a"))
        self.assertEqual(2, again.finish("b", {"ok": True})["seq"])

    def test_what_was_taken_is_forgotten_and_its_number_is_not_used_again(self):
        journal = self.journal()
        journal.accept(["a", "b"])
        journal.finish("a", {"ok": True})
        self.assertEqual(["a"], [each["id"] for each in journal.take(["a", "b", "unknown"])])
        again = self.journal()
        self.assertFalse("a" in again)
        self.assertEqual(2, again.finish("b", {"ok": True})["seq"])

    def test_a_line_that_a_crash_has_cut_off_is_nothing(self):
        self.journal().accept(["a"])
        with open(self.root / "journal", "ab") as file:
            file.write(b'{"accepted": "b')
        self.assertEqual(["a"], self.journal().unfinished())

    def test_history_does_not_pile_up(self):
        journal = self.journal()
        for i in range(12_000):
            id_ = f"task-{i}"
            journal.accept([id_])
            journal.finish(id_, {"ok": True})
            journal.take([id_])
        self.assertLess((self.root / "journal").stat().st_size, 1_500_000)


class Claims(DirectoryTestCase):
    def test_what_was_revoked_does_not_begin(self):
        directory = self.run_directory()
        self.assertTrue(directory.revoke(FIRST))
        self.assertTrue(directory.revoke(FIRST))
        self.assertFalse(directory.claim(FIRST, Slot(str(self.root))))

    def test_what_has_begun_cannot_be_revoked_even_when_it_is_over(self):
        directory, slot = self.run_directory(), Slot(str(self.root))
        self.assertTrue(directory.claim(FIRST, slot))
        self.assertFalse(directory.revoke(FIRST))
        slot.take_back(directory.path)
        self.assertFalse(directory.revoke(FIRST))

    def test_it_begins_anew_where_it_had_begun_unless_it_was_ended(self):
        directory, slot = self.run_directory(), Slot(str(self.root))
        self.assertTrue(directory.claim(FIRST, slot))
        self.assertTrue(directory.claim(FIRST, slot))
        directory.end("canceled")
        directory.end("time limit")
        self.assertFalse(directory.claim(FIRST, slot))
        self.assertEqual("canceled", directory.ended())

    def test_each_step_has_a_claim_of_its_own(self):
        directory, slot = self.run_directory(), Slot(str(self.root))
        self.assertTrue(directory.claim(STEPS[0], slot))
        self.assertTrue(directory.revoke(STEPS[1]))
        self.assertFalse(directory.claim(STEPS[1], slot))

    def test_a_slot_is_used_again_when_nothing_was_left_in_it(self):
        slot = Slot(str(self.root))
        first, second = self.run_directory(), self.run_directory()
        first.claim(FIRST, slot)
        Path(first.work, "stdout").write_text("printed")
        node = os.stat(first.path).st_ino
        slot.take_back(first.path)
        second.claim(FIRST, slot)
        self.assertEqual(node, os.stat(second.path).st_ino)
        self.assertEqual("", Path(second.work, "stdout").read_text())

    def test_a_slot_in_which_something_was_left_is_not(self):
        slot = Slot(str(self.root))
        first, second = self.run_directory(), self.run_directory()
        first.claim(FIRST, slot)
        Path(first.work, "left").write_text("x")
        slot.take_back(first.path)
        self.assertFalse(os.path.exists(first.path))
        second.claim(FIRST, slot)
        self.assertEqual([], os.listdir(second.work))


class Engine:
    def __init__(self):
        self.submitted, self.canceled, self.forgotten = [], [], []

    def describe(self):
        return {"settings": "x", "executors": []}

    def submit(self, task):
        self.submitted.append(task["id"])

    def cancel(self, id_):
        self.canceled.append(id_)

    def forget(self, results):
        self.forgotten += [each["id"] for each in results]


class Sessions(DirectoryTestCase):
    def setUp(self):
        super().setUp()
        self.engine = Engine()
        self.session = self.new_session()
        self.said = []

    def new_session(self):
        journal = Journal(self.root / "journal")
        self.addCleanup(journal.close)
        session = Session(self.root, journal)
        session.serve(self.engine)
        return session

    def say(self, operation, send=None, **fields):
        return self.session.handle({"op": operation, **fields}, send or self.said.append)

    def run_tasks(self, *ids, send=None):
        self.say("run", send, tasks=[{"id": id_} for id_ in ids])

    def results(self, said=None):
        return [e["id"] for e in (self.said if said is None else said) if e["ev"] == "result"]

    def test_a_task_is_submitted_once_and_its_result_comes_until_it_is_taken(self):
        id_ = new_id()
        self.run_tasks(id_)
        self.run_tasks(id_)
        self.assertEqual([id_], self.engine.submitted)
        self.session.finished(id_, {"ok": True})
        self.session.finished(id_, {"ok": False})
        self.run_tasks(id_)
        self.assertEqual([id_, id_], self.results())
        self.say("taken", ids=[id_])
        self.assertEqual([id_], self.engine.forgotten)

    def test_results_go_to_whoever_has_asked_for_the_task_last(self):
        one, other = [], []
        id_ = new_id()
        self.run_tasks(id_, send=one.append)
        self.say("recover", other.append, ids=[id_], tag="t")
        self.session.finished(id_, {"ok": True})
        self.assertEqual([], self.results(one))
        self.assertEqual([id_], self.results(other))

    def test_what_ends_while_nobody_is_there_waits_for_whoever_asks(self):
        send, other = [].append, []
        id_ = new_id()
        self.run_tasks(id_, send=send)
        self.session.leave(send)
        self.session.finished(id_, {"ok": True})
        self.say("recover", other.append, ids=[id_], tag="t")
        self.assertEqual([id_], self.results(other))
        self.assertEqual([id_], other[-1]["attached"])

    def test_what_never_arrived_never_will(self):
        id_ = new_id()
        self.say("recover", ids=[id_], tag="t")
        self.assertEqual([id_], self.said[-1]["never"])
        self.assertFalse(RunDirectory(str(self.root), id_).claim(FIRST, Slot(str(self.root))))

    def test_what_has_begun_and_is_in_no_journal_is_lost(self):
        id_ = new_id()
        RunDirectory(str(self.root), id_).claim(FIRST, Slot(str(self.root)))
        self.say("recover", ids=[id_], tag="t")
        self.assertEqual([id_], self.said[-1]["lost"])

    def test_what_a_forgotten_bridge_has_begun_does_not_run_twice(self):
        id_ = new_id()
        RunDirectory(str(self.root), id_).claim(FIRST, Slot(str(self.root)))
        self.run_tasks(id_)
        self.assertEqual([], self.engine.submitted)
        self.assertEqual("BridgeLost", self.said[-1]["failure"]["type"])

    def test_a_successor_tells_what_had_begun_from_what_had_not(self):
        begun, waiting, over = new_id(), new_id(), new_id()
        self.run_tasks(begun, waiting, over)
        RunDirectory(str(self.root), begun).claim(FIRST, Slot(str(self.root)))
        self.session.finished(over, {"ok": True})
        self.session = self.new_session()
        said = []
        self.say("recover", said.append, ids=[begun, waiting, over], tag="t")
        by_id = {each["id"]: each for each in said if each["ev"] == "result"}
        self.assertEqual("BridgeLost", by_id[begun]["failure"]["type"])
        self.assertTrue(by_id[waiting]["givenBack"])
        self.assertTrue(by_id[over]["ok"])

    def test_it_is_renewed_only_when_it_has_nothing_to_do(self):
        id_ = new_id()
        self.run_tasks(id_)
        self.assertTrue(self.say("renew"))
        self.session.finished(id_, {"ok": True})
        self.assertFalse(self.say("renew"))

    def test_what_is_not_understood_is_refused_by_name(self):
        self.say("fly")
        self.assertEqual("op: unexpected 'fly'", self.said[-1]["reason"])


class Tasks(DirectoryTestCase):
    def request(self, source, **fields):
        return {
            "attempt": new_id(),
            "root": str(self.root),
            "step": FIRST,
            "last": True,
            "keep": False,
            "timeLimitSeconds": None,
            "code": {"kind": "python", "source": source, "function": "f"},
            **fields,
        }

    def test_a_function_s_value_and_output_come_back(self):
        outcome = task.run(self.request("def f():\n    print('here')\n    return 5"))
        self.assertTrue(outcome["ok"])
        self.assertEqual(5, outcome["value"])
        self.assertEqual("here\n", outcome["stdout"])
        self.assertEqual(0, outcome["events"])

    def test_what_was_revoked_does_not_run(self):
        request = self.request("def f(): open('/dev/null/x')")
        RunDirectory(str(self.root), request["attempt"]).revoke(FIRST)
        outcome = task.run(request)
        self.assertFalse(outcome["ok"])
        self.assertTrue(outcome["canceled"])

    def test_parsl_knows_how_a_program_is_launched(self):
        os.environ["PARSL_MPI_PREFIX"] = "env RANK={0}"
        self.addCleanup(os.environ.pop, "PARSL_MPI_PREFIX")
        code = {
            "kind": "command",
            "launch": ["mpirun", "-np", "{total_ranks}"],
            "argv": ["sh", "-c", "echo $RANK"],
            "result": {"from": "stdout", "as": "text"},
        }
        outcome = task.run(self.request("", code=code))
        self.assertEqual("{0}\n", outcome["value"])

    def test_steps_of_a_command_share_their_directory_and_what_was_prepared(self):
        code = {
            "kind": "command",
            "launch": ["env", "LAUNCHED=yes"],
            "argv": ["sh", "-c", "echo $LAUNCHED {x}; cat; echo $0"],
            "parameters": ["x"],
            "preprocess": {
                "source": "def before(run_dir, args, kwargs):\n    print('before')\n    return ['more'], 'in\\n'",
                "function": "before",
            },
            "postprocess": {
                "source": "def after(run_dir):\n    return (run_dir / 'stdout').read_text()",
                "function": "after",
            },
        }
        request = self.request("", code={**code, "step": "prepare"}, args=["a"], last=False)
        prepared = task.run(request)
        self.assertTrue(prepared["ok"], prepared)
        executing = {**code, "step": "execute", "invocation": prepared["value"]}
        executed = task.run({**request, "code": executing, "step": STEPS[1]})
        self.assertEqual(0, executed["exitCode"])
        after = {**code, "step": "postprocess"}
        outcome = task.run({**request, "code": after, "step": STEPS[2], "last": True})
        self.assertEqual("before\nyes a\nin\nmore\n", outcome["value"])


class Failing(unittest.TestCase):
    def test_a_failure_has_all_that_a_server_reads(self):
        self.assertEqual(
            {
                "ok": False,
                "failure": {"class": "REJECTED", "type": "T", "message": "m", "traceback": None},
            },
            failed("REJECTED", "T", "m"),
        )


if __name__ == "__main__":
    unittest.main()
