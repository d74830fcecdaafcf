"""Process groups of commands, which outlive a worker that was killed."""

from __future__ import annotations

import os
import platform
import signal
from typing import Any, Dict, Optional

# Of /proc/PID/stat after the name of the program, which is in parentheses.
_START_TIME = 19


def describe(leader: int) -> Optional[Dict[str, Any]]:
    """What it takes to find a group again; None when its leader is gone, or where there is no /proc."""
    try:
        with open(f"/proc/{leader}/stat", encoding="utf-8", errors="replace") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return {"host": platform.node(), "leader": leader, "started": fields[_START_TIME]}


def end(group: Optional[Dict[str, Any]]) -> None:
    """Kills a group of this machine whose leader lives; those elsewhere are left to their scheduler."""
    if group is not None and group == describe(group["leader"]):
        try:
            os.killpg(group["leader"], signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
