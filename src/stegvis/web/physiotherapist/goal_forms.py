"""Forms about goals: one goal with its levels, the ratings of a visit, a correction, a guess of the arm, a disclosure."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import queries as trial
from stegvis.web.components.times import short_day
from stegvis.web.forms import Chips, DayField, KeyedForm, NumberRowField, Stepper
from stegvis.web.physiotherapist.forms import capital

LEVEL_NAMES = {-2: "level_m2", -1: "level_m1", 0: "level_0", 1: "level_p1", 2: "level_p2"}
LEVEL_LABELS = {
    -2: _("−2: much less than expected"),
    -1: _("−1: somewhat less"),
    0: _("0: what is expected"),
    1: _("+1: somewhat more"),
    2: _("+2: much more than expected"),
}
RATED = (("not", _("Not attained")), ("partly", _("Partly attained")), ("fully", _("Fully attained")))
ENTERED = (("read_out", _("Read out, now")), ("telephone", _("By telephone")), ("paper", _("On paper")))


class GoalForm(KeyedForm):
    """One goal, in the person's own words, with levels of attainment if the protocol has them."""

    text = forms.CharField(label=_("The goal, in the person’s own words"), max_length=300)
    goal_type = forms.ChoiceField(label=_("What it is about"), choices=capital(physiotherapy.GoalType), widget=Chips)
    parent = forms.ChoiceField(
        label=_("Main goal or way-station"),
        help_text=_("A way-station leads to a main goal."),
        widget=forms.RadioSelect,
    )
    how_seen = forms.CharField(label=_("How we will see it, in the person’s own words"), max_length=300, required=False)
    target_week = forms.IntegerField(
        label=_("By which week"), min_value=1, max_value=52, initial=12, widget=Stepper(unit=_("weeks"))
    )
    importance = NumberRowField(
        label=_("How important is it?"), low=_("not at all"), high=_("nothing matters more"), required=False
    )
    difficulty = NumberRowField(
        label=_("How difficult will it be?"), low=_("not at all"), high=_("extremely"), required=False
    )
    confidence = NumberRowField(
        label=_("How sure is the person of getting there?"), low=_("not at all"), high=_("completely"), required=False
    )
    starts_at = forms.TypedChoiceField(
        label=_("Where the person is now"), required=False, coerce=int, empty_value=None, widget=Chips,
        choices=[(-2, "−2"), (-1, "−1")],
    )  # fmt: skip

    def __init__(self, *args: Any, mains: list[tuple[str, str]], with_levels: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        leads_to = [(pk, _("A way-station to: %(goal)s") % {"goal": text}) for pk, text in mains]
        field.choices = [("", _("A main goal")), *leads_to]
        field.required = False
        self.with_levels = with_levels
        if not with_levels:
            del self.fields["starts_at"]
        for value, name in LEVEL_NAMES.items() if with_levels else ():
            self.fields[name] = forms.CharField(label=LEVEL_LABELS[value], max_length=200, required=False)

    @property
    def level_fields(self) -> list[forms.BoundField]:
        """The five levels, lowest first."""
        return [self[name] for name in LEVEL_NAMES.values()] if self.with_levels else []

    @property
    def has_levels(self) -> bool:
        """Whether anything stands in the levels, so that they are to be seen."""
        return any(self[name].value() for name in (*LEVEL_NAMES.values(), "starts_at")) if self.with_levels else False

    @property
    def levels(self) -> dict[int, str]:
        """What was written of each level."""
        return {value: self.cleaned_data[name] for value, name in LEVEL_NAMES.items()} if self.with_levels else {}


class _RatingForm(KeyedForm):
    """What ratings share: how they were given, and on which day."""

    mode = forms.ChoiceField(label=_("How was it given?"), choices=ENTERED, widget=Chips, initial="read_out")
    given_on = DayField(
        label=_("Which day?"), required=False, help_text=_("Only for what was said or written on an earlier day.")
    )

    def add_goal(self, each: physiotherapy.GoalNow, *, required: bool = False) -> None:
        """Ask how far a goal was attained, and at which of its levels."""
        pk = each.goal.pk
        self.fields[f"goal_{pk}"] = forms.ChoiceField(
            label=each.goal.text, choices=RATED, widget=Chips, required=required, help_text=rated_before(each)
        )
        if each.levels:
            self.fields[f"gas_{pk}"] = gas_field(each, required=required)
        self.order_fields([name for name in self.fields if name not in {"mode", "given_on"}])

    def given(self, each: physiotherapy.GoalNow) -> dict[str, Any]:
        """What was filled in for a goal, as the action takes it."""
        pk, day = each.goal.pk, self.cleaned_data["given_on"]
        return {
            "level": self.cleaned_data[f"goal_{pk}"], "gas_level": self.cleaned_data.get(f"gas_{pk}"),
            "mode": self.cleaned_data["mode"], "given_on": None if day == clock.today() else day,
        }  # fmt: skip


class RatingForm(_RatingForm):
    """How far each goal was attained, as the person says."""

    def __init__(self, *args: Any, goals: list[physiotherapy.GoalNow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in goals:
            self.add_goal(each)


class CorrectionForm(_RatingForm):
    """What one rating should have been, and why."""

    why = forms.CharField(
        label=_("Why is it corrected?"), max_length=300, help_text=_("Both ratings stay; the corrected one counts.")
    )

    def __init__(self, *args: Any, goal: physiotherapy.GoalNow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_goal(goal, required=True)
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])


def gas_field(each: physiotherapy.GoalNow, *, required: bool) -> forms.TypedChoiceField:
    """Which of a goal's levels comes nearest; levels that were left empty are told by their number."""
    words = {level.value: level.text for level in each.levels}
    choices = [
        (value, f"{str(label).split(':')[0]}: {words[value]}" if value in words else label)
        for value, label in LEVEL_LABELS.items()
    ]
    return forms.TypedChoiceField(
        label=gettext("Which of these comes nearest?"), choices=choices, coerce=int, empty_value=None,
        widget=forms.RadioSelect, required=required, help_text=each.goal.text,
    )  # fmt: skip


def rated_before(each: physiotherapy.GoalNow) -> str:
    """How the goal was rated last; it stands beside the question and is never taken for the answer to it."""
    if each.last is None:
        return ""
    return gettext("Rated before: %(level)s, %(day)s.") % {
        "level": each.last.get_level_display(), "day": short_day(each.last.on),
    }  # fmt: skip


class GuessForm(KeyedForm):
    """Which group the physiotherapist takes the person to be in, and whether they have been told."""

    arm = forms.ChoiceField(label=_("Which group do you think it is?"), widget=forms.RadioSelect, required=False)
    sure = forms.ChoiceField(
        label=_("How sure are you?"), choices=capital(physiotherapy.Sureness), widget=Chips, required=False,
        help_text=_("Leave it empty if you do not know."),
    )  # fmt: skip
    told = forms.ChoiceField(
        label=_("Has the group become known to you, today or earlier?"), choices=[("no", _("No")), ("yes", _("Yes"))],
        widget=Chips,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        arms = [(code, name.in_language(get_language() or "")) for code, name in trial.arm_codes().items()]
        self.fields["arm"].choices = [*arms, ("unknown", gettext("I do not know"))]  # type: ignore[attr-defined]
        self.fields["arm"].required = True

    @property
    def guess(self) -> dict[str, str]:
        """The arm and how sure, as the action takes them; both empty for not knowing."""
        known = self.cleaned_data["arm"] != "unknown"
        return {"arm": self.cleaned_data["arm"] if known else "", "sure": self.cleaned_data["sure"]}


class ToldForm(KeyedForm):
    """Through whom, how and when a group became known."""

    told_by = forms.ChoiceField(
        label=_("Through whom?"), choices=capital(physiotherapy.ToldBy), widget=forms.RadioSelect
    )
    how = forms.ChoiceField(label=_("How?"), choices=capital(physiotherapy.ToldHow), widget=forms.RadioSelect)
    told_on = DayField(label=_("Which day?"), initial=clock.today)
    words = forms.CharField(
        label=_("What was said, if you wish"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("Nobody else here can read it; it is opened when the trial has ended."),
    )  # fmt: skip
