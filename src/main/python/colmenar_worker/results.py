"""The value of a command, from what it printed or from a file that it wrote."""

from __future__ import annotations

import json
import stat
from typing import Any

from .capture import Capture
from .failures import APPLICATION, Failure
from .invocation import ResultPlace, inside
from .request import Request
from .values import too_large


def read(result: ResultPlace, request: Request, output: Capture, stdout_begin: int) -> Any:
    if result.path is None:
        where = "stdout"
        content = _printed(request, output, stdout_begin)
    else:
        where = str(result.path)
        content = _file_content(where, request)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Failure(APPLICATION, "ResultNotUtf8", f"{where}: {error}") from None
    if result.format == "text":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Failure(APPLICATION, "ResultNotJson", f"{where}: {error}") from None


def _printed(request: Request, output: Capture, begin: int) -> bytes:
    output.truncate()
    if "stdout" in output.truncated:
        raise too_large("stdout is larger", request.value_cap_bytes or 0)
    return output.read("stdout", begin)


def _file_content(name: str, request: Request) -> bytes:
    path = inside(request.directory, name)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise Failure(APPLICATION, "ResultMissing", f"no such file: {name}") from None
    if not stat.S_ISREG(status.st_mode):  # to open a FIFO would wait for a writer for ever
        raise Failure(APPLICATION, "ResultMissing", f"not a file: {name}")
    cap = request.value_cap_bytes
    if cap is not None and status.st_size > cap:
        raise too_large(f"{name} has {status.st_size} bytes", cap)
    return path.read_bytes()
