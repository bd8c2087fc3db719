"""What the physiotherapist writes down."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.web.forms import Chips, StegForm, Stepper, WeekdaysField


def capital(choices: type[TextChoices]) -> list[tuple[str, Any]]:
    """The choices as they stand on a chip or beside a button."""
    return [(value, capfirst(label)) for value, label in choices.choices]


class ActivityForm(StegForm):
    """One activity of the week plan: what, when, how hard, how long."""

    kind = forms.ChoiceField(label=_("What kind"), choices=capital(physiotherapy.ActivityKind), widget=Chips)
    title = forms.CharField(label=_("What the person calls it"), max_length=120, required=False)
    days = WeekdaysField(label=_("How often"))
    minutes = forms.IntegerField(
        label=_("How long each time"), min_value=1, max_value=600, initial=15, widget=Stepper(unit=_("min"), step=5)
    )
    effort = forms.ChoiceField(
        label=_("How hard"),
        choices=[
            ("easy", _("Easy: could sing")),
            ("medium", _("Medium: can talk, not sing")),
            ("hard", _("Hard: a few words at a time")),
        ],
        widget=Chips,
    )
    when_where = forms.CharField(label=_("When and where"), max_length=200, required=False)
    low_energy = forms.CharField(label=_("On a low-energy day"), max_length=200, required=False)
    low_energy_minutes = forms.IntegerField(
        label=_("Minutes on a low-energy day"), min_value=1, max_value=600, required=False,
        widget=Stepper(unit=_("min"), step=5),
    )  # fmt: skip
    growth = forms.CharField(
        label=_("How it grows"), max_length=200, required=False,
        help_text=_("For example: 5 minutes more every second week, if the last two felt manageable."),
    )  # fmt: skip

    def activity(self) -> physiotherapy.DraftActivity:
        """What was filled in; the boxes count Monday as 0, the plan as 1."""
        given = dict(self.cleaned_data)
        days = tuple(sorted(day + 1 for day in given.pop("days")))
        return physiotherapy.DraftActivity(days=days, **given)


def activity_as_typed(activity: physiotherapy.DraftActivity) -> dict[str, object]:
    """An activity as the initial values of its form."""
    return asdict(activity) | {"days": [day - 1 for day in activity.days]}
