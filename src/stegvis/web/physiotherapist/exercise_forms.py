"""Forms about exercises: what to look for in the library, and how much of what was chosen."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.methods.exercises.content import MOST_SETS, MOST_TIMES, Exercise
from stegvis.physiotherapy.queries import DraftExercise
from stegvis.web.exercises import words
from stegvis.web.exercises.showing import Shown
from stegvis.web.forms import Chips, StegForm, Stepper

ANY = [("", _("All"))]


class FindForm(StegForm):
    """What the exercise is for, its kind and position, and a word; each may be left open. Sent by the address."""

    group = forms.ChoiceField(label=_("For"), choices=[*ANY, *words.GROUPS.items()], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[*ANY, *words.KINDS.items()], required=False)
    position = forms.ChoiceField(
        label=_("Position"),
        choices=[*ANY, ("up", _("Not on the floor")), *words.POSITIONS.items()],
        required=False,
    )
    word = forms.CharField(label=_("A word in the text"), max_length=60, required=False)

    def fits(self, exercise: Exercise, language: str) -> bool:
        """Whether an exercise is looked for; a choice that there is not looks for nothing in particular."""
        self.is_valid()
        asked = {name: self.cleaned_data.get(name, "") for name in self.fields}
        text = " ".join(exercise.words[language].pieces).casefold()
        position = asked["position"]
        return (
            asked["group"] in {"", *exercise.groups}
            and asked["kind"] in {"", exercise.kind}
            and (position in {"", exercise.position} or (position == "up" and not exercise.is_on_the_floor))
            and asked["word"].strip().casefold() in text
        )


class DoseForm(StegForm):
    """Form, times and sets of each chosen exercise."""

    def __init__(self, *args: Any, chosen: list[Shown], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        for each in chosen:
            self.fields[f"form_{each.code}"] = forms.ChoiceField(
                label=_("How hard"), choices=list(words.FORMS.items()), widget=Chips, initial=each.form
            )
            for name, label, most, initial in (
                ("times", _("Times"), MOST_TIMES, each.times),
                ("sets", _("Sets"), MOST_SETS, each.sets),
            ):
                self.fields[f"{name}_{each.code}"] = forms.IntegerField(
                    label=label, min_value=1, max_value=most, initial=initial, widget=Stepper()
                )

    def rows(self) -> list[tuple[Shown, Any, Any, Any]]:
        """Each exercise with its three fields."""
        return [
            (each, self[f"form_{each.code}"], self[f"times_{each.code}"], self[f"sets_{each.code}"])
            for each in self.chosen
        ]

    def applied_to(self, exercises: Iterable[DraftExercise]) -> tuple[DraftExercise, ...]:
        """The exercises of a draft with what was filled in; what this page did not show stays as it was."""
        given = self.cleaned_data
        return tuple(
            DraftExercise(
                each.code, given[f"form_{each.code}"], given[f"times_{each.code}"], given[f"sets_{each.code}"]
            )
            if f"form_{each.code}" in given
            else each
            for each in exercises
        )
