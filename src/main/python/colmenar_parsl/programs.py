"""Parsl's own programs, which it looks for on the path: they are beside its Python."""

from __future__ import annotations

import os
import sys

# Links are not followed: a virtual environment is known by the name of its interpreter.
DIRECTORY = os.path.dirname(sys.executable)


def on_path() -> str:
    return os.pathsep.join(filter(None, (DIRECTORY, os.environ.get("PATH"))))
