"""The plan on one sheet of paper, in the language of the person who takes it home, whatever the physiotherapist reads."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.exercises import queries as library
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web.access import for_role
from stegvis.web.components.shapes import PlannedRow
from stegvis.web.components.times import long_day
from stegvis.web.exercises.showing import shown
from stegvis.web.physiotherapist import frame, plan
from stegvis.web.physiotherapist.visits import ROLE

WEEKS = 4
"""How many weeks the sheet has boxes for: to the next visit, usually."""


@dataclass(frozen=True)
class GoalOnPaper:
    """A main goal with the way-stations to it."""

    text: str
    when: str
    steps: list[str]


@for_role(ROLE)
@require_GET
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """The plan and the goals as the person takes them home."""
    participant = frame.whom(request, code, "plan")
    agreed = physiotherapy.plan_now(participant)
    if agreed is None:
        raise Http404
    with override(participant.language):
        draft = physiotherapy.as_draft(agreed)
        week = plan.week_of(draft)
        talk = visiting.words_about(participant)
        context = {
            "participant": participant, "plan": agreed, "activities": plan.listed(draft), "week": week,
            "days": [str(name) for name in WEEKDAYS_ABBR.values()], "planned": _planned(week),
            "exercises": [shown(each) for each in library.chosen(agreed, participant.language)],
            "grows": any(each.growth for each in draft.activities),
            "weeks": range(1, WEEKS + 1), "goals": _goals(participant), "helps": talk.resources if talk else "",
            "next_visit": _next_visit(participant), "limits": visiting.standing(participant).limits,
        }  # fmt: skip
        return render(request, "physiotherapist/print.html", context)


def _planned(week: list[PlannedRow]) -> list[bool]:
    """For each day, whether there is something to tick."""
    return [any(row.cells[day].items for row in week) for day in range(physiotherapy.DAYS)]


def _goals(participant: Any) -> list[GoalOnPaper]:
    standing = physiotherapy.goals_of(participant)
    return [
        GoalOnPaper(each.goal.text, _when(each), [_step(step) for step in standing if step.parent == each.goal.pk])
        for each in standing
        if each.goal.kind == physiotherapy.GoalKind.MAIN
    ]


def _when(each: physiotherapy.GoalNow) -> str:
    return _("by week %(week)s") % {"week": each.goal.target_week} if each.goal.target_week else ""


def _step(each: physiotherapy.GoalNow) -> str:
    if not each.goal.target_week:
        return str(each.goal.text)
    return _("Week %(n)s: %(what)s") % {"n": each.goal.target_week, "what": each.goal.text}


def _next_visit(participant: Any) -> str:
    """The first visit that is booked and has not been; nothing when there is none."""
    for visit in physiotherapy.visits_of(participant):
        if visit.state == "planned" and visit.planned_on >= frame.today():
            at = visit.planned_time.strftime(" %H.%M") if visit.planned_time else ""
            return _("Next: visit %(n)s, %(day)s") % {"n": visit.number, "day": long_day(visit.planned_on) + at}
    return ""
