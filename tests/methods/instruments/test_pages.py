"""What stands on which page."""

from __future__ import annotations

from typing import Any

from stegvis.methods.instruments import pages
from stegvis.methods.instruments.questionnaire import Questionnaire
from tests.methods.instruments.forms import choice, coded, limits, option, question, read, when
from tests.methods.instruments.test_expressions import SDC, VARIABLE, answer, calculated, expression


def keys(questionnaire: Questionnaire, answers: dict[str, Any] | None = None, **more: Any) -> list[list[str]]:
    return [[item.link_id for item in page.items] for page in pages(questionnaire, "en", answers, **more)]


def test_questions_that_share_their_answers_are_stacked_at_most_six_a_page() -> None:
    questionnaire = read(*(choice(f"q{number}", "0", "1") for number in range(8)), choice("other", "0", "1", "2"))

    assert [len(page) for page in keys(questionnaire)] == [6, 2, 1]


def test_lines_dates_and_texts_stand_alone() -> None:
    questionnaire = read(
        question("line", "integer", extension=limits(0, 100, control="line")),
        question("line2", "integer", extension=limits(0, 100, control="line")),
        question("when", "date"),
        question("story", "text"),
        question("yes", "boolean"),
        question("no", "boolean"),
    )

    assert keys(questionnaire) == [["line"], ["line2"], ["when"], ["story"], ["yes", "no"]]


def test_what_the_protocol_asks_for_stands_alone() -> None:
    questionnaire = read(*(choice(f"q{number}", "0", "1") for number in range(4)))

    assert keys(questionnaire, alone={"q1"}) == [["q0"], ["q1"], ["q2", "q3"]]


def test_rows_of_numbers_with_the_same_ends_are_stacked() -> None:
    questionnaire = read(
        question("a", "integer", extension=limits(0, 10, control="numbers")),
        question("b", "integer", extension=limits(0, 10, control="numbers")),
        question("c", "integer", extension=limits(0, 7, control="numbers")),
    )

    assert keys(questionnaire) == [["a", "b"], ["c"]]


def test_a_question_that_depends_on_another_stands_on_a_later_page() -> None:
    questionnaire = read(choice("a", "0", "1"), choice("b", "0", "1", enableWhen=[when("a", "=", **coded("1"))]))

    assert keys(questionnaire, {"a": "1"}) == [["a"], ["b"]]


def test_no_page_has_a_question_that_another_on_it_brings_through_a_third_or_through_a_calculated_value() -> None:
    later = read(choice("a", "0", "1", enableWhen=[when("c", "=", **coded("1"))]), choice("b", "0", "1"),
                 choice("c", "0", "1", enableWhen=[when("b", "=", **coded("1"))]))  # fmt: skip
    assert keys(later, {"b": "1", "c": "1"}) == [["a"], ["b"], ["c"]]

    hidden = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}
    total = calculated("total", "integer", "1")
    total["extension"].append(hidden)
    through = read(total, choice("a", "0", "1"), choice("b", "0", "1", enableWhen=[when("total", ">", answerInteger=0)]),
                   choice("c", "0", "1"))  # fmt: skip
    assert keys(through, {"total": 1}) == [["a"], ["b"], ["c"]]


def shown_while(text: str) -> dict[str, Any]:
    return {"extension": [expression(SDC + "enableWhenExpression", text)]}


def test_a_question_that_an_expression_brings_stands_on_no_page_with_what_the_expression_reads() -> None:
    one = f"{answer('c')}.code = '1'"
    later = read(choice("a", "0", "1", **shown_while(one)), choice("b", "0", "1"), choice("c", "0", "1"))
    assert keys(later, {"c": "1"}) == [["a", "b"], ["c"]]

    through = read(
        choice("a", "0", "1", **shown_while("%yes")), choice("b", "0", "1", **shown_while(f"{answer('c')}.exists()")),
        choice("c", "0", "1"), extension=[expression(VARIABLE, f"{answer('b')}.code = '1'", name="yes")],
    )  # fmt: skip
    assert keys(through, {"b": "1", "c": "1"}) == [["a"], ["b"], ["c"]]


def test_a_calculated_value_that_decides_parts_only_what_it_is_made_of() -> None:
    form = read(
        choice("b", "0", "1"), choice("x", "0", "1"), choice("a", "0", "1", enableWhen=[when("sum", ">", answerInteger=0)]),
        choice("c", "0", "1"), choice("d", "0", "1"), calculated("sum", "integer", f"{answer('d')}.ordinal()"),
    )  # fmt: skip

    assert keys(form, {"d": "1", "sum": 1}) == [["b", "x", "a", "c"], ["d", "sum"]]


