"""The FHIR extensions this room knows, by their addresses, and how their values are taken out of an element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_HL7 = "http://hl7.org/fhir/StructureDefinition/"
OWN = "https://stegvis.example/fhir/"

ITEM_CONTROL = _HL7 + "questionnaire-itemControl"
MIN_VALUE = _HL7 + "minValue"
MAX_VALUE = _HL7 + "maxValue"
MIN_LENGTH = _HL7 + "minLength"
MAX_DECIMAL_PLACES = _HL7 + "maxDecimalPlaces"
SLIDER_STEP = _HL7 + "questionnaire-sliderStepValue"
UNIT = _HL7 + "questionnaire-unit"
ORDINAL_VALUE = _HL7 + "ordinalValue"
ITEM_WEIGHT = _HL7 + "itemWeight"
OPTION_EXCLUSIVE = _HL7 + "questionnaire-optionExclusive"
TRANSLATION = _HL7 + "translation"
DATA_ABSENT_REASON = _HL7 + "data-absent-reason"

BODY_MAP = OWN + "body-map"
RISK_ITEM = OWN + "risk-item"
SCORE = OWN + "score"
LICENCE = OWN + "licence"
NEUTRAL_LABELS = OWN + "neutral-labels"

CONTROL_SYSTEM = "http://hl7.org/fhir/questionnaire-item-control"
OWN_CONTROL_SYSTEM = OWN + "item-control"

KNOWN = frozenset(
    {
        ITEM_CONTROL, MIN_VALUE, MAX_VALUE, MIN_LENGTH, MAX_DECIMAL_PLACES, SLIDER_STEP, UNIT, ORDINAL_VALUE,
        ITEM_WEIGHT, OPTION_EXCLUSIVE, TRANSLATION, BODY_MAP, RISK_ITEM, SCORE, LICENCE, NEUTRAL_LABELS,
    }
)  # fmt: skip

CHANGES_ANSWERS = frozenset(
    {
        "questionnaire-hidden", "regex", "targetConstraint", "questionnaire-constraint", "questionnaire-minOccurs",
        "questionnaire-maxOccurs", "sdc-questionnaire-enableWhenExpression", "enableWhenExpression",
        "sdc-questionnaire-calculatedExpression", "sdc-questionnaire-answerExpression",
        "sdc-questionnaire-answerOptionsToggleExpression", "sdc-questionnaire-candidateExpression",
        "sdc-questionnaire-minQuantity", "sdc-questionnaire-maxQuantity", "cqf-expression",
    }
)  # fmt: skip
"""Last parts of extension addresses without which answers would be taken wrongly; others change looks or handling."""


def values_of(element: Mapping[str, Any], url: str) -> Iterator[Any]:
    """The values of every extension of this address on the element (nested ones as their list of extensions)."""
    extensions = element.get("extension")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, Mapping) and extension.get("url") == url:
            yield value_of(extension)


def value_of(extension: Mapping[str, Any]) -> Any:
    """The value[x] of an extension, or its list of inner extensions, or None."""
    for key, value in extension.items():
        if key.startswith("value"):
            return value
    return extension.get("extension")


def first_value(element: Mapping[str, Any], url: str) -> Any:
    """The first value of that extension, or None."""
    return next(values_of(element, url), None)


def parameters_of(extensions: Any) -> dict[str, list[Any]]:
    """Nested extensions as name → values in order; an inner nest becomes such a mapping in its turn."""
    found: dict[str, list[Any]] = {}
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, Mapping) and isinstance(extension.get("url"), str):
            value = value_of(extension)
            found.setdefault(extension["url"], []).append(parameters_of(value) if isinstance(value, list) else value)
    return found
