"""The answers of an extract: written when they are asked for, in codes, and never in anybody's words."""

import pytest

from stegvis.assessments import queries as assessments
from stegvis.methods.analysis.extract import read_extract
from stegvis.methods.formats.source import open_source
from stegvis.people.acting import acting_as
from stegvis.protocol import queries as protocols
from stegvis.reporting import actions, given
from stegvis.trial import actions as trial
from stegvis.trial import queries as enrolments
from tests.methods.instruments.forms import choice, question, read


@pytest.fixture
def answers(tmp_path, plan, data_manager):
    """Write an extract with answers and give them as they stand there."""

    def written():
        with acting_as(data_manager):
            actions.write_extract(
                analysis="six_months", kind="pooled", folder=tmp_path / "x", plan=plan, answers=True, by=data_manager
            )
        return list(open_source(tmp_path / "x").records("answers"))

    return written


def test_every_answer_stands_there_as_it_is_stored(small, answers):
    found = answers()
    pain = [row for row in found if row["item"] == "pain-intensity"]
    assert {row["occasion"] for row in pain} == {"baseline", "six_months"}
    for row in pain:
        response = assessments.sent_responses(row["instrument"]).get(pk=row["response_id"][1:])
        assert row["value"] == str(assessments.answers(response)["pain-intensity"])
        assert row["saved_by"] == "participant"
    assert {row["instrument"] for row in found} <= {one.code for one in protocols.current().instruments}


def test_an_extract_has_none_unless_they_are_asked_for_and_the_analysis_reads_both(small, answers, tmp_path):
    answers()
    extract = read_extract(tmp_path / "x")
    assert extract.has("answers")
    assert len(extract.participants) > 0


def test_a_correction_is_told_by_its_number_and_who_made_it_by_role(small, data_manager, answers):
    person = next(one.participant for one in enrolments.all_enrolments() if one.randomised_on)
    with acting_as(data_manager):
        trial.correct_answers(
            assessment=small.assessment(person, "baseline"), instrument="pain-intensity",
            answers={"pain-intensity": 33}, reason="Read from the sheet of paper", by=data_manager,
        )  # fmt: skip
    row = next(r for r in answers() if r["participant"] == person.code and r["item"] == "pain-intensity")
    assert (row["value"], row["correction"], row["saved_by"]) == ("33", 1, "staff")


def test_each_version_of_a_corrected_answer_is_told_and_of_no_other(small, data_manager, answers, tmp_path):
    person = next(one.participant for one in enrolments.all_enrolments() if one.randomised_on)
    asked = {"assessment": small.assessment(person, "baseline"), "instrument": "pain-intensity", "by": data_manager}
    with acting_as(data_manager):
        for value in (33, 34):
            trial.correct_answers(answers={"pain-intensity": value}, reason="Read from the sheet", **asked)
    before = answers()
    rows = list(open_source(tmp_path / "x").records("answer_changes"))
    assert [(row["correction"], row["value"], row["saved_by"]) for row in rows] == [
        (0, "60", "participant"), (1, "33", "staff"), (2, "34", "staff"),
    ]  # fmt: skip
    assert next(row["value"] for row in before if row["response_id"] == rows[0]["response_id"]) == "34"


@pytest.mark.parametrize(
    ("item", "value", "cell"),
    [
        (question("a", "integer"), 7, "7"),
        (question("a", "decimal"), "7.50", "7.50"),
        (question("a", "boolean"), False, "false"),
        (question("a", "date"), "2026-05-01", "2026-05-01"),
        (choice("a", "0", "1"), "1", "1"),
        (question("a", "quantity"), {"value": 3, "unit": "h", "code": "h"}, "3"),
        (question("a", "text"), "My own words", None),
        (question("a", "string"), "Anna", None),
        (question("a", "open-choice"), {"other": "My own words"}, None),
        (choice("a", "0", "1", type="open-choice"), "My own words", None),
        (question("a", "attachment"), {"url": "https://somewhere.example/photo"}, None),
        (choice("a", "0", "1"), {"declined": True}, None),
    ],
)
def test_numbers_days_and_codes_go_along_and_words_stay(item, value, cell):
    assert given._cell(read(item).by_link_id["a"], value) == cell
