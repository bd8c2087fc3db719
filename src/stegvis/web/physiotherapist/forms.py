"""What the physiotherapist writes down."""

from dataclasses import asdict

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.web.components.times import short_day
from stegvis.web.forms import Chips, KeyedForm, NumberRowField, StegForm, Stepper, WeekdaysField


class GoalForm(KeyedForm):
    """One goal, in the person's own words."""

    text = forms.CharField(label=_("The goal, in the person’s own words"), max_length=300)
    goal_type = forms.ChoiceField(label=_("What it is about"), choices=physiotherapy.GoalType.choices, widget=Chips)
    parent = forms.ChoiceField(
        label=_("Main goal or way-station"),
        help_text=_("A way-station leads to a main goal."),
        widget=forms.RadioSelect,
    )
    how_seen = forms.CharField(label=_("How we will see it"), max_length=300, required=False)
    target_week = forms.IntegerField(
        label=_("By which week"), min_value=1, max_value=52, initial=12, widget=Stepper(unit=_("weeks"))
    )
    confidence = NumberRowField(
        label=_("How sure is the person of getting there?"), low=_("not at all"), high=_("completely"), required=False
    )

    def __init__(self, *args: object, mains: list[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        leads_to = [(pk, _("A way-station to: %(goal)s") % {"goal": text}) for pk, text in mains]
        field.choices = [("", _("A main goal")), *leads_to]
        field.required = False


class ActivityForm(StegForm):
    """One activity of the week plan: what, when, how hard, how long."""

    kind = forms.ChoiceField(label=_("What kind"), choices=physiotherapy.ActivityKind.choices, widget=Chips)
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


class RatingForm(KeyedForm):
    """How far each goal was attained, read out to the person."""

    def __init__(self, *args: object, goals: list[physiotherapy.GoalNow], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        levels = [("not", _("Not attained")), ("partly", _("Partly attained")), ("fully", _("Fully attained"))]
        for each in goals:
            self.fields[f"goal_{each.goal.pk}"] = forms.ChoiceField(
                label=each.goal.text, choices=levels, widget=Chips, required=False, help_text=_rated_before(each)
            )


def _rated_before(each: physiotherapy.GoalNow) -> str:
    """How the goal was rated last; it stands beside the question and is never taken for the answer to it."""
    if each.last is None:
        return ""
    return gettext("Rated before: %(level)s, %(day)s.") % {
        "level": each.last.get_level_display(), "day": short_day(each.last.rated_at),
    }  # fmt: skip
