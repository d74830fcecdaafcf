"""What the server asks of a site: ``python -m colmenar_worker.site`` on its login node, one
request as JSON on stdin, one answer as JSON on stdout.

Every request may be repeated, when its answer was lost for example, and changes nothing then.
Commands of the scheduler come with the request, so this knows no scheduler.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional

from .rundir import ACCEPTED, NEWS, REFUSED, RunDirectory, tail, write
from .values import dumps

_JOB = "job"
_SUBMITTING = "submitting"
_MEMBERS = "members.json"
_TAIL_BYTES = 64 * 1024
_COMPLAINT_CHARACTERS = 2000
_EVENT_BYTES = 1 << 20
_SECONDS_PER_DAY = 86_400


class Site:
    """The directory of a server on a site, in which all run directories are."""

    def __init__(self, root: Path, limit_seconds: float) -> None:
        self._root = root
        self._limit_seconds = limit_seconds
        self._away: Optional[str] = None
        (root / NEWS).mkdir(0o700, parents=True, exist_ok=True)

    def submit(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """Brings jobs to the scheduler, each once however often it is asked for.

        Answers for each job with its ``id``; or with an ``error`` and whether it is ``certain``
        that there is no job and never will be one. ``refused`` are the attempts that came too late: somebody has been
        told already that they never arrived.
        """
        with self._alone():
            return {"jobs": [self._submit(request, job) for job in request["jobs"]]}

    def _submit(self, request: Dict[str, Any], job: Dict[str, Any]) -> Dict[str, Any]:
        directory = self._root / job["directory"]
        answer: Dict[str, Any] = {"name": job["name"], "refused": []}
        try:
            members = self._accept(job, answer["refused"])
            if members:
                answer.update(self._bring(request, job, directory, members))
        except OSError as error:
            # Nothing has been asked of the scheduler: its turn comes after all that is written.
            answer.update(error=_reason(error), certain=True, site=True)
        if answer.get("certain"):
            self._withdraw(job)
        return answer

    def _withdraw(self, job: Dict[str, Any]) -> None:
        """A call whose server has lost it may still be waiting, and must not submit them later."""
        for member in job["members"]:
            try:
                RunDirectory(self._root, member["directory"]).withdraw()
            except OSError:  # the same full disk will refuse the other call too
                pass

    def _accept(self, job: Dict[str, Any], refused: List[str]) -> Dict[str, str]:
        members: Dict[str, str] = {}
        for member in job["members"]:
            run = RunDirectory(self._root, member["directory"])
            run.make()
            index = member.get("index")
            array = None if index is None else {"directory": job["directory"], "index": index}
            if run.outcome() is None and not run.claimed_by():
                run.put_request(member["request"], array)
            if run.decide(ACCEPTED) == ACCEPTED:
                members[str(index)] = member["directory"]
            else:
                refused.append(run.attempt)
        return members

    def _bring(
        self,
        request: Dict[str, Any],
        job: Dict[str, Any],
        directory: Path,
        members: Dict[str, str],
    ) -> Dict[str, Any]:
        known = self._known(request, directory, list(members.values()))
        if known is not None:
            return known
        directory.mkdir(0o700, parents=True, exist_ok=True)
        write(directory / _MEMBERS, dumps(members))
        for name, text in job["files"].items():
            write(directory / name, text.encode("utf-8"))
        write(directory / _SUBMITTING, job["name"].encode())
        ended = self._shell(request["submit"], str(directory / job["script"]))
        found = re.search(request["submitted"], ended.out) if ended.exit_code == 0 else None
        if found is not None:
            return self._record(directory, found.group(1))
        # It may have been accepted all the same.
        return self._found(request, directory, ended.complaint())

    def _known(
        self, request: Dict[str, Any], directory: Path, members: List[str]
    ) -> Optional[Dict[str, Any]]:
        """What was submitted before; None when nothing was."""
        id_ = _text(directory / _JOB)
        if id_ is not None:
            return {"id": id_}
        if not (directory / _SUBMITTING).exists():
            return None
        for member in members:
            run = RunDirectory(self._root, member)
            if run.claimed_by() is not None and run.array() is None:
                return self._record(directory, str(run.claimed_by()))
        found = self._found(request, directory, "")
        return None if found.get("certain") else found

    def _found(self, request: Dict[str, Any], directory: Path, complaint: str) -> Dict[str, Any]:
        """Asks the scheduler for a job whose submission had no answer."""
        if self._away is not None:
            return {"error": complaint or self._away, "certain": False}
        ended = self._shell(request["find"], _text(directory / _SUBMITTING) or "")
        if ended.exit_code != 0:
            self._away = ended.complaint()
            return {"error": complaint or self._away, "certain": False}
        ids = ended.out.split()
        if ids:
            return self._record(directory, ids[0])
        (directory / _SUBMITTING).unlink(missing_ok=True)
        return {"error": complaint, "certain": True}

    def _record(self, directory: Path, id_: str) -> Dict[str, Any]:
        write(directory / _JOB, id_.encode())
        return {"id": id_}

    def recover(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """Says of each attempt whether it ever arrived; those that did not, never will.

        Answers for those that did with the ``id`` of their job, null while nobody knows it.
        """
        with self._alone():
            return {"runs": [self._recover(request, path) for path in request["directories"]]}

    def _recover(self, request: Dict[str, Any], path: str) -> Dict[str, Any]:
        run = RunDirectory(self._root, path)
        run.make()
        if run.decide(REFUSED) != ACCEPTED:
            return {"attempt": run.attempt, "arrived": False}
        array = run.array()
        directory = self._root / array["directory"] if array else run.path
        known = self._known(request, directory, [path])
        if known is None and run.outcome() is None and run.claimed_by() is None:
            run.withdraw()
            return {"attempt": run.attempt, "arrived": False}
        id_ = known.get("id") if known else None
        return {
            "attempt": run.attempt,
            "arrived": True,
            "id": id_,
            "index": array["index"] if array else None,
        }

    def poll(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """The scheduler's status, and what is new of the attempts that are watched.

        ``seen`` are the names of news that need not be told again; ``look`` are directories to look
        into without news; ``offsets`` where the events of an attempt have been read to.
        """
        for name in request.get("seen", []):
            (self._root / NEWS / name).unlink(missing_ok=True)
        answer: Dict[str, Any] = {"commands": {}, "runs": [], "more": False}
        for name, command in request.get("commands", {}).items():
            ended = self._shell(command, "")
            answer["commands"][name] = {
                "exitCode": ended.exit_code,
                "out": ended.out,
                "complaint": ended.complaint(),
            }
        watched = {path.rpartition("/")[2]: path for path in request["directories"]}
        news: Dict[str, List[str]] = {path.rpartition("/")[2]: [] for path in request["look"]}
        for name in sorted(os.listdir(self._root / NEWS)):
            attempt = name.partition(".")[0]
            if attempt in watched:
                news.setdefault(attempt, []).append(name)
        room = request["capBytes"]
        for attempt, names in news.items():
            if room <= 0:
                answer["more"] = True
                break
            run = self._look(watched[attempt], names, request.get("offsets", {}).get(attempt, 0))
            room -= len(dumps(run))
            answer["runs"].append(run)
        return answer

    def _look(self, path: str, names: List[str], offset: int) -> Dict[str, Any]:
        run = RunDirectory(self._root, path)
        # Before the events: whatever an outcome follows has then been told.
        outcome = run.outcome()
        events, end = run.events(offset, _EVENT_BYTES)
        array = run.array()
        directory = self._root / array["directory"] if array else run.path
        return {
            "attempt": run.attempt,
            "news": names,
            "exists": run.path.is_dir(),
            "events": events,
            "offset": end,
            "outcome": outcome,
            "stageOut": run.request().get("stageOut") if outcome else None,
            "endedBy": run.ended_by(),
            "claimedBy": run.claimed_by(),
            "stdout": run.tail("stdout", _TAIL_BYTES),
            "stderr": run.tail("stderr", _TAIL_BYTES),
            "log": _log(directory, array),
        }

    def cancel(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """Asks for the end of attempts: their jobs', or before these have begun."""
        for path in request["directories"]:
            run = RunDirectory(self._root, path)
            if run.path.is_dir():
                run.cancel()
        ended = self._shell(request["cancel"], "")
        return {"exitCode": ended.exit_code, "complaint": ended.complaint()}

    def clean(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """Removes run directories, and those of arrays of which nothing is left."""
        for path in request["directories"]:
            run = RunDirectory(self._root, path)
            array = run.array()
            shutil.rmtree(run.path, ignore_errors=True)
            if array is not None:
                self._clean_array(self._root / array["directory"])
        gone = {path.rpartition("/")[2] for path in request["directories"]}
        for name in os.listdir(self._root / NEWS):
            if name.partition(".")[0] in gone:
                (self._root / NEWS / name).unlink(missing_ok=True)
        return {}

    def _clean_array(self, directory: Path) -> None:
        try:
            members = json.loads((directory / _MEMBERS).read_bytes())
        except OSError:
            return
        if not any((self._root / path).exists() for path in members.values()):
            shutil.rmtree(directory, ignore_errors=True)

    def sweep(self, request: Dict[str, Any]) -> Dict[str, Any]:
        """Removes run directories of attempts that were over or refused some days ago."""
        before = time.time() - request["days"] * _SECONDS_PER_DAY
        old = [
            str(path.relative_to(self._root))
            for path in self._root.glob("runs/*/*")
            if path.stat().st_mtime < before and _is_over(RunDirectory(self._root, str(path)))
        ]
        self.clean({"directories": old})
        return {"removed": len(old)}

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of several servers, and of calls whose server has lost them, one at a time."""
        with open(self._root / "lock", "ab") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX)
            except OSError:
                # A file system without locks: the decision and the claim still hold.
                pass
            yield

    def _shell(self, command: str, argument: str) -> _Ended:
        process = subprocess.Popen(
            ["/bin/sh", "-c", command, "sh", argument],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            close_fds=True,
        )
        try:
            out, err = process.communicate(timeout=self._limit_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return _Ended(-1, "", f"no answer for {self._limit_seconds:g} s")
        return _Ended(
            process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        )


class _Ended:
    def __init__(self, exit_code: int, out: str, err: str) -> None:
        self.exit_code = exit_code
        self.out = out
        self._err = err

    def complaint(self) -> str:
        text = self._err.strip() or (self.out.strip() if self.exit_code else "")
        return text[-_COMPLAINT_CHARACTERS:] or f"exit code {self.exit_code}"


def _log(directory: Path, array: Optional[Dict[str, Any]]) -> Optional[str]:
    """What the job itself has said: its set-up, and what starts the code."""
    name = "log" if array is None else f"log.{array['index']}"
    return tail(directory / name, _COMPLAINT_CHARACTERS) or tail(
        directory / "job.err", _COMPLAINT_CHARACTERS
    )


def _reason(error: OSError) -> str:
    # Only what cannot be opened has a name, not what cannot be written.
    where = "" if error.filename is None else f"{error.filename}: "
    return f"{where}{error.strerror}"


def _is_over(run: RunDirectory) -> bool:
    return run.outcome() is not None or not run.accepted()


def _text(path: Path) -> Optional[str]:
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


def main() -> int:
    os.umask(0o077)
    try:
        request = json.load(sys.stdin.buffer)
    except ValueError as error:
        print(f"no whole request has come: {error}", file=sys.stderr)
        return 2
    site = Site(Path(request["root"]), request["limitSeconds"])
    verbs = {
        "submit": site.submit,
        "recover": site.recover,
        "poll": site.poll,
        "cancel": site.cancel,
        "clean": site.clean,
        "sweep": site.sweep,
    }
    answer = verbs[request["verb"]](request)
    sys.stdout.buffer.write(dumps(answer) + b"\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
