"""Guided: made-up people and therapists do in the programme what real ones do, by the same actions, on their days."""

import heapq
from datetime import timedelta
from itertools import count
from random import Random
from types import SimpleNamespace

import pytest

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import arranged, guided, own_questions, parameters
from stegvis.demonstration.cast import Cast
from stegvis.demonstration.life import Director
from stegvis.demonstration.lives import Life
from stegvis.messaging.models import Message
from stegvis.people.acting import acting_as
from stegvis.programme.models import Agreement, Feedback, GuidanceTime, Hold, Homework, Note, Pause
from stegvis.protocol import queries as protocols
from tests import worlds
from tests.studies.folders import CWP

ALWAYS = {
    guided: ("ASKS_AGAIN", "SETS_RIGHT"), arranged: ("AGREES", "PAUSES", "IS_HELD", "CORE_ALONE"),
}  # fmt: skip


@pytest.fixture
def world(example_trial):
    with clock.frozen(clock.at(worlds.FRIDAY, 9)):
        yield example_trial


@pytest.fixture
def play(world, monkeypatch):
    """Plays the days of somebody who does so many modules, 80 days ago until now; whatever can happen to them, does."""
    for module, names in ALWAYS.items():
        for name in names:
            monkeypatch.setattr(module, name, 1.1)
    monkeypatch.setattr(own_questions, "ANSWERS", dict.fromkeys(own_questions.ANSWERS, 1.1))

    def plays(modules: int):
        begun = clock.today() - timedelta(days=110)
        person = world.allocated(arm="intervention", on=begun)
        with acting_as(SYSTEM):
            opens = world.course(person).opens_on
            life = _life(world, person, opens, modules)
            _live(Director(protocols.current(), parameters.read(CWP), Cast()), life, person, begun)
        return person

    return plays


def _life(world, person, opens, modules):
    schedule = world.protocol.programme
    days = tuple(opens + timedelta(days=1 + 6 * number) for number in range(modules))
    return Life(
        number=7, site=person.site.code, language="sv", source="self", age=50, sex="woman", pain_months=20, seed=1,
        screened_on=opens, fate="randomised", visit1_on=opens - timedelta(days=schedule.day), module_days=days,
        choices=Random(5),  # with which every reply is read
    )  # fmt: skip


def _live(director, life, person, begun):
    """The agenda of a build, for one person; up to now."""
    steps, number, until = [], count(), clock.now()
    director.later = lambda moment, step: heapq.heappush(steps, (moment, next(number), step))
    with clock.frozen(clock.at(begun, 12)):
        director.guided.go_through(life, person)
        director.guided.begin(life, person, director.protocol.programme)
    while steps and steps[0][0] <= until:
        moment, _, step = heapq.heappop(steps)
        with clock.frozen(moment):
            step()


def test_whoever_stops_early_has_a_pace_a_pause_a_hold_second_rounds_and_a_letter(play):
    person = play(4)
    with acting_as(SYSTEM):
        homework = Homework.objects.filter(course=person.pk)
        assert sorted(homework.values_list("number", "round")) == [(n, r) for n in (1, 2, 3, 4) for r in (1, 2)]
        assert list(Agreement.objects.order_by("agreed_at").values_list("core_only", flat=True)) == [False, True]
        assert Hold.objects.get().released_at is not None
        pause, note = Pause.objects.get(), Note.objects.first()
        assert pause.from_on > homework.latest("number").sent_at.date()
        assert note is not None
        assert Message.objects.filter(author_role="therapist").count() >= 1


def test_homework_that_is_asked_for_again_is_answered_again_and_a_day_is_set_right(play):
    play(2)
    with acting_as(SYSTEM):
        asked = Feedback.objects.filter(taken_back_at=None).exclude(again_part=None)
        assert {each.homework.round for each in asked} == {1}
        assert Feedback.objects.filter(homework__round=2, again_part=None).count() == asked.count() == 2
        assert all(row.reason for row in GuidanceTime.objects.filter(kind="adjusted"))
        assert min(GuidanceTime.objects.filter(kind="adjusted").values_list("seconds", flat=True)) < 0


def test_a_reply_that_is_taken_back_is_sent_anew(play, monkeypatch):
    monkeypatch.setattr(guided, "TAKES_BACK", 1.1)
    play(1)
    with acting_as(SYSTEM):
        standing = Feedback.objects.get(taken_back_at=None, homework__round=1)
        back = Feedback.objects.exclude(taken_back_at=None).get(homework=standing.homework)
        assert standing.text.endswith(back.text)
        assert standing.read_at is None or standing.read_at > standing.sent_at


def test_the_weekly_questions_and_those_after_the_first_module_are_answered(play):
    person = play(3)
    with acting_as(SYSTEM):
        answered = Assessment.objects.filter(participant=person, tells_arm=True).exclude(submitted_at=None)
        codes = set(answered.values_list("occasion", flat=True))
    assert {"checkin_1", "checkin_2", "expectations"} <= codes


def test_new_behaviour_draws_nothing_from_the_old_stream():
    life = _life(SimpleNamespace(protocol=SimpleNamespace(programme=SimpleNamespace(day=56))),
                 SimpleNamespace(site=SimpleNamespace(code="BJ")), worlds.FRIDAY, 5)  # fmt: skip
    before = life.choices.getstate()
    first, again, other = (life.stream(name).random() for name in ("pace", "pace", "hold"))
    assert first == again != other
    assert life.choices.getstate() == before
