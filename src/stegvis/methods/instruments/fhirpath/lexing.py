"""Cuts the text of an expression into tokens.

Source: FHIRPath N1 2.0.0, section 12 (lexical rules). Comments and white space are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stegvis.methods.instruments.fhirpath.errors import InvalidExpression

_CLOCK = r"[0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
_TOKEN = re.compile(
    r"(?P<space>[ \r\n\t\u00a0]+|//[^\r\n]*|/\*.*?\*/)"
    rf"|(?P<time>@T{_CLOCK})"
    rf"|(?P<datetime>@[0-9]{{4}}(?:-[0-9]{{2}}(?:-[0-9]{{2}})?)?T(?:{_CLOCK}(?:Z|[+-][0-9]{{2}}:[0-9]{{2}})?)?)"
    r"|(?P<date>@[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)"
    r"|(?P<number>[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<special>\$(?:this|index|total)\b)"
    r"|(?P<delimited>`(?:[^`\\]|\\.)*`)"
    r"|(?P<string>'(?:[^'\\]|\\.)*')"
    r"|(?P<sign><=|>=|!=|!~|/(?!\*)|[-+*&|<>=~.,()\[\]{}%])",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPED = {"'": "'", '"': '"', "`": "`", "\\": "\\", "/": "/", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; `kind` is a group of the lexical rules or "end", `text` has its quotes and escapes resolved."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """All tokens of the text, the last of kind "end". Raises `InvalidExpression` at what is no token."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _no_token(text, at)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, _resolved(kind, match[0], at), at))
        at = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _resolved(kind: str, text: str, position: int) -> str:
    if kind not in ("string", "delimited"):
        return text
    return _ESCAPE.sub(lambda match: _unescape(match[1], position + match.start() + 1), text[1:-1])


def _unescape(text: str, position: int) -> str:
    if len(text) == 5:
        return chr(int(text[1:], 16))
    if text not in _ESCAPED:
        raise InvalidExpression(
            position, f"\\{text} is no escape", "A backslash itself is written \\\\, a quotation mark \\'"
        )
    return _ESCAPED[text]


def _no_token(text: str, at: int) -> InvalidExpression:
    sign = text[at]
    if sign in "'`":
        return InvalidExpression(at, f"the text that begins with {sign} does not end", f"Close it with {sign}")
    if text.startswith("/*", at):
        return InvalidExpression(at, "the comment does not end", "Close it with */")
    right = {
        '"': "Texts stand between single quotation marks, 'so'",
        "@": "A date is written @2026-03-09, a time @T14:30",
        "$": "Only $this, $index and $total begin with $",
        "!": "Write != or !~ between two values, or .not() after one",
    }
    return InvalidExpression(
        at, f"{sign!r} means nothing here", right.get(sign, "Remove it, or quote the text it is of")
    )
