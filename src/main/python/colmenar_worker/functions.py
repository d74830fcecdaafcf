"""Python functions: loading their code and calling them."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import linecache
import sys
import types
from collections import OrderedDict
from typing import Any, Callable, Coroutine, Dict, Sequence

from . import state
from .failures import REJECTED, SOURCE_MODULE_PREFIX, Failure, failure_of, rejected, user_code
from .request import field
from .resources import Resources

_CACHED_SOURCES = 64

_sources: "OrderedDict[str, types.ModuleType]" = OrderedDict()


def load(code: Dict[str, Any]) -> Callable[..., Any]:
    """The function that ``{"source": ..., "function": "name"}`` or
    ``{"function": "package.module:name"}`` means.

    Module level code runs once per process. Raises Failure: REJECTED when there is no such
    function or module or the source is not valid Python, APPLICATION when loading it raises.
    """
    name = field(code, "function", str)
    source = field(code, "source", str, None)
    if source is not None:
        return _attribute(_source_module(source), name, "the source")
    module_name, separator, attribute = name.partition(":")
    if not separator or not all(part.isidentifier() for part in module_name.split(".")):
        raise rejected("FunctionNotFound", f"'{name}' is not of the form package.module:function")
    return _attribute(_imported_module(module_name), attribute, f"module '{module_name}'")


def call(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Dict[str, Any],
    resources: Resources,
    item: Callable[[Any], None],
) -> Any:
    """Calls the function, and passes what it yields, if it is a generator, to ``item``.

    Coroutines and asynchronous generators run in an event loop. Raises Failure: REJECTED when the
    arguments do not fit the signature, APPLICATION for whatever the function raises.
    """
    kwargs = _fitting(function, args, kwargs, resources)
    with user_code():
        result = function(*args, **kwargs)
        if inspect.iscoroutine(result):
            result = _awaited(result)
        if inspect.isgenerator(result):
            return _drain(result, item)
        if inspect.isasyncgen(result):
            return _awaited(_drain_async(result, item))
        return result


def _fitting(
    function: Callable[..., Any],
    args: Sequence[Any],
    kwargs: Dict[str, Any],
    resources: Resources,
) -> Dict[str, Any]:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # many builtins have none
        return kwargs
    if "_resources" in signature.parameters:
        kwargs = {**kwargs, "_resources": resources}
    try:
        signature.bind(*args, **kwargs)
    except TypeError as mismatch:
        name = getattr(function, "__qualname__", repr(function))
        raise rejected("TypeError", f"{name}(): {mismatch}") from None
    return kwargs


def _drain(generator: Any, item: Callable[[Any], None]) -> Any:
    try:
        while True:
            try:
                value = next(generator)
            except StopIteration as end:
                return end.value
            item(value)
    finally:
        generator.close()


def _awaited(coroutine: Coroutine[Any, Any, Any]) -> Any:
    # Most functions do without, and it takes longer to import than all the rest.
    import asyncio

    return asyncio.run(coroutine)


async def _drain_async(generator: Any, item: Callable[[Any], None]) -> None:
    try:
        async for value in generator:
            item(value)
    finally:
        await generator.aclose()


def _attribute(module: types.ModuleType, path: str, where: str) -> Callable[..., Any]:
    value: Any = module
    for name in path.split("."):
        try:
            with user_code():
                value = getattr(value, name)
        except Failure as failure:
            if failure.type != "AttributeError":
                raise
            raise rejected("FunctionNotFound", f"{where} has no function '{path}'") from None
    if not callable(value):
        kind = type(value).__name__
        raise rejected("NotCallable", f"'{path}' in {where} is not a function but {kind}")
    return value  # type: ignore[no-any-return]


def _imported_module(name: str) -> types.ModuleType:
    if name in sys.modules:
        state.repeat_load_effects(name)
        return sys.modules[name]
    # It may have been installed after this process looked into the directory.
    importlib.invalidate_caches()
    try:
        with state.remembering_load(name):
            return importlib.import_module(name)
    except BaseException as error:
        raise _load_failure(error, f"module '{name}'") from None


def _source_module(source: str) -> types.ModuleType:
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    module = _sources.get(digest)
    if module is not None:
        _sources.move_to_end(digest)
        state.repeat_load_effects(module.__name__)
        return module
    module = types.ModuleType(SOURCE_MODULE_PREFIX + digest)
    module.__file__ = f"<source {digest}>"
    try:
        _execute(module, source)
    except BaseException as error:
        failure = _load_failure(error, "the source")
        _forget(module)
        raise failure from None
    _sources[digest] = module
    if len(_sources) > _CACHED_SOURCES:
        _forget(_sources.popitem(last=False)[1])
    return module


def _execute(module: types.ModuleType, source: str) -> None:
    file = module.__file__
    assert file is not None
    # Tracebacks, inspect, pickle and dataclasses look here for the code and for its module.
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    sys.modules[module.__name__] = module
    code = compile(source, file, "exec", dont_inherit=True)
    with state.remembering_load(module.__name__):
        exec(code, module.__dict__)


def _forget(module: types.ModuleType) -> None:
    sys.modules.pop(module.__name__, None)
    linecache.cache.pop(str(module.__file__), None)
    state.forget_load(module.__name__)


def _load_failure(error: BaseException, where: str) -> Failure:
    if isinstance(error, SyntaxError):
        # In an imported package another file than the named one may be the broken one.
        place = where if where == "the source" else f"{where} ({error.filename})"
        text = (error.text or "").strip()
        return rejected(
            type(error).__name__, f"line {error.lineno} of {place}: {error.msg}: {text}"
        )
    if isinstance(error, ModuleNotFoundError):
        failure = failure_of(error, REJECTED)
        failure.message = f"loading {where}: {failure.message}"
        return failure
    return failure_of(error)
