"""The trial's programme as its readers and pages meet it."""

import itertools
import re
from collections import Counter

import pytest

from stegvis.methods.programme.content import Programme


def test_there_are_fourteen_modules_of_which_eight_are_core(programme: Programme) -> None:
    assert [module.number for module in programme] == list(range(1, 15))
    assert [module.number for module in programme if module.core] == [1, 2, 3, 5, 6, 8, 10, 14]
    assert [module.week for module in programme] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8]


def test_one_module_leads_to_the_next_until_the_last(programme: Programme) -> None:
    assert programme.written == programme.modules
    for module, following in itertools.pairwise(programme.modules):
        assert programme.after(module.code) == following
    assert programme.after("onward") is None


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_module_brings_its_exercises_and_leads_to_goal_and_plan(programme: Programme, language: str) -> None:
    for module in programme:
        blocks = [block for part in module.parts(language) for block in part.blocks]
        kinds = Counter(block.block for block in blocks)
        assert kinds["example"] == 1
        assert {"goal", "plan"} <= kinds.keys()
        for purpose in ("worksheet", "practice", "homework", "checkin"):
            assert len(module.exercises(language, purpose)) == 1, (module.code, purpose)


def test_breathing_and_the_round_have_a_guide_that_keeps_the_time(programme: Programme) -> None:
    guides = {guide.code: guide for module in programme for part in module.parts("en") for guide in part.paced}
    assert {code: (guide.minutes, guide.in_short) for code, guide in guides.items()} == {
        "two_minutes": (2, True),
        "the_round": (10, False),
        "three_breaths": (1, True),
    }


def test_no_number_to_call_is_written_out(programme: Programme) -> None:
    for module in programme:
        for translation in module.translations.values():
            assert not re.findall(r"\b\d{3,}\b", repr(translation.parts)), module.code
    assert programme.numbers == ("emergency_number",)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_part_can_be_done_in_short(programme: Programme, language: str) -> None:
    for module in programme.written:
        for part in module.parts(language):
            assert part.short
            assert part.short_minutes <= part.minutes
            assert all(field.in_short for exercise in part.short_exercises for field in exercise.fields)
        assert any(part.short_exercises for part in module.parts(language))


def test_a_field_is_the_same_in_both_languages_but_for_its_words(programme: Programme) -> None:
    for module in programme.written:
        english, swedish = module.fields("en"), module.fields("sv")
        assert [(field.name, field.kind) for field in english] == [(field.name, field.kind) for field in swedish]
    field = programme.module("start").field("day_2", "sv")
    assert (field.group, field.label, field.options[0].label) == ("Tid 2", "Vilken dag?", "Måndag")


def test_a_person_is_brought_back_to_the_part_of_a_field(programme: Programme) -> None:
    assert programme.module("start").part_of_field("pain_3") == 4
    assert programme.module("alarm").part_of_field("loop_exit") == 3


def test_the_exercises_of_a_purpose_can_be_asked_for(programme: Programme) -> None:
    alarm = programme.module("alarm")
    assert [exercise.code for exercise in alarm.exercises("en", "worksheet", "homework")] == [
        "loop_map",
        "three_moments",
    ]
    checkin = alarm.exercises("sv", "checkin")[0]
    assert tuple(field.name for field in checkin.fields) == programme.checkin


def test_what_is_not_there_is_refused_by_name(programme: Programme) -> None:
    start = programme.module("start")
    with pytest.raises(KeyError, match="no module nothing"):
        programme.module("nothing")
    with pytest.raises(KeyError, match="no part 5"):
        start.part(5, "en")
    with pytest.raises(KeyError, match="no field nothing"):
        start.field("nothing", "en")
    with pytest.raises(KeyError, match="no field nothing"):
        start.part_of_field("nothing")


UNKIND = {
    "en": (
        "failed",
        "failure",
        "missed",
        "overdue",
        "drop out",
        "should have",
        "cure",
        "battle",
        "fight",
        "just stress",
    ),
    "sv": ("misslyck", "missade", "missat", "försenad", r"borde\b", "bota", "strid", "bara stress", "skyll"),
}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_participant_reads_an_unkind_word(programme: Programme, language: str) -> None:
    for module in programme.written:
        for part in module.parts(language):
            said = repr(part).lower()
            assert not [word for word in UNKIND[language] if re.search(rf"\b{word}", said)], part.title


@pytest.mark.parametrize(("language", "words"), [("en", "pain is real"), ("sv", "smärtan är verklig")])
def test_every_module_says_that_pain_is_real(programme: Programme, language: str, words: str) -> None:
    for module in programme.written:
        part = module.part(1, language)
        assert words in repr(part.blocks).lower()
        assert words in part.short.lower()
