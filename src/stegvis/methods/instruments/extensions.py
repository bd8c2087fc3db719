"""The FHIR extensions this room knows, by their addresses, and how their values are taken out of an element."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_HL7 = "http://hl7.org/fhir/StructureDefinition/"
_SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
OWN = "https://stegvis.example/fhir/"
_ITEM = re.compile(r"\.item\[\d+\]$")
_ITEM_TEXT = re.compile(r"\.item\[\d+\]\._text$")

ITEM_CONTROL = _HL7 + "questionnaire-itemControl"
MIN_VALUE = _HL7 + "minValue"
MAX_VALUE = _HL7 + "maxValue"
MIN_LENGTH = _HL7 + "minLength"
MAX_DECIMAL_PLACES = _HL7 + "maxDecimalPlaces"
MAX_SIZE = _HL7 + "maxSize"
MIME_TYPE = _HL7 + "mimeType"
REGEX = _HL7 + "regex"
ENTRY_FORMAT = _HL7 + "entryFormat"
MIN_OCCURS = _HL7 + "questionnaire-minOccurs"
MAX_OCCURS = _HL7 + "questionnaire-maxOccurs"
HIDDEN = _HL7 + "questionnaire-hidden"
SLIDER_STEP = _HL7 + "questionnaire-sliderStepValue"
UNIT = _HL7 + "questionnaire-unit"
UNIT_OPTION = _HL7 + "questionnaire-unitOption"
UNIT_VALUE_SET = _HL7 + "questionnaire-unitValueSet"
REFERENCE_RESOURCE = _HL7 + "questionnaire-referenceResource"
REFERENCE_PROFILE = _HL7 + "questionnaire-referenceProfile"
CHOICE_ORIENTATION = _HL7 + "questionnaire-choiceOrientation"
DISPLAY_CATEGORY = _HL7 + "questionnaire-displayCategory"
SUPPORT_LINK = _HL7 + "questionnaire-supportLink"
OPTION_PREFIX = _HL7 + "questionnaire-optionPrefix"
ORDINAL_VALUE = _HL7 + "ordinalValue"
ITEM_WEIGHT = _HL7 + "itemWeight"
OPTION_EXCLUSIVE = _HL7 + "questionnaire-optionExclusive"
TRANSLATION = _HL7 + "translation"
RENDERING_MARKDOWN = _HL7 + "rendering-markdown"
RENDERING_XHTML = _HL7 + "rendering-xhtml"
RENDERING_STYLE = _HL7 + "rendering-style"
DATA_ABSENT_REASON = _HL7 + "data-absent-reason"
VARIABLE = _HL7 + "variable"
TARGET_CONSTRAINT = _HL7 + "targetConstraint"
CONSTRAINT = _HL7 + "questionnaire-constraint"
WORDED_BY = _HL7 + "cqf-expression"

MIN_QUANTITY = _SDC + "sdc-questionnaire-minQuantity"
MAX_QUANTITY = _SDC + "sdc-questionnaire-maxQuantity"
ENABLE_WHEN_EXPRESSION = _SDC + "sdc-questionnaire-enableWhenExpression"
CALCULATED_EXPRESSION = _SDC + "sdc-questionnaire-calculatedExpression"
INITIAL_EXPRESSION = _SDC + "sdc-questionnaire-initialExpression"
TOGGLE_EXPRESSION = _SDC + "sdc-questionnaire-answerOptionsToggleExpression"
ASSEMBLE_EXPECTATION = _SDC + "sdc-questionnaire-assemble-expectation"
ASSEMBLE_CONTEXT = _SDC + "sdc-questionnaire-assembleContext"
LAUNCH_CONTEXT = _SDC + "sdc-questionnaire-launchContext"
OPEN_LABEL = _SDC + "sdc-questionnaire-openLabel"
CHOICE_COLUMN = _SDC + "sdc-questionnaire-choiceColumn"
SHORT_TEXT = _SDC + "sdc-questionnaire-shortText"
COLLAPSIBLE = _SDC + "sdc-questionnaire-collapsible"
KEYBOARD = _SDC + "sdc-questionnaire-keyboard"
WIDTH = _SDC + "sdc-questionnaire-width"
OPTIONAL_DISPLAY = _SDC + "sdc-questionnaire-optionalDisplay"
DISABLED_DISPLAY = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Questionnaire.item.disabledDisplay"

BODY_MAP = OWN + "body-map"
RISK_ITEM = OWN + "risk-item"
SCORE = OWN + "score"
LICENCE = OWN + "licence"
NEUTRAL_LABELS = OWN + "neutral-labels"

CONTROL_SYSTEM = "http://hl7.org/fhir/questionnaire-item-control"
OWN_CONTROL_SYSTEM = OWN + "item-control"

KNOWN = frozenset(
    {
        ITEM_CONTROL, MIN_VALUE, MAX_VALUE, MIN_LENGTH, MAX_DECIMAL_PLACES, MAX_SIZE, MIME_TYPE, REGEX, ENTRY_FORMAT,
        MIN_OCCURS, MAX_OCCURS, HIDDEN, SLIDER_STEP, UNIT, UNIT_OPTION, UNIT_VALUE_SET, REFERENCE_RESOURCE,
        CHOICE_ORIENTATION,
        DISPLAY_CATEGORY, SUPPORT_LINK, OPTION_PREFIX, ORDINAL_VALUE, ITEM_WEIGHT, OPTION_EXCLUSIVE, TRANSLATION,
        RENDERING_MARKDOWN, RENDERING_XHTML, RENDERING_STYLE, DATA_ABSENT_REASON, VARIABLE, TARGET_CONSTRAINT,
        CONSTRAINT, MIN_QUANTITY, MAX_QUANTITY, ENABLE_WHEN_EXPRESSION, CALCULATED_EXPRESSION, INITIAL_EXPRESSION,
        TOGGLE_EXPRESSION, WORDED_BY,
        OPEN_LABEL, CHOICE_COLUMN, SHORT_TEXT, COLLAPSIBLE, KEYBOARD, WIDTH, DISABLED_DISPLAY, BODY_MAP, RISK_ITEM,
        SCORE, LICENCE, NEUTRAL_LABELS,
    }
)  # fmt: skip
"""Addresses of extensions that are carried out, or kept in the model for the page."""

OF_ITEMS = frozenset(
    {
        ITEM_CONTROL, MIN_VALUE, MAX_VALUE, MIN_LENGTH, MAX_DECIMAL_PLACES, MAX_SIZE, MIME_TYPE, REGEX, MIN_OCCURS,
        MAX_OCCURS, HIDDEN, SLIDER_STEP, UNIT, UNIT_OPTION, UNIT_VALUE_SET, REFERENCE_RESOURCE, CHOICE_ORIENTATION,
        MIN_QUANTITY, MAX_QUANTITY, ENABLE_WHEN_EXPRESSION, CALCULATED_EXPRESSION, INITIAL_EXPRESSION, TOGGLE_EXPRESSION,
        OPEN_LABEL, CHOICE_COLUMN, COLLAPSIBLE, BODY_MAP, RISK_ITEM,
    }
)  # fmt: skip
"""Of those, the ones that are looked for on items; anywhere else they have no effect."""

_WHOLE, _YES_NO, _WORDS = ("valueInteger",), ("valueBoolean",), ("valueString",)
_ORDERED = ("valueInteger", "valueDecimal", "valueDate", "valueDateTime", "valueTime", "valueInstant", "valueQuantity")
VALUES: Mapping[str, tuple[str, ...]] = {
    ITEM_CONTROL: ("valueCodeableConcept",), MIN_VALUE: _ORDERED, MAX_VALUE: _ORDERED, MIN_LENGTH: _WHOLE,
    MAX_DECIMAL_PLACES: _WHOLE, MAX_SIZE: ("valueDecimal", "valueInteger"), MIME_TYPE: ("valueCode",), REGEX: _WORDS,
    ENTRY_FORMAT: _WORDS, MIN_OCCURS: _WHOLE, MAX_OCCURS: _WHOLE, HIDDEN: _YES_NO, SLIDER_STEP: _WHOLE,
    UNIT: ("valueCoding",), UNIT_OPTION: ("valueCoding",), MIN_QUANTITY: ("valueQuantity",),
    MAX_QUANTITY: ("valueQuantity",), VARIABLE: ("valueExpression",), ENABLE_WHEN_EXPRESSION: ("valueExpression",),
    CALCULATED_EXPRESSION: ("valueExpression",), INITIAL_EXPRESSION: ("valueExpression",),
    TARGET_CONSTRAINT: ("extension",), TOGGLE_EXPRESSION: ("extension",), CONSTRAINT: ("extension",),
    OPEN_LABEL: _WORDS, SHORT_TEXT: _WORDS, BODY_MAP: _YES_NO, RISK_ITEM: _YES_NO, CHOICE_COLUMN: ("extension",),
}  # fmt: skip
"""Which value[x] those extensions have whose value is used; others are taken as they are."""

CHANGES_ANSWERS = frozenset(
    {
        "enableWhenExpression", "sdc-questionnaire-answerExpression", "sdc-questionnaire-answerOptionsExpression",
        "cqf-calculatedValue",
        "sdc-questionnaire-candidateExpression",
        "sdc-questionnaire-contextExpression", "sdc-questionnaire-unitOpen", "cqf-expression",
        "sdc-questionnaire-subQuestionnaire", "questionnaire-referenceFilter",
    }
)  # fmt: skip
"""Last parts of extension addresses without which answers would be taken wrongly; others change looks or handling."""


MUST_BE_ASSEMBLED: Mapping[str, tuple[str, ...]] = {ASSEMBLE_EXPECTATION: ("assemble-root", "assemble-child")}
"""Values with which a file is only a part: it is not to be used before it has been put together with others."""


def values_of(element: Any, url: str) -> Iterator[Any]:
    """The values of every extension of this address on the element (nested ones as their list of extensions)."""
    extensions = element.get("extension") if isinstance(element, Mapping) else None
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, Mapping) and extension.get("url") == url:
            value = value_of(extension)
            if value is not None:  # only a companion (`_valueCode`), which says why there is none
                yield value


def value_of(extension: Mapping[str, Any]) -> Any:
    """The value[x] of an extension, or its list of inner extensions, or None."""
    for key, value in extension.items():
        if key.startswith("value"):
            return value
    return extension.get("extension")


def first_value(element: Any, url: str) -> Any:
    """The first value of that extension, or None."""
    return next(values_of(element, url), None)


def first_text(element: Any, url: str) -> str | None:
    """The first value of that extension if it is text."""
    value = first_value(element, url)
    return value if isinstance(value, str) else None


def first_code(element: Any, url: str) -> str | None:
    """The code of the first value of that extension: a code, a Coding's, or the first of a CodeableConcept."""
    value = first_value(element, url)
    if isinstance(value, Mapping):
        codings = value.get("coding", [value])
        value = codings[0].get("code") if codings else None
    return value if isinstance(value, str) else None


