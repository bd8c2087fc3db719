"""Says whether a regular expression fits a text, in time that grows with the text and never explodes.

Python's engine tries one way after the other; here all ways are followed at once, place by place. Source: K. Thompson,
"Regular expression search algorithm", CACM 11 (1968) 419-422; as a machine of instructions after R. Pike (R. Cox, 2009).
Patterns are read by Python's own reader, so that both mean the same. What the machine does not have (back-references,
looking behind, flags) raises `NotCarriedOut`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from re import _constants as code  # type: ignore[attr-defined]
from typing import Any

Test = Callable[[str], bool]
Spend = Callable[[int], None]
Condition = Callable[[str, int, Spend], bool]


class NotCarriedOut(ValueError):
    """The pattern uses something that the machine does not have, or would become too large."""


@dataclass(slots=True)
class _Step:
    """One instruction: take a character that passes `test`, or go on at `to` if `holds` at this place."""

    test: Test | None = None
    to: list[int] = field(default_factory=list)
    holds: Condition | None = None


class Automaton:
    """A compiled pattern. Raises `NotCarriedOut` when it would take more than `largest` instructions."""

    def __init__(self, parsed: Any, largest: int) -> None:
        self._steps: list[_Step] = []
        self._largest = largest
        for part in parsed:
            self._add(*part)
        self._end = len(self._steps)

    def fits(self, text: str, spend: Spend, *, whole: bool = False) -> bool:
        """Whether the pattern fits anywhere in the text, or with `whole` all of it.

        `spend` is charged with the instructions that are carried out.
        """
        current: set[int] = set()
        for at in range(len(text) + 1):
            if at == 0 or not whole:
                self._follow([0], text, at, current, spend)
            if self._end in current and (not whole or at == len(text)):
                return True
            if at < len(text):
                current = self._taken(current, text, at, spend)
        return False

    def fits_here(self, text: str, at: int, spend: Spend) -> bool:
        """Whether the pattern fits from this place on, ending anywhere."""
        current: set[int] = set()
        self._follow([0], text, at, current, spend)
        while current and self._end not in current:
            if at == len(text):
                return False
            current = self._taken(current, text, at, spend)
            at += 1
        return self._end in current

    def _taken(self, current: set[int], text: str, at: int, spend: Spend) -> set[int]:
        """Where one may be after the character at this place."""
        following: set[int] = set()
        sign = text[at]
        passed = [step for number in current if number < self._end and (step := self._steps[number]).test]
        for step in passed:
            if step.test is not None and step.test(sign):
                self._follow(step.to, text, at + 1, following, spend)
        return following

    def _follow(self, begin: list[int], text: str, at: int, reached: set[int], spend: Spend) -> None:
        """Add every instruction that is reached without taking a character."""
        waiting = list(begin)
        before = len(reached)
        while waiting:
            number = waiting.pop()
            if number in reached:
                continue
            reached.add(number)
            if number < self._end:
                step = self._steps[number]
                if step.test is None and (step.holds is None or step.holds(text, at, spend)):
                    waiting.extend(step.to)
        spend(1 + len(reached) - before)

    def _new(self, test: Test | None = None, holds: Condition | None = None) -> _Step:
        if len(self._steps) >= self._largest:
            raise NotCarriedOut("the pattern becomes too large")
        step = _Step(test, [len(self._steps) + 1], holds)
        self._steps.append(step)
        return step

    def _add(self, operation: Any, argument: Any) -> None:
        test = _test(operation, argument)
        if test is not None:
            self._new(test)
        elif operation is code.AT:
            self._new(holds=_place(argument))
        elif operation is code.BRANCH:
            self._alternatives(argument[1])
        elif operation in (code.MAX_REPEAT, code.MIN_REPEAT):
            self._repeated(*argument)
        elif operation is code.SUBPATTERN and not argument[1] and not argument[2]:
            self._sequence(argument[3])
        elif operation in (code.ASSERT, code.ASSERT_NOT) and argument[0] == 1:
            self._look(argument[1], operation is code.ASSERT)
        else:
            raise NotCarriedOut(f"{operation} is not carried out")

    def _sequence(self, parts: Any) -> None:
        for part in parts:
            self._add(*part)

    def _alternatives(self, branches: Any) -> None:
        fork, ends = self._new(), []
        fork.to = []
        for branch in branches:
            fork.to.append(len(self._steps))
            self._sequence(branch)
            ends.append(self._new())
        for end in ends:
            end.to = [len(self._steps)]

    def _repeated(self, fewest: int, most: Any, body: Any) -> None:
        for _ in range(fewest):
            self._sequence(body)
        if most is code.MAXREPEAT:
            here, fork = len(self._steps), self._new()
            self._sequence(body)
            self._new().to = [here]
            fork.to = [here + 1, len(self._steps)]
            return
        forks = []
        for _ in range(int(most) - fewest):
            forks.append(self._new())
            self._sequence(body)
        for fork in forks:
            fork.to = [fork.to[0], len(self._steps)]

    def _look(self, body: Any, wanted: bool) -> None:
        ahead = Automaton(body, self._largest)
        self._new(holds=lambda text, at, spend: ahead.fits_here(text, at, spend) is wanted)


def _test(operation: Any, argument: Any) -> Test | None:
    """What a character must pass; None for an operation that takes none."""
    if operation is code.LITERAL:
        return chr(argument).__eq__
    if operation is code.NOT_LITERAL:
        return chr(argument).__ne__
    if operation is code.ANY:
        return lambda _sign: True
    return _one_of(argument) if operation is code.IN else None


def _one_of(members: Any) -> Test:
    negated = members[0][0] is code.NEGATE
    tests = list(_members(members[1:] if negated else members))
    return lambda sign: any(test(sign) for test in tests) is not negated


def _members(members: Any) -> Iterator[Test]:
    for operation, argument in members:
        if operation is code.LITERAL:
            yield chr(argument).__eq__
        elif operation is code.RANGE:
            yield _between(chr(argument[0]), chr(argument[1]))
        elif operation is code.CATEGORY and argument in _CATEGORIES:
            yield _CATEGORIES[argument]
        else:
            raise NotCarriedOut(f"{operation} is not carried out")


def _between(lowest: str, highest: str) -> Test:
    return lambda sign: lowest <= sign <= highest


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


_CATEGORIES: dict[Any, Test] = {
    code.CATEGORY_DIGIT: str.isdecimal,
    code.CATEGORY_NOT_DIGIT: lambda sign: not sign.isdecimal(),
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_NOT_SPACE: lambda sign: not sign.isspace(),
    code.CATEGORY_WORD: _is_word,
    code.CATEGORY_NOT_WORD: lambda sign: not _is_word(sign),
}


def _at_boundary(text: str, at: int) -> bool:
    before = at > 0 and _is_word(text[at - 1])
    after = at < len(text) and _is_word(text[at])
    return before is not after


def _at_end(text: str, at: int) -> bool:
    return at == len(text) or (at == len(text) - 1 and text[at] == "\n")


_NO_BOUNDARY_IN_NOTHING = re.search(r"\B", "") is not None
"""Whether \\B holds in an empty text, in which Pythons differ."""

_PLACES: dict[Any, Callable[[str, int], bool]] = {
    code.AT_BEGINNING: lambda _text, at: at == 0,
    code.AT_BEGINNING_STRING: lambda _text, at: at == 0,
    code.AT_END: _at_end,
    code.AT_END_STRING: lambda text, at: at == len(text),
    code.AT_BOUNDARY: _at_boundary,
    code.AT_NON_BOUNDARY: lambda text, at: not _at_boundary(text, at) and (bool(text) or _NO_BOUNDARY_IN_NOTHING),
}


def _place(name: Any) -> Condition:
    if name not in _PLACES:
        raise NotCarriedOut(f"{name} is not carried out")
    holds = _PLACES[name]
    return lambda text, at, _spend: holds(text, at)
