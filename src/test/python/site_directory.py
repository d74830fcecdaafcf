"""What the tests of jobs and sites share: a site with a scheduler that is a few lines of shell."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

from colmenar_worker.rundir import RunDirectory
from worker_process import DEADLINE_SECONDS, WorkerTestCase, python_code

# Prints the id of the job, and notes its name; the job itself is run by the test.
SUBMIT = """
read -r name < "$(dirname "$1")/submitting"
echo "$name" >> "$JOBS"
echo "Job $(grep -c . "$JOBS") is queued"
"""
FIND = 'grep -n -x "$1" "$JOBS" | cut -d: -f1; test -e "$JOBS"'


class SiteTestCase(WorkerTestCase):
    def setUp(self):
        super().setUp()
        self.root = self.directory / "site"
        self.jobs = self.directory / "jobs"
        self.jobs.touch()

    def call(self, verb, **fields):
        """The answer of a site to a request, in a process of its own."""
        ended = self.start(verb, **fields)
        out, err = ended.communicate(timeout=DEADLINE_SECONDS)
        self.assertEqual(0, ended.returncode, err)
        return json.loads(out)

    def start(self, verb, popen=None, **fields):
        request = {"verb": verb, "root": str(self.root), "limitSeconds": 5, **fields}
        process = subprocess.Popen(
            [sys.executable, "-m", "colmenar_worker.site"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "JOBS": str(self.jobs)},
            **(popen or {}),
        )
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        process.stdin = None
        return process

    def submit(self, *jobs, submit=SUBMIT, find=FIND, **fields):
        return self.call(
            "submit",
            jobs=list(jobs),
            submit=submit,
            submitted="Job (\\d+) ",
            find=find,
            **fields,
        )["jobs"]

    def recover(self, *directories, find=FIND):
        return self.call(
            "recover", directories=list(directories), find=find, submit="", submitted=""
        )["runs"]

    def poll(self, *directories, **fields):
        return self.call(
            "poll",
            **{
                "directories": list(directories),
                "look": [],
                "capBytes": 1 << 20,
                **fields,
            },
        )

    def single(self, code=None, **fields):
        """A job of one attempt."""
        attempt = str(uuid.uuid4())
        directory = f"runs/{attempt[:2]}/{attempt}"
        return {
            "name": f"colmenar-{attempt}",
            "directory": directory,
            "files": {"job.sh": "the script"},
            "script": "job.sh",
            "members": [self.member(attempt, directory, None, code, **fields)],
        }

    def array(self, indexes, code=None):
        attempts = {index: str(uuid.uuid4()) for index in indexes}
        first = attempts[indexes[0]]
        return {
            "name": f"colmenar-{first}",
            "directory": f"arrays/{first}",
            "files": {"job.sh": "the script"},
            "script": "job.sh",
            "members": [
                self.member(attempt, f"runs/x/{attempt}", index, code)
                for index, attempt in attempts.items()
            ],
        }

    def member(self, attempt, directory, index, code, args=(), **fields):
        request = self.request(code or python_code("def f(): return 7"), *args, **fields)
        request["attempt"] = attempt
        del request["directory"], request["op"]
        return {"directory": directory, "index": index, "request": request}

    def run_of(self, job, member=0):
        return RunDirectory(self.root, job["members"][member]["directory"])

    def job_process(self, job, id_="1", index=None):
        words = [str(self.root), job["directory"], id_, *([] if index is None else [str(index)])]
        process = subprocess.Popen(
            [sys.executable, "-m", "colmenar_worker.job", *words],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.stderr.close)
        return process

    def run_job(self, job, id_="1", index=None):
        """The exit code of the job of this id, run to its end."""
        return self.job_process(job, id_, index).wait(DEADLINE_SECONDS)

    def submitted(self, code=None, **fields):
        job = self.single(code, **fields)
        self.assertEqual({"id"}, set(self.submit(job)[0]) - {"name", "refused"})
        return job

    def names(self):
        return self.jobs.read_text().split()

    def news(self):
        return sorted(os.listdir(self.root / "news"))


def path_of(job, member=0):
    return job["members"][member]["directory"]


def attempt_of(job, member=0):
    return Path(path_of(job, member)).name
