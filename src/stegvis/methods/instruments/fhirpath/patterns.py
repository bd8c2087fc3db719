"""Regular expressions that cannot run without end.

Whether a pattern fits is found by an automaton (`automaton`), whose time grows with the text. Replacing, and patterns that
the automaton does not have, need Python's engine, which tries the ways in which a pattern can fit one after the other;
some patterns have more ways than there is time. An upper bound of these ways is computed first, from the pattern's parts
and the length of the text; above the limit the pattern is refused. The count is the number of ways a backtracking matcher
can pass each part, multiplied along a sequence, added over alternatives, and raised by every repetition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from stegvis.methods.instruments.fhirpath.automaton import Automaton, NotCarriedOut
from stegvis.methods.instruments.fhirpath.errors import ExpressionFailed, ExpressionTooExpensive
from stegvis.methods.instruments.fhirpath.limits import Budget

_LONGEST_PATTERN = 1000
_LARGEST_MACHINE = 3000
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)
_ONE_WAY = (
    _constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.IN, _constants.AT, _constants.CATEGORY,
)  # fmt: skip
_MANY = 10**30


def fits(pattern: str, text: str, budget: Budget, *, whole: bool) -> bool:
    """Whether the pattern fits somewhere in the text, or with `whole` all of it; raises as `matcher` does."""
    machine = _machine(pattern)
    if machine is not None:
        return machine.fits(text, budget.spend, whole=whole)
    found = matcher(pattern, len(text), budget)
    return bool(found.fullmatch(text) if whole else found.search(text))


def check_pattern(pattern: str) -> None:
    """Raise `ExpressionFailed` for what is no regular expression, or has parts that are not carried out."""
    parsed = _compiled(pattern)[1]
    if _machine(pattern) is None:
        _ways(parsed, 1)


@lru_cache(maxsize=256)
def _machine(pattern: str) -> Automaton | None:
    parsed = _compiled(pattern)[1]
    if parsed.state.flags & ~(re.DOTALL | re.UNICODE):
        return None
    try:
        return Automaton(parsed, _LARGEST_MACHINE)
    except NotCarriedOut:
        return None


def matcher(pattern: str, length: int, budget: Budget) -> re.Pattern[str]:
    """The compiled pattern, once it is known to end on a text of `length` characters.

    Raises `ExpressionFailed` for what is no regular expression or uses back-references, and `ExpressionTooExpensive`
    for one with too many ways. `.` stands for line breaks too (N1, 5.6.9).
    """
    compiled, parsed = _compiled(pattern)
    ways = _ways(parsed, length) * (length + 1)  # it may begin anywhere
    if ways > budget.limits.regex_paths:
        raise ExpressionTooExpensive("regex_paths", budget.limits.regex_paths)
    budget.spend(1 + ways // 20)
    return compiled


def replacement(pattern: re.Pattern[str], new: str) -> Callable[[re.Match[str]], str]:
    """What a match is replaced by: `$0`, `$1`, `${name}` stand for groups, `\\$` for the sign itself."""
    parts = re.split(r"(\\[\\$]|\$(?:\d|\{\w+\}))", new)
    groups: list[Any] = []
    for part in parts:
        if part.startswith("$") and len(part) > 1:
            name = part[1:].strip("{}")
            group: int | str = int(name) if name.isdecimal() else name
            if (group not in pattern.groupindex) if isinstance(group, str) else group > pattern.groups:
                raise ExpressionFailed(f"the pattern has no group {part}", "Use a group that it has")
            groups.append((group,))
        else:
            groups.append(part[1:] if part.startswith("\\") and len(part) == 2 else part)
    return lambda match: "".join((match[part[0]] or "") if isinstance(part, tuple) else part for part in groups)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[re.Pattern[str], Any]:
    if len(pattern) > _LONGEST_PATTERN:
        raise ExpressionFailed(
            f"a regular expression of {len(pattern)} characters", f"At most {_LONGEST_PATTERN} are allowed"
        )
    text = re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern)  # a group's name as other languages write it
    try:
        return re.compile(text, re.DOTALL), _parser.parse(text, re.DOTALL)
    except (re.error, OverflowError, RecursionError) as error:
        raise ExpressionFailed(f"{pattern!r} is no regular expression: {error}", "Correct it") from None


def _ways(parts: Any, length: int) -> int:
    ways = 1
    for operation, argument in parts:
        ways = min(_MANY, ways * _ways_of(operation, argument, length))
    return ways


def _ways_of(operation: Any, argument: Any, length: int) -> int:
    if operation in _ONE_WAY:
        return 1
    if operation in _REPEATS:
        fewest, most, body = argument
        return _ways_repeated(_ways(body, length), fewest, min(int(most), length))
    if operation is _constants.BRANCH:
        return sum(_ways(branch, length) for branch in argument[1])
    if operation is _constants.SUBPATTERN:
        return _ways(argument[-1], length)
    if operation in (_constants.ASSERT, _constants.ASSERT_NOT):
        return _ways(argument[1], length)
    raise ExpressionFailed(
        "a regular expression with back-references, conditions or possessive parts is not carried out",
        "Write it with classes, groups, alternatives and repetitions",
    )


def _ways_repeated(each: int, fewest: int, most: int) -> int:
    if each == 1:
        return max(1, most - fewest + 1)
    total = 0
    for times in range(min(fewest, most), most + 1):
        total += each**times
        if total > _MANY:
            return _MANY
    return max(1, total)
