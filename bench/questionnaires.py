"""How long the engine takes for one response to an instrument of 100 items: to validate it, and to save one answer.

    python -m bench.questionnaires

Needs neither server nor database. The instrument has 50 conditions, and one score that FHIRPath calculates from all items.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from stegvis.methods.instruments import from_response, load, to_response, validate, validate_response
from stegvis.methods.instruments.calculation import with_calculated

ITEMS, REPEATS, WARM_UP = 100, 200, 5
MILLISECONDS = {"validate a response": 20.0, "validate answers": 20.0, "calculate": 20.0}
"""The most that the 95th percentile may be."""

_CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
_ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
_SUM = "%resource.item.where(linkId.startsWith('q')).answer.value.ordinal().sum()"


def form() -> dict[str, Any]:
    """A questionnaire of 100 choices, every second one asked when the one before is answered, and their sum."""
    options = [
        {"extension": [{"url": _ORDINAL, "valueDecimal": n}], "valueCoding": {"system": "urn:x", "code": str(n)}}
        for n in range(5)
    ]
    items: list[dict[str, Any]] = []
    for number in range(ITEMS):
        item: dict[str, Any] = {"linkId": f"q{number}", "type": "choice", "required": True, "answerOption": options}
        if number % 2:
            item["enableWhen"] = [{"question": f"q{number - 1}", "operator": "exists", "answerBoolean": True}]
        items.append(item)
    expression = {"language": "text/fhirpath", "expression": _SUM}
    total = {"linkId": "total", "type": "decimal", "extension": [{"url": _CALCULATED, "valueExpression": expression}]}
    return {"resourceType": "Questionnaire", "status": "active", "item": [*items, total]}


def milliseconds(work: Callable[[], Any]) -> list[float]:
    """How long each repeat took."""
    found = []
    for number in range(WARM_UP + REPEATS):
        began = perf_counter()
        work()
        if number >= WARM_UP:
            found.append((perf_counter() - began) * 1000)
    return found


def main() -> int:
    """Measure, print a line each, and fail where the 95th percentile is too long."""
    questionnaire = load(form())
    answers = {f"q{number}": str(number % 5) for number in range(ITEMS)}
    answers = with_calculated(questionnaire, answers)
    response = to_response(questionnaire, answers, datetime(2026, 3, 9, tzinfo=UTC), None)
    assert answers["total"] == 200
    assert from_response(questionnaire, response) == answers
    work = {
        "validate a response": lambda: validate_response(questionnaire, response),
        "validate answers": lambda: validate(questionnaire, answers),
        "calculate": lambda: with_calculated(questionnaire, answers),
    }
    failed = False
    for name, most in MILLISECONDS.items():
        found = milliseconds(work[name])
        p95 = quantiles(found, n=20)[-1]
        failed |= p95 > most
        print(f"{name}: median {median(found):.2f} ms, p95 {p95:.2f} ms (at most {most:g})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
