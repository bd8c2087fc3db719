"""Calculated values: each once, after those it is made of, and the same as when everything is made anew after each."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import calculation, load
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.expressions import Evaluation
from stegvis.methods.instruments.questionnaire import Questionnaire
from tests.methods.instruments.forms import form, question, when

CALCULATED = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression"
VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"


def expression(url: str, text: str, **more: str) -> dict[str, Any]:
    return {"url": url, "valueExpression": {"language": "text/fhirpath", "expression": text, **more}}


def calculated(link_id: str, text: str, **more: Any) -> dict[str, Any]:
    return question(link_id, "integer", extension=[expression(CALCULATED, text)], **more)


def value_of(link_id: str) -> str:
    return f"%resource.descendants().where(linkId='{link_id}').answer.value"


def chain(length: int) -> Questionnaire:
    """Each item is one more than the one before it; the file has them the wrong way round."""
    items = [calculated(f"q{number}", f"{value_of(f'q{number - 1}')} + 1") for number in range(1, length)]
    return load(form(*reversed(items), question("q0", "integer")))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Counts how often a whole response is made."""
    times: list[int] = []
    make = Evaluation.__init__
    monkeypatch.setattr(Evaluation, "__init__", lambda self, *given: (times.append(1), make(self, *given))[1])
    return times


def test_a_long_chain_is_worked_out_in_one_response_whatever_its_order_in_the_file(written: list[int]) -> None:
    assert with_calculated(chain(60), {"q0": 5})["q59"] == 64
    assert len(written) == 1


def test_where_another_item_hangs_on_a_value_it_is_asked_from_then_on(written: list[int]) -> None:
    asked = question(
        "b", "integer", enableWhen=[when("a", "=", answerInteger=2)], extension=[expression(CALCULATED, "7")]
    )
    questionnaire = load(form(question("q0", "integer"), calculated("a", f"{value_of('q0')} + 1"), asked))
    assert with_calculated(questionnaire, {"q0": 1}) == {"q0": 1, "a": 2, "b": 7}
    assert with_calculated(questionnaire, {"q0": 2, "b": 7}) == {"q0": 2, "a": 3}
    assert len(written) > 2


def test_a_value_waits_for_what_decides_whether_its_parts_are_asked() -> None:
    total = calculated("total", value_of("part"))
    part = question("part", "integer", enableWhen=[when("first", ">", answerInteger=0)])
    questionnaire = load(form(total, part, calculated("first", value_of("q0")), question("q0", "integer")))
    assert questionnaire.calculation_order == ("first", "total")
    assert with_calculated(questionnaire, {"q0": 1, "part": 3}) == {"q0": 1, "first": 1, "part": 3, "total": 3}


def test_a_sum_that_decides_about_one_of_its_parts_is_said_and_made_all_the_same() -> None:
    part = question("part", "integer", enableWhen=[when("total", "<", answerInteger=9)])
    questionnaire = load(
        form(question("q0", "integer"), part, calculated("total", f"({value_of('q0')} | {value_of('part')}).sum()"))
    )
    assert [one.link_id for one in (*questionnaire.warnings, *questionnaire.unsupported)] == ["part", "part"]
    assert with_calculated(questionnaire, {"q0": 1, "part": 3, "total": 1})["total"] == 4


@st.composite
def cases(draw: st.DrawFn) -> tuple[Questionnaire, dict[str, Any]]:
    """Questions and sums of several of them, in groups that may repeat, some asked only in view of earlier ones."""
    items: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}
    for number in range(draw(st.integers(3, 8))):
        name, earlier = f"q{number}", [f"q{one}" for one in range(number)]
        item = question(name, "integer")
        if earlier and draw(st.booleans()):
            parts = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=3, unique=True))
            item = calculated(name, f"({' | '.join(map(value_of, parts))} | %more).sum() - {draw(st.integers(0, 9))}")
        if earlier and draw(st.integers(0, 3)) == 0:
            item["enableWhen"] = [when(draw(st.sampled_from(earlier)), ">", answerInteger=draw(st.integers(0, 9)))]
        items.append(item)
        if draw(st.booleans()):
            answers[name] = draw(st.integers(0, 9))
    return _grouped(draw, items, answers)


def _grouped(
    draw: st.DrawFn, items: list[dict[str, Any]], answers: dict[str, Any]
) -> tuple[Questionnaire, dict[str, Any]]:
    cut = draw(st.integers(0, len(items)))
    top = items[cut:]
    if cut:
        repeats = draw(st.booleans())
        top = [*top, question("g", "group", repeats=repeats, item=items[:cut])]
        inside = {one["linkId"] for one in items[:cut]} if repeats else set()
        answers = {f"{key}@{draw(st.integers(1, 3))}" if key in inside else key: one for key, one in answers.items()}
    several = draw(st.permutations(top))
    more = expression(VARIABLE, f"{value_of('q0')}.first()", name="more")
    return load(form(*several, extension=[more])), answers


@given(cases())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_the_same_as_when_everything_is_made_anew_after_each_value(
    case: tuple[Questionnaire, dict[str, Any]],
) -> None:
    found = with_calculated(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calculation, "others_hang_on", lambda *_: True)
        anew = with_calculated(*case)
    assert found == anew
    assert with_calculated(case[0], found) == found
