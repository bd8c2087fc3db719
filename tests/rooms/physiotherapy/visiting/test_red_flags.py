"""Warning signs: a yes reaches the rota and stops planning and randomisation until a named clinician has decided."""

from dataclasses import replace
from uuid import uuid4

import pytest

from stegvis.people.acting import acting_as
from stegvis.people.errors import NotALicensedClinician
from stegvis.people.models import Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.physiotherapy.visiting.errors import (
    ActivityStopped,
    AskBeforeEffort,
    DecisionNeedsWords,
    LimitsNeedWords,
    NoSuchFlag,
    NothingToDecide,
    RedFlagUndecided,
)
from stegvis.safety import queries as safety
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.trial.errors import DecidedElsewhere
from tests.worlds import PLAN


@pytest.fixture
def decide(act, first):
    def _decide(outcome="go_on", reason="Spoke with the doctor", limits="", hour=11, **other):
        given = {"visit": first, "outcome": outcome, "reason_words": reason, "limits": limits, "key": uuid4()}
        return act(trial.decide_activity, hour=hour, **given | other)

    return _decide


def draft(act, person, effort="easy", hour=12):
    activity = replace(PLAN.activities[0], effort=effort)
    return act(physiotherapy.save_draft, participant=person, draft=replace(PLAN, activities=(activity,)), hour=hour)


def gate(person):
    with acting_as(person.account):
        states = {each.check: each for each in trials.gates(trials.enrolment(person))}
    return states["red_flags_decided"]


def test_a_yes_tells_everybody_on_the_rota_once_and_further_ones_join_it(act, first, world, person):
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes", "cancer": "no"})
    act(trial.answer_red_flags, visit=first, answers={"chest_pain": "yes", "fever": "yes"}, hour=10)
    with world.acting(world.coordinator()):
        (alert,) = [each for each in safety.open_alerts_of(person) if each.trigger == "red_flag"]
        told = {notice.account for notice in safety.notices_of(alert)}
        assert told == set(safety.rota(person.site))


def test_a_no_and_not_known_tell_nobody(act, first, world, person, clear):
    act(trial.answer_red_flags, visit=first, answers={"fever": "unknown"}, hour=10)
    with world.acting(world.coordinator()):
        assert not safety.open_alerts_of(person).filter(trigger="red_flag").exists()


def test_nothing_is_planned_nor_randomised_until_a_clinician_has_decided(act, first, person, decide):
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes"})
    act(trial.answer_red_flags, visit=first, answers={"fever": "no"}, hour=10)  # a yes is not simply taken back
    with pytest.raises(RedFlagUndecided, match="waits for a clinician's decision"):
        draft(act, person)
    assert not gate(person).is_open

    decide("limits", limits="No lifting above 5 kg")
    assert draft(act, person)
    assert gate(person).is_open


def test_whoever_does_not_go_on_is_neither_planned_for_nor_randomised_until_it_is_decided_anew(
    act, first, person, decide, physio
):
    act(trial.answer_red_flags, visit=first, answers={"cancer": "yes"})
    decide("not")
    with pytest.raises(ActivityStopped, match=physio.code):
        draft(act, person)
    assert "does not go on" in str(gate(person).missing)
    decide("go_on", hour=12)
    assert draft(act, person, hour=13)


def test_limits_stand_until_the_next_decision(act, first, person, decide, world, physio):
    act(trial.answer_red_flags, visit=first, answers={"joint": "yes"})
    decide("limits", limits="The knee at rest")
    with world.acting(physio):
        assert queries.standing(person).limits == "The knee at rest"
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes"}, hour=12)
    decide("go_on", hour=13)
    with world.acting(physio):
        assert queries.standing(person).limits == ""


@pytest.mark.parametrize(
    ("given", "refusal"),
    [({"reason": " "}, DecisionNeedsWords), ({"outcome": "limits"}, LimitsNeedWords)],
)
def test_a_decision_says_why_and_within_which_limits(act, first, decide, given, refusal):
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes"})
    with pytest.raises(refusal):
        decide(**given)


def test_a_decision_is_about_something(decide, clear):
    with pytest.raises(NothingToDecide):
        decide()


def test_a_decision_is_a_licensed_clinicians_who_meets_the_person_or_is_on_the_rota(act, first, decide, world):
    act(trial.answer_red_flags, visit=first, answers={"fever": "yes"})
    elsewhere, assessor = world.staff(Role.PHYSIOTHERAPIST, world.sites[1]), world.staff(Role.OUTCOME_ASSESSOR)
    with pytest.raises(DecidedElsewhere):
        decide(by=elsewhere)
    with pytest.raises((DecidedElsewhere, NotALicensedClinician)):
        decide(by=assessor)


def test_hard_effort_waits_for_heart_and_lungs_pregnancy_and_falls(act, first, person):
    with pytest.raises(AskBeforeEffort, match="6 of those questions"):
        draft(act, person, "hard")
    assert draft(act, person, "medium")
    asked = ("chest_pain", "breathless", "fainting", "palpitations", "pregnant", "falls")
    act(trial.answer_red_flags, visit=first, answers=dict.fromkeys(asked, "no"))
    assert draft(act, person, "hard")


def test_not_known_about_the_heart_waits_for_a_clinician_too(act, person, first, clear, decide):
    act(trial.answer_red_flags, visit=first, answers={"fainting": "unknown"}, hour=10)
    with pytest.raises(AskBeforeEffort, match="1 of those questions"):
        draft(act, person, "hard")
    decide()
    assert draft(act, person, "hard")


def test_only_what_the_protocol_asks_is_answered(act, first):
    with pytest.raises(NoSuchFlag):
        act(trial.answer_red_flags, visit=first, answers={"luck": "no"})


def test_the_same_answer_again_is_no_second_row(act, first, clear):
    assert act(actions.answer_red_flags, visit=first, answers={"fever": "no"}, hour=10) == []
