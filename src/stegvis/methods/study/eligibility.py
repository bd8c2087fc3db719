"""Eligibility: the criteria of a protocol, and what can be computed about one person from what is known so far.

Nothing here decides. A rule says what a clinician will see as computed; a named clinician confirms every criterion.
Criteria change while a trial runs, so each holds for a period, and `evaluate` uses those in force on the day asked.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from stegvis.methods.instruments import pain_map
from stegvis.methods.study.tables import Code, InForce, Line, Table, Wording

Operator = Literal[">", ">=", "<", "<=", "=="]
COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
}
PainDefinition = Literal["acr1990", "wp2019"]
WidespreadPain = Callable[[frozenset[str]], bool | None]
"""Tells from the ids of the marked places of the pain map whether the pain is widespread; None for no answer."""
WIDESPREAD_PAIN: Mapping[PainDefinition, WidespreadPain] = {"acr1990": pain_map.acr1990, "wp2019": pain_map.wp2019}
"""The definitions that a rule may name, with the pain map's own defaults."""


class AgeRule(Table):
    """Holds when the age in whole years lies within the limits, both included."""

    kind: Literal["age"] = Field(description='"age".')
    minimum: int | None = Field(default=None, ge=0, le=120, description="Youngest age in years that counts.")
    maximum: int | None = Field(default=None, ge=0, le=120, description="Oldest age in years that counts.")


class WidespreadPainRule(Table):
    """Holds when the regions marked on the pain map are widespread and the pain has lasted long enough."""

    kind: Literal["widespread_pain"] = Field(description='"widespread_pain".')
    definition: PainDefinition = Field(
        description='"acr1990" (left and right, above and below the waist, and axial: Wolfe et al. 1990) or "wp2019" '
        "(at least 4 of 5 regions and 7 of 15 sites: Wolfe et al. 2019)."
    )
    minimum_months: int = Field(ge=0, description="Least duration of the pain in months.")


class ScoreRule(Table):
    """Holds when any of the named scores compares with the value as stated."""

    kind: Literal["score"] = Field(description='"score".')
    instrument: Code = Field(description="Code of the instrument whose scores decide.")
    scores: tuple[Code, ...] = Field(min_length=1, description="Names of the scores; one that fits is enough.")
    operator: Operator = Field(description='">", ">=", "<", "<=" or "==".')
    value: float = Field(description="The number compared with.")


class AnswerRule(Table):
    """Holds when the criterion's own question is answered yes."""

    kind: Literal["answer"] = Field(description='"answer": yes, no or not known.')


Rule = Annotated[AgeRule | WidespreadPainRule | ScoreRule | AnswerRule, Field(discriminator="kind")]


class Criterion(InForce):
    """One eligibility criterion, for as long as it is in force."""

    code: Code = Field(description="Short name. The same code may come again for a later period.")
    kind: Literal["include", "exclude"] = Field(
        description='"include": must hold to take part. "exclude": must not hold.'
    )
    label: Wording = Field(description="A few words for lists and for the participant flow.")
    text: Wording = Field(description="The criterion as the protocol states it.")
    rule: Rule = Field(description="How it can be computed; a clinician confirms it whatever the rule says.")
    decided_at: Literal["screening", "baseline"] = Field(
        default="screening", description='"screening", or "baseline" when it needs answers given after consent.'
    )
    self_check: bool = Field(default=False, description="Whether the public page asks about it.")
    question: Wording | None = Field(default=None, description="How the public page asks; needed with `self_check`.")
    referral: Wording | None = Field(
        default=None, description="What must be offered and recorded when the rule holds: a duty of care, not a filter."
    )
    source: Line | None = Field(default=None, description="Where the criterion comes from.")


