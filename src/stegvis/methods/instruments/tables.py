"""Scores of a whole extract at once: a wide table of answers in, columns of scores out, without a step per row.

`score_table` gives what `scoring.score` gives for each row, only faster; a property test holds the two equal.

A column is named by the linkId of its item, and holds the keys of the chosen options (as numbers, where every key of the
item is a number, or as texts) or the number itself. A multiple choice has a column for each option, `linkId:key`, true
where it was chosen. None, "" and NaN are no answer. A missing column is an item that nobody answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from stegvis.methods.instruments.columns import ResponseColumns, any_of
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.scales.base import Counts, Floats
from stegvis.methods.instruments.scoring import MissingReason, Planned, Settings, plan

REASONS: Final = ("", *(reason.value for reason in MissingReason))
"""What the numbers in `ScoreColumn.reason` mean; 0 is none."""


@dataclass(frozen=True)
class ScoreColumn:
    """One score of every row, each array of shape (rows,): the value (NaN when missing), the items answered of
    `n_items`, and the number in `REASONS` of why the value is missing."""

    name: str
    value: Floats
    n_answered: Counts
    reason: NDArray[np.int8]
    n_items: int
    version: str

    def missing_reason(self, row: int) -> str | None:
        """Why the score of this row has no value; None when it has one."""
        return REASONS[self.reason[row]] or None


def score_table(
    questionnaire: Questionnaire,
    columns: Mapping[str, ArrayLike],
    settings: Settings | None = None,
    declined: Mapping[str, ArrayLike] | None = None,
) -> dict[str, ScoreColumn]:
    """Every declared score of every row, by its name, in the order of the file.

    `declined` holds, by linkId, in which rows a question was answered “I prefer not to answer”. Raises `WrongColumn` with
    column, row and value for what is no answer, and for columns of different lengths; `settings` as for `score`.
    """
    answers = ResponseColumns(questionnaire, columns, declined or {})
    scored = {}
    for planned in plan(questionnaire, settings):
        scored[planned.rule.name] = _scored(planned, answers)
        answers.forget()
    return scored


def _scored(planned: Planned, answers: ResponseColumns) -> ScoreColumn:
    scale = planned.scale
    value = np.round(scale.values(answers), 10) + 0.0
    n_answered = scale.answered_in(answers)
    declined = any_of(map(answers.refused, scale.items), answers.rows)
    asked = any_of(map(answers.asked, scale.items), answers.rows)
    reasons = [
        (~np.isnan(value), ""),
        (n_answered > 0, MissingReason.TOO_FEW_ANSWERED.value),
        (declined, MissingReason.DECLINED.value),
        (~asked, MissingReason.NOT_ASKED.value),
    ]
    reason = np.full(answers.rows, REASONS.index(MissingReason.NOT_ANSWERED.value), dtype=np.int8)
    for where, word in reversed(reasons):
        reason[where] = REASONS.index(word)
    return ScoreColumn(planned.rule.name, value, n_answered, reason, len(scale.items), planned.version)
