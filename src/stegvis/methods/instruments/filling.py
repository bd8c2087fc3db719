"""What a questionnaire fills in by itself, and offers: values to begin with, calculated values, the options of now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.answers import given, not_offered, to_json
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.expressions import offered, with_initial
from stegvis.methods.instruments.items import Item
from stegvis.methods.instruments.questionnaire import Questionnaire


@lru_cache(maxsize=256)
def has_beginnings(questionnaire: Questionnaire) -> bool:
    """Whether any question has a value to begin with."""
    return any(
        item.initial or item.initially or any(option.initial for option in item.options)
        for item in questionnaire.questions
    )


def with_beginnings(
    questionnaire: Questionnaire, stored: Mapping[str, Any], at: datetime | None = None
) -> dict[str, Any]:
    """The answers with the values to begin with, as long as nothing has been answered at all."""
    if stored or not has_beginnings(questionnaire):
        return dict(stored)
    return with_initial(questionnaire, at)


def with_offered(
    questionnaire: Questionnaire, answers: Mapping[str, Any], asked: Iterable[tuple[str, Item]]
) -> list[tuple[str, Item]]:
    """The questions with the options that are offered in view of the answers."""
    now = offered(questionnaire, answers)
    return [(position, replace(item, options=now[position]) if position in now else item) for position, item in asked]


def outdated(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> frozenset[str]:
    """The positions at which an option was chosen that is not offered in view of the other answers."""
    found = not_offered(questionnaire, given(answers)) if questionnaire.toggling else ()
    return frozenset(problem.at for problem in found)


def fills_in(questionnaire: Questionnaire) -> bool:
    """Whether `filled_in` can give anything for this questionnaire."""
    return bool(questionnaire.calculation_order) or has_beginnings(questionnaire)


def filled_in(
    questionnaire: Questionnaire, stored: Mapping[str, Any], new: Mapping[str, Any], at: datetime | None = None, *,
    begins: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """What is to be kept beside new answers: values to begin with (once), and calculated values that have changed.

    None takes a calculated value back that can no longer be worked out. Without `begins` nothing is begun with: on paper
    nobody saw those values.
    """
    beginnings = {} if stored or not begins else with_beginnings(questionnaire, {}, at)
    together = given({**beginnings, **stored, **new})
    extra = {position: value for position, value in beginnings.items() if position not in new}
    if not questionnaire.calculation_order:
        return extra
    worked_out = with_calculated(questionnaire, together, at)
    asked = enabled(questionnaire, worked_out)
    for position in {*worked_out, *together}:
        value = worked_out.get(position)
        if to_json(value) != to_json(together.get(position)) and (value is None or position in asked):
            extra[position] = value
    return extra
