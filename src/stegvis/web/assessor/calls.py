"""Calls for outcomes: whom to call, the script, what came of it; and that the arm became known during a call."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.people import queries as people
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.web import life_events
from stegvis.web.assessor import gate
from stegvis.web.assessor.forms import UnmaskingForm
from stegvis.web.components.shapes import Moment
from stegvis.web.coordinator.calls import script_for
from stegvis.web.coordinator.forms import CallForm, carry_out
from stegvis.web.coordinator.words import in_days, occasion_name, window
from stegvis.web.forms import answer
from stegvis.web.participant.occasions import Walk

MOST = 50


@require_safe
@gate.assessor
def calls(request: HttpRequest) -> HttpResponse:
    """Whom to call today, those first whose window closes first."""
    protocol, reader = protocols.current(), gate.account(request)
    rows = [
        {
            "one": late.assessment,
            "is_late": late.is_out_of_window,
            "occasion": occasion_name(protocol, late.assessment.occasion),
            "when": in_days(late.assessment.closes_on),
            "last": trial.CALL_OUTCOMES.get(late.last_call or "", ""),
            "is_wanted": late.last_call == trial.TO_ASSESSOR,
            "unmasked": trial.is_unmasked(reader, late.assessment.participant),
        }
        for late in trial.to_call(gate.sites(request), protocol, limit=MOST, by_assessor=True)
    ]
    return render(request, "assessor/calls.html", {"rows": rows, "most": MOST if len(rows) == MOST else 0})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def call(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """The number, the words, the way to the questions, and what came of it."""
    found = gate.way(request, code, occasion, kind="call")
    person = found.assessment.participant
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = carry_out(
            form, actions.keep_call, participant=person, occasion=occasion, outcome=form.cleaned_data["outcome"],
            try_again_on=form.next_try(found.protocol, person.site.code), key=form.cleaned_data["key"], by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            messages.success(request, _("The call to %(code)s is recorded.") % {"code": code})
            return redirect(home(request))
    return answer(request, "assessor/call.html", form, _about(request, found, person))


def home(request: HttpRequest) -> str:
    """Where whoever is signed in finds the next call."""
    return "assessor:calls" if gate.account(request).role == "outcome_assessor" else "coordinator:calls"


def _about(request: HttpRequest, found: Walk, person: Participant) -> dict[str, Any]:
    title, script = script_for(person, found.assessment, found.protocol)
    return {
        "walk": found,
        "code": person.code,
        "name": occasion_name(found.protocol, found.occasion.code),
        "life_said": life_events.said(person),
        "identity": people.identity_of(person),
        "window": window(found.assessment.closes_on),
        "script_title": title,
        "script": script,
        "unmasked": trial.is_unmasked(gate.account(request), person),
        "offers_short": bool(trial.minimum_of(found.assessment)) and found.assessment.minimum_at is None,
        "earlier": [
            Moment(each.called_at, str(trial.CALL_OUTCOMES.get(each.outcome, each.outcome)), each.called_by.code)
            for each in trial.calls_of(person)
            if each.occasion == found.occasion.code
        ],
        "tab": "calls",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@gate.assessor
def unmasked(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """The person told which group they are in, or said something that gives it away."""
    person = gate.person(request, code, kind="call")
    if occasion not in {each.code for each in protocols.current().occasions}:
        raise Http404
    form = UnmaskingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = carry_out(
            form, actions.keep_unmasking, participant=person, occasion=occasion, said=form.cleaned_data["said"],
            guessed_arm=form.cleaned_data["guessed"], key=form.cleaned_data["key"], by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            messages.success(request, _("It is kept. Go on with the call; leave the next one to a colleague."))
            return redirect("assessor:call", code, occasion)
    return answer(request, "assessor/unmasked.html", form, {"code": code, "occasion": occasion, "tab": "calls"})
