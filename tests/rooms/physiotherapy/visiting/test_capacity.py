"""A capacity test: a result or a reason, never before heart and lungs are asked about, and the retest beside its error."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.methods.capacity import measurement_error, retest
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.physiotherapy.visiting.errors import AskBeforeEffort, ResultOrReason, ResultOutside
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial

CHAIR = "chair_stand_30"


def test_a_result_is_kept_with_how_long_the_test_lasted(act, first, clear, world, physio):
    act(actions.keep_capacity, visit=first, value=11, key=uuid4(), hour=10)
    with world.acting(physio):
        kept = queries.capacity_at(first, CHAIR)
    assert (kept.value, kept.seconds, kept.not_done, kept.measured_by) == (11, 30, "", physio)


def test_nobody_is_tested_before_the_heart_is_asked_about_but_a_reason_is_kept(act, first):
    with pytest.raises(AskBeforeEffort):
        act(actions.keep_capacity, visit=first, value=11, key=uuid4())
    assert act(actions.keep_capacity, visit=first, not_done="at_a_distance", key=uuid4()).not_done == "at_a_distance"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({}, ResultOrReason), ({"value": 9, "not_done": "pain"}, ResultOrReason), ({"value": 61}, ResultOutside)],
)
def test_neither_both_nor_neither_nor_what_cannot_be_is_kept(act, first, clear, given, refusal):
    with pytest.raises(refusal):
        act(actions.keep_capacity, visit=first, key=uuid4(), hour=10, **given)


def test_heart_and_lungs_are_asked_about_anew_before_the_retest(act, world, person, physio, first):
    world.visit_one(person)
    with world.acting(physio):
        third = physiotherapy.visit(person, 3)
    with pytest.raises(AskBeforeEffort):
        act(actions.keep_capacity, visit=third, value=12, key=uuid4())


def test_the_retest_stands_beside_the_first_result(act, world, person, physio, first, clear):
    act(actions.keep_capacity, visit=first, value=9, key=uuid4(), hour=10)
    world.visit_one(person, on=clock.today() + timedelta(days=1))
    with world.acting(physio):
        third = physiotherapy.visit(person, 3)
    asked = protocols.current().physiotherapy.before_effort
    act(trial.answer_red_flags, visit=third, answers=dict.fromkeys(asked, "no"), hour=10)
    act(actions.keep_capacity, visit=third, value=13, key=uuid4(), hour=11)
    with world.acting(physio):
        found = queries.retest_at(third, protocols.current().physiotherapy.capacity_test)
    assert (found.difference, found.is_within_chance) == (4, False)


def test_the_measurement_error_is_that_of_the_source():
    assert measurement_error(1.7) == pytest.approx(3.332)
    assert retest(10, 13, 1.7).is_within_chance
    assert not retest(14, 10, 1.7).is_within_chance
    with pytest.raises(ValueError, match="positive"):
        measurement_error(0)
