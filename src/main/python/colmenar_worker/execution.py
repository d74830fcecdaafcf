"""Executes one attempt, whatever brought the request here."""

from __future__ import annotations

import os
import platform
import time
from typing import Any, Dict, Mapping, Optional, Tuple

from . import capture, commands, functions, state
from .attempt import Attempt, Emit
from .capture import Capture
from .commands import Ended
from .failures import INFRASTRUCTURE, Canceled, Failure, failure_of, rejected, user_code
from .request import Request, field
from .values import to_json


def worker() -> Dict[str, Any]:
    """Where the code runs."""
    return {
        "hostname": platform.node(),
        "pid": os.getpid(),
        "python": platform.python_version(),
    }


def execute(
    fields: Mapping[str, Any], emit: Emit, attempt: Optional[Attempt] = None
) -> Dict[str, Any]:
    """Runs the request and returns its outcome, both in the JSON form of the protocol.

    Events (started, group, item, progress) go to ``emit`` on the way, from any thread but one at
    a time. Never raises because of the request or the user's code. One attempt at a time per
    process: its descriptors 1 and 2, working directory and environment belong to the attempt
    meanwhile. ``attempt`` is for a caller that may want to cancel or kill it.
    """
    attempt = attempt or Attempt(str(fields.get("attempt")))
    report = _Report()
    here = worker()
    started = time.time()
    attempt.open(emit)
    attempt.emit("started", at=started, worker=here)
    verdict = _verdict(fields, attempt, report)
    attempt.close()
    return {
        "attempt": attempt.id,
        **verdict,
        "times": {"received": attempt.received, "started": started, "ended": time.time()},
        "spans": attempt.spans.to_dict(),
        "worker": here,
        "exitCode": report.ended.exit_code,
        "outputTruncated": report.output.truncated if report.output else [],
    }


class _Report:
    def __init__(self) -> None:
        self.ended = Ended()
        self.output: Optional[Capture] = None


def _verdict(fields: Mapping[str, Any], attempt: Attempt, report: _Report) -> Dict[str, Any]:
    try:
        value, size = _run(Request.parse(fields), attempt, report)
        return {"ok": True, "value": value, "valueBytes": size}
    except Canceled:
        return {"ok": False, "canceled": True}
    except Failure as failure:
        return {"ok": False, "failure": failure.to_dict()}
    except BaseException as error:  # a full disk, for example
        return {"ok": False, "failure": failure_of(error, INFRASTRUCTURE).to_dict()}


def _run(request: Request, attempt: Attempt, report: _Report) -> Tuple[Any, int]:
    if attempt.processes.canceled:
        raise Canceled
    attempt.value_cap_bytes = request.value_cap_bytes
    kind = field(request.code, "kind", str)
    if kind not in ("python", "command"):
        raise rejected("InvalidRequest", f"code.kind: unexpected {kind!r}")
    caps = {name: request.output_cap_bytes for name in capture.NAMES}
    if kind == "command":
        caps = commands.output_caps(request)
    begun = request.code.get("step") in (commands.EXECUTE, commands.POSTPROCESS)
    report.output = Capture(request.directory, caps, append=begun)
    with state.preserved(request.directory, request.environment), report.output:
        if kind == "command":
            value = commands.run(request, attempt, report.output, report.ended)
        else:
            value = _call_function(request, attempt)
        with attempt.spans.measure_serializing(), user_code():
            return to_json(value, "value", request.value_cap_bytes)


def _call_function(request: Request, attempt: Attempt) -> Any:
    with attempt.spans.measure("load_function"):
        function = functions.load(request.code)
    with attempt.spans.measure_running():
        return functions.call(
            function, request.args, request.kwargs, request.resources, attempt.item
        )
