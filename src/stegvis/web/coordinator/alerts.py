"""Alerts: for whoever is on a site's safety rota, in whichever role; acknowledged, dealt with, closed.

An alert is the same in every arm. It shows what was answered or asked for, what the protocol says to do, and how to reach
the person; nothing of it says how the person is treated.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.study.adverse_events import (
    LOOK_AT_DETERIORATION,
    LOOK_AT_SERIOUS,
    RELIABLE_DETERIORATION,
    SERIOUS_EVENT,
)
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.safety import DECLINED, LOOK_AT_DECLINED, LOOK_AT_WORDS, WORDS_FOUND, SafetyRule
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.safety import actions, queries
from stegvis.safety.queries import Step
from stegvis.trial.queries import RED_FLAG
from stegvis.web import life_events
from stegvis.web.components.shapes import Link, Moment, Tag
from stegvis.web.components.times import day_and_time
from stegvis.web.coordinator import gate, trying
from stegvis.web.coordinator.checklist import ChecklistForm, in_words
from stegvis.web.coordinator.forms import ConfirmForm, StepForm, carry_out
from stegvis.web.coordinator.words import language
from stegvis.web.forms import answer

A_PAGE = 50


@dataclass(frozen=True)
class Told:
    """What an alert is about, in words: its title, what was asked, what to do, by when, and where it stands."""

    title: str
    asked: str
    what_to_do: str
    grade: str
    by: datetime | None
    is_late: bool
    state: str
    left: str = ""
    holds: bool = False

    @property
    def tag(self) -> Tag:
        """Its urgency, or that somebody has it."""
        return Tag(self.grade, "bad" if self.is_late else "warn", "alert")


@require_safe
@gate.on_rotas
def alerts(request: HttpRequest) -> HttpResponse:
    """Alerts at the sites on whose rota one is, and those one was told of: to answer, for review, or closed."""
    protocol, watched = protocols.current(), gate.watched_sites(request)
    show = request.GET.get("show", "")
    no_clock = [grade.code for grade in protocol.safety.grades if grade.respond_within_working_days is None]
    still_open = queries.concerning(queries.open_alerts(), gate.account(request), watched)
    rows = {
        "closed": queries.concerning(queries.closed_alerts(), gate.account(request), watched),
        "review": still_open.filter(grade__in=no_clock),
    }.get(show, still_open.exclude(grade__in=no_clock))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(alert, told(alert, protocol)) for alert in page],
        "show": show if show in {"closed", "review"} else "",
        "shown": _shown(show, still_open.filter(grade__in=no_clock).count()),
        "on_a_rota": bool(watched) or bool(page.paginator.count),
        "tried": _tried(request, watched),
        "alone_at": rotas_of_one(protocol, {*watched, *_sends_tests_at(request)}),
    }
    return render(request, "coordinator/alerts.html", context)


def _shown(show: str, to_review: int) -> list[Link]:
    """The three lists of alerts, with how many there are to go through."""
    here = reverse("coordinator:alerts")
    return [
        Link(_("Open alerts"), here, current=show not in {"review", "closed"}),
        Link(_("For review"), f"{here}?show=review", current=show == "review", count=to_review),
        Link(_("Closed alerts"), f"{here}?show=closed", current=show == "closed"),
    ]


def rotas_of_one(protocol: Protocol, sites: Collection[int]) -> list[people.Site]:
    """At which of these sites nobody could confirm a closing, where the protocol wants one confirmed."""
    places = [site for site in people.sites() if site.pk in sites] if protocol.safety.needs_two else []
    return queries.rotas_of_one(places)


def _sends_tests_at(request: HttpRequest) -> Collection[int]:
    """The own sites of a coordinator, who puts people on their rotas and sends them tests; none for others."""
    return gate.sites(request) if gate.account(request).role == "coordinator" else ()


def _tried(request: HttpRequest, watched: list[int]) -> list[trying.Tried]:
    """The test alerts of the sites that one watches; of all own sites for a coordinator, who sends them."""
    account, sends = gate.account(request), _sends_tests_at(request)
    places = [site for site in people.sites() if site.pk in (sends or watched)]
    return trying.tried(places, account, "coordinator:send_test" if sends else "")


@require_http_methods(["GET", "HEAD", "POST"])
@gate.on_rotas
def alert(request: HttpRequest, number: int) -> HttpResponse:
    """One alert: what happened, whom to call, what has been done; the next thing done is added."""
    found = gate.alert(request, number)
    posted = request.POST if request.method == "POST" else None
    if posted and posted.get("step") == Step.ACKNOWLEDGED:
        _take(request, found)
        return redirect("coordinator:alert", number)
    if posted and "confirms" in posted:
        return _confirm(request, found)
    if posted and "checklist" in posted:
        return _ask(request, found)
    form = _step_form(request, found, posted)
    if posted and form.is_valid():
        step, words, key = (form.cleaned_data[name] for name in ("step", "words", "key"))
        by = gate.account(request)
        if carry_out(form, actions.take_step, alert=found, step=step, words=words, key=key, by=by):
            messages.success(request, _("Saved."))
            return redirect("coordinator:alerts" if step == Step.CLOSED else "coordinator:alert", *_back(step, number))
    return answer(request, "coordinator/alert.html", form, {**_about(request, found), "step_form": form})


def _step_form(request: HttpRequest, found: Any, posted: Any = None) -> StepForm:
    """What can be done about this alert by whoever is signed in."""
    return StepForm(posted, assesses=gate.account(request).licensed_clinician, by_two=found.closed_by_two)


def _take(request: HttpRequest, found: Any) -> None:
    """Say that one has it, or hear who was first."""
    try:
        actions.take_step(alert=found, step=Step.ACKNOWLEDGED, by=gate.account(request))
        messages.success(request, _("You have it. The others on the rota can see that."))
    except Refused as refused:
        messages.warning(request, str(refused))


def _confirm(request: HttpRequest, found: Any) -> HttpResponse:
    """Close an alert of two people by confirming what a colleague wrote, or hear why not."""
    form, by = ConfirmForm(request.POST), gate.account(request)
    if form.is_valid():
        confirms, key = form.cleaned_data["confirms"], form.cleaned_data["key"]
        if carry_out(form, actions.take_step, alert=found, step=Step.CLOSED, confirms=confirms, key=key, by=by):
            messages.success(request, _("Confirmed and closed."))
            return redirect("coordinator:alerts")
    return answer(request, "coordinator/alert.html", form, _about(request, found))


def _ask(request: HttpRequest, found: Any) -> HttpResponse:
    """Keep what was asked in a call."""
    form = _checklist_form(found, request.POST)
    if form.is_valid():
        key, by = form.cleaned_data["key"], gate.account(request)
        if carry_out(form, actions.keep_checklist, alert=found, answers=form.given, key=key, by=by):
            messages.success(request, _("Saved."))
            return redirect("coordinator:alert", found.pk)
    return answer(request, "coordinator/alert.html", form, {**_about(request, found), "checklist_form": form})


def _checklist_form(found: Any, posted: Any = None) -> ChecklistForm:
    """The protocol's checklist, with what was answered last in it."""
    items, known = protocols.current().safety.asked_in_a_call, queries.last_checklist(found)
    return ChecklistForm(items, known, posted, auto_id="checklist_%s")


