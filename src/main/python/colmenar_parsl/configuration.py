"""Parsl's configuration from JSON, by the names that Parsl's own classes have.

    {"executors": [{"class": "HighThroughputExecutor", "label": "cpu", "max_workers_per_node": 4,
                    "provider": {"class": "SlurmProvider", "partition": "debug",
                                 "launcher": {"class": "SrunLauncher"}}}],
     "retries": 0}

Whatever is wrong is told by ConfigurationError with the path of the key, such as
``executors.cpu.provider.partitoin``.
"""

from __future__ import annotations

import inspect
import runpy
from typing import Any, Dict, List, Type

import parsl.addresses
import parsl.executors
import parsl.launchers
import parsl.providers
from parsl.config import Config
from parsl.executors.base import ParslExecutor
from parsl.launchers.base import Launcher
from parsl.providers.base import ExecutionProvider

_POOLS: Dict[str, Any] = {
    "executor": (parsl.executors, ParslExecutor),
    "provider": (parsl.providers, ExecutionProvider),
    "launcher": (parsl.launchers, Launcher),
}


class ConfigurationError(Exception):
    """The message names the key."""


def from_json(fields: Dict[str, Any], run_dir: str) -> Config:
    """The configuration; ``run_dir`` is where Parsl writes its logs and scripts."""
    fields = dict(fields)
    executors = [
        _made("executor", executor, f"executors.{_label(executor, index)}")
        for index, executor in enumerate(_list(fields.pop("executors", None), "executors"))
    ]
    if not executors:
        raise ConfigurationError("executors: there are none")
    # Parsl would write some lines for each task.
    usual = {"run_dir": run_dir, "initialize_logging": False}
    return _called(Config, {**usual, **fields, "executors": executors}, "")


def from_file(path: str) -> Config:
    """What a Python file of the user's calls ``config``, as Parsl's own documentation has it."""
    try:
        config = runpy.run_path(path).get("config")
    except Exception as error:
        raise ConfigurationError(f"{path}: {type(error).__name__}: {error}") from error
    if not isinstance(config, Config):
        raise ConfigurationError(f"{path}: it defines no parsl.config.Config named config")
    return config


def _label(executor: Any, index: int) -> str:
    label = executor.get("label") if isinstance(executor, dict) else None
    return str(label if label else index)


def _list(value: Any, path: str) -> List[Any]:
    if not isinstance(value, list):
        raise ConfigurationError(f"{path}: must be a list")
    return value


def _made(kind: str, fields: Any, path: str) -> Any:
    if not isinstance(fields, dict):
        raise ConfigurationError(f"{path}: must be an object with a class")
    module, base = _POOLS[kind]
    name = fields.get("class")
    made = getattr(module, str(name), None)
    if not (inspect.isclass(made) and issubclass(made, base)):
        known = sorted(
            each
            for each, value in vars(module).items()
            if inspect.isclass(value) and issubclass(value, base)
        )
        raise ConfigurationError(f"{path}.class: {name!r} is no {kind}; there are {known}")
    arguments = {}
    for key, value in fields.items():
        if key == "class":
            continue
        inner = f"{path}.{key}"
        if key in _POOLS:
            value = _made(key, value, inner)
        elif key == "address" and isinstance(value, dict):
            value = _address(value, inner)
        elif isinstance(value, list) and key.endswith("_range"):
            value = tuple(value)
        arguments[key] = value
    return _called(made, arguments, path)


def _address(fields: Dict[str, Any], path: str) -> str:
    """The address of a network interface of this machine: {"interface": "ib0"}."""
    interface = fields.get("interface")
    try:
        return str(parsl.addresses.address_by_interface(interface))
    except (OSError, TypeError) as error:
        raise ConfigurationError(f"{path}.interface: {interface!r}: {error}") from error


def _called(made: Type[Any], arguments: Dict[str, Any], path: str) -> Any:
    known = inspect.signature(made.__init__).parameters
    prefix = path + "." if path else ""
    for key in arguments:
        if key not in known:
            raise ConfigurationError(
                f"{prefix}{key}: {made.__name__} has no such parameter; there are "
                f"{sorted(set(known) - {'self'})}"
            )
    try:
        return made(**arguments)
    except Exception as error:
        raise ConfigurationError(f"{path or 'configuration'}: {error}") from error
