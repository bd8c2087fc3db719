"""What came from a form, as a value that may be kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.programme.answers import MOST_CHARACTERS, AnswerRefused, answer, as_text, in_words
from stegvis.methods.programme.blocks import Field, Option

OPTIONS = (Option("calm", "More calm"), Option("nights", "Better nights"), Option("limits", "To say no"))
TEXT = Field("a", "text", "A?")
NUMBER = Field("b", "number", "B?", minimum=0, maximum=10, low="None", high="All")
CHOICE = Field("c", "choice", "C?", options=OPTIONS)
CHOICES = Field("d", "choices", "D?", options=OPTIONS)
TIME = Field("e", "time", "E?")
AMOUNT = Field("f", "amount", "F?", maximum=240, unit="minutes")


@pytest.mark.parametrize("field", [TEXT, NUMBER, CHOICE, CHOICES, TIME, AMOUNT])
def test_no_answer_is_always_allowed(field: Field) -> None:
    assert answer(field, "") is None
    assert answer(field, []) is None
    assert as_text(None) == in_words(field, None) == ""


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        (NUMBER, "seven", "not_a_number"),
        (NUMBER, "7.5", "not_a_number"),
        (NUMBER, "1_0", "not_a_number"),
        (NUMBER, "11", "out_of_range"),
        (NUMBER, "-1", "out_of_range"),
        (AMOUNT, "241", "not_an_amount"),
        (AMOUNT, "-5", "not_an_amount"),
        (AMOUNT, "an hour", "not_an_amount"),
        (TIME, "24:00", "not_a_time"),
        (TIME, "22:60", "not_a_time"),
        (TIME, "late", "not_a_time"),
        (CHOICE, "hope", "not_an_option"),
        (CHOICES, ["calm", "hope"], "not_an_option"),
        (TEXT, "x" * (MOST_CHARACTERS["text"] + 1), "too_long"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(field: Field, typed: str | list[str], reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        answer(field, typed)
    assert refused.value.reason == reason
    assert refused.value.field == field


def test_zero_is_an_answer() -> None:
    assert answer(NUMBER, "0") == 0
    assert in_words(NUMBER, 0) == "0 (0–10)"


def test_choices_come_back_in_the_order_of_the_options() -> None:
    assert answer(CHOICES, ["limits", "calm", "limits"]) == ["calm", "limits"]
    assert in_words(CHOICES, ["calm", "limits"]) == "More calm, To say no"
    assert in_words(CHOICE, "nights") == "Better nights"


def test_a_text_keeps_its_lines_and_loses_its_margins() -> None:
    assert answer(TEXT, "  one\r\ntwo \n") == "one\ntwo"


@given(st.sampled_from([TEXT, NUMBER, CHOICE, CHOICES]), st.data())
def test_what_was_kept_as_text_reads_back_the_same(field: Field, data: st.DataObject) -> None:
    values = [option.value for option in OPTIONS]
    typed = {
        "text": st.text(max_size=50).map(str.strip),
        "number": st.integers(0, 10).map(str),
        "choice": st.sampled_from(["", *values]),
        "choices": st.lists(st.sampled_from(values), unique=True),
    }
    value = answer(field, data.draw(typed[field.kind]))
    assert answer(field, as_text(value)) == value


@pytest.mark.parametrize("typed", ["22:30", "22.30", "2230"])
def test_a_time_is_kept_as_one_whichever_way_it_was_typed(typed: str) -> None:
    assert answer(TIME, typed) == "22:30"
    assert answer(TIME, "7") == "07:00"


def test_an_amount_reads_with_its_unit() -> None:
    assert in_words(AMOUNT, answer(AMOUNT, "20")) == "20 minutes"