def _back(step: str, number: int) -> tuple[int, ...]:
    return () if step == Step.CLOSED else (number,)


def _about(request: HttpRequest, alert: Any) -> dict[str, Any]:
    steps = list(queries.steps_of(alert))
    told_of = told(alert, protocols.current())
    done = {each.step for each in steps}
    return {
        "alert": alert,
        "told": told_of,
        "is_warning_sign": alert.trigger == RED_FLAG,
        "is_about_harm": alert.trigger in {SERIOUS_EVENT, RELIABLE_DETERIORATION},
        "participant": alert.participant,
        "life_said": life_events.said(alert.participant),
        "identity": people.identity_of(alert.participant),
        "notices": queries.notices_of(alert),
        "steps": [_moment(each) for each in steps],
        "holds_randomisation": told_of.holds and Step.ASSESSED not in done,
        "acknowledged": Step.ACKNOWLEDGED in done,
        "closed": Step.CLOSED in done,
        "step_form": _step_form(request, alert),
        "checklist_form": _checklist_form(alert),
        **_closing(request, alert),
    }


def _moment(step: Any) -> Moment:
    """One thing done, with its words; a checklist with its questions."""
    asked = in_words(protocols.current().safety.asked_in_a_call, queries.checklist_of(step))
    return Moment(step.taken_at, f"{Step(step.step).label}, {step.account.name}", asked or step.note or "")


def _closing(request: HttpRequest, alert: Any) -> dict[str, Any]:
    """What was written on why an alert of two people can be closed, by whom, and the form with which another agrees."""
    written = queries.to_confirm(alert)
    return {
        "to_confirm": written,
        "is_mine": bool(written and written.account_id == gate.account(request).pk),
        "confirm_form": ConfirmForm(initial={"confirms": written.pk}, auto_id="confirm_%s") if written else None,
    }


