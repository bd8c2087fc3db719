"""Expressions: calculated in the right order, conditions, constraints, beginnings, and what cannot be evaluated."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments import enabled, pages, score, validate
from stegvis.methods.instruments.calculation import calculated_values, with_calculated
from stegvis.methods.instruments.expressions import offered, with_initial
from stegvis.methods.instruments.questionnaire import Questionnaire
from tests.methods.instruments.forms import choice, limits, option, question, read, score_extension, when

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"


def expression(kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"url": kind, "valueExpression": {"language": "text/fhirpath", "expression": text} | more}


def calculated(link_id: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return question(link_id, kind, extension=[expression(SDC + "calculatedExpression", text)], **more)


def answer(link_id: str) -> str:
    return f"%resource.item.where(linkId='{link_id}').answer.value"


BMI = read(
    calculated("twice", "decimal", answer("bmi") + " * 2"),
    calculated("bmi", "decimal", "(%kg / (%cm / 100).power(2)).round(1)"),
    question("kg", "decimal"),
    question("cm", "decimal"),
    extension=[expression(VARIABLE, answer(name), name=name) for name in ("kg", "cm")],
)


def test_values_are_calculated_in_the_order_in_which_they_need_each_other() -> None:
    found = with_calculated(BMI, {"kg": Decimal("70"), "cm": Decimal("175")})

    assert BMI.calculation_order == ("bmi", "twice")
    assert (found["bmi"], found["twice"]) == (Decimal("22.9"), Decimal("45.8"))


def test_nothing_answered_gives_nothing_and_takes_an_old_value_away() -> None:
    assert with_calculated(BMI, {"bmi": Decimal("22.9"), "twice": Decimal("45.8")}) == {}


def test_the_sum_of_a_blank_scale_is_missing_and_never_nought() -> None:
    ordinals = "%resource.item.where(linkId in ('a' | 'b')).answer.value.ordinal()"
    form = read(choice("a", "0", "1"), choice("b", "0", "1"), calculated("sum", "decimal", f"{ordinals}.sum()"))

    assert "sum" not in with_calculated(form, {})
    assert with_calculated(form, {"a": "0", "b": "0"})["sum"] == 0
    assert with_calculated(form, {"a": "1", "b": "0"})["sum"] == 1


def test_calculations_that_go_round_in_a_circle_are_said_on_load_and_not_carried_out() -> None:
    form = read(
        calculated("a", "decimal", answer("b") + " + 1"),
        calculated("b", "decimal", answer("a") + " + 1"),
        calculated("c", "decimal", "1 + 1"),
    )

    assert {one.link_id for one in form.unsupported if "calculated from itself" in one.what} == {"a", "b"}
    assert with_calculated(form, {}) == {"c": Decimal(2)}


@pytest.mark.parametrize(
    ("item", "text", "fits"),
    [
        (calculated("c", "time", ""), answer("words"), "10:30:00"),
        (calculated("c", "date", ""), answer("words"), "2026-03-09"),
        (calculated("c", "integer", "") | {"maxLength": 3}, answer("words") + ".toInteger()", "7"),
    ],
)
def test_what_does_not_fit_its_question_is_no_value_and_can_be_sent(item: dict[str, Any], text: str, fits: str) -> None:
    item["extension"][0]["valueExpression"]["expression"] = text
    form = read(question("words", "string"), item)

    assert str(with_calculated(form, {"words": fits})["c"]) == fits
    assert with_calculated(form, {"words": "x"}) == {"words": "x"}


def test_a_calculated_number_is_rounded_to_its_decimals_and_left_out_beyond_its_limits() -> None:
    places = {"url": "http://hl7.org/fhir/StructureDefinition/maxDecimalPlaces", "valueInteger": 1}
    item = calculated("c", "decimal", answer("n") + " / 8")
    item["extension"] += [places, *limits(None, 10, "Decimal")]
    form = read(question("n", "decimal"), item)

    assert with_calculated(form, {"n": Decimal(2)})["c"] == Decimal("0.3")
    assert with_calculated(form, {"n": Decimal(80)})["c"] == 10
    assert "c" not in with_calculated(form, {"n": Decimal(81)})


def test_what_is_calculated_is_shown_with_the_question_before_it_and_scores_like_an_answer() -> None:
    form = read(
        question("a", "integer"), calculated("double", "integer", answer("a") + " * 2"),
        extension=[score_extension("total", "single_item", items="double")],
    )  # fmt: skip

    assert [page.positions for page in pages(form, "en")] == [("a", "double")]
    assert [page.positions for page in pages(form, "en", alone={"a", "double"})] == [("a",)]
    assert [one.value for one in score(form, with_calculated(form, {"a": 3}))] == [6]
    assert [one.missing_reason for one in score(form, with_calculated(form, {}))] == ["not_answered"]


def test_inside_a_repeating_group_a_value_is_calculated_from_its_own_occurrence() -> None:
    double = calculated("double", "integer", "%outer.item.where(linkId='n').answer.value * 2")
    group = {"linkId": "g", "type": "group", "repeats": True, "item": [question("n", "integer"), double]}
    form = read(group | {"extension": [expression(VARIABLE, "%context", name="outer")]})

    assert with_calculated(form, {"n@1": 3, "n@2": 5}) == {"n@1": 3, "n@2": 5, "double@1": 6, "double@2": 10}


def test_a_path_that_begins_at_nothing_begins_at_the_item_or_where_that_cannot_be_meant_at_the_response() -> None:
    inside = question("n", "integer")
    own = expression(VARIABLE, "item.where(linkId='n').answer.value", name="own")
    items = [inside, calculated("twice", "integer", "%own * 2")]
    group = {"linkId": "g", "type": "group", "item": items, "extension": [own]}
    form = read(group, calculated("also", "integer", "item.where(linkId='g').item.where(linkId='n').answer.value + 1"))

    assert with_calculated(form, {"n": 3}) == {"n": 3, "twice": 6, "also": 4}


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("integer", "7.0", 7),
        ("integer", "7.5", None),
        ("integer", "1 | 2", None),
        ("boolean", "1 = 1", True),
        ("string", "'a' & 'b'", "ab"),
        ("date", "@2026-03-09", "2026-03-09"),
        ("dateTime", "now()", "2026-03-09T10:00:00.000Z"),
        (
            "quantity",
            "2 'kg'",
            {"value": Decimal(2), "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
        ),
        ("string", "(1).undefined", None),
    ],
)
def test_a_result_becomes_an_answer_of_the_questions_type_or_none(kind: str, text: str, value: Any) -> None:
    if "undefined" in text:
        text = "%nowhere"
    found = with_calculated(read(calculated("x", kind, text)), {}, datetime(2026, 3, 9, 10, tzinfo=UTC))

    assert found.get("x") == value


def test_an_expression_decides_what_is_asked_and_what_stands_inside_it() -> None:
    when = expression(SDC + "enableWhenExpression", answer("age") + " >= 18")
    inside = [question("works", "boolean")]
    form = read(question("age", "integer"), {"linkId": "g", "type": "group", "extension": [when], "item": inside})

    assert {"g", "works"} <= enabled(form, {"age": 18})
    assert enabled(form, {"age": 17}) == {"age"}
    assert enabled(form, {}) == {"age"}


def test_an_answer_that_an_expression_rules_out_does_not_count_for_the_next_one() -> None:
    form = read(
        question("a", "integer"),
        question("b", "integer", extension=[expression(SDC + "enableWhenExpression", answer("a") + " > 0")]),
        question("c", "integer", extension=[expression(SDC + "enableWhenExpression", answer("b") + ".exists()")]),
    )

    assert enabled(form, {"a": 1, "b": 1, "c": 1}) == {"a", "b", "c"}
    assert enabled(form, {"a": 0, "b": 1, "c": 1}) == {"a"}


def test_a_calculated_item_shows_its_value_or_nothing_while_it_is_asked() -> None:
    twice = [expression(SDC + "calculatedExpression", f"{answer('n')} * 2")]
    form = read(
        question("n", "integer"),
        question("t", "integer", extension=twice),
        question("u", "integer", extension=twice, enableWhen=[when("n", ">", answerInteger=5)]),
    )

    assert calculated_values(form, {"n": 4, "t": 99}) == {"t": 8}
    assert calculated_values(form, {}) == {"t": None}
    assert calculated_values(form, {"n": 6}) == {"t": 12, "u": 12}
    assert validate(form, {"n": 4, "t": 99}) == []


def constrained() -> Questionnaire:
    parts = [
        {"url": "key", "valueId": "order"},
        {"url": "severity", "valueCode": "error"},
        {"url": "human", "valueString": "The end cannot come before the beginning."},
        {"url": "expression", "valueExpression": {
            "language": "text/fhirpath", "expression": f"{answer('begin')} <= {answer('end')}",
        }},
    ]  # fmt: skip
    extension = {"url": "http://hl7.org/fhir/StructureDefinition/targetConstraint", "extension": parts}
    return read(question("begin", "date"), question("end", "date"), extension=[extension])


def test_answers_that_do_not_fit_together_are_refused_in_the_files_own_words() -> None:
    (problem,) = validate(constrained(), {"begin": "2026-02-01", "end": "2026-01-01"})

    assert problem.rule == "constraint"
    assert problem.sentence == "The end cannot come before the beginning."


def test_answers_that_fit_together_or_are_not_all_there_are_taken() -> None:
    assert validate(constrained(), {"begin": "2026-01-01", "end": "2026-02-01"}) == []
    assert validate(constrained(), {"begin": "2026-01-01"}) == []


def test_answers_need_to_fit_together_only_when_the_response_is_complete() -> None:
    assert validate(constrained(), {"begin": "2026-02-01", "end": "2026-01-01"}, complete=False) == []


def test_a_wrong_answer_is_a_problem_also_where_expressions_look_at_the_answers() -> None:
    form = read(
        choice("mood", "0", "1"),
        choice("days", "0", "1", repeats=True),
        question("why", "string", extension=[expression(SDC + "enableWhenExpression", f"{answer('mood')}.exists()")]),
    )

    problems = validate(form, {"mood": "9", "days": "1", "why": "so"})
    assert [(one.link_id, one.rule) for one in problems] == [("mood", "option"), ("days", "type"), ("why", "disabled")]


def test_a_form_begins_with_its_initial_values_chosen_options_and_expressions() -> None:
    form = read(
        question("n", "integer", initial=[{"valueInteger": 3}]),
        question("many", "choice", repeats=True, answerOption=[option("1") | {"initialSelected": True}, option("2")]),
        question("day", "date", extension=[expression(SDC + "initialExpression", "today()")]),
        question("blank", "string"),
    )

    moment = datetime(2026, 3, 9, 10, tzinfo=UTC)
    assert with_initial(form, moment) == {"n": 3, "many": ["1"], "day": "2026-03-09"}


@pytest.mark.parametrize(
    ("more", "what", "blocks"),
    [
        ({"expression": "1 +"}, "cannot be read", True),
        ({"language": "text/cql"}, "the calculatedExpression is in text/cql, which is not evaluated here", True),
        ({"language": "application/x-fhir-query"}, "the calculatedExpression is in application/x-fhir-query", False),
    ],
)
def test_what_cannot_be_evaluated_is_said_on_load(more: dict[str, Any], what: str, blocks: bool) -> None:
    item = question("x", "integer", extension=[expression(SDC + "calculatedExpression", "1", **more)])
    (found,) = read(item).unsupported

    assert what in found.what
    assert (found.link_id, found.blocks) == ("x", blocks)


def test_a_name_that_does_not_exist_is_a_warning_and_one_that_others_give_is_not() -> None:
    launch = {"url": "name", "valueCoding": {"code": "patient"}}
    form = read(
        question("a", "integer"),
        calculated("typo", "integer", "%resource.item.where(linkId='b').answer.value"),
        calculated("lost", "integer", "%nothing"),
        calculated("known", "integer", "%patient.count()"),
        extension=[{"url": SDC + "launchContext", "extension": [launch]}],
    )

    assert [warning.link_id for warning in form.warnings] == ["lost", "typo"]
    assert "no item has the linkId 'b'" in form.warnings[1].what


def toggling(when_true: str, *options: str, **more: Any) -> Questionnaire:
    parts: list[dict[str, Any]] = [{"url": "option", "valueCoding": option(code)["valueCoding"]} for code in options]
    parts.append({"url": "expression", "valueExpression": {"language": "text/fhirpath", "expression": when_true}})
    toggle = {"url": SDC + "answerOptionsToggleExpression", "extension": parts}
    return read(question("n", "integer"), choice("c", "0", "1", "2", extension=[toggle]), **more)


def test_options_are_offered_while_their_expression_holds_and_others_always() -> None:
    form = toggling(f"{answer('n')} > 5", "1", "2")

    assert [one.key for one in offered(form, {"n": 6})["c"]] == ["0", "1", "2"]
    assert [one.key for one in offered(form, {"n": 5})["c"]] == ["0"]
    assert form.can_be_answered


def test_an_option_that_is_not_offered_cannot_be_the_answer() -> None:
    form = toggling(f"{answer('n')} > 5", "1")

    assert validate(form, {"n": 6, "c": "1"}) == validate(form, {"n": 5, "c": "0"}) == []
    assert [(one.link_id, one.rule) for one in validate(form, {"n": 5, "c": "1"})] == [("c", "option")]


def test_options_that_hang_on_what_a_server_knows_stay_and_that_is_said() -> None:
    launch = {
        "url": SDC + "launchContext",
        "extension": [{"url": "name", "valueId": "patient"}, {"url": "type", "valueCode": "Patient"}],
    }
    form = toggling("%patient.gender != 'male'", "1", extension=[launch])

    assert validate(form, {"c": "1"}) == []
    assert [one.path for one in form.unsupported if one.blocks] == [
        "Questionnaire.item[1].extension[0].extension[1].valueExpression.expression"
    ]


def test_an_option_to_toggle_that_is_none_is_a_warning() -> None:
    assert [one.what for one in toggling(f"{answer('n')} > 5", "9").warnings] == [
        "an option to toggle that the question does not have"
    ]


@pytest.mark.parametrize(
    ("condition", "what"),
    [
        ("{c} = '1'", "an answer to 'c' never equals the String '1'"),
        ("'1' != {c}", "an answer to 'c' never equals the String '1'"),
        ("{c}.code = '7'", "'c' has no option with the code '7'"),
        ("{c}.ordinal() > 1", None),
        ("{c}.code = '1' and {n} > 2 and {n} < 2.5 and {b} = true and {s} = 'a' and {o} = 'own words'", None),
        ("{word}.ordinal() > 1", "no option of 'word' has a weight, so this gives nothing"),
        ("{n}.ordinal() > 1", "an answer to 'n' is of type integer and has no weight"),
        ("{b} = 'true'", "an answer to 'b' never equals the String 'true'"),
        ("{s} = 1", "an answer to 's' never equals the Integer 1"),
    ],
)
def test_a_comparison_that_no_answer_can_fulfil_is_a_warning(condition: str, what: str | None) -> None:
    expressed = condition.format(**{name: answer(name) for name in ("c", "n", "b", "s", "o", "word")})
    form = read(
        choice("c", "0", "1"), question("n", "integer"), question("b", "boolean"), question("s", "string"),
        question("o", "open-choice", answerOption=[option("1")]), choice("word", "often", "never"),
        question("x", "string", extension=[expression(SDC + "enableWhenExpression", expressed)]),
    )  # fmt: skip

    assert [one.what for one in form.warnings] == ([what] if what else [])


def test_what_should_be_fhirpath_and_is_none_is_a_warning_where_it_stands() -> None:
    parts = [{"url": "key", "valueId": "k"}, {"url": "expression", "valueString": "answer.count() = 3 asdf"}]
    constraint = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-constraint", "extension": parts}
    form = read(question("q", "string", extension=[constraint]))

    (warning,) = form.warnings
    assert warning.path == "Questionnaire.item[0].extension[0].extension[1].valueString"
    assert "'asdf' is not expected here" in warning.what
    assert not form.can_be_answered
