"""What every page about one person shares: the person, the visits as steps, the goals beside."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.study.protocol import Activity
from stegvis.methods.study.protocol import Visit as PlannedVisit
from stegvis.methods.study.schedule import Window, due
from stegvis.physiotherapy import growth
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import progress
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.web.access import in_own_caseload
from stegvis.web.components.shapes import Link, Visit
from stegvis.web.components.times import short_day

HALF = 50
"""Percent."""


def whom(request: HttpRequest, code: str, kind: str) -> Any:
    """Someone in the caseload of the physiotherapist who is signed in; the look is kept as `kind`."""
    return in_own_caseload(request, code, kind=kind)


def visit_of(participant: Any, number: int) -> Any:
    """A person's booked visit; 404 for one that has not been booked."""
    visit = physiotherapy.visit(participant, number)
    if visit is None:
        raise Http404
    return visit


def planned_visits(participant: Any) -> tuple[PlannedVisit, ...]:
    """The visits of the protocol under which the person is enrolled."""
    enrolment = trial.enrolment(participant)
    return trial.protocol_of(enrolment).visits if enrolment else ()


def planned_visit(participant: Any, number: int) -> PlannedVisit:
    """A visit that the person's protocol plans, booked or not; 404 for a number that it does not have."""
    found = next((each for each in planned_visits(participant) if each.number == number), None)
    if found is None:
        raise Http404
    return found


def window_of(participant: Any, number: int) -> Window | None:
    """The days on which the protocol wants a visit; None as long as nothing is there to count them from."""
    enrolment = trial.enrolment(participant)
    planned = planned_visit(participant, number)
    return trial.windows(enrolment).get(planned.code) if enrolment else None


def outside_its_window(participant: Any, visit: physiotherapy.Visit) -> Window | None:
    """The window of a visit that has not been held and, held today, would lie outside it; None when all is well."""
    window = None if visit.held_at else window_of(participant, visit.number)
    return window if window and not window.opens_on <= today() <= window.closes_on else None


def rates_goals(participant: Any, number: int) -> bool:
    """Whether the protocol has goals rated at this visit."""
    enrolment = trial.enrolment(participant)
    goals = trial.protocol_of(enrolment).goals if enrolment else None
    return goals is not None and goals.rated_at == f"visit_{number}"


def steps(participant: Any, current: int = 0) -> list[Visit]:
    """The visits as a row of steps, with their days."""
    booked = {visit.number: visit for visit in physiotherapy.visits_of(participant)}
    return [
        Visit(
            _("Visit %(number)s") % {"number": each.number},
            _day(booked.get(each.number)),
            current=each.number == current,
            done=bool(booked.get(each.number) and booked[each.number].held_at),
        )
        for each in planned_visits(participant)
    ]


def _day(visit: Any) -> str:
    if visit is None:
        return _("not booked")
    if visit.held_at:
        return _("held %(day)s") % {"day": short_day(clock.local(visit.held_at).date())}
    word = _("missed, was %(day)s") if visit.state == "missed" else _("booked %(day)s")
    return word % {"day": short_day(visit.planned_on)}


PARTS = {
    "rate": gettext_lazy("Rate the goals"),
    "since": gettext_lazy("Since last time"),
    "talk": gettext_lazy("Life and body"),
    "check": gettext_lazy("Warning signs"),
    "retest": gettext_lazy("Test again"),
    "goals": gettext_lazy("Goals"),
    "onward": gettext_lazy("Going on"),
    "plan": gettext_lazy("Week plan"),
    "agree": gettext_lazy("Agree"),
}


def parts(participant: Any, number: int) -> tuple[str, ...]:
    """The parts of a visit in the order of its conversation; each can be opened at any time.

    What a person tells of the arm, and which arm the physiotherapist guesses, belongs to the last visit, between `onward`
    and `plan`: nobody is asked before everything else has been rated and judged.
    """
    if number == 1:
        return ("talk", "check", "goals", "plan", "agree")
    rated = ("rate",) if rates_goals(participant, number) else ()
    if is_last(participant, number):
        return (*rated, "check", "onward", "plan", "agree")
    return (*rated, "since", "check", "goals", "plan", "agree")


def is_last(participant: Any, number: int) -> bool:
    """Whether the protocol plans no visit after this one."""
    return number == max((each.number for each in planned_visits(participant)), default=0)


def tests_capacity(participant: Any, number: int) -> bool:
    """Whether capacity is tested at this visit: at the first, and again at the last."""
    return number == 1 or is_last(participant, number)


def address(participant: Any, visit: Any, part: str) -> str:
    """Where a part of a visit is."""
    return reverse(f"physiotherapist:{part}", args=(participant.code, visit.number))


def next_address(participant: Any, visit: Any, part: str) -> str:
    """Where the conversation goes on after a part."""
    there = parts(participant, visit.number)
    place = there.index(part) + 1 if part in there else 0
    return address(participant, visit, there[min(place, len(there) - 1)])


