"""Commands: programs in a process group of their own."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Dict, Optional

from . import capture, results
from .attempt import Attempt
from .capture import Capture
from .failures import APPLICATION, INFRASTRUCTURE, Canceled, Failure, rejected
from .invocation import Invocation, call_part, prepare, prepared
from .request import Request, field

PREPARE = "prepare"
EXECUTE = "execute"
POSTPROCESS = "postprocess"

_STDERR_TAIL_BYTES = 2048
# Sent by schedulers, administrators and the kernel, not by the program's own doing.
_SIGNALS_FROM_OUTSIDE = (signal.SIGKILL, signal.SIGTERM)
_SHELL_SIGNAL_BASE = 128


@dataclass
class Ended:
    """How a command ended: ``exit_code`` as shells report it, 128 + N for signal N."""

    exit_code: Optional[int] = None


def output_caps(request: Request) -> Dict[str, Optional[int]]:
    """The caps of the captured files; a result that is printed has the cap of results."""
    caps = {name: request.output_cap_bytes for name in capture.NAMES}
    result = field(request.code, "result", dict, None)
    if result and result.get("from") == "stdout" and not request.code.get("postprocess"):
        caps["stdout"] = request.value_cap_bytes
    return caps


def run(request: Request, attempt: Attempt, output: Capture, ended: Ended) -> Any:
    """Runs the command of the request and returns the value that it, or its postprocess, gave.

    Or does one step of it, when the request names one: ``prepare`` returns what ``execute`` takes as
    ``invocation``, and ``postprocess`` follows. Raises Failure, and Canceled when the attempt was
    canceled before the command had ended.
    """
    step = field(request.code, "step", str, None)
    if step == PREPARE:
        with attempt.spans.measure("exec_preprocess"):
            return prepare(request, attempt, launched=False).to_json()
    if step != POSTPROCESS:
        value = _run_command(request, attempt, output, ended)
    if step == EXECUTE or not request.code.get("postprocess"):
        return value
    with attempt.spans.measure("exec_postprocess"):
        return call_part(request, attempt, "postprocess", request.directory)


def _invocation(request: Request, attempt: Attempt) -> Invocation:
    fields = field(request.code, "invocation", dict, None)
    if fields is not None:
        return prepared(request, fields)
    with attempt.spans.measure("exec_preprocess"):
        return prepare(request, attempt)


def _run_command(request: Request, attempt: Attempt, output: Capture, ended: Ended) -> Any:
    spans = attempt.spans
    invocation = _invocation(request, attempt)
    stdout_begin = output.size("stdout")
    with spans.measure("exec_execution"), spans.measure_running():
        return_code = _execute(invocation, request, attempt)
    ended.exit_code = return_code if return_code >= 0 else _SHELL_SIGNAL_BASE - return_code
    if attempt.processes.canceled:
        raise Canceled
    _check_return_code(return_code, request, output)
    if invocation.result is None:
        return None
    with spans.measure("exec_postprocess"):
        return results.read(invocation.result, request, output, stdout_begin)


def _execute(invocation: Invocation, request: Request, attempt: Attempt) -> int:
    with ExitStack() as open_files:
        stdin: Any = subprocess.DEVNULL
        if invocation.stdin is not None:
            # A file, because a command that does not read its input would block a pipe.
            stdin = open_files.enter_context(tempfile.TemporaryFile(dir=request.directory))
            stdin.write(invocation.stdin)
            stdin.seek(0)
        group = _start(invocation, stdin, request, attempt)
    try:
        attempt.emit("group", pgid=group)
    finally:
        return_code = attempt.processes.wait()
    return return_code


def _start(invocation: Invocation, stdin: Any, request: Request, attempt: Attempt) -> int:
    program = invocation.argv[0]
    try:
        return attempt.processes.start(
            invocation.argv,
            request.grace_seconds,
            cwd=request.directory,
            env={**os.environ, **invocation.environment},
            stdin=stdin,
        )
    except (FileNotFoundError, NotADirectoryError):
        message = f"program not found, or the interpreter that it names: {program}"
        raise rejected("ProgramNotFound", message) from None
    except PermissionError:
        raise rejected("ProgramNotExecutable", f"program not executable: {program}") from None
    except ValueError as error:  # a NUL, or text that no file system encoding has
        raise rejected("InvalidArgument", f"{program}: {error}") from None
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            message = f"program of an unknown format: {program}"
            raise rejected("ProgramNotExecutable", message) from None
        if error.errno == errno.E2BIG:
            raise rejected("ArgumentsTooLong", f"{program}: {error.strerror}") from None
        raise


def _check_return_code(return_code: int, request: Request, output: Capture) -> None:
    if return_code < 0:
        raise _killed(-return_code)
    if return_code in (field(request.code, "successCodes", list, None) or [0]):
        return
    message = f"exit code {return_code}"
    signal_number = return_code - _SHELL_SIGNAL_BASE
    if signal_number > 0 and _signal_name(signal_number):
        message += f" (what shells and launchers report for {_signal_name(signal_number)})"
    tail = _stderr_tail(output)
    raise Failure(APPLICATION, "NonZeroExit", f"{message}\n{tail}" if tail else message)


def _killed(number: int) -> Failure:
    name = _signal_name(number) or f"signal {number}"
    hint = ", possibly out of memory" if number == signal.SIGKILL else ""
    failure_class = INFRASTRUCTURE if number in _SIGNALS_FROM_OUTSIDE else APPLICATION
    return Failure(failure_class, "KilledBySignal", f"killed by {name}{hint}")


def _signal_name(number: int) -> Optional[str]:
    try:
        return signal.Signals(number).name
    except ValueError:
        return None


def _stderr_tail(output: Capture) -> str:
    begin = max(0, output.size("stderr") - _STDERR_TAIL_BYTES)
    text = output.read("stderr", begin).decode("utf-8", "replace")
    return "\n".join(line for line in text.splitlines() if line.strip())
