"""Conditions and calculated values against other engines: what is kept, what is worked out, and every disagreement.

`engines/cases.json` are small forms of our own with answers, `engines/answers.json` what other engines made of them (see
`engines/README.md`). Where we differ from one of them, it stands in `DIFFERENCES` with what decides.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import load, read_json, without_disabled
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.positions import occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.response_writing import Writer
from stegvis.methods.instruments.validation import answers_in

ENGINES = Path(__file__).parent / "engines"
CASES: list[dict[str, Any]] = read_json((ENGINES / "cases.json").read_bytes())
OTHERS: dict[str, dict[str, Any]] = read_json((ENGINES / "answers.json").read_bytes())


def form_of(case: dict[str, Any]) -> Questionnaire:
    top = {"resourceType": "Questionnaire", "url": "https://trial.example/Questionnaire/case", "status": "active"}
    return load(top | {key: case[key] for key in ("extension", "item") if key in case})


def flat(items: list[dict[str, Any]]) -> list[list[Any]]:
    found: list[list[Any]] = []
    for item in items:
        for answer in item.get("answer", ()):
            value = next(value for key, value in answer.items() if key.startswith("value"))
            found.append([item["linkId"], value["code"] if isinstance(value, dict) else value])
            found += flat(answer.get("item", []))
        found += flat(item.get("item", []))
    return found


def ours(case: dict[str, Any], given: list[dict[str, Any]]) -> list[list[Any]]:
    form = form_of(case)
    response = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": given}
    answers = answers_in(form, response if given else {key: response[key] for key in ("resourceType", "status")})[0]
    left = without_disabled(form, with_calculated(form, answers))
    return flat(Writer(left, occurrences(form, left), None).items(form.items))


_NOT_EQUAL = (
    "R4, enable operator !=: true when “at least no answer has a value that is equal”, so also without an answer, and "
    "not where one of several equals it. The engine wants an answer, and takes any other one for unequal."
)
_UNEQUAL_CASE = "R4, enable operator =: equal values; the engine compares texts as equivalent, without upper case."
_LOADED_TIMES = "The engine does not compare dates and times that come from a response instead of its own fields."
_ONE_OF_SEVERAL = "R4, enable operators: one answer in the relation is enough; the engine looks at the last one."
_NO_ANSWER = "R4, enableBehavior all: all criteria. The engine passes over one whose question has no answer."
_NOT_ASKED = (
    "R4, enableWhen: an item that is not enabled takes no answers, so what is stored for it is not one for others. The "
    "engine still looks at it."
)
_ANY = "R4, enableWhen: without a behaviour “the item should be enabled when the condition for any of the repetitions is true”."
_NEAREST = (
    "R4, enableWhen.question: “the nearest question occurrence reachable by tracing first the ancestor axis and then the "
    "preceding axis and then the following axis”. The engine takes the first one, or asks in all occurrences alike."
)
_INSIDE = "R4, enableWhen on an item inside the answer that it asks about; the engine does not look there."
_NOT_KNOWN = (
    "FHIRPath 2 and SDC define sum(), avg(), dates plus days, ordinal() and weight(); the engine has not all of them."
)
_BINARY = "FHIRPath, Decimal: 0.1 × 1.5 is 0.15; the engine calculates in binary fractions."
_NO_VARIABLES = "SDC, variable: seen by the item that defines it and all below; the engine has no variables."
_NO_COUNT = "FHIRPath, count(): 0 for an empty collection; the engine shows no value while nothing is answered."
_OLD_VALUE = (
    "SDC, calculatedExpression: “updated as other answers are filled in”; the engine keeps what it cannot work out."
)

DIFFERENCES: dict[str, dict[str, str]] = {
    **{f"{kind} {op}": {"lforms": _LOADED_TIMES}
       for kind, ops in {"date": ("=", ">", "<", ">=", "<="), "time": ("=", ">", "<="), "dateTime": (">", "<=")}.items()
       for op in ops},
    **{f"{kind} !=": {"medplum": _NOT_EQUAL, "smart-forms": _NOT_EQUAL} for kind in ("choice", "several choices")},
    **{f"{kind} !=": {"lforms": _LOADED_TIMES, "medplum": _NOT_EQUAL, "smart-forms": _NOT_EQUAL}
       for kind in ("date", "time")},
    "integer != 5": {"medplum": _NOT_EQUAL, "smart-forms": _NOT_EQUAL},
    "decimal != 2.5": {"medplum": _NOT_EQUAL, "smart-forms": _NOT_EQUAL},
    "boolean != true": {"medplum": _NOT_EQUAL},
    "string =": {"medplum": _UNEQUAL_CASE},
    "string !=": {"medplum": _UNEQUAL_CASE, "smart-forms": _NOT_EQUAL},
    "several integers <= 5": {"lforms": _ONE_OF_SEVERAL},
    "two conditions, all": {"medplum": _NO_ANSWER},
    "two conditions without a behaviour": {"smart-forms": _ANY},
    "exists and greater, all": {"medplum": _NO_ANSWER},
    "a question inside a question": {"smart-forms": _INSIDE},
    "a chain: what is not asked counts as unanswered": {"medplum": _NOT_ASKED, "smart-forms": _NOT_ASKED},
    "a chain of not equal": {"medplum": _NOT_ASKED, "smart-forms": _NOT_EQUAL},
    "a condition within each occurrence of a repeating group": {"medplum": _NEAREST, "smart-forms": _NEAREST},
    "a condition from outside on a question in a repeating group": {"medplum": _NEAREST},
    "a sum function": {"medplum": _NOT_KNOWN},
    "a product of decimals": {"medplum": _BINARY, "smart-forms": _BINARY},
    "how many are chosen": {"smart-forms": _NO_COUNT},
    "an average": {"medplum": _NOT_KNOWN},
    "a day later": {"medplum": _NOT_KNOWN},
    "ordinal values": {"medplum": _NOT_KNOWN, "smart-forms": _NOT_KNOWN},
    "weights": {"medplum": _NOT_KNOWN, "smart-forms": _NOT_KNOWN},
    "a variable of the questionnaire": {"medplum": _NO_VARIABLES},
    "a variable of an item": {"medplum": _NO_VARIABLES},
    "a calculated value from what is not asked": {"medplum": _NOT_ASKED, "smart-forms": _NOT_ASKED},
    "a stale calculated value is worked out anew": {"medplum": _OLD_VALUE},
}  # fmt: skip
"""Case, engine, and what decides against it (“R4” is hl7.org/fhir/R4/questionnaire.html and its value sets)."""

ALONE = frozenset(
    {"a product of decimals", "ordinal values", "weights", "a calculated value from what is not asked"}
)  # fmt: skip
"""Cases with an answer that no other engine gives; the reasons stand above."""


def told(case: dict[str, Any], found: list[list[Any]]) -> list[list[Any]]:
    """What is compared: everything that is left, or, where something is calculated, the calculated values."""
    calculated = set(form_of(case).calculation_order)
    return [one for one in found if not calculated or one[0] in calculated]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_asked_and_calculated_is_as_other_engines_have_it_or_the_difference_is_listed(
    case: dict[str, Any],
) -> None:
    found = [told(case, ours(case, given)) for given in case["answers"]]
    differing = {
        engine
        for engine, answers in OTHERS[case["name"]].items()
        if found != [told(case, answer) for answer in answers]
    }

    assert differing == set(DIFFERENCES.get(case["name"], {}))


def test_every_answer_but_the_listed_ones_is_that_of_at_least_one_other_engine() -> None:
    alone = {
        case["name"]
        for case in CASES
        for number, given in enumerate(case["answers"])
        if told(case, ours(case, given)) not in [told(case, got[number]) for got in OTHERS[case["name"]].values()]
    }

    assert alone == ALONE


def test_the_list_of_differences_names_only_cases_that_exist() -> None:
    assert set(DIFFERENCES) <= {case["name"] for case in CASES}
    assert len(CASES) == len(OTHERS)
