"""Participants at the own sites: a list by stage, to search by code, fifty to a page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.methods.study.schedule import due
from stegvis.monitoring.queries import primary_occasion
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment, Stage
from stegvis.web.components.shapes import Link, Tag
from stegvis.web.components.times import short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.words import language, stage_tag, state_tag

A_PAGE = 50
LONGEST_CODE = 20


@require_safe
@gate.coordinator
def participants(request: HttpRequest) -> HttpResponse:
    """The list; a whole code leads straight to the person."""
    code = request.GET.get("code", "").strip().upper()[:LONGEST_CODE]
    stage = request.GET.get("stage", "")
    stage = stage if stage in Stage.values else ""
    found = people.participant_by_code(code) if code else None
    if found is not None and found.site_id in gate.sites(request):
        return redirect("coordinator:person", found.code)
    rows = trial.enrolments(gate.sites(request), stage or None)
    if code:
        rows = rows.filter(participant__code__startswith=code)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    occasion = primary_occasion(protocols.current())
    context = {
        "page": page,
        "rows": [_row(enrolment) for enrolment in page],
        "code": code,
        "filters": _filters(gate.sites(request), stage),
        "stage": stage,
        "occasion": occasion.name.in_language(language()),
        "several_sites": len(gate.sites(request)) > 1,
    }
    return render(request, "coordinator/participants.html", context)


def _row(enrolment: Enrolment) -> dict[str, Any]:
    return {"enrolment": enrolment, "stage": stage_tag(enrolment.stage), "primary": _primary(enrolment)}


def _primary(enrolment: Enrolment) -> Tag | str:
    """Where the primary answers stand, told from the enrolment alone; nothing for someone who was not randomised."""
    if enrolment.stage == Stage.FOLLOWED_UP:
        return state_tag("done")
    if enrolment.stage != Stage.ALLOCATED or enrolment.randomised_on is None:
        return ""
    occasion = primary_occasion(trial.protocol_of(enrolment))
    days = {"randomisation": enrolment.randomised_on, "consent": enrolment.consented_on, "visit_1": enrolment.visit1_on}
    known = {name: day for name, day in days.items() if day is not None}
    if occasion.anchor not in known:
        return ""
    window = due(occasion, known)
    state = trial.state_of(window, submitted=False)
    return _("from %(day)s") % {"day": short_day(window.opens_on)} if state == "before" else state_tag(state)


def _filters(sites: tuple[int, ...], chosen: str) -> list[Link]:
    counts = trial.stage_counts(sites)
    address = reverse("coordinator:participants")
    links = [Link(_("All"), address, not chosen, sum(counts.values()))]
    links += [
        Link(capfirst(str(Stage(stage).label)), f"{address}?stage={stage}", stage == chosen, counts.get(stage, 0))
        for stage in Stage.values
        if counts.get(stage) or stage == chosen
    ]
    return links
