"""The checklist of an alert: its form, made from the protocol's items, and what was answered, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.methods.study.checklist import MOST_WORDS, ChecklistItem
from stegvis.web.coordinator.words import language
from stegvis.web.forms import Chips, KeyedForm

CHOICES = [("yes", _("Yes")), ("no", _("No")), ("not_known", _("Not known"))]
PREFIX = "asked_"
"""Before the code of an item, so that no protocol's code can be that of another field."""


class ChecklistForm(KeyedForm):
    """What was asked in a call. Nothing is needed, but an empty one is not kept; what was answered earlier stands in it."""

    def __init__(self, items: Iterable[ChecklistItem], known: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        initial = {f"{PREFIX}{code}": text for code, text in known.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for item in items:
            self.fields[f"{PREFIX}{item.code}"] = _field(item)

    @property
    def given(self) -> dict[str, str]:
        """The answers by the codes of the items."""
        return {name.removeprefix(PREFIX): text for name, text in self.cleaned_data.items() if name.startswith(PREFIX)}


def _field(item: ChecklistItem) -> forms.Field:
    question = item.question.in_language(language())
    if item.answer == "choice":
        return forms.ChoiceField(label=question, choices=CHOICES, widget=Chips, required=False)
    return forms.CharField(label=question, max_length=MOST_WORDS, required=False)


def in_words(items: Iterable[ChecklistItem], answers: Mapping[str, str]) -> str:
    """What was answered, a line for each; an item that the protocol no longer has keeps its code."""
    known = {item.code: item for item in items}
    ordered = sorted(answers, key=lambda code: [*known, code].index(code))
    return "\n".join(f"{_question(known.get(code), code)} {_answer(answers[code])}" for code in ordered)


def _question(item: ChecklistItem | None, code: str) -> str:
    return item.question.in_language(language()) if item else f"{code}:"


def _answer(text: str) -> str:
    return str(dict(CHOICES).get(text, text))
