"""Whatever the questionnaire and whatever is answered: what is shown is asked, what is stored validates and stays."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import (
    Questionnaire,
    enabled,
    from_response,
    pages,
    read_json,
    to_response,
    validate,
    without_disabled,
    write_json,
)
from stegvis.methods.instruments.positions import occurrences
from tests.methods.instruments.test_properties import AUTHORED, KINDS, questionnaires, sound_cases
from tests.web.answering.posting import answered, form_of, post, sent

everything = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
Case = tuple[Questionnaire, dict[str, Any]]


def without_files(case: Case) -> Case:
    """A file cannot be put back into its control; the tests of fields see to files."""
    questionnaire, answers = case
    files = {item.link_id for item in questionnaire.questions if item.type == "attachment"}
    return questionnaire, {key: value for key, value in answers.items() if key.partition("@")[0] not in files}


@given(sound_cases().map(without_files))
@everything
def test_what_is_shown_is_what_is_asked_and_what_is_stored_validates_and_reads_back_the_same(case: Case) -> None:
    questionnaire, wanted = case
    stored = without_disabled(questionnaire, answered(questionnaire, wanted))

    shown = {position for page in pages(questionnaire, "en", stored) for position in page.positions}
    asked = {one.position for one in occurrences(questionnaire, stored).all if one.item.is_question}
    assert shown == asked & enabled(questionnaire, stored)
    assert validate(questionnaire, stored, complete=False) == []
    response = write_json(to_response(questionnaire, stored, AUTHORED, None, status="in-progress"))
    assert from_response(questionnaire, read_json(response)) == stored


@given(sound_cases().map(without_files))
@everything
def test_a_page_that_is_sent_again_as_it_was_shown_changes_nothing(case: Case) -> None:
    questionnaire, wanted = case
    stored = answered(questionnaire, wanted)
    for page in pages(questionnaire, "en", stored):
        again = post(page, stored, stored)
        assert again.is_valid(), again.errors
        assert {key: value for key, value in again.answers.items() if value is not None} == {
            key: stored[key] for key in again.answers if key in stored
        }


@given(questionnaires(tuple(KINDS), repeats=True), st.data())
@everything
def test_whatever_is_typed_is_an_answer_that_validates_or_is_refused_in_words(
    questionnaire: Questionnaire, data: st.DataObject
) -> None:
    asked = [page for page in pages(questionnaire, "en") if page.positions]
    assume(asked)
    page = data.draw(st.sampled_from(asked))
    names = [name + part for name in form_of(page, {}).fields for part in PARTS]
    typed = data.draw(st.lists(st.tuples(st.sampled_from(names), st.text(max_size=12) | st.sampled_from(TYPED))))
    form = form_of(page, {}, sent(*typed))
    form.is_valid()

    kept = {key: value for key, value in form.answers.items() if value is not None}
    problems = validate(questionnaire, kept, complete=False)
    assert [one for one in problems if one.rule not in {"disabled", "occurrences"}] == []
    assert all(str(sentence).strip() for sentences in form.errors.values() for sentence in sentences)


PARTS = ("", "__other", "__date", "__time", "__value", "__unit", "__declined", "__0", "__0__date", "__0__value")
TYPED = (
    "0",
    "1",
    "none",
    "7,5",
    "-3",
    "2026-03-09",
    "2026",
    "14:30",
    "99:99",
    "true",
    "prefer-not-to-answer",
    "https://a",
)
