"""Functions on texts. Source: FHIRPath N1 2.0.0, section 5.6; `split`, `join`, `trim`, encodings from 3.0.0 (ballot)."""

from __future__ import annotations

import base64
import binascii
import html
import json
from collections.abc import Callable
from typing import Any

from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed
from stegvis.methods.instruments.fhirpath.functions import Arguments, function, listed, text, whole
from stegvis.methods.instruments.fhirpath.nodes import plain
from stegvis.methods.instruments.fhirpath.patterns import fits, matcher, replacement
from stegvis.methods.instruments.fhirpath.scope import Scope


def _on_text(name: str, gives: str, compute: Callable[[str], Any]) -> None:
    @function(name, gives=gives)
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value = text(focus, f"{name}()")
        return [] if value is None else _written(scope, compute(value))


def _with_text(name: str, gives: str, compute: Callable[[str, str], Any]) -> None:
    @function(name, 1, gives=gives)
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value, other = text(focus, f"{name}()"), text(arguments[0](scope), f"{name}()")
        return [] if value is None or other is None else _written(scope, compute(value, other))


def _written(scope: Scope, result: Any) -> list[Any]:
    if isinstance(result, str):
        scope.shared.budget.write(len(result))
    if isinstance(result, list):
        scope.shared.budget.hold(len(result))
        return result
    return listed(result)


_on_text("upper", "String", str.upper)
_on_text("lower", "String", str.lower)
_on_text("trim", "String", str.strip)
_on_text("length", "Integer", len)
_on_text("toChars", "String", list)
_with_text("startsWith", "Boolean", str.startswith)
_with_text("endsWith", "Boolean", str.endswith)
_with_text("contains", "Boolean", lambda value, part: part in value)
_with_text("indexOf", "Integer", str.find)
_with_text("lastIndexOf", "Integer", str.rfind)
_with_text("split", "String", lambda value, mark: value.split(mark) if mark else list(value))


@function("substring", 1, 2, gives="String")
def substring(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The text from a place (counted from 0), of a length when given; empty when the place lies outside."""
    value, start = text(focus, "substring()"), whole(arguments[0](scope), "substring()")
    length = whole(arguments[1](scope), "substring()") if len(arguments) == 2 else None
    if value is None or start is None or not 0 <= start < len(value):
        return []
    return [value[start:] if length is None else value[start : start + max(0, length)]]


@function("replace", 2, gives="String")
def replace(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Every occurrence replaced; an empty pattern surrounds every character."""
    value = text(focus, "replace()")
    pattern, new = (text(argument(scope), "replace()") for argument in arguments)
    if value is None or pattern is None or new is None:
        return []
    n_places = value.count(pattern)
    scope.shared.budget.write(len(value) + n_places * len(new))
    return [value.replace(pattern, new)]


@function("join", 0, 1, gives="String")
def join(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """The texts one after the other with a text between; empty for nothing."""
    mark = (text(arguments[0](scope), "join()") if arguments else None) or ""
    texts = [text([item], "join()") for item in focus if plain(item) is not None]
    scope.shared.budget.write(sum(len(each or "") + len(mark) for each in texts))
    return [mark.join(each for each in texts if each is not None)] if texts else []


def _by_pattern(name: str, *, whole_text: bool) -> None:
    @function(name, 1, gives="Boolean")
    def run(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
        value, pattern = text(focus, f"{name}()"), text(arguments[0](scope), f"{name}()")
        if value is None or pattern is None:
            return []
        return [fits(pattern, value, scope.shared.budget, whole=whole_text)]


_by_pattern("matches", whole_text=False)
_by_pattern("matchesFull", whole_text=True)


@function("replaceMatches", 2, gives="String")
def replace_matches(scope: Scope, focus: list[Any], arguments: Arguments) -> list[Any]:
    """Every match of a regular expression replaced; `$1` and `${name}` stand for its groups."""
    value = text(focus, "replaceMatches()")
    pattern, new = (text(argument(scope), "replaceMatches()") for argument in arguments)
    if value is None or pattern is None or new is None:
        return []
    if not pattern:
        return [value]
    found = matcher(pattern, len(value), scope.shared.budget)
    scope.shared.budget.write((len(value) + 1) * (len(new) + 1))
    return _written(scope, found.sub(replacement(found, new), value))


_ENCODE: dict[str, Callable[[bytes], bytes]] = {
    "hex": binascii.hexlify, "base64": base64.b64encode, "urlbase64": base64.urlsafe_b64encode,
}  # fmt: skip
_DECODE: dict[str, Callable[[str], bytes]] = {
    "hex": binascii.unhexlify, "base64": base64.b64decode, "urlbase64": base64.urlsafe_b64decode,
}  # fmt: skip
_ESCAPE: dict[str, Callable[[str], str]] = {
    "html": html.escape, "json": lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
}  # fmt: skip
_UNESCAPE: dict[str, Callable[[str], str]] = {
    "html": html.unescape, "json": lambda value: str(json.loads(f'"{value}"')),
}  # fmt: skip


def _coded(name: str, table: dict[str, Any], compute: Callable[[Any, str], str]) -> None:
    def run(value: str, form: str) -> str | None:
        if form not in table:
            raise ExpressionFailed(f"{name}() does not know {form!r}", f"Use {', '.join(table)}")
        try:
            return compute(table[form], value)
        except ValueError:
            return None

    _with_text(name, "String", run)


_coded("encode", _ENCODE, lambda change, value: change(value.encode()).decode())
_coded("decode", _DECODE, lambda change, value: change(value).decode())
_coded("escape", _ESCAPE, lambda change, value: change(value))
_coded("unescape", _UNESCAPE, lambda change, value: change(value))
