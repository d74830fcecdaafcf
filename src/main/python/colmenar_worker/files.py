"""Input and output files of an attempt, told apart from others by size and SHA-256."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, Dict, Iterator, List

from .failures import APPLICATION, INFRASTRUCTURE, Failure

_BLOCK_BYTES = 1 << 20


def check(directory: Path, inputs: List[Dict[str, Any]]) -> None:
    """Raises Failure (INFRASTRUCTURE) unless each input has arrived as it was sent."""
    for expected in inputs:
        path = directory / expected["path"]
        try:
            found = _description(path, expected["path"])
        except OSError as error:
            raise _not_staged(expected["path"], str(error.strerror)) from None
        if found != expected:
            raise _not_staged(expected["path"], "its content is not what was sent")


def _not_staged(name: str, reason: str) -> Failure:
    return Failure(INFRASTRUCTURE, "StagingFailed", f"input {name}: {reason}")


def describe(directory: Path, outputs: List[str]) -> List[Dict[str, Any]]:
    """The named files, and all that is in the named directories.

    Raises Failure (APPLICATION) when one is not there, or is a link that leads outside.
    """
    root = directory.resolve()
    found: List[Dict[str, Any]] = []
    for name in outputs:
        for path in _files(directory / name, name):
            if root not in path.resolve().parents:
                raise Failure(
                    APPLICATION, "OutputOutside", f"output {name} leads out of the run directory"
                )
            found.append(_description(path, str(path.relative_to(directory))))
    return found


def _files(path: Path, name: str) -> Iterator[Path]:
    if path.is_dir():
        for parent, _, files in os.walk(path):
            yield from (Path(parent) / file for file in sorted(files))
    elif path.exists():
        yield path
    else:
        raise Failure(APPLICATION, "OutputMissing", f"output {name} was not written")


def _description(path: Path, name: str) -> Dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(_BLOCK_BYTES), b""):
            digest.update(block)
            size += len(block)
    return {"path": name, "size": size, "sha256": digest.hexdigest()}
