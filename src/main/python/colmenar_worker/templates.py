"""Templates of commands: ``{name}`` is replaced, ``{{`` and ``}}`` are braces, no more.

Not str.format: its attribute access would let a template read anything the worker can reach.
"""

from __future__ import annotations

import re
from typing import Any, List, Mapping

from .failures import Failure, rejected
from .values import dumps, to_json

_TOKEN = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}|[{}]")
_WHOLE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def render(template: str, names: Mapping[str, Any], where: str) -> str:
    """The template with every placeholder replaced; ``where`` names it in error messages.

    Raises Failure (REJECTED) for an unknown name and for a brace that is no placeholder.
    """

    def replacement(match: "re.Match[str]") -> str:
        token, name = match.group(), match.group(1)
        if name is not None:
            return text_of(_lookup(name, names, template, where))
        if token in ("{{", "}}"):
            return token[0]
        raise _invalid(
            template,
            where,
            f"unexpected '{token}' at character {match.start() + 1}; "
            "only {name}, {{ and }} are possible",
        )

    return _TOKEN.sub(replacement, template)


def render_word(template: str, names: Mapping[str, Any], where: str) -> List[str]:
    """As render, but a word that is nothing but a list's placeholder becomes one word each."""
    whole = _WHOLE.fullmatch(template)
    if whole:
        value = _lookup(whole.group(1), names, template, where)
        if isinstance(value, (list, tuple)):
            return [text_of(element) for element in value]
    return [render(template, names, where)]


def text_of(value: Any) -> str:
    """A value as a word: text as it is, null as nothing, everything else as compact JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    plain, _ = to_json(value, "argument")
    return plain if isinstance(plain, str) else dumps(plain).decode("utf-8")


def _lookup(name: str, names: Mapping[str, Any], template: str, where: str) -> Any:
    if name not in names:
        raise _invalid(template, where, f"unknown name '{name}'")
    return names[name]


def _invalid(template: str, where: str, problem: str) -> Failure:
    shown = template if len(template) <= 200 else template[:200] + "…"
    return rejected("InvalidTemplate", f'{where} "{shown}": {problem}')
