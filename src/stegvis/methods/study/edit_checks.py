"""Edit checks: what a protocol expects of data, so that a datum that does not fit raises a data query by itself.

The kinds are those of CDISC ODM's edit checks: a range, a missing value, two data that contradict each other, and days that
lie too near or too far apart. Nothing here says that a datum is wrong. What fails is asked about, and the datum stays as it
is until somebody who knows has answered (ICH E6(R3), 4.2.2: data are queried, and changes are traceable).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from stegvis.methods.study.tables import Code, Line, Table, Wording

Operator = Literal[">", ">=", "<", "<=", "==", "!="]
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
AskedOf = Literal["outcome_assessor", "coordinator", "physiotherapist"]


class Measure(Table):
    """A datum of an occasion: the answer to an item, or a score."""

    instrument: Code = Field(description="Code of the instrument.")
    item: Line | None = Field(default=None, description="The item's linkId; either this or `score`.")
    score: Code | None = Field(default=None, description="The score's name; either this or `item`.")

    @property
    def name(self) -> str:
        """The item's linkId or the score's name."""
        return self.item or self.score or ""


class Statement(Measure):
    """A datum compared with a number, or with another datum of the same occasion."""

    operator: Operator = Field(description='">", ">=", "<", "<=", "==" or "!=".')
    value: float | None = Field(
        default=None, description="The number compared with; for a choice, the option's ordinal value. Or `than`."
    )
    than: Measure | None = Field(default=None, description="The other datum compared with. Or `value`.")


class _Check(Table):
    """What every edit check says."""

    code: Code = Field(description="Short name; the data query stores it.")
    occasions: tuple[Code, ...] = Field(default=(), description="At which occasions; without it, at all of them.")
    asked_of: AskedOf = Field(
        default="outcome_assessor",
        description='Who at the site answers: "outcome_assessor", who does not know the arm, "coordinator" or "physiotherapist".',
    )
    ask: Wording = Field(description="The question that whoever answers reads.")


class RangeCheck(_Check):
    """A datum that can be so, but seldom is: outside the limits it is asked about."""

    kind: Literal["range"] = Field(description='"range".')
    instrument: Code = Field(description="Code of the instrument.")
    item: Line | None = Field(default=None, description="The item's linkId; either this or `score`.")
    score: Code | None = Field(default=None, description="The score's name; either this or `item`.")
    minimum: float | None = Field(default=None, description="Below it, it is asked about.")
    maximum: float | None = Field(default=None, description="Above it, it is asked about.")


class MissingCheck(_Check):
    """An item without an answer in a questionnaire that was sent; "I prefer not to answer" is an answer."""

    kind: Literal["missing"] = Field(description='"missing".')
    instrument: Code = Field(description="Code of the instrument.")
    item: Line = Field(description="The item's linkId.")


class ConsistencyCheck(_Check):
    """Two data of one occasion that should agree: where `when` holds, `then` must hold as well."""

    kind: Literal["consistency"] = Field(description='"consistency".')
    when: Statement | None = Field(default=None, description="Only where this holds; without it, always.")
    then: Statement = Field(description="What must hold. Where a datum is missing, nothing is asked.")


class DaysCheck(_Check):
    """Two days that lie nearer or further apart than can be."""

    kind: Literal["days"] = Field(description='"days".')
    first: Code = Field(
        description="consent, randomisation, visit_<number>, or the code of an occasion (when it was answered)."
    )
    second: Code = Field(description="The later one, named in the same way.")
    minimum: int | None = Field(default=None, description="Fewer days from the first to the second are asked about.")
    maximum: int | None = Field(default=None, description="More days than this are asked about.")


EditCheck = Annotated[RangeCheck | MissingCheck | ConsistencyCheck | DaysCheck, Field(discriminator="kind")]


@dataclass(frozen=True)
class Known:
    """What is known of one person at one occasion.

    items, scores: numbers by instrument and linkId or score name; what is absent or None is not known. said: which items
    have any answer, “I prefer not to answer” included. sent: the questionnaires that were sent. days: by anchor and by
    the code of an occasion.
    """

    items: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    scores: Mapping[tuple[str, str], float | None] = field(default_factory=dict)
    said: frozenset[tuple[str, str]] = frozenset()
    sent: frozenset[str] = frozenset()
    days: Mapping[str, date] = field(default_factory=dict)

    def number(self, of: Measure | RangeCheck) -> float | None:
        """A datum as a number; None where it is not known."""
        return (self.items if of.item else self.scores).get((of.instrument, of.item or of.score or ""))


@dataclass(frozen=True)
class Failure:
    """A check that failed: about which datum, and what it says now (numbers, and days in ISO form, by name)."""

    check: EditCheck
    instrument: str
    item: str
    value: Mapping[str, float | str | None]


def instruments_of(check: EditCheck) -> frozenset[str]:
    """The questionnaires whose answers decide whether a check fails; none for days."""
    if isinstance(check, DaysCheck):
        return frozenset()
    if not isinstance(check, ConsistencyCheck):
        return frozenset({check.instrument})
    statements = [one for one in (check.when, check.then) if one is not None]
    return frozenset(part.instrument for one in statements for part in (one, one.than) if part is not None)


def failures(checks: Iterable[EditCheck], occasion: str, known: Known) -> Iterator[Failure]:
    """The checks that fail at an occasion, in the protocol's order; one that cannot be told does not fail."""
    for check in checks:
        if occasion in (check.occasions or [occasion]):
            failure = _failure(check, known)
            if failure is not None:
                yield failure


def _failure(check: EditCheck, known: Known) -> Failure | None:
    if isinstance(check, RangeCheck):
        return _out_of_range(check, known)
    if isinstance(check, MissingCheck):
        is_missing = check.instrument in known.sent and (check.instrument, check.item) not in known.said
        return Failure(check, check.instrument, check.item, {check.item: None}) if is_missing else None
    if isinstance(check, ConsistencyCheck):
        return _contradiction(check, known)
    return _wrong_days(check, known)


def _out_of_range(check: RangeCheck, known: Known) -> Failure | None:
    number = known.number(check)
    if number is None or _lies_within(number, check.minimum, check.maximum):
        return None
    return Failure(check, check.instrument, check.item or "", {check.item or check.score or "": number})


def _contradiction(check: ConsistencyCheck, known: Known) -> Failure | None:
    if check.when is not None and not _holds(check.when, known):
        return None
    if _holds(check.then, known) is not False:
        return None
    statements = [check.when] if check.when else []
    named: list[Measure] = [part for one in (*statements, check.then) for part in (one, one.than) if part is not None]
    return Failure(
        check, check.then.instrument, check.then.item or "", {part.name: known.number(part) for part in named}
    )


def _wrong_days(check: DaysCheck, known: Known) -> Failure | None:
    first, second = known.days.get(check.first), known.days.get(check.second)
    if first is None or second is None or _lies_within((second - first).days, check.minimum, check.maximum):
        return None
    return Failure(check, "", "", {check.first: first.isoformat(), check.second: second.isoformat()})


def _holds(statement: Statement, known: Known) -> bool | None:
    """Whether a statement holds; None where one of its data is not known."""
    number = known.number(statement)
    other = known.number(statement.than) if statement.than else statement.value
    return None if number is None or other is None else _COMPARE[statement.operator](number, other)


def _lies_within(number: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is None or number >= minimum) and (maximum is None or number <= maximum)
