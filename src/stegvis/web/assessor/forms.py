"""The outcome assessor's forms."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.web.forms import DayField, KeyedForm, StegForm


class UnmaskingForm(KeyedForm):
    """That the arm became known, or was guessed."""

    said = forms.CharField(
        label=_("What was said?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Nobody else here can read it; it is opened when the trial has ended."),
    )
    guessed = forms.ChoiceField(label=_("Which group do you think it is?"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arms = [(code, name.in_language(get_language() or "")) for code, name in trial.arm_codes().items()]
        self.fields["guessed"].choices = [*arms, ("", gettext("I cannot say"))]  # type: ignore[attr-defined]


class BeginForm(StegForm):
    """What stands at the head of a paper form."""

    completed_on = DayField(label=_("The day on the form"))
    initials = forms.CharField(
        label=_("Initials on the form"),
        max_length=10,
        required=False,
        widget=forms.TextInput({"class": "govuk-input--width-4"}),
    )


class SettleForm(StegForm):
    """Which of two entries is right, and how one knows."""

    entry = forms.ChoiceField(
        label=_("Which is right?"),
        widget=forms.RadioSelect,
        choices=[
            ("1", _("The first entry")),
            ("2", _("The second entry")),
            ("own", _("Neither: both were read wrongly")),
        ],
    )
    words = forms.CharField(
        label=_("How do you know?"),
        max_length=200,
        widget=forms.TextInput({"class": "govuk-input--width-30"}),
    )

    stands_so = forms.BooleanField(label=_("I have looked again: it stands so on the paper"), required=False)
    asks_again = False
    """Whether what was chosen does not fit the other answers, so that the paper is to be looked at once more."""


class OwnDayForm(StegForm):
    """The day on the form, where both entries have it wrong."""

    completed_on = DayField(label=_("The day on the form"))


class FindForm(StegForm):
    """Whose answers are to be corrected, and which."""

    code = forms.CharField(
        label=_("Participant code"), max_length=20, widget=forms.TextInput({"class": "govuk-input--width-10"})
    )
    occasion = forms.ChoiceField(label=_("Which questions?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [each for each in protocols.current().occasions if not each.declared_only]
        choices = [(each.code, each.name.in_language(get_language() or "")) for each in asked]
        self.fields["occasion"].choices = choices  # type: ignore[attr-defined]


class ReasonForm(StegForm):
    """Why something that was sent is corrected."""

    reason = forms.CharField(
        label=_("Why is it corrected?"),
        max_length=200,
        widget=forms.TextInput({"class": "govuk-input--width-30"}),
        help_text=_("A few words. They stay in the record, so name no participant and nobody's health."),
    )
