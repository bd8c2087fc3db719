"""The trial's programme as its readers and pages meet it."""

import pytest

from stegvis.methods.programme.content import Programme


def test_there_are_fourteen_modules_of_which_eight_are_core(programme: Programme) -> None:
    assert [module.number for module in programme] == list(range(1, 15))
    assert [module.number for module in programme if module.core] == [1, 2, 3, 5, 6, 8, 10, 14]
    assert [module.week for module in programme] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8]


def test_only_written_modules_are_delivered(programme: Programme) -> None:
    assert [module.code for module in programme.written] == ["start", "alarm"]
    after = programme.after("start")
    assert after is not None
    assert after.code == "alarm"
    assert programme.after("alarm") is None
    assert programme.module("sleep").parts("sv") == ()


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
    "sv": ("misslyck", "missade", "missat", "försenad", "borde", "bota", "strid", "bara stress", "skyll"),
}


@pytest.mark.parametrize("language", ["en", "sv"])
def test_no_participant_reads_an_unkind_word(programme: Programme, language: str) -> None:
    for module in programme.written:
        for part in module.parts(language):
            said = repr(part).lower()
            assert not [word for word in UNKIND[language] if word in said], part.title


@pytest.mark.parametrize(("language", "words"), [("en", "pain is real"), ("sv", "smärtan är verklig")])
def test_both_modules_say_that_pain_is_real(programme: Programme, language: str, words: str) -> None:
    for module in programme.written:
        part = module.part(1, language)
        assert words in repr(part.blocks).lower()
        assert words in part.short.lower()
