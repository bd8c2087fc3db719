"""Calls about answers that have not come in: whom to call, the script, what came of it, when to try again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.methods.programme import prose
from stegvis.methods.study.protocol import Protocol
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.web.components.shapes import Moment
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import CallForm, carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.coordinator.words import in_days, occasion_name, window
from stegvis.web.forms import answer

MOST = 50


@require_safe
@gate.coordinator
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call today, those first whose window closes first."""
    protocol = protocols.current()
    rows = [
        {
            "late": late,
            "occasion": occasion_name(protocol, late.assessment.occasion),
            "when": in_days(late.assessment.closes_on),
            "last": trial.CALL_OUTCOMES.get(late.last_call or "", ""),
        }
        for late in trial.to_call(gate.sites(request), protocol, limit=MOST)
    ]
    return render(request, "coordinator/calls.html", {"rows": rows, "most": MOST if len(rows) == MOST else 0})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def call(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """The number, the words, and what came of it."""
    enrolment = gate.enrolment(request, code, kind="call")
    protocol = protocols.current()
    assessment = assessments.assessment(enrolment.participant, occasion)
    if assessment is None:
        raise Http404
    if assessment.submitted_at is not None and request.method != "POST":
        messages.success(request, _("%(code)s has answered. No call is needed.") % {"code": code})
        return redirect("coordinator:calls")
    takes_answers = trial.coordinator_takes_answers(enrolment)
    form = CallForm(request.POST if request.method == "POST" else None, offers_assessor=not takes_answers)
    if request.method == "POST" and form.is_valid():
        kept = carry_out(
            form, actions.keep_call, participant=enrolment.participant, occasion=occasion,
            outcome=form.cleaned_data["outcome"], try_again_on=form.next_try(protocol, enrolment.site.code),
            key=form.cleaned_data["key"], by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            messages.success(request, _("The call to %(code)s is recorded.") % {"code": code})
            return redirect("coordinator:calls")
    about = {**_about(enrolment.participant, assessment, protocol), "takes_answers": takes_answers}
    context = {**head(enrolment, "overview"), **about, "tab": "calls"}
    return answer(request, "coordinator/call.html", form, context)


def _about(participant: Any, assessment: Any, protocol: Protocol) -> dict[str, Any]:
    title, script = script_for(participant, assessment, protocol)
    earlier = [each for each in trial.calls_of(participant) if each.occasion == assessment.occasion]
    return {
        "assessment": assessment,
        "occasion": occasion_name(protocol, assessment.occasion),
        "window": window(assessment.closes_on),
        "identity": people.identity_of(participant),
        "script_title": title,
        "script": script,
        "offers_short": trial.is_minimum_offered(assessment),
        "earlier": [
            Moment(each.called_at, str(trial.CALL_OUTCOMES.get(each.outcome, each.outcome)), each.called_by.code)
            for each in earlier
        ],
    }


def script_code(protocol: Protocol, occasion: str) -> str:
    """The text for calls about an occasion: its own where the protocol has one, otherwise that of the ladder's call."""
    own = next((each.call_script for each in protocol.occasions if each.code == occasion), None)
    calls = [step.text for step in protocol.reminders.steps if step.kind == "call"]
    return own or next(iter(calls), "")


def script_for(participant: Any, assessment: Any, protocol: Protocol) -> tuple[str, SafeString]:
    """The protocol's words for the call, in the participant's language; nothing where it has none."""
    code = script_code(protocol, assessment.occasion)
    if not code:
        return "", SafeString("")
    with override(participant.language):
        is_open = clock.today() <= assessment.closes_on
        closes_on = full_day(assessment.closes_on) if is_open else _("the day when we stop taking answers")
    places = {
        "site_name": participant.site.name, "site_phone": participant.site.phone, "closes_on": closes_on,
        "minutes": str(protocol.occasion(assessment.occasion).minutes),
    }  # fmt: skip
    title, body = protocols.letter(code, participant.language, places)
    return title, SafeString(prose.to_html(body))
