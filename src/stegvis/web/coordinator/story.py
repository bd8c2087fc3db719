"""One person's timeline, answers and files: what happened, how far each questionnaire is, and what can be printed."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.consent import queries as consent
from stegvis.methods.study.protocol import Protocol
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.reminders import queries as outbox
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment, Stage
from stegvis.trial.scheduling import feed
from stegvis.trial.scheduling import queries as scheduling
from stegvis.trial.scheduling.queries import MoveReason
from stegvis.web.components.shapes import Moment, Tag
from stegvis.web.components.times import full_day, short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.person import head
from stegvis.web.coordinator.words import language, language_name, occasion_name, visit_name
from stegvis.web.participant.calendar import calendar_file


# Timeline -------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def story(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that happened, newest first, the same for the same life in every group."""
    enrolment = gate.enrolment(request, code, kind="timeline")
    protocol = trial.protocol_of(enrolment)
    moments = sorted(_moments(enrolment, protocol), key=lambda each: _when(each.at), reverse=True)
    return render(request, "coordinator/story.html", {**head(enrolment, "story"), "moments": moments})


def _when(at: datetime | date) -> datetime:
    """A day without an hour stands at its beginning."""
    return at if isinstance(at, datetime) else clock.at(at, 0)


def _moments(enrolment: Enrolment, protocol: Protocol) -> Iterator[Moment]:
    participant = enrolment.participant
    for change in trial.changes_of(enrolment):
        yield Moment(change.entered_at, capfirst(str(Stage(change.stage).label)))
    for asked in assessments.assessments_of(participant):
        at = asked.submitted_at or asked.minimum_at
        if at and not asked.tells_arm:
            sent = _("Answered: %(occasion)s") if asked.submitted_at else _("Answered the most important: %(occasion)s")
            yield Moment(at, sent % {"occasion": occasion_name(protocol, asked.occasion)})
    yield from _visits(participant, protocol)
    yield from _calls(participant, protocol)
    for occasion, day in outbox.reminded_of(participant):
        yield Moment(day, _("Reminded: %(occasion)s") % {"occasion": occasion_name(protocol, occasion)})
    yield from _moves(participant, protocol)
    for gift in scheduling.gifts_of(participant, protocol):
        if gift.kept and gift.kept.sent_on:
            yield Moment(gift.kept.sent_on, _("Gift sent: %(gift)s") % {"gift": gift.what.in_language(language())})


def _visits(participant: Any, protocol: Protocol) -> Iterator[Moment]:
    for visit in physiotherapy.visits_of(participant):
        name = {"visit": visit_name(protocol, visit.number)}
        if visit.held_at:
            yield Moment(visit.held_at, _("%(visit)s held") % name)
        elif visit.state == "missed":
            yield Moment(visit.missed_at, _("%(visit)s did not take place") % name)  # type: ignore[arg-type]


def _calls(participant: Any, protocol: Protocol) -> Iterator[Moment]:
    for call in trial.calls_of(participant):
        about = _("Called: %(occasion)s") % {"occasion": occasion_name(protocol, call.occasion)}
        yield Moment(call.called_at, about, f"{trial.CALL_OUTCOMES.get(call.outcome, '')}, {call.called_by.code}")


def _moves(participant: Any, protocol: Protocol) -> Iterator[Moment]:
    for move in scheduling.moves_of(participant):
        is_visit = move.activity.startswith("visit_")
        number = move.activity.removeprefix("visit_")
        what = visit_name(protocol, int(number)) if is_visit else occasion_name(protocol, move.activity)
        days = {"what": what, "before": short_day(move.moved_from), "after": short_day(move.moved_to)}
        title = _("Moved: %(what)s, from %(before)s to %(after)s") % days
        yield Moment(move.moved_at, title, f"{MoveReason(move.reason).label}, {move.moved_by.code}")


# Answers --------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """How far each questionnaire is; what was answered is not shown to those who plan."""
    enrolment = gate.enrolment(request, code, kind="answers")
    protocol = trial.protocol_of(enrolment)
    names = {each.code: each.name.in_language(language()) for each in protocol.instruments}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in scheduling.forms_of(enrolment.participant):
        line = {"name": names.get(row.instrument, row.instrument), **_form(row)}
        groups.setdefault(occasion_name(protocol, row.occasion), []).append(line)
    context = {**head(enrolment, "answers"), "groups": list(groups.items())}
    return render(request, "coordinator/answers.html", context)


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
