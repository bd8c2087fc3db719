"""Walking FHIR JSON, variables, and time: what the specification's suite does not touch."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from stegvis.methods.instruments.fhirpath import Date, ExpressionFailed, Quantity, Time, parse, root
from tests.methods.instruments.fhirpath.forms import choices, coded, numbers, response, value

BORN = {"resourceType": "Patient", "_birthDate": {"extension": [{"url": "why", "valueCode": "asked-declined"}]}}
FIVE = timezone(timedelta(hours=5))


def test_a_choice_element_is_its_value_whatever_its_type() -> None:
    mixed = response(q0={"valueInteger": 1}, q1={"valueString": "a"}, q2={"valueBoolean": False})
    assert parse("item.answer.value").evaluate(mixed) == [1, "a", False]


def test_a_plain_value_that_is_only_extensions_exists_and_has_no_value() -> None:
    assert value("birthDate.exists()", BORN) is True
    assert value("birthDate.hasValue()", BORN) is False
    assert value("birthDate.extension('why').value", BORN) == "asked-declined"
    assert value("birthDate < @2026-01-01", BORN) == []
    assert parse("birthDate").evaluate(BORN) == [BORN["_birthDate"]]


def test_extensions_of_one_of_several_plain_values_keep_their_place() -> None:
    name = {"given": ["Ada", None], "_given": [None, {"extension": [{"url": "x", "valueString": "hidden"}]}]}
    patient = {"resourceType": "Patient", "name": [name]}
    assert value("name.given[1].extension('x').value", patient) == "hidden"
    assert parse("name.given.where(hasValue())").evaluate(patient) == ["Ada"]


def test_other_elements_are_given_out_as_their_json() -> None:
    assert value("item.answer.value", coded(q1="a")) == {"system": "s", "code": "a"}


def test_computed_quantities_become_fhir_ones() -> None:
    assert value("3 weeks").to_fhir()["code"] == "wk"
    assert value("1 'kg' + 1 'g'") == Quantity(Decimal(1001), "g")


def test_json_that_is_not_of_its_type_is_refused() -> None:
    with pytest.raises(ExpressionFailed, match="'soon' is not a date"):
        value("birthDate > @2000", {"resourceType": "Patient", "birthDate": "soon"})
    with pytest.raises(ExpressionFailed, match="'3' is not a integer"):
        value("item.answer.value.sum()", response(q0={"valueInteger": "3"}))


def test_the_result_of_one_expression_is_the_variable_of_another() -> None:
    answered, questionnaire = coded(q1="b"), choices("q1", a=1, b=2)
    chosen = parse("item.answer.value").outcome(answered).items
    assert value("%chosen.code", answered, chosen=chosen) == "b"
    assert value("%chosen.ordinal()", answered, chosen=chosen, questionnaire=questionnaire) == 2


def test_an_item_as_focus_finds_its_resource_among_the_variables() -> None:
    whole = numbers(3, 4)
    assert value("answer.value + %resource.item.answer.value.sum()", whole["item"][0], resource=whole) == 10
    assert value("%resource.item.count() + answer.value", root(whole["item"][0]), resource=whole) == 5


def test_an_unknown_variable_is_refused() -> None:
    with pytest.raises(ExpressionFailed, match="no variable %nobody"):
        value("%nobody + 1")


def test_pythons_dates_may_be_given_and_other_objects_may_not() -> None:
    assert (
        value("%birth < @1980 and %seen > @2025", birth=date(1979, 2, 1), seen=datetime(2026, 3, 9, tzinfo=UTC)) is True
    )
    with pytest.raises(TypeError, match="without a time zone"):
        value("%seen", seen=datetime(2026, 3, 9, tzinfo=UTC).replace(tzinfo=None))
    with pytest.raises(TypeError, match="object is no value of FHIRPath"):
        value("%thing", thing=object())


def test_quantifiers_of_truth_take_truth_values_only() -> None:
    assert value("(true | false).anyTrue()") is True
    with pytest.raises(ExpressionFailed, match="neither true nor false"):
        value("(true | 'a').allTrue()")


def test_several_where_one_is_needed_are_refused() -> None:
    with pytest.raises(ExpressionFailed, match="needs a single value and got 2"):
        value("item.answer.value + 1", numbers(1, 2))


def test_iif_evaluates_only_what_is_needed() -> None:
    assert value("iif(true, 1, resolve)") == 1
    with pytest.raises(ExpressionFailed):
        value("iif(false, 1, (1 | 2).single())")
    assert value("iif(true, 1, (1 | 2).single())") == 1


def test_a_variable_defined_in_a_part_is_not_seen_outside() -> None:
    assert value("1.defineVariable('x', 2).select(%x + $this)") == 3
    with pytest.raises(ExpressionFailed, match="no variable %x"):
        value("1.defineVariable('x').exists() and %x = 1")


def test_sorting_is_stable_and_by_several_keys() -> None:
    people = {"a": [{"n": 2, "t": "x"}, {"n": 1, "t": "y"}, {"n": 2, "t": "a"}]}
    assert parse("a.sort(-n, t).t").evaluate(people) == ["a", "x", "y"]


def test_now_is_the_moment_given_and_nothing_else() -> None:
    at = datetime(2026, 3, 9, 23, 30, tzinfo=FIVE)
    assert parse("today()").evaluate({}, at=at) == [Date((2026, 3, 9))]
    assert parse("timeOfDay() > @T23:00").evaluate({}, at=at) == [True]
    assert parse("now() = @2026-03-09T18:30:00.000Z").evaluate({}, at=at) == [True]
    with pytest.raises(ExpressionFailed, match="No moment was given"):
        value("today()")
    with pytest.raises(ValueError, match="no time zone"):
        parse("today()").evaluate({}, at=at.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@2026-01-31 + 1 month", "2026-02-28"),
        ("@2024-02-29 + 1 year", "2025-02-28"),
        ("@2026-03-09 - 3 weeks", "2026-02-16"),
        ("@2014 + 24 months", "2016"),
        ("@2026-03 + 40 days", "2026-04"),
        ("@2014-01 + 52 weeks", "2015-01"),
        ("@T23:30 + 45 minutes", "00:15"),
        ("@2026-03-09T23:59:59.5Z + 1 second", "2026-03-10T00:00:00.5Z"),
        ("@9999-12-31 + 1 day", None),
    ],
)
def test_dates_are_moved_by_calendar_durations(text: str, expected: str | None) -> None:
    found = value(text)
    assert (found == []) if expected is None else str(found) == expected


@pytest.mark.parametrize("text", ["@2026-03-09 + 1 'kg'", "@2026-03-09 + 1 'mo'", "@T10 + 1 year", "@2026 + 1"])
def test_dates_are_moved_by_nothing_else(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        value(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@2026-03 < @2026-03-09", []),
        ("@2026-02 < @2026-03-09", True),
        ("@2026-03-09T10:00:00+01:00 = @2026-03-09T09:00:00Z", True),
        ("@2026-03-09T10:00:00 = @2026-03-09T10:00:00Z", []),
        ("@2026-03-09T10 ~ @2026-03-09T10:00", False),
    ],
)
def test_moments_are_compared_as_precisely_as_they_were_given(text: str, expected: Any) -> None:
    assert value(text) == expected


def test_times_and_dates_are_values_that_can_be_hashed_and_written() -> None:
    moment = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)
    assert {str(found) for found in parse("now() | today()").evaluate({}, at=moment)} == {
        "2026-03-09T08:05:00.000Z",
        "2026-03-09",
    }
    assert str(Time((8, 5))) == "08:05"


def test_the_short_way_for_a_linkid_gives_what_the_long_way_gives() -> None:
    answered = numbers(1, 2, 3)
    assert value("item.where(linkId = 'q1').answer.value", answered) == 2
    assert value("item.where((linkId) = 'q1' and true).answer.value", answered) == 2
    assert value("item.where(linkId = 'none')", answered) == []
    assert value("item.exists(linkId = 'q2') and item.all(linkId = 'q2').not()", answered) is True
