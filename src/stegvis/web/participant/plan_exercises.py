"""The exercises of a person's plan: one page each, in its three forms, and all of them on paper.

Only what stands in the plan in force is shown, from the release that the plan was made from.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stegvis.audit import clock
from stegvis.methods.exercises.content import FORMS
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.exercises import queries as exercises
from stegvis.web.components.shapes import Link
from stegvis.web.exercises import words
from stegvis.web.exercises.showing import Shown, shown
from stegvis.web.participant.gate import own_page

STRENGTH, MOBILITY = plans.ActivityKind.STRENGTH.value, plans.ActivityKind.MOBILITY.value
WRITTEN_AS = {"strength": STRENGTH, "balance": STRENGTH, "mobility": MOBILITY}
"""As what kind of activity an exercise is written in the diary."""


@dataclass(frozen=True)
class Planned:
    """An exercise of the plan, and whether its words have been signed."""

    shown: Shown
    reviewed: bool


@dataclass(frozen=True)
class ToTick:
    """The planned activity of today that an exercise belongs to; `entry` once the diary has it."""

    pk: int
    label: str
    entry: int | None
    key: str


def of_plan(person: Participant) -> list[Planned]:
    """The exercises of the plan in force, in the language of the page."""
    found = exercises.in_the_plan_of(person, (get_language() or "")[:2])
    return [Planned(shown(each), each.reviewed) for each in found]


@require_safe
@own_page
def exercise(request: HttpRequest, person: Participant, code: str) -> HttpResponse:
    """One exercise: what to do, in which form, how much; *Done* writes it in the diary as today's planned activity."""
    found = exercises.in_the_plan_of(person, (get_language() or "")[:2])
    here = next((each for each in found if each.exercise.code == code), None)
    if here is None:
        raise Http404
    asked = request.GET.get("form", "")
    form = asked if asked in FORMS else here.form
    at = [each.exercise.code for each in found].index(code)
    context = {
        "each": shown(here, form), "agreed": words.FORMS[here.form], "is_agreed": form == here.form,
        "forms": [Link(str(words.FORMS[each]), f"?form={each}", current=each == form) for each in FORMS],
        "reviewed": here.reviewed, "tick": _to_tick(person, here.exercise.kind), "today": clock.today(),
        "kind": WRITTEN_AS[here.exercise.kind], "next": shown(found[at + 1]) if at + 1 < len(found) else None,
    }  # fmt: skip
    return render(request, "participant/exercise.html", context)


@require_safe
@own_page
def sheet(request: HttpRequest, person: Participant) -> HttpResponse:
    """All exercises of the plan on paper, two on a page."""
    found = of_plan(person)
    if not found:
        raise Http404
    context = {"exercises": found, "site": person.site, "back_url": reverse("participant:plan")}
    return render(request, "exercises/sheet.html", context)


def _to_tick(person: Participant, kind: str) -> ToTick | None:
    """Today's activity of the plan of the same kind: one that is not in the diary yet, else one that is."""
    todays = [each for each in plans.planned_on(person) if each.activity.kind == WRITTEN_AS[kind]]
    todays.sort(key=lambda each: each.entry is not None)
    return _ticked(todays[0]) if todays else None


def _ticked(planned: Any) -> ToTick:
    entry = planned.entry.pk if planned.entry else None
    return ToTick(planned.activity.pk, planned.activity.label, entry, str(uuid4()))
