"""Safety: which answers and scores must reach a human, how soon, and which numbers a participant is shown.

The rules run on every answer as it is saved, in every arm and at every stage. An alert goes to the site's safety rota;
the person sees the help text on the very next page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Annotated, Literal

from pydantic import Field

from stegvis.methods.study.checklist import OWN, ChecklistItem
from stegvis.methods.study.eligibility import COMPARE, Operator
from stegvis.methods.study.tables import Code, Line, Table, Wording
from stegvis.methods.study.word_scan import WordScan

WORDS_FOUND = "words_found"
"""What an alert of the word scan stores in place of a rule's code."""

LOOK_AT_WORDS = Wording(
    {
        "sv": "Ingen tidsgräns gäller, och sökningen skyddar ingen: den missar de flesta som är i fara och hittar många som "
        "inte är det. Ring personen eller fråga den som brukar ha kontakt, när det finns tid på mottagningen. Det syns inte "
        "här i vilken text orden stod.",
        "en": "No clock runs, and the scan protects nobody: it misses most people in danger, and finds many who are in none. "
        "Call the person, or ask whoever is usually in touch, when there is time at the clinic. In which text the words "
        "stood is not shown here.",
    }
)

DECLINED = "prefers_not_to_answer"
"""What an alert about “I prefer not to answer” stores in place of a rule's code."""

LOOK_AT_DECLINED = Wording(
    {
        "sv": "Se efter om något annat som personen har svarat oroar. Personen har sett vart man kan ringa. Den som inte "
        "vill svara ska inte pressas.",
        "en": "See whether anything else that the person has answered is worrying. The person has been shown whom to "
        "call. Nobody is pressed to answer.",
    }
)


class HelpNumber(Table):
    """A number that the help page shows."""

    code: Code = Field(description="Short name; texts write it as {<code>_number}, for example {emergency_number}.")
    number: Line = Field(description="The number as one dials it.")
    text: Wording = Field(description="When to call it, in one sentence.")


class Grade(Table):
    """How urgent an alert is."""

    code: Code = Field(description="Short name; rules refer to it.")
    name: Wording = Field(description="What staff read.")
    respond_within_working_days: Annotated[int, Field(ge=0, le=5)] | None = Field(
        default=None,
        description="0: the same working day while the site is staffed; 1: the next working day. Without it no clock "
        "runs: the alert is listed for review.",
    )
    escalate_after_minutes: Annotated[int, Field(ge=5, le=2400)] | None = Field(
        default=None,
        description="After how many staffed minutes a further person is told of an alert that nobody has taken; without "
        "it, nobody is.",
    )
    closed_by_two: bool = Field(
        default=False,
        description="true: one person writes why the alert can be closed, and another one confirms it; never the same.",
    )


class SafetyRule(Table):
    """An answer or a score that raises an alert."""

    code: Code = Field(description="Short name; the alert stores it.")
    instrument: Code = Field(description="Code of the instrument.")
    item: Line | None = Field(default=None, description="The item's linkId; either this or `score`.")
    score: Code | None = Field(default=None, description="The score's name; either this or `item`.")
    operator: Operator = Field(description='">", ">=", "<", "<=" or "==".')
    value: float = Field(description="The number compared with; for a choice, the ordinal value of the option.")
    compared_with: Literal["answer", "last_time"] = Field(
        default="answer",
        description='"answer": the answer itself is compared. "last_time": how much higher it is than at the occasion '
        'before, so that `operator = ">"` and `value = 0` is any rise; for items only.',
    )
    before_randomisation: bool = Field(
        default=False,
        description="true: nobody is randomised until a licensed clinician has assessed the alert; the gate "
        '"safety_assessed" asks for it.',
    )
    grade: Code = Field(description="Code of the grade.")
    who: Literal["safety_rota"] = Field(
        default="safety_rota", description='Who is told: always the site\'s "safety_rota", never one person alone.'
    )
    what: Wording = Field(description="What that person does.")
    say: Wording | None = Field(
        default=None, description="What a caller who takes the answer by telephone says to the person at once."
    )

    def fires(self, value: float, last: float | None = None) -> bool:
        """Whether this answer or score raises the alert; `last` is the same answer at the occasion before, if any."""
        if self.compared_with == "last_time":
            return last is not None and COMPARE[self.operator](value - last, self.value)
        return COMPARE[self.operator](value, self.value)


class StaffedHours(Table):
    """When somebody reads alerts on a working day, in the trial's own time zone."""

    opens: time = Field(description="From this time.")
    closes: time = Field(description="Until this time; what comes later counts from the next working day.")
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(
        default=(1, 2, 3, 4, 5),
        description="On these weekdays, 1 is Monday. Public holidays are off: `trial.holidays`.",
    )


class SiteHours(StaffedHours):
    """The staffed hours of a site that differs from the rest."""

    site: Code = Field(description="Code of the site.")
    closed: tuple[date, ...] = Field(default=(), description="Days on which the site is closed.")


EscalationRole = Literal["coordinator", "physiotherapist", "therapist"]


