"""Safety: which answers and scores must reach a human, how soon, and which numbers a participant is shown.

The rules run on every answer as it is saved, in every arm and at every stage. An alert goes to the site's safety rota;
the person sees the help text on the very next page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Literal

from pydantic import Field

from stegvis.methods.study.eligibility import COMPARE, Operator
from stegvis.methods.study.tables import Code, Line, Table, Wording


class HelpNumber(Table):
    """A number that the help page shows."""

    code: Code = Field(description="Short name; texts write it as {<code>_number}, for example {emergency_number}.")
    number: Line = Field(description="The number as one dials it.")
    text: Wording = Field(description="When to call it, in one sentence.")


class Grade(Table):
    """How urgent an alert is."""

    code: Code = Field(description="Short name; rules refer to it.")
    name: Wording = Field(description="What staff read.")
    respond_within_working_days: int = Field(
        ge=0, le=5, description="0: the same working day while the site is staffed; 1: the next working day."
    )


class SafetyRule(Table):
    """An answer or a score that raises an alert."""

    code: Code = Field(description="Short name; the alert stores it.")
    instrument: Code = Field(description="Code of the instrument.")
    item: Line | None = Field(default=None, description="The item's linkId; either this or `score`.")
    score: Code | None = Field(default=None, description="The score's name; either this or `item`.")
    operator: Operator = Field(description='">", ">=", "<", "<=" or "==".')
    value: float = Field(description="The number compared with; for a choice, the ordinal value of the option.")
    grade: Code = Field(description="Code of the grade.")
    who: Literal["safety_rota"] = Field(
        default="safety_rota", description='Who is told: always the site\'s "safety_rota", never one person alone.'
    )
    what: Wording = Field(description="What that person does.")

    def fires(self, value: float) -> bool:
        """Whether this answer or score raises the alert."""
        return COMPARE[self.operator](value, self.value)


class StaffedHours(Table):
    """When somebody reads alerts on a working day, in the trial's own time zone."""

    opens: time = Field(description="From this time.")
    closes: time = Field(description="Until this time; what comes later counts from the next working day.")


class Safety(Table):
    """The safety section of a protocol."""

    text: Code = Field(description="Code of the help text, shown on the help page and after a worrying answer.")
    staffed_hours: StaffedHours = Field(description="When somebody reads alerts.")
    something_is_wrong: Code = Field(description="Grade of an alert that a participant raises with the button.")
    numbers: tuple[HelpNumber, ...] = Field(
        min_length=1, description="The numbers of the help page, most urgent first."
    )
    grades: tuple[Grade, ...] = Field(min_length=1, description="How urgent alerts can be, most urgent first.")
    rules: tuple[SafetyRule, ...] = Field(default=(), description="Which answers and scores raise an alert.")

    def grade(self, code: str) -> Grade:
        """The grade with this code; KeyError when there is none."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def fired_by_answer(self, instrument: str, item: str, value: float) -> tuple[SafetyRule, ...]:
        """The rules that one saved answer sets off, most urgent grade first."""
        return self._sorted(
            rule for rule in self.rules if (rule.instrument, rule.item) == (instrument, item) and rule.fires(value)
        )

    def fired_by_score(self, instrument: str, score: str, value: float) -> tuple[SafetyRule, ...]:
        """The rules that one score sets off, most urgent grade first."""
        return self._sorted(
            rule for rule in self.rules if (rule.instrument, rule.score) == (instrument, score) and rule.fires(value)
        )

    def _sorted(self, rules: Iterable[SafetyRule]) -> tuple[SafetyRule, ...]:
        urgency = {grade.code: place for place, grade in enumerate(self.grades)}
        return tuple(sorted(rules, key=lambda rule: urgency.get(rule.grade, len(urgency))))
