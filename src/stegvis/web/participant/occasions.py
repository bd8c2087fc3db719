"""One occasion of questions as a walk: its pages in order, what is answered on each, and where to go on.

The pages are those of every questionnaire of the occasion, primary outcomes first and each of those on a page of its own.
Which pages there are can depend on answers, so a walk is made anew for each request, from what is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.methods import instruments
from stegvis.methods.instruments import Item, Page, Questionnaire
from stegvis.methods.study.protocol import Occasion, Protocol
from stegvis.methods.study.schedule import Window, WindowState
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial

BEFORE, OPEN, CLOSING, LATE = "before", "open", "closing", "late"
SENT, STOPPED, LOCKED = "sent", "stopped", "locked"
"""Where an occasion stands for the participant; late answers are taken until the data are locked, and stored as late."""

ANSWERABLE = frozenset({OPEN, CLOSING, LATE})
SHORT = "short"
"""What an address carries on the short way: the primary outcomes alone."""


@dataclass(frozen=True)
class Route:
    """Whose pages a walk leads through: the participant's own, or those of somebody who writes for them."""

    space: str = "participant"
    args: tuple[str, ...] = ()
    short: bool = False

    def to(self, page: str, *args: str) -> str:
        """The address of a page of the walk."""
        address = reverse(f"{self.space}:{page}", args=[*self.args, *args])
        return f"{address}?{SHORT}" if self.short else address


@dataclass(frozen=True)
class Step:
    """One page of the walk."""

    occasion: str
    instrument: str
    questionnaire: Questionnaire
    page: Page
    answers: Mapping[str, Any]
    must_answer: bool
    route: Route = Route()

    @property
    def address(self) -> str:
        """Where the page is; it stays the same whatever is answered."""
        return self.route.to("question", self.occasion, self.instrument, self.page.key)

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
    route: Route = Route()

    @cached_property
    def sent(self) -> frozenset[str]:
        """The questionnaires that have been sent: the primary outcomes, when they were sent alone."""
        return assessments.sent_codes(self.assessment)

    @cached_property
    def asked(self) -> list[str]:
        """The questionnaires whose pages the walk has: those that wait, on the short way the primary outcomes alone."""
        minimum = trial.minimum_of(self.assessment)
        chosen = [code for code in self.assessment.instruments if not self.route.short or code in minimum]
        return [code for code in chosen if self.state == SENT or code not in self.sent]

    @cached_property
    def steps(self) -> list[Step]:
        """Its pages, in view of what is answered."""
        found = []
        with protocols.remembered():
            for code in self.asked:
                questionnaire = protocols.questionnaire(code)
                primary = code in self.protocol.primary_instruments
                given = assessments.typed(questionnaire, dict(self.answers.get(code, {})))
                alone = [item.link_id for item in questionnaire.questions] if primary else []
                pages = instruments.pages(questionnaire, self.lang, given, alone=alone)
                found += [
                    Step(self.occasion.code, code, questionnaire, page, given, primary, self.route) for page in pages
                ]
        return found

    @property
    def offers_minimum(self) -> bool:
        """Whether the primary outcomes alone will do today."""
        return self.is_open and trial.is_minimum_offered(self.assessment)

    @property
    def short_cover(self) -> str:
        """Where the short way begins."""
        return replace(self.route, short=True).to("occasion", self.occasion.code)

    @property
    def is_open(self) -> bool:
        """Whether answers are taken now."""
        return self.state in ANSWERABLE

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
        return waiting.address if waiting else self.review

    @property
    def review(self) -> str:
        """The look at it all, from which it is sent."""
        return self.route.to("review", self.occasion.code)


def walk(person: Participant, code: str, route: Route | None = None, lang: str = "") -> Walk:
    """The walk through an occasion that was planned for this person; anything else is a page that does not exist.

    On the participant's own pages in the language of the page, unless told otherwise.
    """
    assessment = assessments.assessment(person, code)
    enrolment = trial.enrolment(person)
    if assessment is None or enrolment is None:
        raise Http404
    protocol = trial.protocol_of(enrolment)
    return Walk(
        assessment=assessment,
        occasion=protocol.occasion(code),
        protocol=protocol,
        lang=lang or get_language() or "",
        state=_state(person, assessment),
        answers=assessments.answers_of(assessment),
        route=route or Route(),
    )


def own_walk(request: HttpRequest, person: Participant, code: str) -> Walk:
    """The walk as the address asks for it: the whole of it, or the short way."""
    return walk(person, code, Route(short=SHORT in request.GET))


def _state(person: Participant, assessment: Any) -> str:
    if assessment.submitted_at is not None:
        return SENT
    if not trial.WITHDRAWN_FROM_QUESTIONS.isdisjoint(consent.withdrawn_layers(person)):
        return STOPPED
    if assessments.closed_on(assessment.occasion) is not None:
        return LOCKED
    window, today = Window(assessment.opens_on, assessment.due_on, assessment.closes_on), clock.today()
    if window.is_closing(today):
        return CLOSING
    return {WindowState.BEFORE: BEFORE, WindowState.OPEN: OPEN, WindowState.CLOSED: LATE}[window.state(today)]
