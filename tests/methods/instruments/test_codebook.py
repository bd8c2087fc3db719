"""The codebook of a questionnaire."""

from __future__ import annotations

import csv
from io import StringIO

from stegvis.methods.instruments.codebook import as_csv, codebook
from tests.methods.instruments.forms import choice, limits, question, read, score_extension, shipped, when

FORM = read(
    choice("mood", "0", "1", prefix="1."),
    question("hours", "decimal", extension=limits(0, 24, "Decimal")),
    question("why", "text", maxLength=200, enableWhen=[when("hours", ">", answerInteger=8)]),
    {"linkId": "g", "type": "group", "repeats": True, "item": [question("name", "string")]},
    extension=[score_extension("total", "single_item", items="mood")],
)


def row(variable: str) -> dict[str, str]:
    rows = csv.DictReader(StringIO(as_csv(codebook(FORM, "en"))))
    return next(one for one in rows if one["variable"] == variable)


def test_a_choice_has_its_codes_with_words_and_weights() -> None:
    assert row("mood")["text"] == "1. About mood"
    assert row("mood")["codes"] == "0=Answer 0 [0]|1=Answer 1 [1]"


def test_a_number_has_its_range_and_a_text_its_length() -> None:
    assert row("hours")["range"] == "0..24"
    assert row("why")["range"] == "0..200 characters"


def test_missing_codes_tell_declined_not_asked_and_not_answered_apart() -> None:
    assert row("mood")["missing_codes"] == "asked-declined=preferred not to answer|empty=not answered"
    assert "not-asked=not asked because of other answers" in row("why")["missing_codes"]


def test_a_variable_that_can_occur_several_times_has_a_letter_for_its_index() -> None:
    assert row("name@N")["text"] == "About name"


def test_scores_are_variables_too() -> None:
    assert row("total")["type"] == "score"


def test_a_shipped_instrument_has_a_row_for_every_question_and_score() -> None:
    phq = shipped("phq-9")

    assert len(codebook(phq)) == len(phq.questions) + len(phq.scores)
