"""One occasion of questions as a walk: its pages in order, what is answered on each, and where to go on.

The pages are those of every questionnaire of the occasion, primary outcomes first and each of those on a page of its own.
Which pages there are can depend on answers, so a walk is made anew for each request, from what is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import get_language

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.methods import instruments
from stegvis.methods.instruments import Item, Page, Questionnaire
from stegvis.methods.study.protocol import Occasion, Protocol
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial

BEFORE, OPEN, LATE, SENT, STOPPED = "before", "open", "late", "sent", "stopped"
"""Where an occasion stands for the participant; late answers are taken, and stored as late."""


@dataclass(frozen=True)
class Step:
    """One page of the walk."""

    occasion: str
    instrument: str
    questionnaire: Questionnaire
    page: Page
    answers: Mapping[str, Any]
    must_answer: bool

    @property
    def address(self) -> str:
        """Where the page is; it stays the same whatever is answered."""
        return reverse("participant:question", args=[self.occasion, self.instrument, self.page.key])

    @property
    def unanswered(self) -> list[Item]:
        """Its questions that have neither an answer nor "I prefer not to answer"."""
        return [item for item in self.page.items if instruments.given(self.answers).get(item.link_id) is None]

    @property
    def is_done(self) -> bool:
        """Whether nothing on it waits for an answer."""
        return not self.unanswered


@dataclass(frozen=True)
class Walk:
    """One participant's way through an occasion."""

    assessment: Any
    occasion: Occasion
    protocol: Protocol
    lang: str
    state: str
    answers: Mapping[str, Mapping[str, Any]] = field(repr=False)

    @cached_property
    def steps(self) -> list[Step]:
        """Its pages, in view of what is answered."""
        found = []
        with protocols.remembered():
            for code in self.assessment.instruments:
                questionnaire = protocols.questionnaire(code)
                primary = code in self.protocol.primary_instruments
                given = assessments.typed(questionnaire, dict(self.answers.get(code, {})))
                alone = [item.link_id for item in questionnaire.questions] if primary else []
                pages = instruments.pages(questionnaire, self.lang, given, alone=alone)
                found += [Step(self.occasion.code, code, questionnaire, page, given, primary) for page in pages]
        return found

    @property
    def is_open(self) -> bool:
        """Whether answers are taken now."""
        return self.state in {OPEN, LATE}

    @property
    def has_begun(self) -> bool:
        """Whether anything has been answered."""
        return bool(self.answers)

    def step(self, instrument: str, key: str) -> Step | None:
        """The page with this key, if it is asked as things stand."""
        return next((each for each in self.steps if (each.instrument, each.page.key) == (instrument, key)), None)

    def number(self, step: Step) -> int:
        """Which page it is, from 1."""
        return self.steps.index(step) + 1

    def after(self, step: Step) -> Step | None:
        """The page after it; None after the last."""
        return next(iter(self.steps[self.number(step) :]), None)

    def before(self, step: Step) -> Step | None:
        """The page before it; None before the first."""
        return self.steps[self.number(step) - 2] if self.number(step) > 1 else None

    @property
    def go_on(self) -> str:
        """Where to go on: the first page with an open question, or the look at it all when there is none."""
        waiting = next((step for step in self.steps if not step.is_done), None)
        return waiting.address if waiting else reverse("participant:review", args=[self.occasion.code])


def walk(person: Participant, code: str) -> Walk:
    """The walk through an occasion that was planned for this person; anything else is a page that does not exist."""
    assessment = assessments.assessment(person, code)
    enrolment = trial.enrolment(person)
    if assessment is None or enrolment is None:
        raise Http404
    protocol = trial.protocol_of(enrolment)
    return Walk(
        assessment=assessment,
        occasion=protocol.occasion(code),
        protocol=protocol,
        lang=get_language() or "",
        state=_state(person, assessment),
        answers=assessments.answers_of(assessment),
    )


def _state(person: Participant, assessment: Any) -> str:
    if assessment.submitted_at is not None:
        return SENT
    if not trial.WITHDRAWN_FROM_QUESTIONS.isdisjoint(consent.withdrawn_layers(person)):
        return STOPPED
    today = clock.today()
    if today < assessment.opens_on:
        return BEFORE
    return OPEN if today <= assessment.closes_on else LATE
