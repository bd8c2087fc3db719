"""Gifts: whether and when what the protocol gives for an occasion was sent; those to send, and one person's."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit import clock
from stegvis.protocol import queries as protocols
from stegvis.trial.scheduling import actions, queries
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.coordinator.words import language, occasion_name
from stegvis.web.forms import DayField, KeyedForm, answer

A_PAGE = 50


@require_safe
@gate.coordinator
def gifts(request: HttpRequest) -> HttpResponse:
    """Those to send, the longest due first."""
    protocol = protocols.current()
    page = Paginator(queries.gifts_to_send(gate.sites(request), protocol), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "code": each.participant.code, "occasion": each.occasion, "what": _what(each.occasion),
            "name": occasion_name(protocol, each.occasion), "key": uuid4(),
        }
        for each in page
    ]  # fmt: skip
    return render(request, "coordinator/gifts.html", {"page": page, "rows": rows})


def _what(occasion: str) -> str:
    gift = protocols.current().occasion(occasion).incentive
    return gift.in_language(language()) if gift else ""


class GiftForm(KeyedForm):
    """Sent on a day, or not sent."""

    sent = forms.TypedChoiceField(
        label=gettext_lazy("Was it sent?"), widget=forms.RadioSelect, coerce=lambda said: said == "yes", initial="yes",
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No, it is not sent"))],
    )  # fmt: skip
    sent_on = DayField(label=gettext_lazy("On which day?"), required=False)

    def clean(self) -> dict[str, Any]:
        """A gift that was sent has its day, which is today unless told."""
        given = super().clean() or {}
        given["sent_on"] = (given.get("sent_on") or clock.today()) if given.get("sent") else None
        return given


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def gift(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """Keep that one gift was sent, or was not; from the list with one press, for today."""
    enrolment = gate.enrolment(request, code, kind="occasions")
    planned = {each.occasion: each for each in queries.gifts_of(enrolment.participant, protocols.current())}
    if occasion not in planned:
        raise Http404
    form = GiftForm(request.POST if request.method == "POST" else None, initial={"sent_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        day: date | None = form.cleaned_data["sent_on"]
        given = {"occasion": occasion, "sent_on": day, "key": form.cleaned_data["key"], "by": gate.account(request)}
        if carry_out(form, actions.keep_incentive, participant=enrolment.participant, **given):
            messages.success(request, _("It is recorded for %(code)s.") % {"code": code})
            if "from_list" in request.POST:
                return redirect("coordinator:gifts")
            return redirect(reverse("coordinator:person", args=[code]) + "#gifts")
    context = {**head(enrolment, "overview"), "what": _what(occasion), "kept": planned[occasion].kept}
    return answer(request, "coordinator/gift.html", form, context)