def path_within(extension: Mapping[str, Any], name: str, path: str) -> str:
    """The path of the value of the inner extension `name` of an extension that stands at `path`."""
    for number, inner in enumerate(extension.get("extension", ())):
        if inner.get("url") == name:
            key = next((key for key in inner if key.startswith("value")), "value")
            return f"{path}.extension[{number}].{key}"
    return path


def parameters_of(extensions: Any) -> dict[str, list[Any]]:
    """Nested extensions as name → values in order; an inner nest becomes such a mapping in its turn."""
    found: dict[str, list[Any]] = {}
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, Mapping) and isinstance(extension.get("url"), str):
            value = value_of(extension)
            found.setdefault(extension["url"], []).append(parameters_of(value) if isinstance(value, list) else value)
    return found


def not_carried_out(value: Any, path: str) -> Iterator[tuple[str, str, bool, str | None]]:
    """Every extension below `value` that is not carried out: its path, address, whether answers depend on it, linkId.

    Modifier extensions always count among them: they change the meaning of what they stand on.
    """
    yield from _not_carried_out(value, path, None)


def _not_carried_out(value: Any, path: str, link_id: str | None) -> Iterator[tuple[str, str, bool, str | None]]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _not_carried_out(one, f"{path}[{number}]", link_id)
    if not isinstance(value, Mapping):
        return
    link_id = value.get("linkId", link_id)
    for key, inner in value.items():
        if key in ("extension", "modifierExtension"):
            for number, one in enumerate(inner):
                url = one["url"]
                at = f"{path}.{key}[{number}]"
                is_idle = (url in OF_ITEMS and _ITEM.search(path) is None) or (
                    url == WORDED_BY and _ITEM_TEXT.search(path) is None
                )
                if key == "modifierExtension" or url not in KNOWN or is_idle:
                    blocks = key == "modifierExtension" or url.rpartition("/")[2] in CHANGES_ANSWERS
                    yield at, url, blocks or value_of(one) in MUST_BE_ASSEMBLED.get(url, ()), link_id
                else:
                    yield from _inside(one, at, link_id)
        elif not (path == "Questionnaire" and key in ("contained", "text", "meta")):
            yield from _not_carried_out(inner, f"{path}.{key}", link_id)


def _inside(
    extension: Mapping[str, Any], path: str, link_id: str | None
) -> Iterator[tuple[str, str, bool, str | None]]:
    """The same for what stands in the value of a known extension, or beside it: a limit can be calculated."""
    for key, inner in extension.items():
        if key == "extension":
            for number, one in enumerate(inner):
                yield from _inside(one, f"{path}.extension[{number}]", link_id)
        elif key != "url":
            yield from _not_carried_out(inner, f"{path}.{key}", link_id)
