"""What every page about one person shares: the person, the visits as steps, the goals beside."""

from datetime import date
from typing import Any, cast

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.study.protocol import Visit as PlannedVisit
from stegvis.methods.study.schedule import Window
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import queries as trial
from stegvis.web.access import in_own_caseload
from stegvis.web.components.shapes import Goal, Link, Tag, Visit
from stegvis.web.components.times import short_day


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


def sections(participant: Any, visit: Any, current: str) -> list[Link]:
    """The steps of one visit, in the order of the conversation."""
    labels = [("talk", _("Life and body")), ("goals", _("Goals")), ("plan", _("Week plan")), ("agree", _("Agree"))]
    if rates_goals(participant, visit.number):
        labels.insert(0, ("rate", _("Rate the goals")))
    return [
        Link(label, reverse(f"physiotherapist:{name}", args=(participant.code, visit.number)), current=name == current)
        for name, label in labels
    ]


def goal_cards(participant: Any) -> list[Goal]:
    """The goals that stand, as cards."""
    return [
        Goal(
            text=each.goal.text,
            when=_("by week %(week)s") % {"week": each.goal.target_week} if each.goal.target_week else "",
            main=each.goal.kind == "main",
            tags=_tags(each),
        )
        for each in physiotherapy.goals_of(participant)
    ]


def _tags(each: physiotherapy.GoalNow) -> list[Tag]:
    tags = [Tag(str(each.goal.get_type_display()).capitalize())]
    if each.goal.locked_at:
        tags.append(Tag(_("Locked"), "ok", "lock"))
    if each.last is not None:
        tags.append(Tag(str(each.last.get_level_display()).capitalize(), "moss"))
    return tags


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
