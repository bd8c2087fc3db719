"""What is written at a visit: by question, by whom and when, and where it was left."""

import pytest

from stegvis.audit.models import Event
from stegvis.people.errors import NotInYourCaseload
from stegvis.people.models import Role
from stegvis.physiotherapy.errors import TooLong
from stegvis.physiotherapy.visiting import actions, progress, queries
from stegvis.physiotherapy.visiting.errors import NoSuchNote, NotANumberHere


def test_what_is_written_stays_with_who_wrote_it_and_the_newest_counts(act, first, world, physio):
    act(actions.write_notes, visit=first, notes={"obstacles_health": "Tired", "strength_days": "1"})
    act(actions.write_notes, visit=first, notes={"obstacles_health": "Tired, mornings", "strength_days": "1"}, hour=10)
    with world.acting(physio):
        newest = queries.notes_of(first)["obstacles_health"]
        assert (newest.words, newest.written_by) == ("Tired, mornings", physio)
        assert [each.words for each in queries.history_of(first)] == ["Tired, mornings", "1", "Tired"]


def test_no_word_of_a_note_is_in_the_record(act, first):
    act(actions.write_notes, visit=first, notes={"resources_social": "My sister Ulla"})
    assert "Ulla" not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    ("notes", "refusal"),
    [
        ({"favourite_colour": "blue"}, NoSuchNote),
        ({"strength_days": "8"}, NotANumberHere),
        ({"easy_minutes": "an hour"}, NotANumberHere),
        ({"support_wanted": "x" * 2001}, TooLong),
    ],
)
def test_what_no_question_asks_for_is_refused_and_nothing_of_it_is_kept(act, first, world, physio, notes, refusal):
    with pytest.raises(refusal):
        act(actions.write_notes, visit=first, notes={"resources_personal": "A dog", **notes})
    with world.acting(physio):
        assert not queries.notes_of(first)


def test_a_physiotherapist_of_nobody_here_writes_nothing(act, first, world):
    elsewhere = world.staff(Role.PHYSIOTHERAPIST, world.sites[1])
    with pytest.raises(NotInYourCaseload):
        act(actions.write_notes, visit=first, notes={"onward": "Walk"}, by=elsewhere)


def test_a_visit_is_taken_up_where_it_was_left(act, first, world, physio):
    with world.acting(physio):
        assert progress.left_at(first, "chair_stand_30") is None
    act(actions.write_notes, visit=first, notes={"resources_social": "A neighbour"})
    act(actions.write_notes, visit=first, notes={"obstacles_context": "Stairs"}, hour=10)
    with world.acting(physio):
        left = progress.left_at(first, "chair_stand_30")
    assert (left.part, left.question, left.by) == ("talk", "obstacles_context", physio.code)


def test_a_life_is_read_by_its_headings(act, first, world, person, physio):
    with world.acting(physio):
        assert queries.words_about(person) is None
    act(actions.write_notes, visit=first, notes={"resources_personal": "Stubborn", "resources_material": "A bicycle"})
    with world.acting(physio):
        assert queries.words_about(person) == queries.Words(resources="Stubborn\nA bicycle")
