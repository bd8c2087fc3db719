"""The body in the diary: illness and flares in one tap, how it felt a day or two after, and half the plan in a flare."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.activity.growth import halved
from stegvis.methods.study.protocol import Activity as Rules
from stegvis.people.queries import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import growth
from stegvis.physiotherapy import queries as plans
from stegvis.web import access
from stegvis.web.participant import words
from stegvis.web.participant.gate import own_page


@dataclass(frozen=True)
class Ask:
    """The question how the body felt since something was done."""

    entry: int
    what: str
    on: date


@dataclass(frozen=True)
class Body:
    """What Today says about illness and flares, and what it asks; `flare_until` is the last day of half the plan."""

    logged: list[Any]
    open_to: list[tuple[str, str]]
    flare_until: date | None
    ask: Ask | None
    key: str = field(default_factory=lambda: str(uuid4()))


def body_of(person: Participant, rules: Rules) -> Body:
    """Three queries, whatever is logged."""
    found, today = plans.setbacks(person, rules.flare_days), clock.today()
    todays = [each for each in found if each.on == today]
    flares = [each.on for each in found if each.setback == plans.Setback.FLARE]
    asked = growth.to_ask_about(person)
    return Body(
        logged=todays,
        open_to=[each for each in words.setbacks() if each[0] not in {entry.setback for entry in todays}],
        flare_until=max(flares) + timedelta(days=rules.flare_days - 1) if flares else None,
        ask=Ask(asked.pk, asked.label, asked.on) if asked else None,
    )


def smaller_minutes(activity: Any, rules: Rules, *, in_flare: bool) -> int:
    """How long the smaller version is: what a flare leaves; else as agreed for a low-energy day; else that share too."""
    if in_flare or not activity.low_energy_minutes:
        return halved(activity.minutes, rules.flare_percent)
    return int(activity.low_energy_minutes)


@require_POST
@own_page
def after(request: HttpRequest, person: Participant, pk: int) -> HttpResponse:
    """How the body felt a day or two after; or that it is not to be asked."""
    entry = plans.diary_entry(person, pk)
    if entry is None:
        raise Http404
    try:
        physiotherapy.tell_after_effect(entry=entry, effect=request.POST.get("effect", ""), by=access.actor(request))
        messages.success(request, _("Thank you. It is kept in your diary."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("participant:today")
