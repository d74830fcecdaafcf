"""What starts MPI programs where Parsl has chosen the nodes."""

from __future__ import annotations

import os
import shlex
from typing import Any, Dict, Mapping

_MPI_PREFIX = "PARSL_MPI_PREFIX"


def launched_by_parsl(request: Mapping[str, Any]) -> Dict[str, Any]:
    """The request with Parsl's words in place of those of its code, where both have some."""
    prefix = os.environ.get(_MPI_PREFIX)
    code = request["code"]
    if not prefix or not code.get("launch"):
        return dict(request)
    words = [word.replace("{", "{{").replace("}", "}}") for word in shlex.split(prefix)]
    return {**request, "code": {**code, "launch": words}}
