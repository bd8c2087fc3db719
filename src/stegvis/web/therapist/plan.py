"""The plan and the goals that a person made with their physiotherapist: to read, never to change.

How far goals were attained is not here: it is an outcome of the trial, and who guides the treatment need not know it.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.queries import ActivityKind, GoalKind
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Goal, PlannedCell, PlannedItem, PlannedRow
from stegvis.web.components.times import full_day
from stegvis.web.therapist import gate, head

WEEK = range(1, physiotherapy.DAYS + 1)


@require_safe
@for_role("therapist")
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """The week as agreed, what it says for hard days, and the goals in the person's own words."""
    person = gate.opened(request, code, kind="plan")
    around = head.around(request, person, "plan")
    agreed = physiotherapy.plan_now(person.participant)
    activities = list(agreed.activities.all()) if agreed else []
    shown = {
        "plan": agreed,
        "agreed_words": _agreed(agreed) if agreed else "",
        "activities": activities,
        "week": _week(activities),
        "main_goals": [_goal(each, main=True) for each in around["goals"] if each.goal.kind == GoalKind.MAIN],
        "steps": [_goal(each) for each in around["goals"] if each.goal.kind != GoalKind.MAIN],
    }
    return render(request, "therapist/plan.html", {**around, **shown})


def _agreed(agreed: Any) -> str:
    facts = {"n": agreed.version, "day": full_day(agreed.agreed_at)}
    return _("Version %(n)s, agreed %(day)s") % facts


def _week(activities: list[Any]) -> list[PlannedRow]:
    """Moving, strength and relaxation on the days of the week; rows without anything are left out."""
    kinds = (
        (_("Moving"), physiotherapy.MOVING, False),
        (_("Strength"), {ActivityKind.STRENGTH}, True),
        (_("Relaxation"), {ActivityKind.RELAXATION}, False),
    )
    rows = []
    for label, chosen, strength in kinds:
        those = [each for each in activities if each.kind in chosen]
        if those:
            rows.append(PlannedRow(label, [_cell(those, day) for day in WEEK], strength=strength))
    return rows


def _cell(activities: list[Any], day: int) -> PlannedCell:
    return PlannedCell([PlannedItem(_name(each), _detail(each)) for each in activities if day in each.days])


def _name(activity: Any) -> str:
    name = str(activity.label)
    return name[:1].upper() + name[1:]


def _detail(activity: Any) -> str:
    facts = {"minutes": activity.minutes, "effort": activity.get_effort_display()}
    return _("%(minutes)s min, %(effort)s") % facts


def _goal(each: physiotherapy.GoalNow, *, main: bool = False) -> Goal:
    week = each.goal.target_week
    when = _("By week %(n)s") % {"n": week} if week else ""
    return Goal(each.goal.text, when=when, main=main)
