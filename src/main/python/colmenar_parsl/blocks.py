"""The blocks of an executor: pilot jobs of a scheduler, or processes of this machine."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence

import psutil
from parsl.jobs.states import JobState, JobStatus
from parsl.providers import LocalProvider, SlurmProvider

_GONE_SECONDS = 30.0
_REASON_CHARACTERS = 1000
_FAILED = (JobState.FAILED, JobState.MISSING)
_ENDINGS = {
    JobState.TIMEOUT: "it has reached its walltime",
    JobState.CANCELLED: "it was cancelled",
    JobState.FAILED: "it has failed",
    JobState.MISSING: "its workers never reported",
    JobState.COMPLETED: "it is over",
    JobState.SCALED_IN: "it was given back",
}


class BlockLog:
    """What became of the jobs of one provider. The end of a job is final, though providers may say something
    else of it later.
    """

    def __init__(self, submitted: Callable[[str], None]) -> None:
        self.submitted = submitted
        self._ends: Dict[str, JobStatus] = {}
        self.reasons: Dict[str, str] = {}

    def latch(self, job: str, status: JobStatus) -> JobStatus:
        if job not in self._ends and status.terminal:
            self._ends[job] = status
        return self._ends.get(job, status)


def watch(provider: Any, log: BlockLog, status_seconds: float) -> None:
    """From now on the provider tells the log, and is asked as often as said, not once a minute."""
    base = type(provider)

    class Watched(base):  # type: ignore[misc, valid-type]
        status_polling_interval = status_seconds

        def submit(self, *args: Any, **kwargs: Any) -> Any:
            job = super().submit(*args, **kwargs)
            if job:
                log.submitted(str(job))
            return job

        def status(self, job_ids: Sequence[Any]) -> List[JobStatus]:
            statuses = super().status(list(job_ids))
            waiting = [str(j) for j, s in zip(job_ids, statuses) if s.state == JobState.PENDING]
            log.reasons = _reasons(self, waiting)
            return [log.latch(str(j), s) for j, s in zip(job_ids, statuses)]

    command = getattr(provider, "_cmd", "")
    if isinstance(provider, SlurmProvider) and command.startswith("squeue "):
        # Else it shows no job that has ended, and Parsl takes each of them for a success.
        provider._cmd = command.replace("squeue ", "squeue --states=all ", 1)
    Watched.__name__ = base.__name__
    Watched.__qualname__ = base.__qualname__
    provider.__class__ = Watched


def _reasons(provider: Any, jobs: List[str]) -> Dict[str, str]:
    """Why jobs wait, where the scheduler can be asked for it."""
    if not jobs or not isinstance(provider, SlurmProvider):
        return {}
    code, out, _ = provider.execute_wait(f"squeue --noheader --format='%i %r' --jobs={','.join(jobs)}")
    pairs = [line.split(None, 1) for line in out.splitlines()] if code == 0 else []
    return {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2}


def describe(executor: Any, log: BlockLog, managers: Sequence[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The blocks, as far as they are still of interest: those that live, and the last ones that ended."""
    described = []
    for block, status in dict(executor.status_facade).items():
        job = executor.blocks_to_job_id.get(block)
        workers = sum(m["worker_count"] for m in managers if m["block_id"] == block)
        state = status.state
        if workers and state == JobState.PENDING:
            state = JobState.RUNNING
        described.append(
            {
                "block": block,
                "job": None if job is None else str(job),
                "state": state.name,
                "workers": workers,
                "reason": _reason(status, log.reasons.get(str(job), "")),
                "over": state in _ENDINGS,
            }
        )
    ended = [each["block"] for each in described if each["over"]]
    forgotten = set(ended[:-10])
    return [each for each in described if each["block"] not in forgotten]


def failing(executor: Any, times: int) -> Optional[str]:
    """Why blocks fail, when the last ones that ended, so many, have failed; else None."""
    blocks = sorted(dict(executor.status_facade).items(), key=lambda item: int(item[0]))
    last = [each for each in blocks if each[1].state in _ENDINGS][-times:]
    if len(last) < times or not all(status.state in _FAILED for _, status in last):
        return None
    block, status = last[-1]
    name = _name(block, executor.blocks_to_job_id.get(block))
    return f"{times} blocks in a row have failed; the last one, {name}: {_reason(status, '')}"


def ending(executor: Any, block: str) -> Optional[str]:
    """How a block has ended, in a sentence; None while nobody says so."""
    status = dict(executor.status_facade).get(block)
    if status is None or status.state not in _ENDINGS:
        return None
    name = _name(block, executor.blocks_to_job_id.get(block))
    return f"{name}: {_ENDINGS[status.state]} ({status.state.name})"


def _name(block: str, job: Any) -> str:
    return f"block {block}" if job is None else f"block {block}, job {job}"


def _reason(status: JobStatus, waiting: str) -> str:
    parts = [waiting]
    if status.exit_code:
        parts.append(f"exit code {status.exit_code}")
    if status.state in _FAILED:
        parts.append(_errors(status))
    if status.state != JobState.MISSING:
        parts.append(status.message or "")
    elif not any(parts):
        parts.append("its workers never reported")
    return "; ".join(part for part in parts if part)[-_REASON_CHARACTERS:]


def _errors(status: JobStatus) -> str:
    try:
        return (status.stderr_summary or "").strip()
    except OSError:
        return ""


def cancel_left_over(provider: Any, jobs: Sequence[str]) -> None:
    """Ends the blocks of a bridge that has died, and waits until they are gone, but not for ever."""
    if isinstance(provider, LocalProvider) or not jobs:
        return
    for job in jobs:
        # What providers keep of each job that they have submitted.
        provider.resources[job] = {
            "job_id": job,
            "status": JobStatus(JobState.RUNNING),
            "job_stdout_path": None,
            "job_stderr_path": None,
        }
    provider.cancel(list(jobs))
    for job in jobs:
        provider.resources[job]["status"] = JobStatus(JobState.RUNNING)
    until = time.monotonic() + _GONE_SECONDS
    while time.monotonic() < until:
        if all(status.terminal for status in provider.status(list(jobs))):
            break
        time.sleep(1)
    for job in jobs:
        provider.resources.pop(job, None)


def kill_processes(directory: Path) -> None:
    """Ends what Parsl has started in a directory, as this account: interchanges and local blocks."""
    spared = os.getpgrp()
    groups = set()
    for process in psutil.process_iter(["cwd", "uids", "cmdline"]):
        uids, words = process.info["uids"], process.info["cmdline"] or []
        mine = uids is not None and uids.real == os.getuid()
        if mine and process.info["cwd"] == str(directory) and any("parsl" in w for w in words):
            try:
                groups.add(os.getpgid(process.pid))
            except ProcessLookupError:
                pass
    for group in groups - {spared}:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            pass
