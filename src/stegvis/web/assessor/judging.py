"""The second judgement of adverse events, by somebody who does not know the arm.

What is shown is the same for everybody: the kind, the days, the severity, the site's account of what happened. Who wrote it,
what the person said, what was done and how the first assessor judged are not; and every treatment is asked about as if the
person had it.
"""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.reading import record_reading
from stegvis.protocol import queries as protocols
from stegvis.safety.harms import queries as harms
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web.assessor import gate
from stegvis.web.coordinator.event_forms import AnswerForm, JudgeForm, TellForm
from stegvis.web.coordinator.events import judgement, keep_told, rules, term_name
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.forms import answer

A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@gate.assessor
def tell(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """Ask the protocol's question in a call and write down the answer; what was told before is not shown here."""
    said, person = rules(), gate.person(request, code, kind="events")
    asked = harms.asked_of(person)
    form = (AnswerForm if asked else TellForm)(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and keep_told(form, person, asked, gate.account(request)):
        messages.success(request, _("Saved."))
        return redirect("assessor:call", code, occasion)
    question = said.question.in_language(person.language) if asked else ""
    context = {"code": code, "occasion": occasion, "question": question, "tab": "calls"}
    return answer(request, "assessor/tell.html", form, context)


@require_safe
@gate.assessor
def events(request: HttpRequest) -> HttpResponse:
    """Events at the own sites that wait for a second judgement, the oldest first."""
    said = rules()
    waiting = harms.with_latest(harms.to_assess_blind(harms.at_sites(gate.sites(request))))
    page: Any = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    rows = [(each, term_name(each.latest[0].term, said)) for each in page]
    return render(request, "assessor/events.html", {"page": page, "rows": rows, "tab": "events"})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@gate.assessor
def event(request: HttpRequest, number: int) -> HttpResponse:
    """One event, to be judged by what the site has written for this; a judgement can be made anew."""
    said, found = rules(), harms.event(number)
    latest = harms.latest_version(found) if found else None
    if found is None or latest is None or found.participant.site_id not in gate.sites(request):
        raise Http404
    record_reading(participant_code=found.participant.code, kind="events", by=gate.account(request))
    form = JudgeForm(harms.judged_against(protocols.current()), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept = carry_out(
            form, trial.assess_event, event=found, place="second", reason_given=form.cleaned_data["reason"],
            by=gate.account(request), **form.given(),
        )  # fmt: skip
        if kept is not None:
            messages.success(request, _("Your judgement is kept."))
            return redirect("assessor:events")
    context: dict[str, Any] = {
        "event": found,
        "latest": latest,
        "kind": term_name(latest.term, said),
        "unmasked": trials.is_unmasked(gate.account(request), found.participant),
        "own": [judgement(each) for each in harms.assessments_of(found)],
        "tab": "events",
    }
    return answer(request, "assessor/event.html", form, context)
