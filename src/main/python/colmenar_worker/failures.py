"""Why an attempt failed, in the words the server understands."""

from __future__ import annotations

import importlib
import os
import traceback
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Dict, Iterator, Optional

APPLICATION = "APPLICATION"
REJECTED = "REJECTED"
INFRASTRUCTURE = "INFRASTRUCTURE"
TIME_LIMIT = "TIME_LIMIT"

SOURCE_MODULE_PREFIX = "colmenar_source_"

_TRACEBACK_CAP_BYTES = 64 * 1024
_MESSAGE_CAP_CHARACTERS = 16 * 1024
_PLUMBING = tuple(
    os.path.dirname(os.path.abspath(file)) + os.sep
    for file in (__file__, importlib.__file__, os.path.join(os.path.dirname(os.__file__), "asyncio", ""))
) + ("<frozen importlib",)


class Failure(Exception):
    """The attempt failed.

    ``failure_class`` tells the server what to do: APPLICATION (the user's code failed), REJECTED
    (it would fail again in the same way), INFRASTRUCTURE (something around it failed) or TIME_LIMIT.
    """

    def __init__(
        self, failure_class: str, type_: str, message: str, traceback_: Optional[str] = None
    ) -> None:
        super().__init__(message)
        self.failure_class = failure_class
        self.type = type_
        self.message = message[:_MESSAGE_CAP_CHARACTERS]
        self.traceback = traceback_

    def to_dict(self) -> Dict[str, Any]:
        return {
            "class": self.failure_class,
            "type": self.type,
            "message": self.message,
            "traceback": self.traceback,
        }


class Canceled(Exception):
    """The attempt was ended because the server asked for it."""


def rejected(type_: str, message: str) -> Failure:
    return Failure(REJECTED, type_, message)


def failure_of(error: BaseException, failure_class: str = APPLICATION) -> Failure:
    """The failure that an exception means, with its traceback from the first frame of the user."""
    return Failure(failure_class, _type_name(type(error)), _message(error), _traceback(error))


@contextmanager
def user_code() -> Iterator[None]:
    """Whatever the block raises becomes a Failure; a user's SystemExit must not end the worker."""
    try:
        yield
    except (Failure, Canceled):
        raise
    except BaseException as error:
        raise failure_of(error) from None


def _type_name(type_: type) -> str:
    module = type_.__module__
    # The name of a source module is a hash, which would tear apart failures of the same kind.
    if module == "builtins" or module.startswith(SOURCE_MODULE_PREFIX):
        return type_.__qualname__
    return f"{module}.{type_.__qualname__}"


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except BaseException:
        return "<exception without a printable message>"


def _traceback(error: BaseException) -> Optional[str]:
    try:
        frames = _without_plumbing(error.__traceback__)
        text = "".join(traceback.format_exception(type(error), error, frames))
    except BaseException:
        return None
    return text.encode("utf-8", "backslashreplace")[-_TRACEBACK_CAP_BYTES:].decode(
        "utf-8", "ignore"
    )


def _without_plumbing(frames: Optional[TracebackType]) -> Optional[TracebackType]:
    while frames is not None and frames.tb_frame.f_code.co_filename.startswith(_PLUMBING):
        frames = frames.tb_next
    return frames
