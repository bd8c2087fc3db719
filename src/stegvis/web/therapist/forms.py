"""The forms of the therapist's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.web.forms import DayField, KeyedForm, StegForm, Stepper

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


def _reason() -> forms.CharField:
    """Why something was decided: it belongs to the record and is not shown to the participant."""
    return forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        help_text=_("For the record. The participant does not see it."),
    )


class PaceForm(KeyedForm):
    """The pace agreed with a person."""

    prefix = "agree"
    per_week = forms.IntegerField(label=_("Steps a week"), widget=Stepper(), min_value=1, max_value=7)
    core_only = forms.BooleanField(
        label=_("Slow track: only the core steps from now on"),
        required=False,
        help_text=_("For marked exhaustion, for example. Steps that are open stay open."),
    )
    words = _reason()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False
        self.fields["words"].help_text = _("Needed when it is slower than planned. The participant does not see it.")


class PauseForm(KeyedForm):
    """A pause that was agreed."""

    prefix = "pause"
    from_on = DayField(label=_("First day of the pause"))
    until_on = DayField(label=_("Last day of the pause"))
    words = _reason()


class HoldForm(KeyedForm):
    """The next step is held."""

    prefix = "hold"
    look_again_on = DayField(
        label=_("Look again on"), help_text=_("Within 14 days. It then stands on your worklist, or on a colleague’s.")
    )
    words = _reason()
