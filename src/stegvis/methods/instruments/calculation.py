"""Calculated values (SDC `calculatedExpression`): each worked out once, after those that it is made of.

The order is that of dependence, found when the file is read (`formulas.Dependencies`). A new value is written into the
response as it stands; the response, and what is asked, are made anew only where other items hang on the value. A chain
of some hundred calculations would otherwise write the whole response some hundred times.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from stegvis.methods.instruments.enablement import enabled_among
from stegvis.methods.instruments.expressions import Evaluation
from stegvis.methods.instruments.positions import Occurrence, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.results import as_answer


def with_calculated(
    questionnaire: Questionnaire, answers: Mapping[str, Any], at: datetime | None = None
) -> dict[str, Any]:
    """The answers with every calculated value worked out anew, in order of dependence.

    `at` is the time for today() and now(). A calculation that gives nothing, or nothing that fits its question, leaves
    the question unanswered: a sum of no answers is not 0.
    """
    state = _State(questionnaire, dict(answers), at)
    for link_id in questionnaire.calculation_order:
        item = questionnaire.by_link_id[link_id]
        assert item.calculated is not None
        for one in state.among.by_link_id.get(link_id, ()):
            value = (
                as_answer(item, state.evaluation.value(item.calculated, one)) if one.position in state.asked else None
            )
            state.put(one, value)
    return state.answers


def calculated_values(
    questionnaire: Questionnaire, answers: Mapping[str, Any], at: datetime | None = None
) -> dict[str, Any]:
    """What every calculated item that is asked shows now, by position; None where the calculation gives nothing.

    A response whose calculated values are other ones is not wrong: no rule of R4 or SDC says that it is, a person may
    have overwritten one that is not read-only, and today() was another day. Scores and exports work them out anew.
    """
    worked_out = with_calculated(questionnaire, answers, at)
    among = occurrences(questionnaire, worked_out)
    asked = enabled_among(questionnaire, worked_out, among)
    return {
        one.position: worked_out.get(one.position) for one in among.all if one.item.calculated and one.position in asked
    }


class _State:
    """Answers while they are being calculated."""

    def __init__(self, questionnaire: Questionnaire, answers: dict[str, Any], at: datetime | None) -> None:
        self.questionnaire = questionnaire
        self.answers = answers
        self.at = at
        self.work_out()

    def work_out(self) -> None:
        """Everything that follows from the answers."""
        self.among = occurrences(self.questionnaire, self.answers)
        self.asked = enabled_among(self.questionnaire, self.answers, self.among)
        self.evaluation = Evaluation(self.questionnaire, self.answers, self.among, self.asked, self.at)

    def put(self, one: Occurrence, value: Any) -> None:
        """Keep a value, or take the old one away when there is none now."""
        if self.answers.get(one.position) == value:
            return
        self.answers.pop(one.position, None)
        if value is not None:
            self.answers[one.position] = value
        if others_hang_on(self.questionnaire, one, value) or not self.evaluation.put(one, value):
            self.work_out()


def others_hang_on(questionnaire: Questionnaire, one: Occurrence, value: Any) -> bool:
    """Whether which items there are, or which are asked, may follow from this value.

    An occurrence goes when its last answer does, what stands below a question is asked when it has an answer, and an
    expression may decide by any question.
    """
    return (
        (bool(one.indices) and value is None)
        or any(child.type != "display" for child in one.item.items)
        or bool(questionnaire.enabled_by_expression)
        or one.item.link_id in _deciding(questionnaire)
    )


@lru_cache(maxsize=256)
def _deciding(questionnaire: Questionnaire) -> frozenset[str]:
    return frozenset(condition.question for item in questionnaire.all_items for condition in item.conditions)
