"""The forms of the therapist's pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from django import forms
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.methods.programme import snippets
from stegvis.programme import arrangements
from stegvis.web.forms import Chips, DayField, KeyedForm, StegForm, Stepper
from stegvis.web.therapist.reply import NAMES

SUITABILITY = [("fits", _("Yes")), ("unsure", _("Not sure")), ("not_now", _("Not now"))]
EXHAUSTION = [("none", _("None")), ("some", _("Some")), ("marked", _("Marked"))]
TIME = [("enough", _("Enough")), ("tight", _("Tight")), ("none", _("No time"))]
RISK = [("none", _("None found")), ("risk", _("A risk: tell the rota now"))]
FINDINGS = ("suitability", "exhaustion", "time", "risk")

MOST_SECONDS = 3600
"""More than the page's clock ever gathers before it is sent."""


OPEN, ONLY, AGAIN, LOOK = "open", "only", "again", "look"
"""The endings of an answer: open the next step with it, send it only, ask for a part again; or only look at its marks."""


class ReplyForm(KeyedForm):
    """An answer to homework. `then` is its ending; `seen` says, sealed, which homework stood beside it."""

    reply = forms.CharField(
        label=_("Your reply"),
        widget=forms.Textarea(attrs={"rows": "10"}),
        error_messages={"required": _("There is nothing written yet. Write a few words first, then send.")},
    )
    then = forms.ChoiceField(
        choices=[(each, "") for each in (OPEN, ONLY, AGAIN, LOOK)], required=False, widget=forms.HiddenInput
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    part = forms.TypedChoiceField(label=_("Which part?"), coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, parts: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(number, f"{number}. {title}") for number, title in (parts or {}).items()]
        cast(forms.TypedChoiceField, self.fields["part"]).choices = [("", _("Choose a part")), *choices]

    def clean(self) -> dict[str, Any]:
        """A part is needed where one is asked for, and nowhere else."""
        given = super().clean() or {}
        if given.get("then") == AGAIN and given.get("part") is None and "part" not in self.errors:
            self.add_error("part", str(_("Choose the part that you would like to see again.")))
        return given


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


class AdjustForm(KeyedForm):
    """What a day's time for one person should be, and why."""

    on = DayField(label=_("Which day?"))
    minutes = forms.IntegerField(
        label=_("How many minutes was it in all, calls included?"),
        widget=Stepper(_("min"), step=1),
        min_value=0,
        max_value=480,
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("For example: the page stood open while I was in a meeting."),
        max_length=500,
        error_messages={"required": _("Say in a few words why. It is kept with the time.")},
    )


class NoteForm(KeyedForm):
    """A note in a person's record."""

    text = forms.CharField(
        label=_("A new note"),
        help_text=_("It is part of the record: nobody can change or remove it. To correct one, write another."),
        widget=forms.Textarea(attrs={"rows": "6"}),
        error_messages={"required": _("There is nothing written yet.")},
    )


class SnippetForm(KeyedForm):
    """A sentence of one's own library."""

    group = forms.ChoiceField(
        label=_("What it does"), choices=[(code, label) for code, (label, _mark) in NAMES.items()]
    )
    language = forms.ChoiceField(label=_("In which language?"))
    text = forms.CharField(
        label=_("The sentence"),
        widget=forms.Textarea(attrs={"rows": "3"}),
        max_length=1000,
        error_messages={"required": _("There is nothing written yet.")},
    )

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["language"]).choices = list(languages)
        known = ", ".join(f"{{{name}}}" for name in snippets.PLACEHOLDERS)
        self.fields["text"].help_text = _("These are filled in for each person: %(known)s.") % {"known": known}


class CoverForm(KeyedForm):
    """Who is away, from when to when, and who covers."""

    away = forms.ChoiceField(label=_("Who is away?"))
    covering = forms.ChoiceField(label=_("Who covers?"))
    first = DayField(label=_("First day away"))
    last = DayField(label=_("Last day away"))

    def __init__(self, *args: Any, colleagues: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("away", "covering"):
            cast(forms.ChoiceField, self.fields[name]).choices = [("", _("Choose a colleague")), *colleagues]
