"""Leaving: before randomisation, and withdrawing at any time when somebody asks the coordinator for it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.protocol import queries as protocols
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment, Stage
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import LeaveForm, WithdrawForm, carry_out
from stegvis.web.coordinator.person import BEFORE_RANDOMISATION, head
from stegvis.web.coordinator.words import language
from stegvis.web.forms import answer
from stegvis.web.participant import prose

GONE = (Stage.NOT_RANDOMISED, Stage.WITHDRAWN)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Keep that somebody will not be randomised, and why; a plan already made stays theirs."""
    enrolment = gate.enrolment(request, code, kind="leaving")
    if enrolment.stage not in BEFORE_RANDOMISATION:
        return _as_it_is(request, enrolment)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        why, by = form.cleaned_data["why"], gate.account(request)
        if carry_out(form, actions.leave_before_randomisation, participant=enrolment.participant, why=why, by=by):
            messages.success(request, _("It is recorded that %(code)s will not be randomised.") % {"code": code})
            return redirect("coordinator:person", code)
    return answer(request, "coordinator/leave.html", form, head(enrolment, "overview"))


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def withdraw(request: HttpRequest, code: str) -> HttpResponse:
    """Stop what somebody asks to stop. The page answers alike in every arm, and names afterwards nothing that was chosen."""
    enrolment = gate.enrolment(request, code, kind="leaving")
    if enrolment.stage in GONE:
        return _as_it_is(request, enrolment)
    form = WithdrawForm(trial.protocol_of(enrolment), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        if carry_out(form, actions.withdraw, participant=enrolment.participant, by=by, **given):
            messages.success(request, _("It is stopped from now on. What has been given stays."))
            return redirect("coordinator:person", code)
    context = {**head(enrolment, "overview"), "what_stays": _what_stays(enrolment)}
    return answer(request, "coordinator/withdraw.html", form, context)


def _what_stays(enrolment: Enrolment) -> SafeString:
    """The trial's own text about what was given already, to be read out; the same that the person reads on their page."""
    site = enrolment.site
    code = trial.protocol_of(enrolment).text_code("withdrawal")
    _title, body = protocols.letter(code, language(), {"site_name": site.name, "site_phone": site.phone})
    return prose.as_html(protocols.from_first_heading(body))


def _as_it_is(request: HttpRequest, enrolment: Enrolment) -> HttpResponse:
    """A second press, or a colleague who was first: the person's page, and where the person stands."""
    code, stage = enrolment.participant.code, Stage(enrolment.stage).label
    messages.warning(request, _("Nothing was changed: %(code)s is at “%(stage)s”.") % {"code": code, "stage": stage})
    return redirect("coordinator:person", code)
