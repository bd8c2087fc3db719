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
from stegvis.assessments.queries import Kept
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.methods import instruments
from stegvis.methods.instruments import Page, Questionnaire, filling
from stegvis.methods.study.protocol import Occasion, Protocol
from stegvis.methods.study.schedule import Window, WindowState
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.web.answering import repeating
from stegvis.web.answering.fields import can_be_given

BEFORE, OPEN, CLOSING, LATE = "before", "open", "closing", "late"
SENT, STOPPED, LOCKED = "sent", "stopped", "locked"
"""Where an occasion stands for the participant; late answers are taken until the data are locked, and stored as late."""

ANSWERABLE = frozenset({OPEN, CLOSING, LATE})
ONE_MORE = "open"
"""What an address carries to show an occurrence of a group in which nothing is answered yet: its position."""

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
    versions: Mapping[str, int] = field(default_factory=dict, repr=False)
    outdated: frozenset[str] = frozenset()
    """Positions whose answer is an option that is not offered any more, since another answer was changed."""

    @property
    def address(self) -> str:
        """Where the page is; it stays the same whatever is answered."""
        return self.route.to("question", self.occasion, self.instrument, self.page.key)

    @property
    def unanswered(self) -> list[str]:
        """The positions of its questions that have neither an answer nor "I prefer not to answer"."""
        given = instruments.given(self.answers).keys() - self.outdated
        asked = zip(self.page.positions, self.page.items, strict=True)
        return [position for position, item in asked if can_be_given(item) and position not in given]

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
    kept: Mapping[str, Mapping[str, Kept]] = field(repr=False)
    route: Route = Route()
    opened: tuple[str, str] = ("", "")

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
                given = filling.with_beginnings(questionnaire, self.given(code))
                alone = [item.link_id for item in questionnaire.questions] if primary else []
                shown = given | self._opened_in(code, questionnaire, given)
                versions = {position: one.version for position, one in self.kept.get(code, {}).items()}
                outdated = filling.outdated(questionnaire, given)
                found += [
                    Step(self.occasion.code, code, questionnaire, page, given, primary, self.route, versions, outdated)
                    for page in instruments.pages(
                        questionnaire, self.lang, shown, alone=alone, at=clock.local(clock.now())
                    )
                ]
        return found

    def given(self, code: str) -> dict[str, Any]:
        """What is answered in one questionnaire, by position."""
        stored = {position: one.value for position, one in self.kept.get(code, {}).items() if one.value is not None}
        return assessments.typed(protocols.questionnaire(code), stored)

    def _opened_in(self, code: str, questionnaire: Questionnaire, given: Mapping[str, Any]) -> dict[str, Any]:
        """The occurrence of a group that the person is about to answer for the first time."""
        wanted, position = self.opened
        return {position: None} if code == wanted and repeating.can_open(questionnaire, given, position) else {}

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
        return any(one.value is not None for answers in self.kept.values() for one in answers.values())

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
        """Where to go on: the page after what was answered last, or that page itself while something there is open.

        It is the same on every device. After the last page it is the first one with an open question, if there is any.
        """
        later = self.steps[self._last_answered :]
        waiting = next((step for step in [*later, *self.steps] if not step.is_done), None)
        return waiting.address if waiting else self.review

    @property
    def _last_answered(self) -> int:
        """The place among the pages of the one on which something was answered last; 0 before anything was."""
        newest = {(code, position): one.version for code, all_ in self.kept.items() for position, one in all_.items()}
        times: list[int] = [
            max((newest.get((step.instrument, position), 0) for position in step.page.positions), default=0)
            for step in self.steps
        ]
        last = max(times, default=0)
        return times.index(last) if last else 0

    @property
    def review(self) -> str:
        """The look at it all, from which it is sent."""
        return self.route.to("review", self.occasion.code)


def walk(
    person: Participant, code: str, route: Route | None = None, lang: str = "", opened: tuple[str, str] = ("", "")
) -> Walk:
    """The walk through an occasion that was planned for this person; anything else is a page that does not exist.

    On the participant's own pages in the language of the page, unless told otherwise. opened: instrument and position of
    an occurrence of a repeating group that is to be shown although it is empty.
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
        kept=assessments.newest_of(assessment),
        route=route or Route(),
        opened=opened,
    )


def own_walk(request: HttpRequest, person: Participant, code: str, instrument: str = "") -> Walk:
    """The walk as the address asks for it: the whole of it, or the short way, and perhaps one more of a group."""
    return walk(person, code, Route(short=SHORT in request.GET), opened=(instrument, request.GET.get(ONE_MORE, "")))


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
