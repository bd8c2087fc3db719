"""Today: the one step that is enough, today's activity, what is new, this week, what is near.

Which cards there are follows from what the person has; nothing is shown of what they do not have. The page costs the same
number of queries however much they have done.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.messaging import queries as messaging
from stegvis.methods.study.protocol import Activity as Rules
from stegvis.methods.study.protocol import Protocol
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as plans
from stegvis.programme import queries as courses
from stegvis.safety.harms import queries as harms
from stegvis.trial import queries as trial
from stegvis.trial import today as trial_today
from stegvis.web import access, attainment
from stegvis.web.components.shapes import ComingUp
from stegvis.web.components.times import day_and_time
from stegvis.web.participant import ahead, away, body, reading, steps, taps, week, words
from stegvis.web.participant.gate import always_open, enrolment_of, own_page
from stegvis.web.participant.low_energy import is_low, keep

FIRST_WORDS = 140
BEFORE_THE_DRAW = frozenset({"consented", "baseline_done", "planned"})
OUT = frozenset({"not_randomised", "withdrawn"})
AFTER_THE_DRAW = frozenset({"allocated", "followed_up"})


# The page -------------------------------------------------------------------------------------------------------------
@require_safe
@always_open
def today(request: HttpRequest, person: Participant) -> HttpResponse:
    """The page."""
    if enrolment_of(request, person).consented_on is None:
        return redirect("participant:consent")
    return _page(request, person)


def _page(request: HttpRequest, person: Participant, refusal: str = "") -> HttpResponse:
    """The page, perhaps with the sentence why something could not be kept."""
    day = trial_today.today(person)
    if day is None:
        return redirect("participant:consent")
    stage = day.enrolment.stage
    low = is_low(request)
    course = courses.course_of(person)
    rules = day.protocol.activity
    body_now = body.body_of(person, rules) if day.week else None
    in_flare = bool(body_now and body_now.flare_until)
    goals = plans.goals_of(person) if stage not in OUT else []
    cards = Cards(
        day=day,
        low=low,
        step=reading.next_step(course, day.way, get_language() or "", short=low) if course and day.way else None,
        between=reading.between(course, day.way, day.protocol) if course and stage in AFTER_THE_DRAW else None,
        paused=reading.paused(day.pause) if day.pause else None,
        activities=[_activity(each, rules, low=low, in_flare=in_flare) for each in day.planned],
        body=body_now,
        grows=steps.step_of(person, rules) if day.week else None,
        message=_newest_message(person, day.unread),
        arm=trial_today.own_arm(person) if stage in AFTER_THE_DRAW else None,
        has_course=course is not None,
        rating=attainment.asked_of(day.enrolment, goals) if stage in AFTER_THE_DRAW else None,
        goals=[each.goal.text for each in goals if each.parent is None],
        ahead=ahead.steps_of(request, person) if stage in BEFORE_THE_DRAW else [],
        week=week.summary(day.week) if day.week and week.has_anything(day.week) else None,
        coming=[_coming(each, day.protocol) for each in day.coming],
        plan=plans.plan_on(person, clock.today()) if day.week else None,
        refused=request.POST.get("key", "") if refusal else "",
        asked=harms.asked_of(person, own=True) if stage not in OUT else None,
    )
    context = {
        "cards": cards,
        "today": clock.today(),
        "refusal": refusal,
        "has_step": course is not None and cards.step,
    }
    return render(request, "participant/today.html", context, status=422 if refusal else 200)


@dataclass(frozen=True)
class Activity:
    """A planned activity of today, and what the diary says of it."""

    pk: int
    title: str
    note: str
    logged: str
    entry: int | None
    entry_key: str
    has_smaller: bool
    smaller: int
    offers_smaller: bool
    key: str = field(default_factory=lambda: str(uuid4()))


@dataclass(frozen=True)
class NewMessage:
    """The newest message that was not read."""

    who: str
    when: str
    text: str
    url: str


@dataclass(frozen=True)
class Cards:
    """What the page shows."""

    day: trial_today.Today
    low: bool
    step: reading.NextStep | None
    between: reading.Between | None
    paused: reading.Between | None
    activities: list[Activity]
    message: NewMessage | None
    arm: Any
    has_course: bool
    rating: attainment.Open | None
    goals: list[str]
    ahead: list[ahead.Ahead]
    week: week.Summary | None
    body: body.Body | None
    grows: steps.Step | None
    coming: list[ComingUp]
    plan: Any
    refused: str
    asked: harms.Asked | None = None

    @property
    def question(self) -> str:
        """The protocol's question whether anything is new or worse."""
        said = self.day.protocol.adverse_events
        return said.question.in_language(get_language() or "") if said else ""

    @property
    def logs_apart(self) -> bool:
        """Whether the way to the diary stands by itself: no activity of the day offers “something else” just now."""
        return self.has_plan and all(each.logged for each in self.activities)

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to keep a diary by."""
        return self.plan is not None

    @property
    def keep(self) -> str:
        """What the device keeps for when the connection is away."""
        return away.for_device(self.plan) if self.plan else ""

    @property
    def arrived(self) -> str:
        """Keys of what the device need not send: it stands here, or was refused with a sentence."""
        told = (
            [each.entry_key for each in self.activities] + [str(each.key) for each in self.body_logged] + [self.refused]
        )
        return " ".join(key for key in told if key)

    @property
    def body_logged(self) -> list[Any]:
        """Illness and flares of today."""
        return self.body.logged if self.body else []

    @property
    def occasion_name(self) -> str:
        """What the questions that are open are called."""
        return self.day.occasion.name.in_language(get_language() or "") if self.day.occasion else ""

    @property
    def questions_close(self) -> date | None:
        """The last day of the window of the questions, while it is open."""
        assessment = self.day.assessment
        return assessment.closes_on if assessment and assessment.closes_on >= clock.today() else None

    @property
    def questions_late(self) -> bool:
        """Whether the window of the questions has passed; the answers still count."""
        return self.day.assessment is not None and self.questions_close is None

    @property
    def minimum_sent(self) -> bool:
        """Whether the primary outcomes were sent alone."""
        return self.day.assessment is not None and self.day.assessment.minimum_at is not None

    @property
    def minimum_offered(self) -> bool:
        """Whether the primary outcomes alone will do today."""
        return self.day.assessment is not None and trial.is_minimum_offered(self.day.assessment)

    @property
    def arm_name(self) -> str:
        """The group's name."""
        return self.arm.name.in_language(get_language() or "") if self.arm else ""

    @property
    def arm_text(self) -> str:
        """What the group gets."""
        return self.arm.description.in_language(get_language() or "") if self.arm else ""

    @property
    def can_be_smaller(self) -> bool:
        """Whether anything here changes on a day of low energy: without it, a switch would do nothing."""
        return any(each.has_smaller for each in self.activities)

    @property
    def asks_anything(self) -> bool:
        """Whether the person is still in the study, so that there are steps to take."""
        return self.day.enrolment.stage not in OUT

    @property
    def tells_the_group(self) -> bool:
        """Whether the page says which group: to those who see it by nothing else here."""
        return self.arm is not None and not self.has_course


