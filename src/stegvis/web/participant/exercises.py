"""Exercises of the programme as forms, and what was written in them as words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from stegvis.methods.programme import answers
from stegvis.methods.programme.blocks import Exercise, Field
from stegvis.web.components.times import clock_time
from stegvis.web.forms import ChipBoxes, Chips, NumberBox, NumberRow, StegForm

_REFUSALS: dict[str, str] = {
    "not_a_number": gettext_noop("Choose one of the numbers."),
    "out_of_range": gettext_noop("Choose one of the numbers."),
    "not_an_amount": gettext_noop("Write a whole number."),
    "not_a_time": gettext_noop("Write a time, for example 22:30."),
    "not_an_option": gettext_noop("Choose one of the answers shown."),
    "too_long": gettext_noop("This is longer than there is room for. Shorten it a little."),
}


class ExerciseField(forms.Field):
    """One field of an exercise; everything may be left empty. The cleaned value is the text to keep."""

    def __init__(self, asked: Field) -> None:
        super().__init__(label=asked.label, help_text=asked.hint, required=False, widget=_control(asked))
        self.asked = asked

    def prepare_value(self, value: Any) -> Any:
        """A kept text as its control shows it."""
        return value.split(",") if self.asked.kind == "choices" and isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """The text to keep, "" for nothing."""
        try:
            return answers.as_text(answers.answer(self.asked, value or ""))
        except answers.AnswerRefused as refused:
            raise ValidationError(_(_REFUSALS[refused.reason])) from None


def form_of(fields: Iterable[Field], kept: Mapping[str, str], data: Any = None) -> StegForm:
    """The form of some fields, with what was written before."""
    kind = type("ExerciseForm", (StegForm,), {asked.name: ExerciseField(asked) for asked in fields})
    return kind(data, initial=dict(kept))


def _control(asked: Field) -> forms.Widget:
    most = answers.MOST_CHARACTERS.get(asked.kind)
    if asked.kind == "text":
        return forms.TextInput({"maxlength": most})
    if asked.kind == "long-text":
        return forms.Textarea({"rows": 4})
    if asked.kind == "time":
        return forms.TextInput({"type": "time", "class": "govuk-input--width-5"})
    if asked.kind == "amount":
        return NumberBox(asked.unit, attrs={"min": 0, "max": asked.maximum})
    choices = [(option.value, option.label) for option in asked.options]
    if asked.kind == "choice":
        return Chips(choices=choices)
    if asked.kind == "choices":
        return ChipBoxes(choices=choices)
    row = NumberRow(asked.low, asked.high)
    row.choices = [(str(number), str(number)) for number in range(asked.minimum, asked.maximum + 1)]
    return row


# On the page ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """A field on the page; `group` is the heading above it where a new set begins ("Day 2")."""

    group: str
    bound: BoundField


def on_page(exercise: Exercise, form: StegForm) -> list[Asked]:
    """The fields of one exercise, each set under its heading."""
    found, last = [], ""
    for asked in exercise.fields:
        found.append(Asked(asked.group if asked.group != last else "", form[asked.name]))
        last = asked.group
    return found


@dataclass(frozen=True)
class Written:
    """A question with what was written, for reading."""

    group: str
    question: str
    answer: str


@dataclass(frozen=True)
class WrittenExercise:
    """An exercise with what was written in it."""

    title: str
    part: int
    lines: Sequence[Written]


def as_written(exercise: Exercise, kept: Mapping[str, str]) -> list[Written]:
    """Every field that has something in it, in words."""
    return [
        Written(asked.group, asked.label, in_words(asked, kept[asked.name]))
        for asked in exercise.fields
        if kept.get(asked.name)
    ]


def in_words(asked: Field, text: str) -> str:
    """A kept text in the reader's words, by the rules of today; one that no longer fits is shown as it was written."""
    try:
        value = answers.answer(asked, text)
    except answers.AnswerRefused:
        return text
    if asked.kind == "time" and value:
        return clock_time(datetime.combine(date.min, time.fromisoformat(str(value))))
    return answers.in_words(asked, value)
