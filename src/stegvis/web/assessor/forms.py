"""The outcome assessor's forms."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stegvis.trial import queries as trial
from stegvis.web.forms import StegForm


class UnmaskingForm(StegForm):
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