def _activity(planned: plans.PlannedToday, rules: Rules, *, low: bool, in_flare: bool) -> Activity:
    activity, entry = planned.activity, planned.entry
    has_smaller = bool(activity.low_energy or activity.low_energy_minutes)
    return Activity(
        pk=activity.pk,
        title=words.activity(activity.label, activity.minutes),
        note=activity.low_energy if (low or in_flare) and activity.low_energy else activity.when_where,
        logged=words.logged(entry) if entry else "",
        entry=entry.pk if entry else None,
        entry_key=str(entry.key) if entry else "",
        has_smaller=has_smaller,
        smaller=body.smaller_minutes(activity, rules, in_flare=in_flare),
        offers_smaller=in_flare or (low and has_smaller),
    )


def _newest_message(person: Participant, unread: dict[str, int]) -> NewMessage | None:
    if not unread:
        return None
    channel = messaging.Channel(next(iter(unread)))
    message = messaging.thread(person, channel).filter(read_at=None).exclude(author_role="participant").last()
    if message is None:
        return None
    body = message.body if len(message.body) <= FIRST_WORDS else f"{message.body[:FIRST_WORDS].rsplit(' ', 1)[0]} …"
    who = {
        messaging.Channel.THERAPIST: _("New message from your therapist"),
        messaging.Channel.PHYSIOTHERAPIST: _("New message from your physiotherapist"),
        messaging.Channel.STUDY: _("New message from the study"),
    }[channel]
    return NewMessage(who, day_and_time(message.sent_at), body, reverse("participant:thread", args=[channel.value]))


def _coming(each: trial_today.Coming, protocol: Protocol) -> ComingUp:
    is_visit = each.kind == "visit"
    name = (protocol.visit(each.code) if is_visit else protocol.occasion(each.code)).name
    detail = ngettext("About %(minutes)s minute.", "About %(minutes)s minutes.", each.minutes) % {
        "minutes": each.minutes
    }
    return ComingUp(each.on, name.in_language(get_language() or ""), detail)


# One tap --------------------------------------------------------------------------------------------------------------
@require_POST
@own_page
def tap(request: HttpRequest, person: Participant) -> HttpResponse:
    """One tap: done, done smaller, rest instead, an illness or a flare. It leads back to where it was made."""
    form = taps.TapForm(request.POST)
    if not form.is_valid() or form.cleaned_data["what"] == "other":
        return _page(request, person, str(taps.NOT_IN_PLAN))
    try:
        taps.keep(form, person, access.actor(request))
    except ValidationError as refused:
        return _page(request, person, refused.messages[0])
    except Refused as refused:
        return _page(request, person, str(refused))
    activity = form.cleaned_data["activity"]
    place = f"#activity-{activity}" if activity else "#body"
    return redirect(access.own_address(request.POST.get("next", "")) or f"{reverse('participant:today')}{place}")


@require_POST
@always_open
def low_energy(request: HttpRequest, person: Participant) -> HttpResponse:  # noqa: ARG001 - the gate gives it
    """Turn the switch, for this day."""
    keep(request, low=request.POST.get("low") == "on")
    return redirect("participant:today")
