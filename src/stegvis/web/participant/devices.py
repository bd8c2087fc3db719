"""Steps and activities from a phone or a watch: choose a file, see what is in it, take what one wants, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.physiotherapy.devices import actions, queries, uploads
from stegvis.physiotherapy.devices.storing import PART_BYTES
from stegvis.web import access
from stegvis.web.components.times import long_day
from stegvis.web.forms import ChipBoxes, DayField, KeyedForm, StegForm, Switch, answer, posted
from stegvis.web.participant import week
from stegvis.web.participant.gate import own_page

LOOK_AGAIN_AFTER = "5"
"""Seconds after which the page of a file that is being read is asked for again, by every browser, without JavaScript."""


class FileForm(StegForm):
    """One file."""

    file = forms.FileField(
        label=gettext_lazy("The file from your phone or watch"),
        help_text=gettext_lazy("A zip file from Health on an iPhone, from Health Connect or Google Fit; or .fit, .gpx, .tcx."),
        allow_empty_file=True,
    )  # fmt: skip


# Choosing a file ------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def devices(request: HttpRequest, person: Participant) -> HttpResponse:
    """How one gets a file, choosing one, and what was taken from others."""
    form = FileForm(*posted(request))
    if form.is_valid():
        try:
            return redirect("participant:device_file", key=_receive(request, person, form.cleaned_data["file"]))
        except Refused as refused:
            form.add_error("file", str(refused))
    context = {"taken": [_taken(each) for each in queries.intakes_of(person)], "part_bytes": PART_BYTES}
    return answer(request, "participant/devices.html", form, context)


def _receive(request: HttpRequest, person: Participant, file: Any) -> UUID:
    """The whole file at once, as a form without JavaScript sends it."""
    key, by = uuid4(), access.actor(request)
    upload = uploads.begin(participant=person, key=key, size=file.size, by=by)
    for position, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
        uploads.keep_part(upload=upload, position=position, content=content, by=by)
    uploads.finish(upload=upload, by=by)
    return key


# Piece by piece, with JavaScript --------------------------------------------------------------------------------------
@require_POST
@own_page
def begin(request: HttpRequest, person: Participant) -> HttpResponse:
    """A file is about to come in pieces: where they go to."""
    size = request.POST.get("size", "")
    if not size.isdecimal() or len(size) > 15:
        raise Http404
    key = uuid4()
    try:
        uploads.begin(participant=person, key=key, size=int(size), by=access.actor(request))
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=422)
    return JsonResponse({"at": reverse("participant:device_file", args=(key,))})


@require_POST
@own_page
def part(request: HttpRequest, person: Participant, key: UUID, position: int) -> HttpResponse:
    """One piece, as it is."""
    try:
        row = uploads.keep_part(
            upload=_own(person, key), position=position, content=request.body, by=access.actor(request)
        )
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=422)
    return JsonResponse({"received": row.received})


@require_POST
@own_page
def done(request: HttpRequest, person: Participant, key: UUID) -> HttpResponse:
    """The last piece has come."""
    try:
        uploads.finish(upload=_own(person, key), by=access.actor(request))
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=422)
    return JsonResponse({"at": reverse("participant:device_file", args=(key,))})


# What is in it --------------------------------------------------------------------------------------------------------
class TakeForm(KeyedForm):
    """Which days, steps or not, which kinds."""

    first = DayField(label=gettext_lazy("From which day?"))
    last = DayField(label=gettext_lazy("To which day?"))
    steps = forms.BooleanField(label=gettext_lazy("Take the steps"), widget=Switch, required=False)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Which activities?"), widget=ChipBoxes, required=False,
        help_text=gettext_lazy("Leave out what you do not want."),
    )  # fmt: skip

    def __init__(self, *args: Any, kinds: Sequence[tuple[str, str]], has_steps: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["kinds"]
        if not has_steps:
            del self.fields["steps"]


@dataclass(frozen=True)
class Week:
    """A week of the preview in words."""

    monday: date
    steps: str
    activities: str


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def upload(request: HttpRequest, person: Participant, key: UUID) -> HttpResponse:
    """How far the reading is; then what was found, by week, and what to take of it; or why it was refused."""
    row = queries.upload_of(person, key)
    if row is None:
        return render(request, "participant/device_file_gone.html")
    found = queries.found_in(row)
    return _reading(request, row) if found is None else _choosing(request, row, found)


def _reading(request: HttpRequest, row: Any) -> HttpResponse:
    refusal = queries.refusal_of(row, settings.DEVICE_FILE_MEGABYTES)
    context = {"row": row, "refusal": str(refusal) if refusal else ""}
    response = render(request, "participant/device_file_reading.html", context)
    if row.state == "waiting":
        response["Refresh"] = LOOK_AGAIN_AFTER
    return response


def _choosing(request: HttpRequest, row: Any, found: Any) -> HttpResponse:
    kinds = [(kind.value, str(kind.label).capitalize()) for kind in queries.DeviceKind if _has(found, kind)]
    form = TakeForm(posted(request)[0], initial=_all_of(found, kinds), kinds=kinds, has_steps=bool(found.days))
    if form.is_valid():
        try:
            return _take(request, row, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"weeks": [_week(each) for each in queries.weeks_of(found)], "row": row, "is_empty": found.is_empty}
    return answer(request, "participant/device_file.html", form, context)


def _take(request: HttpRequest, row: Any, given: dict[str, Any]) -> HttpResponse:
    intake = actions.take(
        upload=row, first=given["first"], last=given["last"], steps=given.get("steps", False),
        kinds=given.get("kinds", []), key=given["key"], by=access.actor(request),
    )  # fmt: skip
    new = intake.days or intake.activities
    messages.success(request, _("Saved.") if new else _("You had all of it already, so nothing was added."))
    return redirect("participant:devices")


@require_POST
@own_page
def discard(request: HttpRequest, person: Participant, key: UUID) -> HttpResponse:
    """Take nothing of it."""
    row = queries.upload_of(person, key)
    if row is not None:
        uploads.discard(upload=row, by=access.actor(request))
    messages.success(request, _("Nothing was saved, and the file is gone."))
    return redirect("participant:devices")


@require_POST
@own_page
def take_back(request: HttpRequest, person: Participant, pk: int) -> HttpResponse:
    """What was taken from one file counts no more."""
    intake = queries.intake(person, pk)
    if intake is None:
        raise Http404
    actions.take_back(intake=intake, by=access.actor(request))
    messages.success(request, _("Taken back."))
    return redirect("participant:devices")


def _own(person: Participant, key: UUID) -> Any:
    row = queries.upload_of(person, key)
    if row is None:
        raise Http404
    return row


def _has(found: Any, kind: Any) -> bool:
    return any(each.kind == kind.value for each in found.activities)


def _all_of(found: Any, kinds: Sequence[tuple[str, str]]) -> dict[str, Any]:
    weeks = queries.weeks_of(found)
    days = [day.on for day in found.days] + [queries.day_of(each) for each in found.activities]
    if not weeks:
        return {}
    return {
        "first": min(days),
        "last": max(days),
        "steps": bool(found.days),
        "kinds": [value for value, _label in kinds],
    }


def _taken(intake: Any) -> dict[str, Any]:
    return {
        "pk": intake.pk, "what": intake.get_format_display(), "at": intake.taken_at,
        "period": _("%(first)s to %(last)s") % {"first": long_day(intake.first), "last": long_day(intake.last)},
        "counts": counts(intake.days, intake.activities),
    }  # fmt: skip


def counts(days: int, activities: int) -> str:
    """Steps on 12 days, 3 activities."""
    steps = ngettext("steps on %(n)s day", "steps on %(n)s days", days) % {"n": days}
    done = ngettext("%(n)s activity", "%(n)s activities", activities) % {"n": activities}
    return f"{steps}, {done}"


def _week(found: queries.DeviceWeek) -> Week:
    return Week(found.monday, week.device_steps(found), week.by_kind(found))
