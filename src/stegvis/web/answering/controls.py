"""The control of a question: which widget, by how the question is to be put.

Beside what the house's forms have: words of one's own in place of an option, an amount with its unit, a date typed or
picked, a moment, a file, and boxes for several answers. Each gives and takes the entries of `methods.instruments.entries`,
and `pairs` says how a form would send an entry. Everything works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stegvis.methods.instruments import Item, pain_map
from stegvis.web import forms as steg
from stegvis.web.answering import composite, rich
from stegvis.web.answering.choices import Autocomplete, Boxes, Buttons, OpenChoice

MOST_BUTTONS = 20
"""A longer list of options is a drop-down: nobody scrolls through so many buttons with pleasure."""
_LONGEST_ROW = 11


def control_of(item: Item, lang: str, *, written_down: bool = False) -> forms.Widget:
    """The control of a question in one language.

    Nobody draws a line by telephone: staff who write an answer down (`written_down`) type its number.
    """
    if written_down and item.presentation in {"line", "slider"} and not item.is_multiple:
        return _number(item, lang)
    if item.is_multiple and not item.options and not item.is_choice:
        return composite.Several(lambda: control_of(replace(item, repeats=False), lang))
    if item.is_choice or (item.options and not item.is_body_map):
        return _choice(item, lang)
    return _BY_PRESENTATION.get(item.presentation, _writing)(item, lang)


def pairs_of(control: forms.Widget, name: str, entry: Any) -> list[tuple[str, str]]:
    """The entry as a form would send it, control by control."""
    if entry is None:
        return []
    if hasattr(control, "pairs"):
        found: list[tuple[str, str]] = control.pairs(name, entry)
        return found
    return [(name, str(one)) for one in (entry if isinstance(entry, list | tuple) else [entry])]


# Choices --------------------------------------------------------------------------------------------------------------
def _choice(item: Item, lang: str) -> forms.Widget:
    if item.is_body_map:
        return _body_map(item, lang)
    options = _options(item, lang)
    is_told_apart = len({label.casefold() for _key, label in options}) == len(options)
    if not options or ("autocomplete" in item.look.controls and item.is_choice and is_told_apart):
        listed = Autocomplete(dict(options), item.max_length)
        return composite.Several(lambda: listed) if item.is_multiple else listed
    across = item.look.orientation == "horizontal"
    exclusive = frozenset(option.key for option in item.options if option.exclusive)
    one: forms.Widget
    if item.is_multiple:
        one = Boxes(_labelled(item, lang), across=across, exclusive=exclusive)
    elif "drop-down" in item.look.controls or len(options) > MOST_BUTTONS:
        one = forms.Select(choices=[("", _("Choose one")), *options])
    else:
        one = Buttons(_labelled(item, lang), across=across)
    return (
        OpenChoice(one, item.look.open_label or _("Something else"), item.max_length)
        if item.is_open_ended or item.type == "open-choice"
        else one
    )


def _options(item: Item, lang: str) -> list[tuple[str, str]]:
    return [
        (option.key, " ".join(part for part in (option.prefix, option.shown.text_in(lang)) if part))
        for option in item.options
    ]


def _labelled(item: Item, lang: str) -> list[tuple[str, SafeString]]:
    """The options of buttons and boxes, each with its columns, and with its language where that is not the page's."""
    options = zip(item.options, _options(item, lang), strict=True)
    return [
        (key, SafeString(rich.spoken(words, option.shown, lang) + rich.columns(option.cells, lang)))
        for option, (key, words) in options
    ]


def _body_map(item: Item, lang: str) -> forms.Widget:
    no_pain = item.option(pain_map.NO_PAIN)
    return steg.BodyMap(no_pain=no_pain.text_in(lang) if no_pain else "")


def _yes_no(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return Buttons([("true", _("Yes")), ("false", _("No"))], across=item.look.orientation == "horizontal")


# Numbers --------------------------------------------------------------------------------------------------------------
def _line(item: Item, lang: str) -> forms.Widget:
    bounds = item.minimum, item.maximum
    if None in bounds or not bounds[0] < bounds[1]:
        return _number(item, lang)
    low, high = bounds
    step = item.step or (1 if item.type == "integer" or high - low > 10 else "0.1")
    return steg.Line(item.lower_in(lang) or low, item.upper_in(lang) or high, (low, high, step))


def _row(item: Item, lang: str) -> forms.Widget:
    low, high = item.minimum, item.maximum
    if None in (low, high) or not 0 < high - low < _LONGEST_ROW:
        return _number(item, lang)
    row = steg.NumberRow(item.lower_in(lang) or "", item.upper_in(lang) or "")
    row.choices = [(str(number), str(number)) for number in range(int(low), int(high) + 1)]
    return row


def _number(item: Item, lang: str) -> forms.Widget:
    return NumberText(item.unit_in(lang) or "", "decimal" if item.type == "decimal" else "numeric", _width(item))


def _width(item: Item) -> int:
    digits = (
        max(len(str(bound)) for bound in (item.minimum, item.maximum) if bound is not None)
        if None not in (item.minimum, item.maximum)
        else 4
    )
    return 10 if digits > 5 else max(digits, 4)


class NumberText(forms.TextInput):
    """A number with its unit, typed as people write it: 7,5 or 7.5. A browser's number box would refuse one of them."""

    template_name = "participant/widgets/number_text.html"

    def __init__(self, unit: str, keys: str, width: int = 4) -> None:
        super().__init__({"inputmode": keys, "autocomplete": "off", "class": f"govuk-input--width-{width}"})
        self.unit = unit

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the unit."""
        context = super().get_context(name, value, attrs)
        context["widget"]["unit"] = self.unit
        return context


# Writing --------------------------------------------------------------------------------------------------------------
def _writing(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    attributes: dict[str, Any] = {"maxlength": item.max_length} if item.max_length else {}
    if item.look.entry_format:
        attributes["placeholder"] = item.look.entry_format
    return forms.TextInput(attributes)


def _long_text(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return forms.Textarea({"rows": 5, **({"maxlength": item.max_length} if item.max_length else {})})


def _address(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    # As text: a browser would refuse what the questionnaire takes, urn:oid:1.2.3 for one.
    return forms.TextInput({"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"})


def _time(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return composite.TimeBox()


def _moment(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return composite.DateBox() if item.type == "date" else composite.Moment()


def _amount(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return composite.Amount(item.units)


def _file(item: Item, lang: str) -> forms.Widget:  # noqa: ARG001
    return composite.FileBox(item.limits.content_types)


_BY_PRESENTATION: Mapping[str, Callable[[Item, str], forms.Widget]] = {
    "body-map": _body_map, "line": _line, "slider": _line, "numbers": _row, "number": _number, "yes-no": _yes_no,
    "short-text": _writing, "long-text": _long_text, "address": _address, "reference": _writing, "time": _time,
    "date": _moment, "date-time": _moment, "quantity": _amount, "attachment": _file,
}  # fmt: skip