class Safety(Table):
    """The safety section of a protocol."""

    text: Code = Field(description="Code of the help text, shown on the help page and after a worrying answer.")
    staffed_hours: StaffedHours = Field(description="When somebody reads alerts.")
    site_hours: tuple[SiteHours, ...] = Field(default=(), description="Sites whose hours or closures are their own.")
    something_is_wrong: Code = Field(description="Grade of an alert that a participant raises with the button.")
    declined_grade: Code | None = Field(
        default=None,
        description="Grade of “I prefer not to answer” to an item that a rule watches; without it, the last grade.",
    )
    escalate_to: tuple[EscalationRole, ...] = Field(
        default=("coordinator", "physiotherapist"),
        description="Who at the site is told of an alert that nobody has taken: everyone in these roles who has not been "
        "told. With nobody left, the administrators are asked to reach the site.",
    )
    numbers: tuple[HelpNumber, ...] = Field(
        min_length=1, description="The numbers of the help page, most urgent first."
    )
    grades: tuple[Grade, ...] = Field(min_length=1, description="How urgent alerts can be, most urgent first.")
    rules: tuple[SafetyRule, ...] = Field(default=(), description="Which answers and scores raise an alert.")
    test_alert_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=30, description="After how many days without a test alert to a site's rota its alerts page warns."
    )
    checklist: tuple[ChecklistItem, ...] = Field(
        default=(),
        description="What whoever calls about an alert asks; without it, the checklist that comes with Stegvis.",
    )

    word_scan: WordScan | None = Field(
        default=None, description="Words to look for in what participants write; without the table none is."
    )

    @property
    def needs_two(self) -> bool:
        """Whether two people close some alerts, so that a rota of one cannot."""
        return any(grade.closed_by_two for grade in self.grades)

    @property
    def is_scanning(self) -> bool:
        """Whether words are looked for in what participants write."""
        return self.word_scan is not None and self.word_scan.on

    def words_in(self, text: str) -> tuple[str, ...]:
        """Which of the trial's words stand in a text; none while no scan is on."""
        return self.word_scan.found_in(text) if self.word_scan else ()

    @property
    def asked_in_a_call(self) -> tuple[ChecklistItem, ...]:
        """The checklist of an alert: the protocol's, or our own."""
        return self.checklist or OWN

    def grade(self, code: str) -> Grade:
        """The grade with this code; KeyError when there is none."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def hours_at(self, site: str) -> StaffedHours:
        """The staffed hours of a site, by code: its own, or the trial's."""
        return next((hours for hours in self.site_hours if hours.site == site), self.staffed_hours)

    def watched_items(self, instrument: str) -> frozenset[str]:
        """The items of an instrument that rules watch, by linkId."""
        return frozenset(rule.item for rule in self.rules if rule.instrument == instrument and rule.item)

    def scores_watched(self, instrument: str) -> bool:
        """Whether any rule watches a score of this instrument."""
        return any(rule.instrument == instrument and rule.score for rule in self.rules)

    @property
    def grade_of_declined(self) -> Grade:
        """The grade of “I prefer not to answer” to a watched item."""
        return self.grade(self.declined_grade) if self.declined_grade else self.grades[-1]

    def fired_by_answer(
        self, instrument: str, item: str, value: float, last: float | None = None
    ) -> tuple[SafetyRule, ...]:
        """The rules that one saved answer sets off, most urgent grade first; `last` as `SafetyRule.fires` takes it."""
        return self._sorted(
            rule
            for rule in self.rules
            if (rule.instrument, rule.item) == (instrument, item) and rule.fires(value, last)
        )

    def alerting(self, fired: Iterable[SafetyRule]) -> tuple[SafetyRule, ...]:
        """Which of the rules that one answer set off raise alerts: the most urgent, and those that hold randomisation.

        One answer is one thing to look at; two alerts about it would be two calls.
        """
        ordered = self._sorted(fired)
        return ordered[:1] + tuple(rule for rule in ordered[1:] if rule.before_randomisation)

    def declined(self, instrument: str, item: str) -> SafetyRule | None:
        """The rule that “I prefer not to answer” sets off: to a watched item, with the grade for that; None for others."""
        if item not in self.watched_items(instrument):
            return None
        return SafetyRule(
            code=DECLINED, instrument=instrument, item=item, operator="==", value=0, grade=self.grade_of_declined.code,
            what=LOOK_AT_DECLINED,
        )  # fmt: skip

    def fired_by_score(self, instrument: str, score: str, value: float) -> tuple[SafetyRule, ...]:
        """The rules that one score sets off, most urgent grade first."""
        return self._sorted(
            rule for rule in self.rules if (rule.instrument, rule.score) == (instrument, score) and rule.fires(value)
        )

    def _sorted(self, rules: Iterable[SafetyRule]) -> tuple[SafetyRule, ...]:
        urgency = {grade.code: place for place, grade in enumerate(self.grades)}
        return tuple(sorted(rules, key=lambda rule: urgency.get(rule.grade, len(urgency))))
