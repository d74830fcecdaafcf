"""What a command is to be run with: arguments, input, environment and files from templates."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from . import capture, functions
from .attempt import Attempt
from .failures import APPLICATION, Failure, rejected
from .request import Request, field
from .templates import render, render_word, text_of


@dataclass(frozen=True)
class ResultPlace:
    """Where the value of a command is found."""

    source: str
    format: str
    path: Optional[Path] = None


@dataclass(frozen=True)
class Invocation:
    argv: List[str]
    stdin: Optional[bytes]
    environment: Dict[str, str]
    result: Optional[ResultPlace]

    def to_json(self) -> Dict[str, Any]:
        result = self.result
        return {
            "argv": self.argv,
            "stdin": None if self.stdin is None else self.stdin.decode("utf-8"),
            "environment": self.environment,
            "result": None
            if result is None
            else [result.source, result.format, result.path and str(result.path)],
        }

    @classmethod
    def from_json(cls, fields: Dict[str, Any]) -> Invocation:
        stdin, result = fields["stdin"], fields["result"]
        place = None
        if result is not None:
            source, format_, path = result
            place = ResultPlace(source, format_, None if path is None else Path(path))
        return cls(
            fields["argv"],
            None if stdin is None else stdin.encode("utf-8"),
            fields["environment"],
            place,
        )


def prepared(request: Request, fields: Dict[str, Any]) -> Invocation:
    """What was prepared elsewhere, launched as it is here."""
    invocation = Invocation.from_json(fields)
    words = _launch_words(request.code.get("launch"), _names(request))
    return replace(invocation, argv=words + invocation.argv)


def prepare(request: Request, attempt: Attempt, launched: bool = True) -> Invocation:
    code = request.code
    names = _names(request)
    argv = _launch_words(code.get("launch"), names) if launched else []
    for index, word in enumerate(_strings(code, "argv")):
        argv += render_word(word, names, f"argv[{index}]")
    stdin = field(code, "stdin", str, None)
    stdin = None if stdin is None else render(stdin, names, "stdin")
    variables = field(code, "environment", dict, {})
    environment = {
        name: render(_string(value, f"environment.{name}"), names, f"environment.{name}")
        for name, value in variables.items()
    }
    result = _result(request, names)
    _write_files(request, names)
    if code.get("preprocess"):
        extra, replaced = _preprocess(request, attempt)
        argv += extra
        stdin = stdin if replaced is None else replaced
    if not argv:
        raise rejected("InvalidRequest", "argv: empty")
    return Invocation(
        argv, None if stdin is None else _encoded(stdin, "stdin"), environment, result
    )


def _names(request: Request) -> Dict[str, Any]:
    parameters = _strings(request.code, "parameters")
    if len(request.args) > len(parameters):
        raise rejected(
            "TypeError", f"{len(request.args)} arguments for the parameters {parameters}"
        )
    arguments = dict(zip(parameters, request.args))
    twice = sorted(arguments.keys() & request.kwargs.keys())
    if twice or len(set(parameters)) < len(parameters):
        raise rejected("TypeError", f"given twice: {', '.join(twice or parameters)}")
    return {
        **request.resources.names(),
        "run_dir": str(request.directory),
        **arguments,
        **request.kwargs,
    }


def _launch_words(launch: Any, names: Dict[str, Any]) -> List[str]:
    if launch is None:
        return []
    if isinstance(launch, str):
        try:
            launch = shlex.split(launch)
        except ValueError as error:
            raise rejected("InvalidTemplate", f"launch: {error}") from None
    words = []
    for index, word in enumerate(_strings({"launch": launch}, "launch")):
        words += render_word(word, names, f"launch[{index}]")
    return words


def _result(request: Request, names: Dict[str, Any]) -> Optional[ResultPlace]:
    fields = field(request.code, "result", dict, None)
    if fields is None or request.code.get("postprocess"):
        return None
    source, format_ = field(fields, "from", str), field(fields, "as", str)
    if source not in ("stdout", "file") or format_ not in ("json", "text"):
        raise rejected("InvalidRequest", f"result: unexpected {source!r} as {format_!r}")
    if source == "stdout":
        return ResultPlace(source, format_)
    path = render(field(fields, "path", str), names, "result.path")
    inside(request.directory, path)
    return ResultPlace(source, format_, Path(path))


def _write_files(request: Request, names: Dict[str, Any]) -> None:
    for name, template in field(request.code, "files", dict, {}).items():
        where = f"files[{name!r}]"
        content = _encoded(render(_string(template, where), names, where), where)
        path = inside(request.directory, name)
        if path.parent == request.directory.resolve() and path.name in capture.NAMES:
            raise rejected("InvalidPath", f"{name}: reserved for what the command prints")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise rejected("InvalidPath", f"{name}: {error.strerror}") from None


def inside(directory: Path, name: str) -> Path:
    """The absolute path, with links followed, of a file that must lie in the run directory."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise rejected("InvalidPath", f"{name!r} is not a relative path without '..'")
    root = directory.resolve()
    try:
        resolved = (root / path).resolve()
    except (OSError, RuntimeError) as error:  # a loop of links
        raise rejected("InvalidPath", f"{name}: {error}") from None
    if root not in resolved.parents:
        raise rejected("InvalidPath", f"{name} leads out of the run directory")
    return resolved


def _preprocess(request: Request, attempt: Attempt) -> Tuple[List[str], Optional[str]]:
    returned = call_part(
        request, attempt, "preprocess", request.directory, request.args, request.kwargs
    )
    try:
        extra, stdin = returned
        valid = isinstance(extra, (list, tuple)) and (stdin is None or isinstance(stdin, str))
    except (TypeError, ValueError):
        valid = False
    if not valid:
        raise Failure(
            APPLICATION,
            "TypeError",
            "preprocess must return (list of arguments, text for stdin or None), "
            f"not {type(returned).__name__}",
        )
    return [text_of(word) for word in extra], stdin


def call_part(request: Request, attempt: Attempt, part: str, *args: Any) -> Any:
    function = functions.load(field(request.code, part, dict))
    return functions.call(function, args, {}, request.resources, attempt.item)


def _strings(fields: Dict[str, Any], name: str) -> List[str]:
    values = field(fields, name, list, [])
    return [_string(value, f"{name}[{index}]") for index, value in enumerate(values)]


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise rejected("InvalidRequest", f"{where}: unexpected {type(value).__name__}")
    return value


def _encoded(text: str, where: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise rejected("InvalidArgument", f"{where}: {error}") from None
