"""Activity: this week, the diary, the plan to read and to print."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stegvis.audit import clock
from stegvis.methods.activity.growth import halved
from stegvis.people.queries import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.devices import queries as devices
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web import access, plan_changes
from stegvis.web.components.shapes import Tag
from stegvis.web.participant import away, plan_exercises, steps, week, words
from stegvis.web.participant.gate import own_page
from stegvis.web.plan_sheet import sheet

LATEST = 5
A_PAGE = 50


# This week ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PlanLine:
    """An activity of the plan in words."""

    title: str
    days: str
    how: str
    when_where: str
    low_energy: str
    growth: str
    pk: int
    minutes: int

    @property
    def half(self) -> int:
        """A smaller number to begin with."""
        return halved(self.minutes)


@dataclass(frozen=True)
class Entry:
    """A line of the diary; `late` when it was written on a later day than the one it is about."""

    pk: int
    on: date
    what: str
    detail: str
    late: date | None
    key: str


@require_safe
@own_page
def activity(request: HttpRequest, person: Participant) -> HttpResponse:
    """This week beside the plan, the plan, and the last lines of the diary."""
    plan = plans.plan_now(person)
    rules = steps.rules_of(request, person)
    now = plans.week(person, clock.today())
    context = {
        "week": week.summary(now),
        "device": week.device_summary(devices.week(person, clock.today())),
        "open_days": _open_days(person),
        "grows": steps.step_of(person, rules),
        "advice": _advice(plan, now) if rules.advice_on_own_page and plan else None,
        "plan": [_line(each) for each in plan.activities.all()] if plan else [],
        "latest": (latest := [_entry(each) for each in plans.diary(person)[:LATEST]]),
        "keep": away.for_device(plan),
        "arrived": " ".join(each.key for each in latest),
    }
    return render(request, "participant/activity.html", context)


@dataclass(frozen=True)
class OpenDay:
    """A planned activity of this week, up to today, of which the diary says nothing yet: one tap is enough."""

    activity: int
    on: date
    what: str
    key: str


def _open_days(person: Participant) -> list[OpenDay]:
    """The newest day first; the plan of each day is the one that was in force on it."""
    today = clock.today()
    planned = plans.planned_between(person, plans.monday_of(today), today)
    return [
        OpenDay(each.activity.pk, day, words.activity(each.activity.label, each.activity.minutes), str(uuid4()))
        for day in reversed(planned)
        for each in planned[day]
        if each.entry is None
    ]


def _advice(plan: Any, week: plans.Week) -> dict[str, Any]:
    """The WHO's advice beside the own plan, where the protocol wants it on the own page."""
    planned = plans.minutes_planned(plans.as_draft(plan))
    return {"now": week.equivalent, "plan": planned.equivalent, "aim": plan.aim_minutes}


def _line(each: Any) -> PlanLine:
    return PlanLine(
        title=words.activity(each.label, each.minutes), days=words.days(each.days), how=words.talk_test(each.effort),
        when_where=each.when_where, low_energy=words.smaller(each), growth=each.growth, pk=each.pk, minutes=each.minutes,
    )  # fmt: skip


def _entry(entry: Any) -> Entry:
    said = [
        str(entry.get_effort_display()), str(entry.get_felt_display()) if entry.felt else "",
        _("the smaller version") if entry.smaller else "",
    ]  # fmt: skip
    late = entry.written_on if entry.backdated else None
    return Entry(entry.pk, entry.on, words.done(entry), " · ".join(one for one in said if one), late, str(entry.key))


@require_safe
@own_page
def history(request: HttpRequest, person: Participant) -> HttpResponse:
    """The whole diary, newest first."""
    page = Paginator(plans.diary(person), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "participant/history.html", {"page": page, "entries": [_entry(each) for each in page]})


@require_POST
@own_page
def undo(request: HttpRequest, person: Participant, pk: int) -> HttpResponse:
    """Take a line of the diary back."""
    entry = plans.diary_entry(person, pk)
    if entry is None:
        raise Http404
    physiotherapy.undo_entry(entry=entry, by=access.actor(request))
    messages.success(request, _("Taken back."))
    return redirect(access.own_address(request.POST.get("next", "")) or reverse("participant:activity"))


# The plan -------------------------------------------------------------------------------------------------------------
@require_safe
@own_page
def plan(request: HttpRequest, person: Participant) -> HttpResponse:
    """The plan as agreed, to read."""
    grows = steps.step_of(person, steps.rules_of(request, person))
    context = _plan_context(person) | {"exercises": plan_exercises.of_plan(person), "grows": grows}
    return render(request, "participant/plan.html", context)


@require_safe
@own_page
def print_plan(request: HttpRequest, person: Participant) -> HttpResponse:
    """The plan on one sheet, with boxes to tick, as the physiotherapist prints it; in the language of the page."""
    agreed = plans.plan_now(person)
    if agreed is None:
        raise Http404
    return render(request, "participant/plan_print.html", sheet.of(person, agreed))


def _changed(person: Participant) -> list[tuple[Tag, str]]:
    """What the version in force has that the one before had not."""
    found = visiting.newest_difference(person)
    return plan_changes.in_words(found[1]) if found else []


def _plan_context(person: Participant) -> dict[str, Any]:
    found = plans.plan_now(person)
    activities = list(found.activities.all()) if found else []
    return {
        "lines": [_line(each) for each in activities],
        "version": found.version if found else 0,
        "origin": found.origin if found else "",
        "agreed_on": clock.local(found.agreed_at).date() if found else None,
        "flare_rule": found.flare_rule if found else "",
        "limits": visiting.standing(person).limits,
        "changed": _changed(person),
        "aim_minutes": found.aim_minutes if found else None,
        "aim_strength_days": found.aim_strength_days if found else None,
    }  # fmt: skip
