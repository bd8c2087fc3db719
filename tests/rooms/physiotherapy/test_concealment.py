"""Whether concealment held: a guess once a visit, with how sure; and that somebody was told, through whom, how, when."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.errors import SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.people import queries as people
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.people.models import Role
from stegvis.physiotherapy import actions, concealment, queries
from stegvis.physiotherapy.errors import (
    BeforeTheStart,
    GuessedAlready,
    HeldByAColleague,
    NotYet,
    SayHowSure,
    UnknownChoice,
    UnknownGroup,
)
from stegvis.trial import actions as trial


@pytest.fixture
def person(world):
    return world.allocated(arm="intervention")


@pytest.fixture
def physio(world, person):
    return world.clinician(person, Role.PHYSIOTHERAPIST)


def guess(world, person, by, arm="control", sure="somewhat", key=None, number=2):
    with world.acting(by, hour=10):
        visit = queries.visit(person, number)
        return concealment.guess_arm(visit=visit, arm=arm, sure=sure, key=key or uuid4(), by=by)


def told(world, person, by, **other):
    given = {"told_by": "participant", "how": "visit", "told_on": clock.today(), "words": "", "key": uuid4(), **other}
    with world.acting(by, hour=10):
        return concealment.keep_told(participant=person, by=by, **given)


def taken_over(world, person, physio):
    colleague = next(each for each in people.staff_at(person.site, Role.PHYSIOTHERAPIST) if each != physio)
    with world.acting(colleague, hour=10):
        trial.take_over(participant=person, by=colleague)
    return colleague


def test_a_guess_says_which_arm_and_how_sure_and_not_knowing_is_an_answer(world, person, physio):
    made = guess(world, person, physio)
    unknown = guess(world, person, physio, "", "", number=3)

    assert (made.arm, made.sure, made.had_been_told) == ("control", "somewhat", False)
    assert (unknown.arm, unknown.sure) == (None, "")


def test_a_guess_after_being_told_is_kept_as_such(world, person, physio):
    told(world, person, physio)
    assert guess(world, person, physio).had_been_told


@pytest.mark.parametrize(
    ("arm", "sure", "refusal"),
    [
        ("", "strongly", SayHowSure),
        ("control", "", SayHowSure),
        ("nowhere", "somewhat", UnknownGroup),
        ("control", "very", UnknownChoice),
    ],
)
def test_half_a_guess_and_an_unknown_arm_are_refused(world, person, physio, arm, sure, refusal):
    with pytest.raises(refusal):
        guess(world, person, physio, arm, sure)


def test_a_guess_is_asked_once_a_visit_and_sent_twice_is_one(world, person, physio):
    key = uuid4()
    assert guess(world, person, physio, key=key) == guess(world, person, physio, key=key)
    with pytest.raises(SentWithOtherWords):
        guess(world, person, physio, "intervention", key=key)
    with pytest.raises(GuessedAlready, match="a guess is asked once"):
        guess(world, person, physio, "intervention")


def test_a_colleague_who_takes_over_guesses_for_themselves_until_the_visit_is_held(world, person, physio):
    theirs = guess(world, person, physio)
    colleague = taken_over(world, person, physio)
    own = guess(world, person, colleague, "intervention", "strongly")
    assert (theirs.guessed_by, own.guessed_by) == (physio, colleague)


def test_nobody_guesses_about_a_visit_that_a_colleague_has_held(world, person, physio):
    with world.acting(physio, hour=9):
        actions.hold_visit(participant=person, number=2, mode="video", by=physio)
    colleague = taken_over(world, person, physio)
    with pytest.raises(HeldByAColleague, match="You need not guess"):
        guess(world, person, colleague)


def test_what_was_told_is_kept_without_the_arm(world, person, physio):
    kept = told(world, person, physio, told_by="relative", how="telephone", words="He said it by mistake")
    assert (kept.told_by, kept.how, kept.told_on) == ("relative", "telephone", clock.today())
    for wrong, refusal in (
        ({"told_by": "wind"}, UnknownChoice),
        ({"how": "dream"}, UnknownChoice),
        ({"told_on": clock.today() + timedelta(days=1)}, NotYet),
        ({"told_on": clock.today() - timedelta(days=900)}, BeforeTheStart),
    ):
        with pytest.raises(refusal):
            told(world, person, physio, **wrong)


def test_only_the_own_physiotherapist_guesses_and_is_told(world, person, physio):
    outsider = world.staff(Role.PHYSIOTHERAPIST, next(site for site in world.sites if site != person.site))
    for by, refusal in ((outsider, NotInYourCaseload), (world.coordinator(person), NotTheirRole)):
        with pytest.raises(refusal):
            told(world, person, by)


def test_the_record_has_neither_arm_nor_words(world, person, physio):
    guess(world, person, physio)
    told(world, person, physio, words="She has the programme")
    events = Event.objects.filter(verb__startswith="physiotherapy.arm_")
    assert events.count() == 2
    for each in events:
        assert not any(word in str(each.detail) for word in ("control", "intervention", "somewhat", "programme"))
