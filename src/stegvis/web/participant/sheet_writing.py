"""A worksheet as a form: its day, its fields, sets that grow one by one, and what another device has saved meanwhile.

A set is shown as soon as the one before it has something in it, so that nobody meets ten empty rows. Every field that is
on the page has a hidden box with the version it was shown in (`NAME__version`); what has none was not there to be sent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stegvis.audit import clock
from stegvis.methods.programme.blocks import Exercise, Field
from stegvis.programme.worksheets.queries import DAY, version
from stegvis.web.components.times import long_day
from stegvis.web.forms import StegForm
from stegvis.web.participant import exercises, prose
from stegvis.web.sheets.reading import families

VERSION = "__version"
DAYS_BACK = 28


@dataclass(frozen=True)
class Asked:
    """A field on the page, and the version that it is shown in."""

    bound: forms.BoundField
    version: str


@dataclass(frozen=True)
class AskedSet:
    """One set of a repeated group under its heading ("Night 2"), or fields that stand by themselves, without one."""

    heading: str
    fields: list[Asked]


@dataclass(frozen=True)
class Section:
    """One exercise of the sheet: its words, its sets, and the heading of the one that there is room for next."""

    code: str
    title: str
    html: SafeString
    sets: list[AskedSet]
    more: str


def form_of(fields: Iterable[Field], saved: Mapping[str, Any], data: Any = None) -> StegForm:
    """The form of a whole sheet, with what was saved of it."""
    words = {name: one.value for name, one in saved.items()}
    form = exercises.form_of(fields, words, data)
    form.fields[DAY] = _day(words.get(DAY, ""))
    form.initial.setdefault(DAY, clock.today().isoformat())
    return form


def values_of(form: StegForm, data: Mapping[str, Any]) -> dict[str, str]:
    """What was sent of the fields that were on the page and could be read, by name; "" for one that was emptied."""
    shown = {name.removesuffix(VERSION) for name in data if name.endswith(VERSION)}
    values = {name: form.cleaned_data[name] for name in form.fields if name in shown and name in form.cleaned_data}
    if values.get(DAY) == clock.today().isoformat():
        values[DAY] = ""  # today is what an empty day means, also tomorrow
    return values


def based_on(data: Mapping[str, Any]) -> dict[str, str]:
    """The versions that what was sent is based on, by field."""
    return {name.removesuffix(VERSION): str(value) for name, value in data.items() if name.endswith(VERSION)}


def tell_changed(form: StegForm, changed: Mapping[str, Any], fields: Iterable[Field]) -> None:
    """Show beside each field what another device has saved; the own text stays in it, to be kept or not."""
    asked = {each.name: each for each in fields}
    for name, there in changed.items():
        words = exercises.in_words(asked[name], there.value) if name in asked else there.value
        said = _("Something else was saved here from another device: “%(words)s”. Write what is right and send again.")
        form.add_error(name, said % {"words": words or _("nothing")})


def sections(parts: Iterable[Exercise], form: StegForm, saved: Mapping[str, Any]) -> list[Section]:
    """The exercises of the sheet as they are shown now."""
    return [_section(exercise, form, saved) for exercise in parts]


def first_empty(exercise: Exercise, saved: Mapping[str, Any]) -> str:
    """The first field of the first set in which nothing is written: where one more row begins; "" when all are full."""
    for family in families(exercise.fields):
        for _heading, asked in family:
            if not any(_is_written(each, saved) for each in asked):
                return asked[0].name
    return ""


def _section(exercise: Exercise, form: StegForm, saved: Mapping[str, Any]) -> Section:
    hidden, more = _not_yet(exercise, form, saved)
    shown = [each for each in exercise.fields if each.group not in hidden]
    sets = [
        AskedSet(heading, [Asked(form[each.name], version_of(saved, each.name)) for each in asked])
        for heading, asked in groupby(shown, key=lambda each: each.group)
    ]
    return Section(exercise.code, exercise.title, prose.as_html(exercise.markdown), sets, more)


def version_of(saved: Mapping[str, Any], name: str) -> str:
    """The version of what was saved in a field, "" for nothing."""
    return version(saved[name]) if name in saved else ""


def _not_yet(exercise: Exercise, form: StegForm, saved: Mapping[str, Any]) -> tuple[set[str], str]:
    """The headings of sets that are not shown yet, and the heading of the next one when there is room for it."""
    hidden: set[str] = set()
    more = ""
    for family in families(exercise.fields):
        filled = [n for n, (_heading, asked) in enumerate(family) if any(_is_sent(each, form, saved) for each in asked)]
        count = max(filled, default=-1) + 2 if filled else 1
        hidden |= {heading for heading, _asked in family[count:]}
        more = family[count][0] if count < len(family) else more
    return hidden, more


def _is_sent(asked: Field, form: StegForm, saved: Mapping[str, Any]) -> bool:
    return _is_written(asked, saved) or bool(form.is_bound and form.data.get(asked.name))


def _is_written(asked: Field, saved: Mapping[str, Any]) -> bool:
    return asked.name in saved and bool(saved[asked.name].value)


def _day(chosen: str) -> forms.ChoiceField:
    """Today and the weeks before it; a day that was chosen earlier stays among them."""
    today = clock.today()
    days = [(today - timedelta(days=n)).isoformat() for n in range(DAYS_BACK)]
    if chosen and chosen not in days:
        days.append(chosen)
    said = [(each, long_day(date.fromisoformat(each)).capitalize()) for each in days]
    said[0] = (days[0], _("Today"))
    label = gettext_lazy("Which day is it about?")
    wrong = {"invalid_choice": _("Choose one of the days shown.")}
    return forms.ChoiceField(label=label, choices=said, required=False, error_messages=wrong)
