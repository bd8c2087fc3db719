"""The caseload, and one person: visits, goals, plan, diary."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.views.decorators.http import require_GET

from stegvis.people import queries as who
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.devices import queries as devices
from stegvis.physiotherapy.exercises import queries as library
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web import life_events
from stegvis.web.access import for_role
from stegvis.web.caseloads import caseload_moment
from stegvis.web.components.shapes import Day, Moment
from stegvis.web.coordinator import gate
from stegvis.web.participant import week as device_week
from stegvis.web.physiotherapist import frame, goals_beside, worksheets
from stegvis.web.physiotherapist.advice import advice_of
from stegvis.web.physiotherapist.visits import ROLE

PER_PAGE = 50
SETBACK_DAYS = 28
"""How far back illnesses and flares are shown: to the last visit, usually."""


@for_role(ROLE)
@require_GET
def caseload(request: HttpRequest) -> HttpResponse:
    """Everyone in the caseload and where they stand."""
    page = Paginator(who.caseload_of(frame.me(request)).order_by("code"), PER_PAGE).get_page(request.GET.get("page"))
    found = physiotherapy.summaries([person.pk for person in page])
    rows = [(person, found[person.pk]) for person in page]
    return render(request, "physiotherapist/caseload.html", {"page": page, "rows": rows})


@for_role(ROLE)
@require_GET
def person(request: HttpRequest, code: str) -> HttpResponse:
    """One person: visits, goals, the plan in force, this week in the diary."""
    participant = frame.whom(request, code, "participant page")
    week = physiotherapy.week(participant, frame.today())
    plan = physiotherapy.plan_now(participant)
    visits = {visit.number: visit for visit in physiotherapy.visits_of(participant)}
    return render(
        request,
        "physiotherapist/person.html",
        {
            "participant": participant,
            "informs": gate.informs(request),
            "given": _whom_they_have_met(participant),
            "life_said": life_events.said(participant),
            "today": frame.today(),
            "identity": who.identity_of(participant),
            "steps": frame.steps(participant),
            "visits": [(each, visits.get(each.number)) for each in frame.planned_visits(participant)],
            "goals": goals_beside.cards(request, participant),
            "plan": plan,
            "versions": [frame.said_of(each) for each in reversed(physiotherapy.every_plan(participant))],
            "advice": advice_of(participant, physiotherapy.as_draft(plan)) if plan else None,
            "step": frame.proposal(participant),
            "setbacks": physiotherapy.setbacks(participant, SETBACK_DAYS),
            "has_exercises": bool(library.in_the_plan_of(participant, participant.language)),
            "week": week,
            "days": _days(week),
            "device": device_week.device_summary(devices.week(participant, frame.today())),
            "talk": visiting.words_about(participant),
            "sheets": worksheets.shown(participant),
            "told": len(physiotherapy.told_of(frame.me(request), participant)),
        },
    )


def _whom_they_have_met(participant: who.Participant) -> list[Moment]:
    """The physiotherapists one after the other, with why each came; nothing while it has been one all along."""
    rows = who.caseloads_of(participant, ROLE)
    return [caseload_moment(each) for each in rows] if len(rows) > 1 else []


def _days(week: physiotherapy.Week) -> list[Day]:
    return [
        Day(
            str(WEEKDAYS_ABBR[n])[:1], str(WEEKDAYS[n]), minutes=day.minutes, planned=day.planned_minutes,
            today=day.on == frame.today(),
        )
        for n, day in enumerate(week.days)
    ]  # fmt: skip
