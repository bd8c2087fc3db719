"""Assessors: a few of the made-up people answer by telephone or on paper."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import assessors, parameters
from stegvis.demonstration.lives import Mode, draw_lives
from stegvis.methods.study.folder import load
from stegvis.people.acting import acting_as
from stegvis.trial import queries as trials
from tests import worlds

STUDY = Path(__file__).parents[2] / "studies" / "cwp"
MODEL = parameters.read(STUDY)


@pytest.fixture
def world(example_trial):
    with clock.frozen(clock.at(worlds.FRIDAY, 9)):
        yield example_trial


@pytest.fixture(scope="module")
def lives():
    return draw_lives(MODEL, load(STUDY).protocol, seed=MODEL.default_seed, participants=129)


def life_of(person, lives, **changes):
    return replace(next(each for each in lives if each.follow_up), language=person.language, **changes)


def test_some_answer_by_telephone_and_some_on_paper_and_most_on_a_screen(lives):
    modes = [life.mode for life in lives if life.answers]
    assert 0 < modes.count(Mode.PAPER) < 10 > modes.count(Mode.PHONE) > 0
    assert all(life.mode == Mode.PAPER for life in lives if life.misread)


def test_by_telephone_the_primary_outcomes_are_sent_alone_and_the_call_is_kept(world, lives):
    person = world.allocated(on=worlds.FRIDAY - timedelta(days=182))
    with acting_as(SYSTEM):
        assessors.ask_by_telephone(MODEL, life_of(person, lives), person, world.primary)
        sent = world.assessment(person, world.primary)
        assert (sent.minimum_at is not None, sent.submitted_at) == (True, None)
        assert assessments.response(sent, world.protocol.primary_instruments[0]).mode == Mode.PHONE
        assert [each.outcome for each in trials.calls_of(person)] == ["answered"]


@pytest.mark.parametrize("misread", [False, True])
def test_a_paper_form_is_entered_by_two_and_a_slip_is_settled_before_it_is_sent(world, lives, misread):
    person = world.allocated(on=worlds.FRIDAY - timedelta(days=182))
    with acting_as(SYSTEM):
        again = assessors.enter_paper(MODEL, life_of(person, lives, misread=misread), person, world.primary)
        again()
        sent = world.assessment(person, world.primary)
        assert sent.submitted_at is not None
        assert len({each.entered_by for each in paper.entries(sent)}) == 2
        assert len(paper.differences(sent)) == misread
