"""What is asked, measured and agreed at the visits. The questions are our own words."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from stegvis.methods.study.visiting import CapacityTest, RedFlag
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web.forms import Chips, DayField, KeyedForm, NumberBox, StegForm, Stepper
from stegvis.web.physiotherapist.forms import capital

LINE = 500
FLAG = "flag_"
VERSION = "__version"
WHY = _("Why, in the person’s words")


def _minutes(label: Any, hint: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=hint, required=False, min_value=0, max_value=3000, widget=Stepper(unit=_("min"), step=10)
    )


def _words(label: Any, hint: Any = "") -> forms.CharField:
    """A box for a few words; the room says when they are too many, so that no counter stands under each of eight boxes."""
    return forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 2}), required=False)


class Noting(StegForm):
    """Questions whose answers are kept one by one, as somebody writes. Each field bears the name of its question."""

    @property
    def given(self) -> dict[str, str]:
        """What was filled in, by question, as it is kept: numbers as their digits, nothing as nothing."""
        return {name: "" if value is None else str(value) for name, value in self.cleaned_data.items()}


class LifeForm(Noting):
    """Life and body: activity now, what helps, what gets in the way, the support that is wanted."""

    easy_minutes = _minutes(_("Easy"), _("Could sing"))
    moderate_minutes = _minutes(_("Medium"), _("Can talk, not sing"))
    hard_minutes = _minutes(_("Hard"), _("A few words at a time"))
    strength_days = forms.IntegerField(
        label=_("Strength exercises"), required=False, min_value=0, max_value=7, widget=Stepper(unit=_("days a week"))
    )
    sitting_hours = forms.IntegerField(
        label=_("Sitting on a usual day"), required=False, min_value=0, max_value=24, widget=Stepper(unit=_("hours"))
    )
    resources_personal = _words(
        _("In the person"), _("What has helped before? What are you good at or stubborn about?")
    )
    resources_social = _words(_("Around the person"), _("Who could walk along, ask how it goes, or lend a hand?"))
    resources_material = _words(_("At hand"), _("Places, things, money, a way to get there."))
    obstacles_health = _words(_("Health and fears"), _("What do you think could happen if you move more?"))
    obstacles_doing = _words(_("Getting it done"), _("Where does it usually come to a stop?"))
    obstacles_priorities = _words(_("Other things that must be done"), _("Work, family, care for others."))
    obstacles_context = _words(_("Surroundings"), _("Weather, stairs, distance, light, crowds."))
    support_wanted = _words(_("Support wanted"), _("What should I do, and what should I leave alone?"))


class OnwardForm(Noting):
    """How the person goes on by themselves after the last visit."""

    onward = _words(
        _("How the person goes on"), _("What stays, who asks how it goes, and what to do when it comes to a stop.")
    )


class FlagsForm(StegForm):
    """The warning signs, each with no, yes or not known."""

    def __init__(self, *args: Any, flags: Sequence[RedFlag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("no", _("No")), ("yes", _("Yes")), ("unknown", _("Not known"))]
        for each in flags:
            self.fields[FLAG + each.code] = forms.ChoiceField(
                label=each.question.in_language(get_language() or ""), choices=choices, widget=Chips, required=False
            )

    @property
    def given(self) -> dict[str, str]:
        """The answers, by warning sign; those not given are left out."""
        return {name.removeprefix(FLAG): said for name, said in self.cleaned_data.items() if said}


class CapacityForm(KeyedForm):
    """The result of the capacity test, or why it was not done."""

    value = forms.IntegerField(label=_("How many"), min_value=0, required=False)
    not_done = forms.ChoiceField(
        label=_("Not done today, because"), choices=capital(visiting.NotDone), widget=Chips, required=False
    )

    def __init__(self, *args: Any, test: CapacityTest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["value"]
        field.widget = NumberBox(suffix=test.unit.in_language(get_language() or ""), width=3)


class BookForm(StegForm):
    """The day of a visit, its time, and how it is to be held."""

    planned_on = DayField(label=_("Which day?"))
    planned_time = forms.TimeField(
        label=_("What time?"), required=False, input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "govuk-input--width-5"}),
        error_messages={"invalid": _("Write the time with numbers, for example 10.30.")},
    )  # fmt: skip
    planned_mode = forms.ChoiceField(label=_("How?"), choices=capital(physiotherapy.Mode), widget=Chips, required=False)


class MissedForm(StegForm):
    """Why a visit did not take place."""

    reason = forms.ChoiceField(label=_("Why?"), choices=capital(visiting.Missed), widget=Chips)
    why = forms.CharField(label=_("More, in a few words"), max_length=200, required=False)


class AgreeForm(KeyedForm):
    """How the visit was held, what was agreed, the next visit, and what was seen to."""

    mode = forms.ChoiceField(
        label=_("How was the visit held?"), choices=capital(physiotherapy.Mode), widget=Chips, initial="in_person"
    )
    flare_rule = forms.CharField(
        label=_("If there is a flare"), help_text=_("For example: half the time for three days, then on as planned."),
        max_length=300, required=False,
    )  # fmt: skip
    aim_minutes = forms.IntegerField(
        label=_("Aim by visit 3: medium minutes a week"), min_value=0, max_value=2000, required=False,
        widget=Stepper(unit=_("min"), step=10),
    )  # fmt: skip
    without_plan = forms.BooleanField(
        label=_("There is no plan yet, and the visit counts as held all the same"),
        error_messages={"required": _("The person would go home without a plan. Tick this if that is how it was.")},
    )
    next_on = DayField(label=_("Next visit: which day?"), required=False)
    next_time = BookForm.base_fields["planned_time"]
    next_mode = forms.ChoiceField(label=_("How?"), choices=capital(physiotherapy.Mode), widget=Chips, required=False)
    read_aloud = forms.BooleanField(label=_("Read aloud together"), required=False)
    app_shown = forms.BooleanField(label=_("The plan shown on the person’s own phone"), required=False)

    def __init__(
        self, *args: Any, has_draft: bool, lacks_plan: bool, is_held: bool, has_next: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        left_out = {
            "mode": is_held,
            "flare_rule": not has_draft,
            "aim_minutes": not has_draft,
            "without_plan": not lacks_plan,
            "next_on": not has_next,
            "next_time": not has_next,
            "next_mode": not has_next,
        }
        for name in (name for name, is_out in left_out.items() if is_out):
            del self.fields[name]


class ReviewForm(StegForm):
    """What becomes of each activity of the plan, and why."""

    def __init__(self, *args: Any, activities: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.activities = [pk for pk, _label in activities]
        for pk, label in activities:
            self.fields[f"verdict_{pk}"] = forms.ChoiceField(
                label=_("Keep, change or drop: %(activity)s") % {"activity": label},
                choices=capital(visiting.Verdict),
                widget=Chips,
                required=False,
            )
            self.fields[f"why_{pk}"] = forms.CharField(label=WHY, max_length=LINE, required=False)

    @property
    def given(self) -> dict[int, tuple[str, str]]:
        """The verdicts that were given and why, by activity."""
        found = {pk: (self.cleaned_data[f"verdict_{pk}"], self.cleaned_data[f"why_{pk}"]) for pk in self.activities}
        return {pk: each for pk, each in found.items() if each[0]}


class WhoForm(KeyedForm):
    """The physiotherapist's judgement of the WHO's advice."""

    aerobic = forms.ChoiceField(
        label=_("150 minutes or more a week at medium effort (a hard minute counts as two)"),
        choices=capital(visiting.Reached), widget=Chips,
    )  # fmt: skip
    strength = forms.ChoiceField(
        label=_("Strength exercises on 2 days a week or more"), choices=capital(visiting.Reached), widget=Chips
    )
    source = forms.ChoiceField(label=_("What it rests on"), choices=capital(visiting.JudgedBy), widget=Chips)


class TakeOverForm(StegForm):
    """Whose visits a physiotherapist takes over."""

    code = forms.CharField(label=_("The person’s code"), max_length=20)
