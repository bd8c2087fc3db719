"""One person's timeline, answers and files: what happened, how far each questionnaire is, and what can be printed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment
from stegvis.trial.scheduling import feed
from stegvis.trial.scheduling import queries as scheduling
from stegvis.web import timeline
from stegvis.web.components.shapes import Tag
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.person import head
from stegvis.web.coordinator.words import language, language_name, occasion_name
from stegvis.web.participant.calendar import calendar_file


# Timeline -------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def story(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that happened, newest first, the same for the same life in every group; of one kind when asked."""
    enrolment = gate.enrolment(request, code, kind="timeline")
    reader = timeline.Reader(
        gate.account(request), enrolment, trial.protocol_of(enrolment),
        timeline.coordinators_ways(enrolment.participant.code), tuple(gate.watched_sites(request)),
    )  # fmt: skip
    context = {**head(enrolment, "story"), **timeline.page_of(request, reader, timeline.COORDINATORS)}
    return render(request, "coordinator/story.html", context)


# Answers --------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """How far each questionnaire is; what was answered is not shown to those who plan."""
    enrolment = gate.enrolment(request, code, kind="answers")
    return render(request, "coordinator/answers.html", {**head(enrolment, "answers"), "groups": forms_of(enrolment)})


def forms_of(enrolment: Enrolment) -> list[tuple[str, list[dict[str, Any]]]]:
    """How far each questionnaire is, by occasion, in words."""
    protocol = trial.protocol_of(enrolment)
    names = {each.code: each.name.in_language(language()) for each in protocol.instruments}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in scheduling.forms_of(enrolment.participant):
        line = {"name": names.get(row.instrument, row.instrument), **_form(row)}
        groups.setdefault(occasion_name(protocol, row.occasion), []).append(line)
    return list(groups.items())


def _form(row: scheduling.FormRow) -> dict[str, Any]:
    modes = {"web": _("on the screen"), "phone": _("by telephone"), "paper": _("on paper")}
    state = (
        Tag(_("Sent"), "ok", "check")
        if row.sent_on
        else Tag(_("Begun"), "fjord")
        if row.started_on
        else Tag(_("Not begun"))
    )
    corrected = ngettext("corrected once", "corrected %(n)d times", row.corrected) % {"n": row.corrected}
    return {
        "state": state, "on": row.sent_on or row.started_on, "how": modes.get(row.mode, ""),
        "corrected": corrected if row.corrected else "",
    }  # fmt: skip


# Files ----------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def files(request: HttpRequest, code: str) -> HttpResponse:
    """What there is of one person to open or to print."""
    enrolment = gate.enrolment(request, code, kind="files")
    consents = [
        _("Version %(version)s, %(language)s, given %(day)s")
        % {"version": each.text_version, "language": language_name(each.language), "day": full_day(each.given_at)}
        for each in consent.consents_of(enrolment.participant)
    ]
    waiting = [
        {"name": occasion_name(trial.protocol_of(enrolment), each.occasion), "occasion": each.occasion}
        for each in assessments.assessments_of(enrolment.participant)
        if not each.submitted_at and not each.tells_arm and each.opens_on <= clock.today()
    ]
    takes = trial.coordinator_takes_answers(enrolment)
    context = {**head(enrolment, "files"), "consents": consents, "waiting": waiting if takes else []}
    return render(request, "coordinator/files.html", context)


@require_safe
@gate.coordinator
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """One person's visits, and when windows close, as a calendar file."""
    enrolment = gate.enrolment(request, code, kind="files")
    response = calendar_file(feed.of_person(enrolment.participant))
    response["Content-Disposition"] = f'attachment; filename="{enrolment.participant.code}.ics"'
    return response
