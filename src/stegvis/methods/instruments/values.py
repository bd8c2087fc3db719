"""One value of an answer, as it is kept here and as FHIR writes it in `value[x]`.

| type | kept as | written as |
|---|---|---|
| boolean, integer | bool, int | valueBoolean, valueInteger |
| decimal | `Decimal`, digit by digit | valueDecimal |
| date, dateTime, time | text as FHIR writes it | valueDate, valueDateTime, valueTime |
| string, text, url | text | valueString, valueUri |
| choice | the key of the option; the Coding itself where the options are not at hand | by the option |
| open-choice | the same, or `{"other": words}` | by the option, or valueString |
| quantity, attachment, reference | the FHIR object | valueQuantity, valueAttachment, valueReference |
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from stegvis.methods.instruments.items import Item, Option

ELEMENTS: Final[Mapping[str, str]] = {
    "boolean": "valueBoolean", "integer": "valueInteger", "decimal": "valueDecimal", "date": "valueDate",
    "dateTime": "valueDateTime", "time": "valueTime", "string": "valueString", "text": "valueString",
    "url": "valueUri", "quantity": "valueQuantity", "attachment": "valueAttachment", "reference": "valueReference",
}  # fmt: skip
"""The value[x] of each type of question that has one only."""

OBJECTS: Final = frozenset({"quantity", "attachment", "reference"})
"""Types whose value is a FHIR object."""


class WrongValue(ValueError):
    """A value[x] that the item cannot have: `what` is wrong, what would be `right`."""

    def __init__(self, rule: str, what: str, right: str) -> None:
        self.rule, self.what, self.right = rule, what, right
        super().__init__(f"{what}. {right}.")


def other(words: str) -> dict[str, str]:
    """Words of one's own in place of an option (open choice)."""
    return {"other": words}


def is_other(value: Any) -> bool:
    """Whether the value is words of one's own in place of an option."""
    return isinstance(value, Mapping) and len(value) == 1 and isinstance(value.get("other"), str)


def can_be_written(item: Item, value: Any) -> bool:
    """Whether `written` can write an answer: a list where the question repeats, each choice an option or a Coding."""
    if isinstance(value, Mapping) and "declined" in value:
        return True
    if item.is_multiple:
        return isinstance(value, list | tuple) and all(_has_element(item, one) for one in value)
    return _has_element(item, value)


def _has_element(item: Item, value: Any) -> bool:
    if not item.is_choice or isinstance(value, Mapping):
        return True
    return isinstance(value, str) and item.option(value) is not None


def written(item: Item, value: Any, lang: str | None) -> dict[str, Any]:
    """The value as an element of a response, in a mapping with the one key value[x]."""
    if not item.is_choice:
        return {ELEMENTS[item.type]: value}
    if is_other(value):
        return {"valueString": value["other"]}
    if isinstance(value, Mapping):
        return {"valueReference" if "reference" in value else "valueCoding": dict(value)}
    option = item.option(value)
    if option is None:
        raise ValueError(f"{item.link_id!r} has no option {value!r}. Validate the answers before writing them.")
    return _written_option(option, lang)


def _written_option(option: Option, lang: str | None) -> dict[str, Any]:
    if option.kind != "Coding":
        return {f"value{option.kind}": option.value}
    display = option.text_in(lang) if option.code and option.display else option.display
    version = option.value.get("version")
    coding = {"system": option.system, "version": version, "code": option.code, "display": display}
    return {"valueCoding": {key: one for key, one in coding.items() if one}}


def read(item: Item, element: str, raw: Any) -> Any:
    """The value that a response's value[x] means for this item; raises `WrongValue`."""
    if item.is_choice:
        return _read_choice(item, element, raw)
    expected = ELEMENTS[item.type]
    if element != expected:
        raise WrongValue("type", f"not a {expected}", f"Give {expected}")
    return Decimal(str(raw)) if item.type == "decimal" else raw


def _read_choice(item: Item, element: str, raw: Any) -> Any:
    option = item.option_meant(element.removeprefix("value"), raw)
    if option is not None:
        return option.key
    if item.type == "open-choice" and element == "valueString":
        return other(raw)
    if not item.options and element == "valueCoding":
        return raw  # the options are in a value set that is not at hand: the code is kept as it is
    if element not in ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime", "valueReference"):
        raise WrongValue("type", f"a {element} is no option", "Give a valueCoding")
    raise WrongValue("option", "no such option", "Name an option, system too")
