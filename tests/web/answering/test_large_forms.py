"""Forms of others may be large: the work of reading and drawing one grows with its size, not with the square of it."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods.instruments import load
from stegvis.web.answering.files import write_pages
from tests.methods.instruments.forms import choice, form, option, question, when

TABLE = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl",
         "valueCodeableConcept": {"coding": [{"code": "gtable"}]}}  # fmt: skip
YES = {"answerBoolean": True}


def rows(size: int) -> list[dict[str, Any]]:
    return [question(f"q{number}", "boolean") for number in range(size)]


def chain(size: int) -> list[dict[str, Any]]:
    return [
        question("q0", "boolean"),
        *(question(f"q{n}", "boolean", enableWhen=[when(f"q{n - 1}", "=", **YES)]) for n in range(1, size)),
    ]


FORMS: dict[str, Callable[[int], list[dict[str, Any]]]] = {
    "a page for each": lambda size: [question(f"q{number}", "integer") for number in range(size)],
    "one table": lambda size: [{"linkId": "g", "type": "group", "text": "G", "extension": [TABLE], "item": rows(size)}],
    "many options": lambda size: [choice("q") | {"answerOption": [option(f"c{number}") for number in range(size)]}],
    "each asked after the last": chain,
    "one asked after all": lambda size: [
        *rows(size), question("last", "boolean", enableWhen=[when(f"q{n}", "=", **YES) for n in range(size)],
                              enableBehavior="any"),
    ],
    "texts": lambda size: [*(question(f"t{number}", "display") for number in range(size)), question("q", "boolean")],
    "in a group that repeats": lambda size: [
        {"linkId": "g", "type": "group", "text": "G", "repeats": True, "item": rows(size)}
    ],
    "groups that repeat": lambda size: [
        {"linkId": f"g{n}", "type": "group", "text": "G", "repeats": True, "item": [question(f"q{n}", "text")]}
        for n in range(size)
    ],
}  # fmt: skip


def work(source: dict[str, Any], out: Path) -> int:
    """How many functions are called to read a form and draw its pages."""
    calls = 0

    def count(_frame: Any, event: str, _what: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        write_pages(load(source), "en", out)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("kind", FORMS)
def test_five_times_the_form_is_no_more_than_five_times_the_work(kind: str, tmp_path: Path) -> None:
    sizes = (30, 30, 80, 280)  # what is only done once is done with the first
    _, small, middle, large = (work(form(*FORMS[kind](size)), tmp_path / f"{n}") for n, size in enumerate(sizes))
    assert 0 < large - small < 5.3 * (middle - small)
