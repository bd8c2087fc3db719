"""One person as a data manager sees them: what happened, how far each questionnaire is, and what was done; by code alone.

A data manager writes blinded extracts and belongs to no site. What stands here is read as the system, since the rows are others',
and is no more than such an extract tells by code and day, data queries, and the record without what tells an arm.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.audit.action import SYSTEM
from stegvis.audit.reading import record_reading
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment
from stegvis.web import timeline
from stegvis.web.components.shapes import Link
from stegvis.web.coordinator import record, story
from stegvis.web.coordinator.words import stage_tag
from stegvis.web.monitoring import gate


@require_safe
@gate.manages
def person(request: HttpRequest, code: str) -> HttpResponse:
    """What happened, newest first; of one kind when asked."""
    enrolment = _enrolment(request, code, "timeline")
    protocol, ways = trial.protocol_of(enrolment), timeline.data_managers_ways(enrolment.participant.code)
    reader = timeline.Reader(gate.account(request), enrolment, protocol, ways)
    with acting_as(SYSTEM):
        shown = timeline.page_of(request, reader, timeline.DATA_MANAGERS)
    return render(request, "coordinator/story.html", {**_head(enrolment, "person"), **shown})


@require_safe
@gate.manages
def forms(request: HttpRequest, code: str) -> HttpResponse:
    """How far each questionnaire is; what was answered is under corrections."""
    enrolment = _enrolment(request, code, "answers")
    context = {**_head(enrolment, "forms"), "groups": story.forms_of(enrolment)}
    return render(request, "coordinator/answers.html", context)


@require_safe
@gate.manages
def record_page(request: HttpRequest, code: str) -> HttpResponse:
    """What was done, by whom; without anything that tells a group."""
    enrolment = _enrolment(request, code, "record")
    context = {**_head(enrolment, "record"), **record.page_of(request, enrolment)}
    return render(request, "coordinator/record.html", context)


def _enrolment(request: HttpRequest, code: str, kind: str) -> Enrolment:
    """The enrolment of a participant at any site; the reading is kept as `kind`."""
    found = people.participant_by_code(code)
    enrolment = trial.enrolment(found) if found else None
    if enrolment is None:
        raise Http404
    record_reading(participant_code=enrolment.participant.code, kind=kind, by=gate.account(request))
    return enrolment


def _head(enrolment: Enrolment, here: str) -> dict[str, Any]:
    """What every page of one person begins with."""
    code = enrolment.participant.code
    pages = [("person", _("Timeline")), ("forms", _("Answers")), ("record", _("Record"))]
    links = [Link(label, reverse(f"monitoring:{page}", args=[code]), page == here) for page, label in pages]
    return {
        "code": code, "stage": stage_tag(enrolment.stage), "life_said": "", "tab": "queries",
        "subpages": [*links, Link(_("Ask about a datum"), reverse("monitoring:raise", args=[code]))],
        "crumbs": [Link(_("Data queries"), reverse("monitoring:queries"))],
    }  # fmt: skip
