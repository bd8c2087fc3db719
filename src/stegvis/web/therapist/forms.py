"""The forms of the therapist's pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.programme import arrangements
from stegvis.web.forms import Chips, DayField, KeyedForm, StegForm, Stepper

SUITABILITY = [("fits", _("Yes")), ("unsure", _("Not sure")), ("not_now", _("Not now"))]
EXHAUSTION = [("none", _("None")), ("some", _("Some")), ("marked", _("Marked"))]
TIME = [("enough", _("Enough")), ("tight", _("Tight")), ("none", _("No time"))]
RISK = [("none", _("None found")), ("risk", _("A risk: tell the rota now"))]
FINDINGS = ("suitability", "exhaustion", "time", "risk")

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


def _capital(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices as they stand alone, in the reader's language."""
    first_up = lazy(lambda label: capfirst(str(label)), str)
    return [(value, first_up(label)) for value, label in choices]


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


class ContactForm(KeyedForm):
    """A conversation with a person, or a try at one."""

    mode = forms.ChoiceField(label=_("How"), choices=_capital(arrangements.ContactMode.choices), widget=Chips)
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=_capital(arrangements.ContactOutcome.choices), widget=Chips
    )
    held_on = DayField(label=_("Day"), initial=clock.today)
    minutes = forms.IntegerField(
        label=_("Minutes"), widget=Stepper(_("min"), step=5), min_value=0, max_value=240, initial=0,
        help_text=_("They are added to the time for this person."),
    )  # fmt: skip
    words = forms.CharField(
        label=_("Notes"), widget=forms.Textarea({"rows": 4}), max_length=4000, required=False,
        help_text=_("For the record. The participant does not see it."),
    )  # fmt: skip

    def found(self) -> dict[str, str]:
        """What was found, by code; only a start call asks."""
        return {}


class StartForm(ContactForm):
    """The start call: whether the programme suits the person now, how exhausted they are, time, and risk."""

    suitability = forms.ChoiceField(
        label=_("Does the programme suit the person now?"), choices=SUITABILITY, widget=Chips
    )
    exhaustion = forms.ChoiceField(label=_("Exhaustion"), choices=EXHAUSTION, widget=Chips)
    time = forms.ChoiceField(label=_("Time for it in the week"), choices=TIME, widget=Chips)
    risk = forms.ChoiceField(label=_("Risk for the person’s safety"), choices=RISK, widget=Chips)
    risk_words = forms.CharField(
        label=_("What the safety rota must know"), widget=forms.Textarea({"rows": 3}), max_length=2000, required=False,
        help_text=_("Only when you found a risk. Those on the rota read it, at once. Write nothing about the group."),
    )  # fmt: skip
    field_order = (
        "key",
        "mode",
        "outcome",
        "suitability",
        "exhaustion",
        "time",
        "risk",
        "risk_words",
        "words",
        "held_on",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in FINDINGS:
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """A call that was held says all of it; one that was not says none of it."""
        given = super().clean() or {}
        for name in FINDINGS if given.get("outcome") == arrangements.ContactOutcome.HELD else ():
            if not given.get(name):
                self.add_error(name, _("Choose one of the answers."))
        return given

    def found(self) -> dict[str, str]:
        """What was found, by code."""
        is_held = self.cleaned_data["outcome"] == arrangements.ContactOutcome.HELD
        return {name: self.cleaned_data[name] for name in FINDINGS} if is_held else {}
