"""What became known: that a second person was told of an emergency, groups that somebody learnt by accident, and mistakes.

No page here shows a group: see `randomising`.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.allocation import actions
from stegvis.allocation import queries as allocation
from stegvis.trial import actions as trial
from stegvis.web.components.times import short_day_and_time
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.allocation_forms import AccidentForm, InformedForm, MistakeForm
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def informed(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Who else was told that a group had been shown in an emergency."""
    enrolment = gate.enrolment(request, code, kind="allocation")
    shown = [each for each in allocation.disclosures_of(enrolment.participant) if each.kind == "emergency"]
    one = next((each for each in shown if each.pk == number), None)
    if one is None:
        raise Http404
    form = InformedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        whom, by = form.cleaned_data["whom"], gate.account(request)
        if carry_out(
            form, actions.record_informing, disclosure=one, participant=enrolment.participant, whom=whom, by=by
        ):
            messages.success(request, _("It is recorded that a second person was told."))
            return redirect("coordinator:allocation", code)
    text = _("%(who)s looked the allocation up in an emergency on %(at)s: %(reason)s") % {
        "who": one.by_code, "at": short_day_and_time(one.at), "reason": one.reason,
    }  # fmt: skip
    context = {
        **head(enrolment, "overview"), "title": _("Who else was told?"), "text": text,
        "submit": _("Record it"), "back": reverse("coordinator:allocation", args=[code]),
    }  # fmt: skip
    return answer(request, "coordinator/became_known.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def accident(request: HttpRequest, code: str) -> HttpResponse:
    """Keep that somebody learnt a group by accident: who, how, and what follows."""
    return _keep(
        request, code, AccidentForm, trial.record_accident, title=_("The group became known"),
        text=_("Write down what happened as soon as you know it. The group itself does not belong here."),
        said=_("It is recorded that the group became known, and as a protocol deviation."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def mistake(request: HttpRequest, code: str) -> HttpResponse:
    """Keep that somebody should not have been randomised as they were; they stay where they are."""
    return _keep(
        request, code, MistakeForm, trial.record_mistake, title=_("Randomised by mistake"),
        text=_(
            "The person stays in the group and is counted in the analysis as randomised. What you write becomes a protocol "
            "deviation, which waits for you until you have judged what it may have affected."
        ),
        said=_("The mistake is recorded, and as a protocol deviation. The person stays in the group."),
    )  # fmt: skip


def _keep(
    request: HttpRequest, code: str, asks: type[AccidentForm | MistakeForm], keep: Callable[..., Any], *, title: str,
    text: str, said: str,
) -> HttpResponse:  # fmt: skip
    """The page of something that went wrong with the allocation of somebody randomised."""
    enrolment = gate.enrolment(request, code, kind="allocation")
    if enrolment.randomised_at is None:
        raise Http404
    form = asks(request.POST if request.method == "POST" else None)
    if form.is_valid():
        person, by = enrolment.participant, gate.account(request)
        if carry_out(form, keep, participant=person, by=by, **form.cleaned_data):
            messages.success(request, said)
            return redirect("coordinator:allocation", code)
    context = {
        **head(enrolment, "overview"), "title": title, "submit": _("Record it"), "text": text,
        "back": reverse("coordinator:allocation", args=[code]),
    }  # fmt: skip
    return answer(request, "coordinator/became_known.html", form, context)
