"""The request to run one attempt."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional

from .failures import INFRASTRUCTURE, Failure, rejected
from .resources import Resources

DEFAULT_GRACE_SECONDS = 5.0

_MISSING: Any = object()


@dataclass(frozen=True)
class Request:
    directory: Path
    code: Dict[str, Any]
    args: List[Any]
    kwargs: Dict[str, Any]
    resources: Resources
    environment: Dict[str, str]
    output_cap_bytes: Optional[int]
    value_cap_bytes: Optional[int]
    grace_seconds: float

    @classmethod
    def parse(cls, fields: Mapping[str, Any]) -> Request:
        """Raises Failure (REJECTED) naming the first field that is missing or of a wrong type."""
        kwargs = field(fields, "kwargs", dict, {})
        if "_resources" in kwargs:
            raise rejected("TypeError", "_resources is reserved and may not be given as argument")
        return cls(
            directory=_directory(field(fields, "directory", str)),
            code=field(fields, "code", dict),
            args=field(fields, "args", list, []),
            kwargs=kwargs,
            resources=Resources.parse(field(fields, "resources", dict, {})),
            environment=_environment(field(fields, "environment", dict, {})),
            output_cap_bytes=field(fields, "outputCapBytes", int, None),
            value_cap_bytes=field(fields, "valueCapBytes", int, None),
            grace_seconds=field(fields, "graceSeconds", (int, float), DEFAULT_GRACE_SECONDS),
        )


def field(fields: Mapping[str, Any], name: str, type_: Any, default: Any = _MISSING) -> Any:
    """The field, or the default when it is absent or null.

    Raises Failure (REJECTED) when it is missing without a default, or of another type.
    """
    value = fields.get(name)
    if value is None:
        if default is _MISSING:
            raise rejected("InvalidRequest", f"{name}: missing")
        return default
    if not isinstance(value, type_):
        raise rejected("InvalidRequest", f"{name}: unexpected {type(value).__name__}")
    return value


def _directory(text: str) -> Path:
    if not os.path.isabs(text):
        raise rejected("InvalidRequest", f"directory: not absolute: {text}")
    if not os.path.isdir(text):
        # Not created here: on a node without the shared file system that would hide the defect.
        raise Failure(INFRASTRUCTURE, "RunDirectoryMissing", f"no such directory: {text}")
    return Path(text)


def _environment(variables: Dict[str, Any]) -> Dict[str, str]:
    for name, value in variables.items():
        valid_name = name and "=" not in name and "\0" not in name
        if not valid_name or not isinstance(value, str) or "\0" in value:
            raise rejected("InvalidRequest", f"environment: invalid entry {name!r}")
    return variables
