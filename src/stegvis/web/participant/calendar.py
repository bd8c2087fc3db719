"""The calendar: one's visits as a file, or by a secret address that a calendar program reads. For physiotherapists as well,
and for coordinators, who see days of people at their sites by code.

Titles say no more than “Appointment”: a calendar is shown on watches, at work, to whoever shares it.
"""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.physiotherapy.calendars import actions, queries
from stegvis.physiotherapy.calendars.errors import AskedTooOften
from stegvis.physiotherapy.calendars.writing import write
from stegvis.trial.scheduling import feed as schedule
from stegvis.web import access
from stegvis.web.forms import StegForm, Switch, answer, posted

ROLES = ("participant", "physiotherapist", "coordinator")
TYPE = "text/calendar; charset=utf-8"


class AddressForm(StegForm):
    """What stands in it."""

    own_days = forms.BooleanField(
        label=gettext_lazy("Show the days of my own plan too"), required=False, widget=Switch,
        help_text=gettext_lazy("They are called “Own time”, and say nothing about what you do."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@access.for_role(*ROLES)
def calendar(request: HttpRequest) -> HttpResponse:
    """The file, the secret address, and making, renewing or ending it."""
    by: Any = access.actor(request)
    form = AddressForm(posted(request)[0])
    if request.method == "POST" and "end" in request.POST:
        actions.end_address(by=by)
        messages.success(request, _("The address is gone. Calendars that used it get nothing more."))
        return redirect("participant:calendar")
    if form.is_valid():
        actions.make_address(own_days=by.role == "participant" and form.cleaned_data["own_days"], by=by)
        messages.success(request, _("Your calendar has a new address."))
        return redirect("participant:calendar")
    address = queries.address_of(by)
    where = settings.SITE_URL + reverse("participant:calendar_feed", args=(address.token,)) if address else ""
    context = {
        "address": where,
        "own_days": bool(address and address.own_days),
        "is_staff": by.role != "participant",
        "plans": by.role == "coordinator",
    }
    return answer(
        request, "participant/calendar.html", form, {**context, "tab": "schedule" if context["plans"] else "more"}
    )


@require_safe
@access.for_role(*ROLES)
def download(request: HttpRequest) -> HttpResponse:
    """Today's calendar as a file."""
    by: Any = access.actor(request)
    response = calendar_file(schedule.entries_for(by, own_days=bool(request.GET.get("own"))))
    response["Content-Disposition"] = 'attachment; filename="appointments.ics"'
    return response


@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret; nobody needs to sign in, and nothing is left on the device that asks."""
    try:
        entries = schedule.open_by(token)
    except AskedTooOften as refused:
        return HttpResponse(f"{refused}\n", status=429, content_type="text/plain", headers={"Retry-After": "3600"})
    if entries is None:
        raise Http404
    return calendar_file(entries)


def calendar_file(entries: list[queries.Entry]) -> HttpResponse:
    """Entries as the answer to whoever asks for a calendar."""
    host = urlsplit(settings.SITE_URL).hostname or "stegvis"
    titles = {"visit": _("Appointment"), "own": _("Own time"), "closes": _("Window closes")}
    response = HttpResponse(write(entries, titles, host, _("Appointments")), content_type=TYPE)
    response["Cache-Control"] = "private, no-store"
    return response