def sections(participant: Any, visit: Any, current: str) -> list[Link]:
    """The steps of one visit, numbered, with those done marked. At the first visit body and life are one step."""
    protocol = protocols.current().physiotherapy
    done = progress.done_parts(visit, [each.code for each in protocol.asked], protocol.capacity_test.code)
    there = parts(participant, visit.number)
    shown = [part for part in there if visit.number != 1 or part != "check"]
    return [
        Link(
            f"{number} {_label(participant, visit, part)}",
            address(participant, visit, part),
            current=part == current or (visit.number == 1 and (part, current) == ("talk", "check")),
            done=part in done and not (visit.number == 1 and part == "talk" and "check" not in done),
        )
        for number, part in enumerate(shown, start=1)
    ]


def _label(participant: Any, visit: Any, part: str) -> str:
    is_retest = part == "check" and is_last(participant, visit.number)
    return str(PARTS["retest" if is_retest else part])


def halves(participant: Any, visit: Any, current: str) -> list[Link]:
    """The two pages of the first visit's first step; none at the others."""
    if visit.number != 1 or current not in {"talk", "check"}:
        return []
    labels = {"talk": _("In the person’s words"), "check": _("Warning signs and test")}
    return [Link(label, address(participant, visit, part), current=part == current) for part, label in labels.items()]


def left(visit: Any) -> progress.Left | None:
    """Where a visit that has not been held was left."""
    if visit.held_at is not None:
        return None
    return progress.left_at(visit, protocols.current().physiotherapy.capacity_test.code)


@dataclass(frozen=True)
class Following:
    """The visit after one: its number and window, and the day, time and way as booked, or the planned day."""

    number: int
    window: Window | None
    on: date
    at: time | None = None
    mode: str = ""


def following(participant: Any, visit: Any) -> Following | None:
    """The next visit of the protocol, unless it has been held; counted as if this one were held today."""
    planned = next((each for each in planned_visits(participant) if each.number == visit.number + 1), None)
    booked = physiotherapy.visit(participant, visit.number + 1)
    if planned is None or (booked is not None and booked.held_at is not None):
        return None
    enrolment = trial.enrolment(participant)
    anchors = ({visit_code(visit): today()} | trial.anchors(enrolment)) if enrolment else {}
    window = due(planned, anchors) if planned.anchor in anchors else None
    if booked is not None and booked.state == "planned":
        return Following(planned.number, window, booked.planned_on, booked.planned_time, booked.planned_mode)
    return Following(planned.number, window, window.due_on if window else today())


def visit_code(visit: Any) -> str:
    """How anchors name a visit."""
    return f"visit_{visit.number}"


def uses_levels(participant: Any) -> bool:
    """Whether goals may be set with levels under the person's protocol."""
    enrolment = trial.enrolment(participant)
    return bool(enrolment and trial.protocol_of(enrolment).uses_goal_levels)


def crumbs(participant: Any) -> list[Link]:
    """Where this page lies."""
    return [
        Link(_("Visits"), reverse("physiotherapist:visits")),
        Link(participant.code, reverse("physiotherapist:person", args=(participant.code,))),
    ]


def me(request: HttpRequest) -> Any:
    """Who acts."""
    return cast(Actor, request.user)


def today() -> date:
    """The day it is."""
    return clock.today()


def now() -> datetime:
    """The moment it is."""
    return clock.now()


def rules_of(participant: Any) -> Activity:
    """How the plan grows and shrinks by the person's protocol."""
    enrolment = trial.enrolment(participant)
    return trial.protocol_of(enrolment).activity if enrolment else Activity()


def flare_rule(participant: Any) -> str:
    """What the protocol says of a flare, as a sentence to begin from, in the person's language."""
    rules = rules_of(participant)
    with override(participant.language):
        half = {"percent": rules.flare_percent, "days": rules.flare_days}
        if rules.flare_percent == HALF:
            return _("Half the time for %(days)s days, not nothing. Then on as planned.") % half
        return _("%(percent)s percent of the time for %(days)s days, not nothing. Then on as planned.") % half


def growth_rule(participant: Any) -> str:
    """How the plan grows by the protocol, in a sentence."""
    rules = rules_of(participant)
    return _(
        "After %(weeks)s whole weeks met, a step of %(least)s to %(most)s percent is proposed, in whole %(by)s minutes. "
        "The person says yes or no, and can make the plan smaller at any time."
    ) % {
        "weeks": rules.grows_after_weeks, "least": rules.grows_least_percent, "most": rules.grows_most_percent,
        "by": rules.grows_by_minutes,
    }  # fmt: skip


def said_of(plan: physiotherapy.Plan) -> str:
    """Which version it is and who made it: Version 3, 4 December: made smaller by the person."""
    return _("Version %(n)s, %(day)s: %(how)s.") % {
        "n": plan.version, "day": short_day(clock.local(plan.agreed_at).date()), "how": plan.get_origin_display(),
    }  # fmt: skip


def proposal(participant: Any) -> str:
    """The step that is proposed to the person just now, or why it is withheld; "" when none is due."""
    found = growth.proposal(participant, rules_of(participant).growth)
    if found is None:
        return ""
    values = {"what": found.activity.label, "now": found.activity.minutes, "minutes": found.minutes}
    if found.because:
        reasons = {
            "red_flag": _("a sign to judge first"), "flare": _("a flare"), "illness": _("illness"),
            "worse": _("worse 24–48 hours after an activity"),
        }  # fmt: skip
        return _("A step is due and withheld: %(why)s.") % {"why": reasons[found.because]}
    return _("Proposed to the person: %(what)s from %(now)s to %(minutes)s minutes.") % values
