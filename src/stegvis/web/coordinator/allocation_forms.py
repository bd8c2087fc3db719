"""The coordinator's forms about an allocation: what was read out by telephone, and what became known."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stegvis.allocation.queries import Learner, Mistake
from stegvis.audit import clock
from stegvis.web.coordinator.forms import PasswordForm
from stegvis.web.forms import Chips, DayField, KeyedForm, StegForm


class ReserveForm(PasswordForm):
    """A place of the reserve, as it was read out."""

    position = forms.IntegerField(label=_("Number of the place"), min_value=1, max_value=9999)
    told_arm = forms.ChoiceField(
        label=_("Which group were you told?"), widget=forms.RadioSelect,
        help_text=_("The group in the reserve counts, whatever was told. If the two differ you are shown that."),
    )  # fmt: skip
    read_by = forms.CharField(label=_("Who read it to you?"), max_length=120)
    day = DayField(label=_("Which day?"))
    time = forms.TimeField(
        label=_("What time?"), widget=forms.TextInput({"class": "govuk-input--width-5", "inputmode": "numeric"}),
        help_text=_("For example 14:30. The person was randomised at that moment."),
    )  # fmt: skip
    field_order = ("position", "told_arm", "read_by", "day", "time", "password")

    def __init__(self, *args: Any, arms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["told_arm"]).choices = arms

    @property
    def read_at(self) -> datetime:
        """The moment of the call, of a form that is valid."""
        given = self.cleaned_data
        return clock.at(given["day"], given["time"].hour, given["time"].minute)


class InformedForm(StegForm):
    """Who else was told of an emergency."""

    whom = forms.CharField(
        label=_("Who was told?"),
        max_length=120,
        help_text=_("Name and role, such as the responsible researcher or a colleague who may know the group."),
    )


def _named(kinds: type[Learner | Mistake]) -> Callable[[], list[tuple[str, str]]]:
    """What can be chosen, named in the language of whoever reads: asked for with each form."""
    return lambda: [(value, capfirst(str(label))) for value, label in kinds.choices]


class AccidentForm(KeyedForm):
    """A group became known by accident."""

    learner = forms.ChoiceField(label=_("Who learnt it?"), choices=_named(Learner), widget=forms.RadioSelect)
    learnt_on = DayField(label=_("Which day?"))
    how = forms.CharField(
        label=_("How did it happen?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Do not name the group."),
    )  # fmt: skip
    what_follows = forms.CharField(
        label=_("What follows?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("For example that a colleague takes over the calls. If nothing follows, write why."),
    )  # fmt: skip


class MistakeForm(KeyedForm):
    """Somebody should not have been randomised as they were."""

    kind = forms.ChoiceField(label=_("What was the mistake?"), choices=_named(Mistake), widget=forms.RadioSelect)
    noticed_on = DayField(label=_("On which day was it noticed?"))
    how = forms.CharField(
        label=_("How did it happen?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Facts, without names. Do not name the group."),
    )  # fmt: skip
    what_follows = forms.CharField(
        label=_("What follows?"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("For example what was changed so that it does not happen again. If nothing follows, write why."),
    )  # fmt: skip


class EmergencyForm(StegForm):
    """Why somebody must know a group at once."""

    reason = forms.CharField(
        label=_("Why do you need to know the group?"),
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("It stays in the record with your name and the time. Do not name the group in it."),
    )


class SeeForm(EmergencyForm):
    """Why an allocation is looked up, and how urgently."""

    kind = forms.ChoiceField(
        label=_("How urgent is it?"), widget=Chips, initial="lookup", required=False,
        choices=[("lookup", _("Somebody needs to know")), ("emergency", _("Emergency"))],
        help_text=_("In an emergency a second person is told afterwards; that waits for you in Do today."),
    )  # fmt: skip
    field_order = ("kind", "reason")
