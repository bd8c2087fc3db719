"""Precision and boundaries; the cases are those of HL7's later test suite (fhir-test-cases, CC0) that have one sense."""

from __future__ import annotations

from typing import Any

import pytest

from stegvis.methods.instruments.fhirpath import ExpressionFailed
from tests.methods.instruments.fhirpath.forms import value

CASES: list[tuple[str, Any]] = [
    ("1.587.lowBoundary()", "1.58650000"),
    ("1.587.lowBoundary(2)", "1.58"),
    ("1.587.lowBoundary(0)", "1"),
    ("1.587.lowBoundary(-1)", None),
    ("1.587.lowBoundary(32)", None),
    ("(-1.587).lowBoundary(2)", "-1.59"),
    ("(-1.587).lowBoundary(6)", "-1.587500"),
    ("12.500.lowBoundary(4)", "12.4995"),
    ("120.lowBoundary(2)", "119.50"),
    ("1.lowBoundary(0)", "0"),
    ("1.587.highBoundary(2)", "1.59"),
    ("(-1.587).highBoundary(2)", "-1.58"),
    ("1.highBoundary(0)", "2"),
    ("12.500.highBoundary(4)", "12.5005"),
    ("1.587 'cm'.lowBoundary(8)", "1.58650000 'cm'"),
    ("@2014.lowBoundary(6)", "2014-01"),
    ("@2014.highBoundary(6)", "2014-12"),
    ("@2024-02.highBoundary()", "2024-02-29"),
    ("@2014-01-01T08.lowBoundary(17)", "2014-01-01T08:00:00.000+14:00"),
    ("@2014-01-01T08:05+08:00.lowBoundary(17)", "2014-01-01T08:05:00.000+08:00"),
    ("@2014-01-01T08:05-05:00.highBoundary(17)", "2014-01-01T08:05:59.999-05:00"),
    ("@2014-01-01T08.lowBoundary(8)", "2014-01-01"),
    ("@2014-01-01.lowBoundary(7)", None),
    ("@T10:30.lowBoundary(9)", "10:30:00.000"),
    ("@T10:30.highBoundary(9)", "10:30:59.999"),
    ("1.58700.precision()", "5"),
    ("@2014.precision()", "4"),
    ("@2014-01-05T10:30:00.000.precision()", "17"),
    ("@T10:30.precision()", "4"),
    ("{}.precision()", None),
    ("1 'cm'.comparable(1 '[in_i]')", "True"),
    ("1 'cm'.comparable(1 's')", "False"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_value_is_known_as_precisely_as_it_was_written(text: str, expected: str | None) -> None:
    found = value(text)
    assert (found == []) if expected is None else str(found) == expected


@pytest.mark.parametrize("text", ["'a'.precision()", "true.lowBoundary()", "1.comparable(2)"])
def test_what_has_no_precision_is_refused(text: str) -> None:
    with pytest.raises(ExpressionFailed):
        value(text)


def test_a_period_of_partial_dates_can_be_checked() -> None:
    period = {"resourceType": "Patient", "identifier": [{"period": {"start": "2026-03", "end": "2026-03-09"}}]}
    assert value("identifier.period.all(start <= end)", period) is False
    assert value("identifier.period.all(start.lowBoundary() < end.highBoundary())", period) is True
