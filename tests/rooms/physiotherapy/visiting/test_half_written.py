"""Half-written forms: kept field by field like notes, emptied when sent, and where a visit is taken up again."""

import pytest

from stegvis.physiotherapy.errors import TooLong
from stegvis.physiotherapy.visiting import actions, half_written, progress, queries
from stegvis.physiotherapy.visiting.errors import NoSuchNote

MARK = "0123456789abcdef"


def write(act, first, notes, hour=9):
    return act(actions.write_notes, visit=first, notes=notes, hour=hour)


def waiting(first, form):
    return {field: note.words for field, note in half_written.of(first, form).items() if note.words}


def test_each_form_has_its_own_words_and_sending_one_empties_no_other(act, first, world, physio):
    write(act, first, {"goal.text": "Walk to the shop", "activity.title": "Stroll", f"{MARK}.title": "A longer one"})
    act(half_written.empty, visit=first, form="goal")
    with world.acting(physio):
        found = [waiting(first, form) for form in ("goal", "activity", MARK)]
        assert found == [{}, {"title": "Stroll"}, {"title": "A longer one"}]
        assert "Walk to the shop" in {each.words for each in queries.history_of(first)}


@pytest.mark.parametrize("question", ["shopping.text", "goal.", "goal.Text", "0123.title", "goal." + "x" * 21])
def test_a_form_that_there_is_not_is_refused(act, first, question):
    with pytest.raises(NoSuchNote):
        write(act, first, {question: "Walk"})


def test_more_words_than_there_is_room_for_are_refused(act, first):
    with pytest.raises(TooLong):
        write(act, first, {"goal.text": "a" * 2001})


@pytest.mark.parametrize(
    ("question", "part"),
    [("goal.text", "goals"), ("activity.title", "plan"), (f"{MARK}.title", "plan"), ("agree.flare_rule", "agree")],
)
def test_a_visit_is_taken_up_in_the_form_that_was_left(act, first, world, physio, question, part):
    write(act, first, {"onward": "Walk on"})
    write(act, first, {question: "Half a"}, hour=10)
    with world.acting(physio):
        left = progress.left_at(first, "chair_stand_30")
        assert (left.part, left.question) == (part, question)


def test_what_went_when_a_form_was_sent_is_no_place_to_go_on_at_and_no_word_of_the_conversation(
    act, first, world, physio
):
    write(act, first, {"goal.text": "Walk to the shop"})
    act(half_written.empty, visit=first, form="goal", hour=10)
    with world.acting(physio):
        assert progress.left_at(first, "chair_stand_30").part == "goals"
        assert progress.done_parts(first, [], "chair_stand_30") == frozenset()