@dataclass(frozen=True)
class Facts:
    """What is known about one person; None and what is absent mean not known yet.

    age: whole years. pain_places: ids of the places marked on the pain map (`pain_map.NO_PAIN` alone for no pain).
    pain_months: how long the pain has lasted. answers: yes or no by criterion code. scores: by instrument code and
    score name.
    """

    age: int | None = None
    pain_places: frozenset[str] | None = None
    pain_months: int | None = None
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    scores: Mapping[tuple[str, str], float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class CriterionResult:
    """What the facts say about one criterion.

    holds: whether the rule holds. passes: whether the person can go on as far as this criterion goes. Both are None
    while the facts do not decide. needs_referral: a referral must be offered and recorded now.
    """

    criterion: Criterion
    holds: bool | None
    passes: bool | None
    needs_referral: bool

    @property
    def code(self) -> str:
        """The criterion's code."""
        return self.criterion.code


def age_on(born: date, on: date) -> int:
    """Age in completed years on the day `on`; who is born on 29 February has a birthday on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def in_force(criteria: Iterable[Criterion], on: date) -> tuple[Criterion, ...]:
    """The criteria that hold on the day `on`, in the protocol's order."""
    return tuple(criterion for criterion in criteria if criterion.in_force(on))


def evaluate(
    criteria: Iterable[Criterion],
    facts: Facts,
    on: date,
    widespread_pain: Mapping[PainDefinition, WidespreadPain] = WIDESPREAD_PAIN,
) -> list[CriterionResult]:
    """What the facts say about each criterion in force on the day `on`, in the protocol's order.

    `widespread_pain` gives the function for each definition a rule may name; `protocol.pain_map.widespread_pain()` has
    them with the trial's own decisions about the map.
    """
    return [_result(criterion, facts, widespread_pain) for criterion in in_force(criteria, on)]


def seems_worthwhile(results: Iterable[CriterionResult]) -> bool:
    """Whether nothing known so far speaks against an assessment; what is not known yet does not count against it."""
    return all(result.passes is not False for result in results)


def _result(
    criterion: Criterion, facts: Facts, widespread_pain: Mapping[PainDefinition, WidespreadPain]
) -> CriterionResult:
    holds = rule_holds(criterion.rule, criterion.code, facts, widespread_pain)
    passes = holds if holds is None or criterion.kind == "include" else not holds
    return CriterionResult(criterion, holds, passes, needs_referral=bool(holds) and criterion.referral is not None)


def rule_holds(
    rule: Rule,
    code: str,
    facts: Facts,
    widespread_pain: Mapping[PainDefinition, WidespreadPain] = WIDESPREAD_PAIN,
) -> bool | None:
    """Whether a rule holds for these facts; None while they do not decide.

    `code` is that of the criterion or level the rule belongs to: answers are kept under it.
    """
    if isinstance(rule, AgeRule):
        return _age_holds(rule, facts.age)
    if isinstance(rule, WidespreadPainRule):
        return _widespread_pain_holds(rule, facts, widespread_pain)
    if isinstance(rule, ScoreRule):
        return _score_holds(rule, facts.scores)
    return facts.answers.get(code)


@dataclass(frozen=True)
class Working:
    """One step of how a rule is worked out: a code with what is known (`found`) and what is asked (`wanted`), if a number."""

    code: str
    holds: bool | None
    found: float | None = None
    wanted: float | None = None


def working(
    rule: Rule, facts: Facts, decisions: pain_map.Decisions = pain_map.DEFAULT_DECISIONS
) -> tuple[Working, ...]:
    """How a rule comes to its result, step by step, for whoever confirms it; nothing for a question answered yes or no.

    Of widespread pain each condition of the definition; of scores each score; of an age the age.
    """
    if isinstance(rule, AgeRule):
        return (Working("age", _age_holds(rule, facts.age), facts.age),)
    if isinstance(rule, ScoreRule):
        known = [(name, facts.scores.get((rule.instrument, name))) for name in rule.scores]
        told = [
            (name, value, None if value is None else COMPARE[rule.operator](value, rule.value)) for name, value in known
        ]
        return tuple(Working(name, holds, value, rule.value) for name, value, holds in told)
    if isinstance(rule, WidespreadPainRule):
        months, least = facts.pain_months, rule.minimum_months
        long_enough = None if months is None else months >= least
        return (Working("months", long_enough, months, least), *_of_map(rule.definition, facts.pain_places, decisions))
    return ()


def _of_map(
    definition: PainDefinition, places: frozenset[str] | None, decisions: pain_map.Decisions
) -> tuple[Working, ...]:
    if definition == "acr1990":
        parts = pain_map.parts_of_1990(places, decisions) or dict.fromkeys(("left", "right", "above", "below", "axial"))
        return tuple(Working(name, holds) for name, holds in parts.items())
    five, sites = pain_map.five_regions(places, decisions), pain_map.locations(places, "wp2019", decisions)
    return (
        Working("regions", None if five is None else five >= 4, five, 4),
        Working("sites", None if sites is None else sites >= 7, sites, 7),
    )


def _age_holds(rule: AgeRule, age: int | None) -> bool | None:
    if age is None:
        return None
    return (rule.minimum is None or age >= rule.minimum) and (rule.maximum is None or age <= rule.maximum)


def _widespread_pain_holds(
    rule: WidespreadPainRule, facts: Facts, definitions: Mapping[PainDefinition, WidespreadPain]
) -> bool | None:
    """No as soon as one half is known to fail, yes when both are known to hold, otherwise not known."""
    long_enough = None if facts.pain_months is None else facts.pain_months >= rule.minimum_months
    widespread = None if facts.pain_places is None else definitions[rule.definition](facts.pain_places)
    if long_enough is False or widespread is False:
        return False
    return None if long_enough is None or widespread is None else True


def _score_holds(rule: ScoreRule, scores: Mapping[tuple[str, str], float | None]) -> bool | None:
    """Yes as soon as one score fits, no when all are known and none fits, otherwise not known."""
    values = [scores.get((rule.instrument, name)) for name in rule.scores]
    if any(value is not None and COMPARE[rule.operator](value, rule.value) for value in values):
        return True
    return None if None in values else False
