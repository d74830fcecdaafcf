"""The state of the process that user code may change and that the next attempt must not see."""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

_SIGNALS = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGCHLD,
    signal.SIGPIPE,
    signal.SIGALRM,
    signal.SIGUSR1,
    signal.SIGUSR2,
)
# Nobody else may read a file that another thread creates while the umask is being asked for.
_STRICTEST_UMASK = 0o077

_load_effects: Dict[str, Tuple[Dict[str, Optional[str]], List[str]]] = {}


@contextmanager
def preserved(directory: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Runs the block in the directory and environment, and puts back what it changed afterwards:
    working directory, os.environ, sys.argv, sys.path, umask and signal handlers."""
    saved_directory = _working_directory()
    saved_environment = _environment()
    saved_lists = [(sys.argv, list(sys.argv)), (sys.path, list(sys.path))]
    saved_handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    saved_umask = os.umask(_STRICTEST_UMASK)
    os.umask(saved_umask)
    try:
        os.chdir(directory)
        os.environ.update(environment)
        _handle(signal.SIGINT, signal.default_int_handler)
        yield
    finally:
        if signal.getsignal(signal.SIGALRM) is not saved_handlers[signal.SIGALRM]:
            signal.alarm(0)  # without its handler it would end the process
        for number, handler in saved_handlers.items():
            _handle(number, handler)
        os.umask(saved_umask)
        for original, content in saved_lists:
            original[:] = content
        sys.argv, sys.path = (original for original, _ in saved_lists)
        _restore_environment(saved_environment)
        _change_directory(saved_directory)


@contextmanager
def remembering_load(module: str) -> Iterator[None]:
    """Remembers what loading the module does to os.environ and sys.path.

    The module is loaded once, but every call of its functions relies on these effects.
    """
    before = dict(os.environ)
    yield
    after = dict(os.environ)
    changed = {
        name: after.get(name) for name in {**before, **after} if _differs(name, before, after)
    }
    _load_effects[module] = (changed, list(sys.path))


def repeat_load_effects(module: str) -> None:
    """Does again to os.environ and sys.path what loading the module did."""
    if module in _load_effects:
        variables, path = _load_effects[module]
        for name, value in variables.items():
            _set_variable(name, value)
        sys.path[:] = path


def forget_load(module: str) -> None:
    _load_effects.pop(module, None)


def _differs(name: Any, before: Dict[Any, Any], after: Dict[Any, Any]) -> bool:
    return before.get(name) != after.get(name)


def _environment() -> Dict[Any, Any]:
    """A copy to compare with, which is not decoded where that can be avoided: it takes long."""
    return dict(getattr(os.environ, "_data", os.environ))


def _restore_environment(saved: Dict[Any, Any]) -> None:
    current = _environment()
    if current != saved:
        for name in {**current, **saved}:
            if _differs(name, current, saved):
                value = saved.get(name)
                _set_variable(os.fsdecode(name), None if value is None else os.fsdecode(value))


def _set_variable(name: str, value: Optional[str]) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:
        return os.sep


def _change_directory(directory: str) -> None:
    try:
        os.chdir(directory)
    except OSError:
        os.chdir(os.sep)


def _handle(number: int, handler: Any) -> None:
    # getsignal returned None for a handler of C code, which Python cannot put back.
    if handler is None or threading.current_thread() is not threading.main_thread():
        return
    if signal.getsignal(number) is not handler:
        signal.signal(number, handler)
