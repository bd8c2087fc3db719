"""Taps: what a button of the diary says, from a page or, later, from a device that had no connection; and taking it back."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.web import access
from stegvis.web.components import autosaving
from stegvis.web.participant.gate import own_page

TAPS = ("done", "smaller", "rested")
"""Of an activity of the plan."""
NOT_IN_PLAN = gettext_lazy("This activity is not in your plan any more. Here is your plan as it is now.")


class TapForm(forms.Form):
    """One button: what, of which activity, on which day. The key is made with the page, or by the device."""

    what = forms.ChoiceField(choices=[(each, "") for each in (*TAPS, *plans.Setback.values, "other")])
    on = forms.DateField()
    key = forms.UUIDField()
    activity = forms.IntegerField(required=False)
    smaller_minutes = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=plans.ActivityKind.choices, required=False)
    title = forms.CharField(max_length=120, required=False)
    minutes = forms.IntegerField(required=False)
    effort = forms.ChoiceField(choices=plans.Effort.choices, required=False)


class DeviceForm(TapForm):
    """The same from a device: with its own day, and the moment."""

    made_on = forms.DateField()
    typed_at = forms.DateTimeField()

    def made(self) -> plans.Made:
        """When it was entered there."""
        return plans.Made(self.cleaned_data["made_on"], self.cleaned_data["typed_at"])


class TakeBackForm(forms.Form):
    """Which entry of a device is taken back."""

    entry_key = forms.UUIDField()


class NotInPlan(ValidationError):
    """The activity is in none of the person's plans."""


def keep(form: TapForm, person: Participant, by: Actor, made: plans.Made | None = None) -> Any:
    """Do what a valid form says; the entry. Raises `NotInPlan`, and what the actions refuse."""
    given = form.cleaned_data
    what, on, key = given["what"], given["on"], given["key"]
    if what in TAPS:
        return _keep_planned(person, given, by, made)
    if what == "other":
        return physiotherapy.log_activity(
            participant=person, on=on, kind=given["kind"], minutes=given["minutes"] or 0, effort=given["effort"],
            title=given["title"].strip(), made=made, key=key, by=by,
        )  # fmt: skip
    return physiotherapy.log_setback(participant=person, on=on, setback=what, made=made, key=key, by=by)


def _keep_planned(person: Participant, given: dict[str, Any], by: Actor, made: plans.Made | None) -> Any:
    activity = plans.planned_activity(person, given["activity"] or 0)
    if activity is None:
        raise NotInPlan(str(NOT_IN_PLAN))
    on: date = given["on"]
    key: UUID = given["key"]
    if given["what"] == "rested":
        return physiotherapy.log_rest(participant=person, on=on, planned_activity=activity, made=made, key=key, by=by)
    smaller = given["what"] == "smaller"
    return physiotherapy.log_planned(
        activity=activity, on=on, smaller=smaller, minutes=given["smaller_minutes"] if smaller else None, made=made,
        key=key, by=by,
    )  # fmt: skip


@require_POST
@own_page
def from_device(request: HttpRequest, person: Participant) -> HttpResponse:
    """What a device kept while it had no connection, one entry at a time, in whatever order and however often."""
    by = access.actor(request)
    try:
        if request.POST.get("what") == "undo":
            taken_back = TakeBackForm(request.POST)
            if not taken_back.is_valid():
                return _unreadable()
            physiotherapy.take_back(participant=person, entry_key=taken_back.cleaned_data["entry_key"], by=by)
        else:
            form = DeviceForm(request.POST)
            if not form.is_valid():
                return _unreadable()
            keep(form, person, by, form.made())
    except NotInPlan as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))
    return autosaving.saved(clock.now())


def _unreadable() -> HttpResponse:
    return autosaving.refused(
        ValidationError(_("This entry could not be read. Write it in the diary anew, then take this one back."))
    )
