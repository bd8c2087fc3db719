"""Adverse events: what is asked of everybody alike, what counts as expected, whom a serious event is told, what is a fall.

Harm that nobody asks about is reported by whoever is seen most, which is one arm. So the question, its times and its words
are the protocol's, the same for everybody. Source: CONSORT Harms 2022 (Junqueira et al., BMJ 2023;381:e073725).
"""

from __future__ import annotations

from math import sqrt
from typing import Annotated

from pydantic import Field

from stegvis.methods.study.tables import Code, Line, Table, Wording

RELIABLE_DETERIORATION = "reliable_deterioration"
"""What an alert about a reliable deterioration stores in place of a rule's code."""

SERIOUS_EVENT = "serious_event"
"""What an alert about an adverse event that is serious, or may be, stores in place of a rule's code."""

LOOK_AT_DETERIORATION = Wording(
    {
        "sv": "Värdet före, värdet efter och den minsta säkra förändringen står här. Ingen tidsgräns gäller. Fråga personen vad "
        "som har hänt, när det finns tid på mottagningen, och skriv upp det som en händelse om det är nytt eller värre än "
        "väntat.",
        "en": "The value before, the value after and the smallest reliable change stand here. No clock runs. Ask the person "
        "what has happened, when there is time at the clinic, and note it as an event if it is new or worse than expected.",
    }
)

LOOK_AT_SERIOUS = Wording(
    {
        "sv": "Ring personen och ta reda på vad som har hänt. Beskriv sedan händelsen, bedöm den, och berätta för den som "
        "protokollet anger innan tiden på händelsens sida har gått ut.",
        "en": "Call the person and find out what has happened. Then describe the event, judge it, and tell whom the protocol "
        "names before the time on the event's page has run out.",
    }
)

Z_95 = 1.96


class EventTerm(Table):
    """A kind of event to choose from; the trial's own list, since no dictionary is shipped."""

    code: Code = Field(description="Short name; the extract has it.")
    name: Wording = Field(description="What people read.")


class Deterioration(Table):
    """When a score has become worse by more than its measurement errs."""

    outcome: Code = Field(description="Code of the outcome whose score is watched.")
    baseline: Code = Field(description="The occasion with which every later one is compared.")
    sd: float = Field(gt=0, description="Standard deviation of the score in a population like the trial's.")
    reliability: float = Field(ge=0, lt=1, description="Test–retest reliability of the score there.")
    source: Line = Field(description="Where the two numbers come from.")

    @property
    def smallest(self) -> float:
        """The smallest reliable change, in the score's own points: 1.96 · √2 · s · √(1 − r).

        Source: Jacobson & Truax, J Consult Clin Psychol 1991;59:12-19: the reliable change index is the change divided by
        the standard error of a difference, s_diff = √2 · s · √(1 − r), and beyond 1.96 it is unlikely to be error alone.
        """
        return Z_95 * sqrt(2) * self.sd * sqrt(1 - self.reliability)

    def is_reliable(self, before: float, after: float, *, lower_is_better: bool) -> bool:
        """Whether the score has become worse, from `before` to `after`, by more than the smallest reliable change."""
        worse = after - before if lower_is_better else before - after
        return worse > self.smallest


class AdverseEvents(Table):
    """How adverse events are asked about, judged and told."""

    question: Wording = Field(description="What everybody is asked, in one sentence.")
    asked_at: tuple[Code, ...] = Field(
        min_length=1,
        description='The times at which it is asked, the same for everybody: codes of occasions, "visit_<number>" for '
        "visits. An occasion's comes when its window opens, a visit's once the visit was held.",
    )
    open_days: Annotated[int, Field(ge=1, le=182)] = Field(
        default=28, description="For how many days the question can be answered."
    )
    rule: Wording = Field(
        description="The written rule by which an event is expected (a flare, soreness) or not; staff read it as they judge."
    )
    terms: tuple[EventTerm, ...] = Field(min_length=1, description="The kinds of event to choose from.")
    serious_grade: Code = Field(
        description="Grade of the alert to the site's rota when an event is, or may be, serious."
    )
    serious_within_hours: Annotated[int, Field(ge=1, le=360)] = Field(
        default=24,
        description="Within how many hours, of any day, a serious event is told to `report_to`, from when the site knew.",
    )
    report_to: Wording = Field(description="Whom a serious event is told, with how to reach them.")
    deterioration_grade: Code | None = Field(
        default=None, description="Grade of the alert about a reliable deterioration; needed with `deterioration`."
    )
    deterioration: tuple[Deterioration, ...] = Field(
        default=(), description="Scores that are watched for a reliable deterioration, in every arm alike."
    )

    def term(self, code: str) -> EventTerm | None:
        """The kind of event with this code, or None."""
        return next((each for each in self.terms if each.code == code), None)

    def watched(self, occasion: str) -> tuple[Deterioration, ...]:
        """The scores to compare when an occasion was answered: all whose baseline is another one."""
        return tuple(each for each in self.deterioration if each.baseline != occasion)