def test_expressions_that_go_round_in_a_circle_and_options_that_others_bring_are_parted_too() -> None:
    circle = read(choice("a", "0", "1", **shown_while(f"{answer('b')}.exists()")),
                  choice("b", "0", "1", **shown_while(f"{answer('a')}.exists()")))  # fmt: skip
    assert keys(circle, everything=True) == [["a"], ["b"]]

    parts = [
        expression("expression", f"{answer('b')}.exists()"),
        {"url": "option", "valueCoding": option("1")["valueCoding"]},
    ]
    toggle = {"url": SDC + "answerOptionsToggleExpression", "extension": parts}
    toggled = read(choice("a", "0", "1", extension=[toggle]), choice("b", "0", "1"))
    assert keys(toggled) == [["a"], ["b"]]


def test_pages_without_anything_to_ask_fall_out_and_the_others_keep_their_key() -> None:
    questionnaire = read(
        choice("a", "0", "1"),
        choice("b", "0", "1", enableWhen=[when("a", "=", **coded("1"))]),
        question("c", "date"),
    )

    assert keys(questionnaire) == [["a"], ["c"]]
    assert [page.key for page in pages(questionnaire, "en")] == ["a", "c"]
    assert [page.key for page in pages(questionnaire, "en", {"a": "1"})] == ["a", "b", "c"]


def test_headings_and_texts_to_read_first_go_with_their_questions() -> None:
    questionnaire = read(
        {"linkId": "hello", "text": "Take your time", "type": "display"},
        {
            "linkId": "g",
            "text": "Your week",
            "type": "group",
            "item": [question("a", "boolean"), question("b", "boolean")],
        },
        question("c", "boolean"),
        {"linkId": "bye", "text": "Thank you", "type": "display"},
    )

    found = pages(questionnaire, "en")
    assert [(page.headings, page.lead) for page in found] == [
        (("Your week",), ("Take your time",)),
        ((), ()),
        ((), ("Thank you",)),
    ]
    assert keys(questionnaire) == [["a", "b"], ["c"], []]


def group(link_id: str, *items: dict[str, Any], controls: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    url = "http://hl7.org/fhir/StructureDefinition/questionnaire-itemControl"
    control = (
        [{"url": url, "valueCodeableConcept": {"coding": [{"code": one} for one in controls]}}] if controls else []
    )
    return {"linkId": link_id, "type": "group", "item": list(items), "extension": control, **more}


def test_what_the_file_wants_on_one_page_stands_together_up_to_ten_questions() -> None:
    questions = [question(f"q{number}", "date") for number in range(12)]
    assert [len(page) for page in keys(read(group("g", *questions, controls=("page",))))] == [10, 2]
    assert [len(page) for page in keys(read(group("g", *questions)))] == [1] * 12


def test_short_entries_of_one_group_are_stacked_and_those_at_the_top_are_not() -> None:
    short = [question("kg", "decimal"), question("cm", "integer"), question("name", "string")]
    assert keys(read(group("g", *short))) == [["kg", "cm", "name"]]
    assert keys(read(*short)) == [["kg"], ["cm"], ["name"]]


def test_each_occurrence_of_a_small_group_has_a_page_and_one_more_can_be_opened() -> None:
    form = read(group("drug", question("name", "string"), question("since", "date"), repeats=True))
    two = pages(form, "en", {"name@1": "Iron", "drug@2": None})
    assert [page.positions for page in two] == [("name@1", "since@1"), ("name@2", "since@2")]
    assert [page.around for page in two] == [("drug@1",), ("drug@2",)]


def test_every_row_of_a_repeating_table_stands_on_its_page() -> None:
    form = read(group("drug", question("name", "string"), repeats=True, controls=("gtable",)))
    [page] = pages(form, "en", {"name@1": "Iron", "name@2": "Zinc"})
    assert page.positions == ("name@1", "name@2")
    assert page.table is form.by_link_id["drug"]


def test_everything_that_may_be_asked_can_be_had_too() -> None:
    form = read(choice("a", "0", "1"), choice("b", "0", "1", enableWhen=[when("a", "=", **coded("1"))]))
    assert [page.key for page in pages(form, "en", everything=True)] == ["a", "b"]
