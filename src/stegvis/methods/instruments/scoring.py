"""Scores of one response: every score that the questionnaire declares, with why it is missing when it is.

`score` is what is stored on submission. A score carries the version of its questionnaire and of its scoring function,
so that a corrected rule gives a new score beside the old one ("1.0.0+sum.1"; a protocol's own choices add eight digits
that change with them). The answers given must be valid ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.answers import declined, without_disabled
from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.errors import Mistake
from stegvis.methods.instruments.questionnaire import Item, Questionnaire, ScoreRule
from stegvis.methods.instruments.scales import SCALES, Given, Scale, WrongParameters

Settings = Mapping[str, Mapping[str, str]]
"""What a protocol chooses about scores: score name → parameter → value, as {"pain_locations": {"count": "wp2019"}}."""


class MissingReason(StrEnum):
    """Why a score has no value."""

    NOT_ASKED = "not_asked"
    NOT_ANSWERED = "not_answered"
    DECLINED = "declined"
    TOO_FEW_ANSWERED = "too_few_answered"


@dataclass(frozen=True)
class Score:
    """A score: its value, or why there is none; items answered of items in the scale; and what computed it."""

    name: str
    value: float | None
    n_answered: int
    n_items: int
    missing_reason: str | None
    version: str


@dataclass(frozen=True)
class Planned:
    """A declared score with its scoring function ready, under the protocol's choices."""

    rule: ScoreRule
    scale: Scale
    version: str


def score(questionnaire: Questionnaire, answers: Mapping[str, Any], settings: Settings | None = None) -> list[Score]:
    """Every declared score of these answers, in the order of the file.

    Answers to questions that are not asked do not count. `settings` are the protocol's choices for scores that leave
    one open; an unknown score or choice raises `ValueError`.
    """
    present = without_disabled(questionnaire, answers)
    refused = {link_id for link_id, value in present.items() if declined(value)}
    given = _given(questionnaire, {key: value for key, value in present.items() if key not in refused})
    return [_score_of(questionnaire, planned, given, refused, answers) for planned in plan(questionnaire, settings)]


def plan(questionnaire: Questionnaire, settings: Settings | None = None) -> tuple[Planned, ...]:
    """Every declared score, in the order of the file, ready to be computed. Raises `ValueError` as `score` does."""
    return _plan(questionnaire, _frozen(settings))


def check_scores(questionnaire: Questionnaire) -> list[Mistake]:
    """What is wrong with the scores that the questionnaire declares."""
    mistakes = []
    seen: set[str] = set()
    for rule in questionnaire.scores:
        if rule.name in seen:
            mistakes.append(
                Mistake(rule.path, f"the score {rule.name!r} is declared twice", "Give each score its name")
            )
        seen.add(rule.name)
        try:
            _scale(questionnaire, rule, {})
        except WrongParameters as error:
            mistakes.append(Mistake(rule.path, f"the score {rule.name!r}: {error}", "Correct the parameters"))
    return mistakes


def _score_of(
    questionnaire: Questionnaire, planned: Planned, given: Given, refused: set[str], answers: Mapping[str, Any]
) -> Score:
    scale = planned.scale
    value = scale.value(given)
    n_answered = scale.answered(given)
    reason = None
    if value is None:
        reason = _why_missing(questionnaire, scale, n_answered, refused, answers)
    else:
        value = round(value, 10)  # sums of 1.43 and its like are exact to the eye again
    return Score(planned.rule.name, value, n_answered, len(scale.items), reason, planned.version)


def _why_missing(
    questionnaire: Questionnaire, scale: Scale, n_answered: int, refused: set[str], answers: Mapping[str, Any]
) -> str:
    if n_answered:
        return MissingReason.TOO_FEW_ANSWERED.value
    if refused.intersection(scale.items):
        return MissingReason.DECLINED.value
    if enabled(questionnaire, answers).isdisjoint(scale.items):
        return MissingReason.NOT_ASKED.value
    return MissingReason.NOT_ANSWERED.value


def _frozen(settings: Settings | None) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    return tuple(sorted((name, tuple(sorted(chosen.items()))) for name, chosen in (settings or {}).items()))


@lru_cache(maxsize=512)
def _plan(
    questionnaire: Questionnaire, settings: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
) -> tuple[Planned, ...]:
    chosen = {name: dict(pairs) for name, pairs in settings}
    unknown = sorted(set(chosen) - {rule.name for rule in questionnaire.scores})
    if unknown:
        raise ValueError(f"{questionnaire.code} has no score {', '.join(unknown)}, so nothing can be chosen about it.")
    return tuple(_planned(questionnaire, rule, chosen.get(rule.name, {})) for rule in questionnaire.scores)


def _planned(questionnaire: Questionnaire, rule: ScoreRule, chosen: Mapping[str, str]) -> Planned:
    scale = _scale(questionnaire, rule, chosen)
    version = f"{questionnaire.version or 'unversioned'}+{scale.name}.{scale.version}"
    if scale != _scale(questionnaire, rule, {}):
        # Short enough for a column; the choices themselves stand in the protocol, which is versioned too.
        version += "+" + hashlib.sha256(repr(sorted(chosen.items())).encode()).hexdigest()[:8]
    return Planned(rule, scale, version)


def _scale(questionnaire: Questionnaire, rule: ScoreRule, chosen: Mapping[str, str]) -> Scale:
    function = SCALES.get(rule.function)
    if function is None:
        raise WrongParameters(f"there is no scoring function {rule.function!r}, only {', '.join(sorted(SCALES))}")
    parameters = {**rule.parameters, **{name: [value] for name, value in chosen.items()}}
    return function.read(parameters, questionnaire.by_link_id)


def _given(questionnaire: Questionnaire, present: Mapping[str, Any]) -> Given:
    readers = _readers(questionnaire)
    numbers = {}
    for link_id, value in present.items():
        reader = readers.get(link_id)
        number = reader(value) if reader else None
        if number is not None:
            numbers[link_id] = number
    return Given(numbers, present)


@lru_cache(maxsize=256)
def _readers(questionnaire: Questionnaire) -> Mapping[str, Callable[[Any], float | None]]:
    """How the number of each item's answer is found, for items whose answers have one."""
    return {item.link_id: reader for item in questionnaire.questions if (reader := _reader(item))}


def _reader(item: Item) -> Callable[[Any], float | None] | None:
    if item.type == "choice" and not item.repeats:
        weights = {option.key: float(option.ordinal) for option in item.options if option.ordinal is not None}
        return lambda value: weights.get(value) if isinstance(value, str) else None
    if item.type in ("integer", "decimal") and not item.repeats:
        return _as_number
    return None


def _as_number(value: Any) -> float | None:
    return None if isinstance(value, bool) else float(value)