_ALWAYS_DONE = {
    DECLINED: LOOK_AT_DECLINED,
    WORDS_FOUND: LOOK_AT_WORDS,
    RELIABLE_DETERIORATION: LOOK_AT_DETERIORATION,
    SERIOUS_EVENT: LOOK_AT_SERIOUS,
}
"""What to do about an alert that no rule of the protocol raised, by its trigger."""


def told(alert: Any, protocol: Protocol) -> Told:
    """An alert in words; one whose rule the protocol no longer has keeps its code."""
    rule = next((rule for rule in protocol.safety.rules if rule.code == alert.trigger), None)
    what = _ALWAYS_DONE.get(alert.trigger) or (rule.what if rule else None)
    grade = next((grade for grade in protocol.safety.grades if grade.code == alert.grade), None)
    by = _deadline(alert, protocol, None if grade is None else grade.respond_within_working_days)
    is_late = bool(by and by < clock.now() and not alert.closed)
    return Told(
        title=_title(alert, rule, protocol),
        asked=_asked(rule),
        what_to_do=what.in_language(language()) if what else "",
        grade=grade.name.in_language(language()) if grade else alert.grade,
        by=by,
        is_late=is_late,
        state=_state(alert, by),
        left="" if by is None or is_late or alert.closed else _left(alert, protocol, by),
        holds=bool(rule and rule.before_randomisation),
    )


def _deadline(alert: Any, protocol: Protocol, days: int | None) -> datetime | None:
    """By when somebody should have answered; counted anew for alerts from before deadlines were kept."""
    if alert.respond_by is not None or days is None:
        return clock.local(alert.respond_by) if alert.respond_by else None
    return protocol.staffing(alert.participant.site.code).respond_by(clock.local(alert.raised_at), days)


def _left(alert: Any, protocol: Protocol, by: datetime) -> str:
    """How much staffed time is left."""
    minutes = protocol.staffing(alert.participant.site.code).minutes_between(clock.local(clock.now()), by)
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}
    return ngettext("%(n)s staffed hour left", "%(n)s staffed hours left", hours) % {"n": hours}


def _title(alert: Any, rule: SafetyRule | None, protocol: Protocol) -> str:
    if alert.trigger == "something_is_wrong":
        return _("the person says that something is wrong")
    if alert.trigger == "concern_reported":
        return _("a colleague has heard something that must be looked at")
    if alert.trigger == WORDS_FOUND:
        return _("words that the trial looks for, in something the person has sent")
    if alert.trigger == SERIOUS_EVENT:
        return _("an adverse event that is, or may be, serious")
    if alert.trigger == RELIABLE_DETERIORATION:
        return _("%(outcome)s has become worse by more than chance of measurement") % {
            "outcome": _watched(alert, protocol)
        }
    if alert.trigger == RED_FLAG:
        return _("a warning sign at a visit to the physiotherapist")
    if alert.trigger == DECLINED:
        return _("prefers not to answer a question about danger")
    if rule is None:
        return str(alert.trigger)
    return _("an answer in %(instrument)s") % {
        "instrument": protocol.instrument(rule.instrument).name.in_language(language())
    }


def _watched(alert: Any, protocol: Protocol) -> str:
    """The outcome that an alert about a deterioration is about; its code once the protocol has it no more."""
    code = str(alert.source).rpartition(":")[2]
    found = [each.label.in_language(language()) for each in protocol.outcomes if each.code == code]
    return found[0] if found else code


def _asked(rule: SafetyRule | None) -> str:
    """The question and the answers that raise this alert; or how high the sum was."""
    if rule is None:
        return ""
    compared = {
        ">=": _("%(n)g or more"),
        ">": _("more than %(n)g"),
        "<=": _("%(n)g or less"),
        "<": _("less than %(n)g"),
    }
    limit = compared.get(rule.operator, "%(n)g") % {"n": rule.value}
    item = protocols.questionnaire(rule.instrument).by_link_id.get(rule.item or "")
    if rule.compared_with == "last_time" and item is not None and item.text is not None:
        return _("“%(question)s” The answer is higher than last time.") % {"question": item.text.text_in(language())}
    if item is None or item.text is None:
        return _("The sum was %(limit)s.") % {"limit": limit}
    options = [option for option in item.options if option.ordinal is not None and rule.fires(float(option.ordinal))]
    answers = " / ".join(option.text.text_in(language()) for option in options) or limit
    return _("“%(question)s” Answer: %(answers)s.") % {"question": item.text.text_in(language()), "answers": answers}


def _state(alert: Any, by: datetime | None) -> str:
    if alert.closed:
        return _("Closed.")
    if alert.acknowledged:
        return _("Somebody has it.")
    return _("Answer by %(day)s.") % {"day": day_and_time(by)} if by else _("Nobody has it yet.")
