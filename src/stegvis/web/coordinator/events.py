"""Adverse events at the own sites: what waits, one person's, one event with its versions and judgements.

Nothing here asks for an arm or shows one. Coordinators and physiotherapists, whom every arm meets, describe and judge;
therapists and others note what they hear on the person's page.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit import clock
from stegvis.audit.reading import record_reading
from stegvis.methods.study.adverse_events import AdverseEvents
from stegvis.methods.study.protocol import Protocol
from stegvis.protocol import queries as protocols
from stegvis.safety.harms import actions
from stegvis.safety.harms import queries as harms
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.access import at_own_site, for_role, in_own_caseload
from stegvis.web.components.shapes import Link, Moment, Tag
from stegvis.web.components.times import day_and_time, full_day, short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.event_forms import (
    TREATMENTS,
    YES,
    AnswerForm,
    DescribeForm,
    JudgeForm,
    OutsideForm,
    SettleForm,
    TellForm,
)
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import language, occasion_name, visit_name
from stegvis.web.forms import answer

A_PAGE = 50
JUDGES = ("coordinator", "physiotherapist")
HEARS = (*JUDGES, "therapist")


def rules() -> AdverseEvents:
    """What the protocol says of adverse events; 404 in a trial that keeps none."""
    said = harms.rules()
    if said is None:
        raise Http404
    return said


# The list -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Row:
    """One event of the list."""

    event: Any
    kind: str
    when: str
    tag: Tag | None
    is_late: bool = False


@require_safe
@for_role(*JUDGES)
def events(request: HttpRequest) -> HttpResponse:
    """What waits at the own sites: to describe and judge, to tell outside, to settle; and all."""
    said, sites = rules(), gate.sites(request)
    everything = harms.at_sites(sites)
    lists = {
        "": harms.to_describe(everything),
        "tell": harms.to_tell(everything),
        "settle": harms.unsettled(everything),
        "all": everything,
    }
    show = request.GET.get("show", "")
    chosen = show if show in lists else ""
    page = Paginator(harms.with_latest(lists[chosen]), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(each, said, untold=chosen == "tell") for each in page],
        "show": chosen,
        "shown": _shown(chosen, lists),
        "counts": harms.counts(sites),
        "tab": "events",
    }
    return render(request, "coordinator/events.html", context)


def _shown(show: str, lists: dict[str, Any]) -> list[Link]:
    here = reverse("coordinator:events")
    names = {
        "": _("To describe and judge"), "tell": _("To tell outside"), "settle": _("To settle"), "all": _("All"),
    }  # fmt: skip
    return [
        Link(name, f"{here}?show={key}" if key else here, key == show, lists[key].count() if key != "all" else None)
        for key, name in names.items()
    ]


def _row(event: Any, said: AdverseEvents, *, untold: bool = False) -> Row:
    latest = event.latest[0] if event.latest else None
    kind = term_name(latest.term, said) if latest else _("not described yet")
    found = getattr(event, "clock", None)
    is_late = bool(untold and found and found.tell_by < clock.now())
    return Row(event, kind, _days(event, latest), _tag(found, is_late=is_late), is_late)


def term_name(code: str, said: AdverseEvents) -> str:
    """A kind of event in words; one that the protocol no longer has keeps its code."""
    term = said.term(code)
    return term.name.in_language(language()) if term else code


def _days(event: Any, latest: Any) -> str:
    if latest is None:
        return _("told %(day)s") % {"day": short_day(event.noticed_at)}
    if latest.ended_on is None:
        return _("since %(day)s") % {"day": short_day(latest.started_on)}
    return f"{short_day(latest.started_on)} – {short_day(latest.ended_on)}"


def _tag(found: Any, *, is_late: bool) -> Tag | None:
    """That the clock of a serious event runs, or ran out with nobody told; None without a clock."""
    if found is None:
        return None
    when = {"when": day_and_time(found.tell_by)}
    if is_late:
        return Tag(_("should have been told by %(when)s") % when, "bad", "clock")
    return Tag(_("tell by %(when)s") % when, "warn", "clock")


# One person's ---------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@for_role(*HEARS)
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """What one person was asked and told; a form for what is new."""
    said = rules()
    is_coordinator = gate.account(request).role == "coordinator"
    person = (at_own_site if is_coordinator else in_own_caseload)(request, code, kind="events")
    asked = harms.asked_of(person)
    kind = AnswerForm if asked and "unasked" not in request.GET else TellForm
    form = kind(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and keep_told(form, person, asked, gate.account(request)):
        messages.success(request, _("Saved."))
        return redirect("coordinator:person_events", code)
    protocol = protocols.current()
    context = {
        "code": code,
        "crumbs": [Link(code, reverse(f"{gate.account(request).role}:person", args=[code]))],
        "question": said.question.in_language(person.language) if kind is AnswerForm else "",
        "asked": asked,
        "moment": moment_name(protocol, asked.moment) if asked else "",
        "judges": gate.account(request).role in JUDGES,
        "rows": [_row(each, said) for each in harms.events_of(person)],
        "answers": [
            Moment(each.answered_at, moment_name(protocol, each.moment), _("yes") if each.said else _("no"))
            for each in harms.answers_of(person)
        ],
        "tab": "participants",
    }
    return answer(request, "coordinator/person_events.html", form, context)


def moment_name(protocol: Protocol, code: str) -> str:
    """What one of the times of the question is called."""
    number = code.removeprefix("visit_")
    return visit_name(protocol, int(number)) if number != code and number.isdigit() else occasion_name(protocol, code)


def keep_told(form: TellForm, person: Any, asked: Any, by: Any) -> Any:
    """What was kept; None when it is refused, with the sentence on the form."""
    if isinstance(form, AnswerForm):
        said, channel = form.cleaned_data["said"] == YES, form.cleaned_data["channel"]
        return carry_out(
            form, trial.answer_about_harms, participant=person, moment=asked.moment, said=said, channel=channel,
            by=by, **form.given(),
        )  # fmt: skip
    return carry_out(form, trial.tell_of_event, participant=person, by=by, **form.given())


# One event ------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@for_role(*JUDGES)
def event(request: HttpRequest, number: int) -> HttpResponse:
    """One event: what was told, what is known, how it was judged; the next step is written on the same page."""
    said, found = rules(), harms.event(number)
    if found is None or found.participant.site_id not in gate.sites(request):
        raise Http404
    record_reading(participant_code=found.participant.code, kind="events", by=access.actor(request))
    steps = _steps(request, found, said)
    name = request.POST.get("step", "") if request.method == "POST" else ""
    if name in steps:
        form = steps[name](request.POST)
        if form.is_valid() and _carried_out(name, form, found, gate.account(request)):
            messages.success(request, _("Saved."))
            return redirect("coordinator:event", number)
        steps[name] = lambda _posted, kept=form: kept
    shown = {key: make(None) for key, make in steps.items()}
    context = {**_about(found, said), "forms": shown, "refused": name}
    return answer(request, "coordinator/event.html", shown[name] if name in steps else OutsideForm(), context)


def _steps(request: HttpRequest, found: Any, said: AdverseEvents) -> dict[str, Any]:
    """The forms that make sense now, each by its name, as what makes it of what was posted."""
    latest, against = harms.latest_version(found), harms.judged_against(protocols.current())
    steps: dict[str, Any] = {"describe": lambda posted: DescribeForm(said, latest, posted, auto_id="describe_%s")}
    if latest is not None and gate.account(request).licensed_clinician:
        steps["judge"] = lambda posted: JudgeForm(against, posted, auto_id="judge_%s")
        if harms.to_settle(harms.newest(found)):
            steps["settle"] = lambda posted: SettleForm(against, posted, auto_id="settle_%s")
    if getattr(found, "clock", None) is not None:
        steps["outside"] = lambda posted: OutsideForm(posted, auto_id="outside_%s")
    later = {name: make for name, make in steps.items() if name != "describe"}
    return steps if latest is None else {**later, "describe": steps["describe"]}  # what is known already comes last


def _carried_out(name: str, form: Any, found: Any, by: Any) -> Any:
    """What the step made, or None when it is refused."""
    if name == "describe":
        return carry_out(form, actions.describe_event, event=found, by=by, **form.given())
    if name == "judge":
        reason = form.cleaned_data["reason"]
        return carry_out(
            form, trial.assess_event, event=found, place="first", reason_given=reason, by=by, **form.given()
        )
    if name == "settle":
        how, words = form.cleaned_data["how"], form.cleaned_data["reason"]
        return carry_out(form, actions.settle_event, event=found, how=how, words=words, by=by, **form.given())
    return carry_out(form, actions.tell_sponsor, event=found, by=by, **form.cleaned_data)


def _about(found: Any, said: AdverseEvents) -> dict[str, Any]:
    judged, versions = harms.newest(found), harms.versions_of(found)
    latest = versions[0] if versions else None
    clocked, tellings = getattr(found, "clock", None), harms.tellings_of(found)
    return {
        "event": found,
        "code": found.participant.code,
        "title": _("Event %(n)s, %(code)s") % {"n": found.number, "code": found.participant.code},
        "told": harms.words_of(found),
        "latest": latest,
        "kind": term_name(latest.term, said) if latest else _("not described yet"),
        "days": _days(found, latest),
        "versions": [Moment(each.written_at, _version(each, said), each.changed_why or "") for each in versions],
        "judgements": [judgement(judged[place]) for place in ("first", "second", "settled") if place in judged],
        "is_judged": "first" in judged,
        "disagree": [_difference(each) for each in harms.to_settle(judged)],
        "clock": clocked,
        "is_late": bool(clocked and not tellings and clocked.tell_by < clock.now()),
        "report_to": said.report_to.in_language(language()),
        "tellings": [Moment(each.told_at, each.told_to, each.told_by.code) for each in tellings],
        "crumbs": [Link(_("Adverse events"), reverse("coordinator:events"))],
        "tab": "events",
    }


def _version(each: Any, said: AdverseEvents) -> str:
    """One version in a line: what, when, how strong, by whom."""
    start = full_day(each.started_on)
    days = f"{start} – {full_day(each.ended_on)}" if each.ended_on else _("since %(day)s") % {"day": start}
    return _("%(n)s. %(kind)s, %(days)s, %(severity)s; %(who)s") % {
        "n": each.version, "kind": term_name(each.term, said), "days": days,
        "severity": each.get_severity_display(), "who": each.written_by.code,
    }  # fmt: skip


@dataclass(frozen=True)
class Judgement:
    """One judgement in words."""

    heading: str
    serious: str
    criteria: list[str]
    relations: list[tuple[str, str]]
    reason: str


def judgement(each: Any) -> Judgement:
    """A judgement in words."""
    relations = dict(harms.Relation.choices)
    heading = _("%(place)s: %(who)s, %(when)s") % {
        "place": str(each.get_place_display()).capitalize(), "who": each.assessed_by.code,
        "when": day_and_time(each.assessed_at),
    }  # fmt: skip
    return Judgement(
        heading, _("Serious") if each.serious else _("Not serious"), [str(one) for one in harms.criteria_met(each)],
        [(str(TREATMENTS.get(to, to)), str(relations.get(how, how))) for to, how in sorted(each.relations.items())],
        each.reason or "",
    )  # fmt: skip


def _difference(each: str) -> str:
    return _("whether it is serious") if each == "serious" else str(TREATMENTS.get(each, each)).lower()
