"""Python values as JSON."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import math
import pathlib
import sys
from typing import Any, Dict, List, Optional, Set, Tuple

from .failures import APPLICATION, Failure

_UTF8 = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_ASCII = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":"))

# Python 3.11 and later refuse to print longer integers unless told otherwise.
_SURELY_PRINTABLE_BITS = 2000


def dumps(value: Any) -> bytes:
    """Compact JSON in UTF-8 of a value that is plain already."""
    try:
        return _UTF8.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        # A lone surrogate has no UTF-8 form, but JSON can escape it.
        return _ASCII.encode(value).encode("ascii")


def to_json(value: Any, name: str, cap_bytes: Optional[int] = None) -> Tuple[Any, int]:
    """The value in plain lists, dicts, text and numbers, and the bytes of its compact JSON.

    Taken are None, bool, int, float, str, list, tuple, dict, Enum, dataclasses, paths, dates and
    times, numpy scalars and arrays. NaN and the infinities become the strings "NaN", "Infinity"
    and "-Infinity". Raises Failure with type ResultNotJson, its message starting with the path of
    the offending value below ``name``, or ResultTooLarge.
    """
    try:
        plain = _Conversion(name).plain(value)
        size = len(dumps(plain))
    except RecursionError:
        raise _not_json(f"{name}: nested too deeply") from None
    if cap_bytes is not None and size > cap_bytes:
        raise too_large(f"{name} has {size} bytes as JSON", cap_bytes)
    return plain, size


def too_large(what: str, cap_bytes: int) -> Failure:
    return Failure(APPLICATION, "ResultTooLarge", f"{what}, the limit is {cap_bytes} bytes")


def _not_json(message: str) -> Failure:
    return Failure(APPLICATION, "ResultNotJson", message)


class _Conversion:
    def __init__(self, name: str) -> None:
        self._path: List[str] = [name]
        self._open: Set[int] = set()

    def plain(self, value: Any) -> Any:
        if value is None or value is True or value is False or type(value) is str:
            return value
        if isinstance(value, enum.Enum):
            return self.plain(value.value)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return self._integer(value)
        if isinstance(value, float):
            return _float(value)
        if isinstance(value, (list, tuple, dict)) or _is_dataclass(value):
            return self._container(value)
        if isinstance(value, pathlib.PurePath):
            return str(value)
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        return self._foreign(value)

    def _integer(self, value: int) -> int:
        number = int(value)
        if number.bit_length() > _SURELY_PRINTABLE_BITS:
            try:
                str(number)
            except ValueError:
                raise self._problem("int with too many digits") from None
        return number

    def _container(self, value: Any) -> Any:
        if id(value) in self._open:
            raise self._problem("contains itself")
        self._open.add(id(value))
        try:
            if isinstance(value, (list, tuple)):
                return [self._at(f"[{i}]", element) for i, element in enumerate(value)]
            if isinstance(value, dict):
                return self._object(value)
            fields = dataclasses.fields(value)
            return {f.name: self._at(f".{f.name}", getattr(value, f.name)) for f in fields}
        finally:
            self._open.discard(id(value))

    def _object(self, value: Dict[Any, Any]) -> Dict[str, Any]:
        plain: Dict[str, Any] = {}
        for key, element in list(value.items()):
            name = self._key(key)
            if name in plain:
                raise self._problem(f"two keys that are both {name!r} in JSON")
            plain[name] = self._at(f".{name}" if name.isidentifier() else f"[{name!r}]", element)
        return plain

    def _at(self, step: str, value: Any) -> Any:
        self._path.append(step)
        plain = self.plain(value)
        self._path.pop()
        return plain

    def _key(self, key: Any) -> str:
        if isinstance(key, enum.Enum):
            key = key.value
        if _is_numpy(key):
            key = key.tolist()
        if isinstance(key, str):
            return str.__str__(key)
        if key is None or isinstance(key, bool):
            return json.dumps(key)
        if isinstance(key, int):
            return str(self._integer(key))
        if isinstance(key, float):
            return json.dumps(float(key))
        raise self._problem(f"dict key of type {_type_name(key)}")

    def _foreign(self, value: Any) -> Any:
        if _is_numpy(value):
            converted = value.tolist()
            # numpy.longdouble has no Python counterpart and returns itself.
            if type(converted) is not type(value):
                return self.plain(converted)
        raise self._problem(_type_name(value))

    def _problem(self, problem: str) -> Failure:
        return _not_json(f"{''.join(self._path)}: {problem}")


def _float(value: float) -> Any:
    if math.isfinite(value):
        return float(value)
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _is_dataclass(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


def _is_numpy(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(
        value, (getattr(numpy, "ndarray", ()), getattr(numpy, "generic", ()))
    )


def _type_name(value: Any) -> str:
    type_ = type(value)
    if type_.__module__ in ("builtins", None):
        return type_.__qualname__
    return f"{type_.__module__}.{type_.__qualname__}"
