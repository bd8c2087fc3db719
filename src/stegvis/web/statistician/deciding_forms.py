"""What is asked before the data are locked or deleted, before a lock is undone, and of a check of readings."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.web.forms import DayField, StegForm

DESPITE = "despite_"


class PasswordForm(StegForm):
    """The password again: what follows stands under somebody's name."""

    password = forms.CharField(label=_("Your password again"), widget=forms.PasswordInput)


class ReasonedForm(PasswordForm):
    """A reason as well."""

    reason = forms.CharField(label=_("Why?"), widget=forms.Textarea, max_length=1000)
    field_order: Iterable[str] = ("reason", "password")


class ProposalForm(ReasonedForm):
    """Why the data are locked now, and why each gate is set aside that still stands open."""

    despite_windows = forms.CharField(
        label=_("Why are the data locked although people can still answer?"), widget=forms.Textarea, max_length=1000
    )
    despite_queries = forms.CharField(
        label=_("Why are the data locked although data queries are open?"), widget=forms.Textarea, max_length=1000
    )
    field_order = ("reason", "despite_windows", "despite_queries", "password")

    def __init__(self, open_gates: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("Why are the data locked now?")
        self.fields["reason"].help_text = _(
            "For example: all windows for six months have closed, and no data query is open."
        )
        for name in [each for each in self.fields if each.startswith(DESPITE)]:
            if name.removeprefix(DESPITE) not in open_gates:
                del self.fields[name]

    def despite(self) -> dict[str, str]:
        """Each gate that is set aside, with why."""
        given = self.cleaned_data.items()
        return {name.removeprefix(DESPITE): why for name, why in given if name.startswith(DESPITE)}


class TrialEndForm(ReasonedForm):
    """The day on which the trial ended."""

    ended_on = DayField(label=_("The trial ended on"))
    field_order = ("ended_on", "reason", "password")


class DeletionForm(ReasonedForm):
    """Why something that is due is deleted now."""


class SampleForm(StegForm):
    """From which days readings are drawn."""

    first = DayField(label=_("From"))
    last = DayField(label=_("To"))


class CheckForm(StegForm):
    """What a check of a sample found."""

    found = forms.ChoiceField(
        label=_("What did you find?"),
        choices=[("fine", _("Every reading has its reason")), ("odd", _("Something has to be looked into"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What is it, and what is done about it?"), widget=forms.Textarea, required=False, max_length=2000
    )
