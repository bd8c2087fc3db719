"""The forms of the therapist's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.web.forms import KeyedForm, StegForm, Stepper

MOST_SECONDS = 3600
"""More than the page's clock ever gathers before it is sent."""


class ReplyForm(KeyedForm):
    """An answer to homework. `then` says whether the next step is opened with it."""

    reply = forms.CharField(
        label=_("Your reply"),
        widget=forms.Textarea(attrs={"rows": "10"}),
        error_messages={"required": _("There is nothing written yet. Write a few words first, then send.")},
    )
    then = forms.ChoiceField(choices=[("open", ""), ("only", "")], required=False, widget=forms.HiddenInput)


class MessageForm(KeyedForm):
    """A message to a person."""

    body = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs={"rows": "6"}),
        error_messages={"required": _("There is nothing written yet. Write a few words first, then send.")},
    )


class CallForm(KeyedForm):
    """How long a telephone call lasted."""

    minutes = forms.IntegerField(
        label=_("How many minutes did the call take?"),
        widget=Stepper(_("min"), step=5),
        min_value=1,
        max_value=240,
        error_messages={
            name: _("Write a whole number from 1 to 240.") for name in ("invalid", "min_value", "max_value")
        },
    )


class SecondsForm(StegForm):
    """What the page's clock sends."""

    seconds = forms.IntegerField(min_value=1, max_value=MOST_SECONDS)
