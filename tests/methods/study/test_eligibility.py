"""Eligibility: what the facts say about each criterion in force, and nothing more."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.instruments.pain_map import NO_PAIN
from stegvis.methods.study import Facts, age_on, evaluate, seems_worthwhile
from stegvis.methods.study.eligibility import WidespreadPainRule, working
from stegvis.methods.study.protocol import Protocol

BEFORE, AFTER = date(2026, 2, 1), date(2026, 4, 1)
WIDESPREAD = frozenset({"f-shoulder-l", "f-thigh-r", "b-lower-back-l"})
ONE_SIDED = frozenset({"f-shoulder-l", "f-thigh-l", "b-lower-back-l"})


def results(protocol: Protocol, facts: Facts, on: date = AFTER):
    return {result.code: result for result in evaluate(protocol.criteria, facts, on)}


@pytest.mark.parametrize(
    ("age", "before", "after"),
    [(17, False, False), (18, True, True), (65, True, True), (66, False, True), (71, False, False)],
)
def test_the_age_limit_is_the_one_in_force_on_the_day(cwp, age, before, after):
    assert results(cwp, Facts(age=age), BEFORE)["age"].passes is before
    assert results(cwp, Facts(age=age), AFTER)["age"].passes is after


def test_each_criterion_is_evaluated_once_on_the_day_the_limit_changes(cwp):
    codes = [result.code for result in evaluate(cwp.criteria, Facts(), date(2026, 3, 2))]

    assert codes.count("age") == 1
    assert results(cwp, Facts(age=70), date(2026, 3, 1))["age"].passes is False
    assert results(cwp, Facts(age=70), date(2026, 3, 2))["age"].passes is True


@pytest.mark.parametrize(
    ("places", "months", "passes"),
    [
        (WIDESPREAD, 3, True),
        (WIDESPREAD, 2, False),
        (ONE_SIDED, 24, False),
        (frozenset({NO_PAIN}), None, False),
        (WIDESPREAD, None, None),
        (None, 12, None),
        (None, 1, False),
        (frozenset(), 12, None),
    ],
)
def test_widespread_pain_needs_the_places_and_the_months(cwp, places, months, passes):
    assert results(cwp, Facts(pain_places=places, pain_months=months))["widespread_pain"].passes is passes


def test_another_definition_of_widespread_pain_can_be_given(cwp):
    facts = Facts(pain_places=ONE_SIDED, pain_months=12)

    found = evaluate(cwp.criteria, facts, AFTER, widespread_pain={"acr1990": lambda _places: True})

    assert next(result for result in found if result.code == "widespread_pain").passes is True


@pytest.mark.parametrize(
    ("anxiety", "depression", "passes"),
    [(15, 15, True), (16, 3, False), (3, 16, False), (16, None, False), (15, None, None), (None, None, None)],
)
def test_one_score_above_the_threshold_is_enough(cwp, anxiety, depression, passes):
    scores = {("hads", "hads_anxiety"): anxiety, ("hads", "hads_depression"): depression}

    assert results(cwp, Facts(scores=scores))["severe_distress"].passes is passes


def test_a_score_above_the_threshold_demands_a_referral_and_not_only_an_exclusion(cwp):
    high = results(cwp, Facts(scores={("hads", "hads_anxiety"): 17}))["severe_distress"]
    low = results(cwp, Facts(scores={("hads", "hads_anxiety"): 7, ("hads", "hads_depression"): 7}))["severe_distress"]

    assert high.needs_referral
    assert not low.needs_referral
    assert "psychologist" in high.criterion.referral.in_language("en")


def test_answers_count_for_inclusion_and_against_for_exclusion(cwp):
    found = results(cwp, Facts(answers={"swedish": True, "serious_illness": True, "specific_cause": False}))

    assert (found["swedish"].passes, found["serious_illness"].passes, found["specific_cause"].passes) == (
        True, False, True,
    )  # fmt: skip
    assert found["device"].passes is None


def test_the_public_page_says_worthwhile_until_something_speaks_against_it(cwp):
    fits = Facts(age=51, pain_places=WIDESPREAD, pain_months=60)

    assert seems_worthwhile(evaluate(cwp.criteria, Facts(), AFTER))
    assert seems_worthwhile(evaluate(cwp.criteria, fits, AFTER))
    assert not seems_worthwhile(evaluate(cwp.criteria, Facts(age=80), AFTER))


def test_no_question_about_distress_is_asked_before_consent(cwp):
    asked = [criterion for criterion in cwp.criteria_on(AFTER) if criterion.self_check]

    assert [criterion.code for criterion in asked] == ["age", "widespread_pain", "swedish", "device"]
    assert all(criterion.decided_at == "screening" for criterion in asked)


def test_age_turns_on_the_birthday():
    assert age_on(date(1960, 5, 2), date(2026, 5, 1)) == 65
    assert age_on(date(1960, 5, 2), date(2026, 5, 2)) == 66
    assert age_on(date(1960, 2, 29), date(2026, 2, 28)) == 65
    assert age_on(date(1960, 2, 29), date(2026, 3, 1)) == 66


@given(age=st.integers(min_value=0, max_value=120), on=st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_knowing_more_never_turns_a_no_into_an_open_question(cwp, age, on):
    little = evaluate(cwp.criteria, Facts(age=age), on)
    more = evaluate(cwp.criteria, Facts(age=age, pain_months=1), on)

    assert all(after.passes is False for known, after in zip(little, more, strict=True) if known.passes is False)


def test_the_computation_is_told_step_by_step():
    rule = WidespreadPainRule(kind="widespread_pain", definition="acr1990", minimum_months=3)
    facts = Facts(pain_months=2, pain_places=frozenset({"f-shoulder-l", "b-neck"}))
    holds = {each.code: each.holds for each in working(rule, facts)}

    assert holds == {"months": False, "left": True, "right": False, "above": True, "below": False, "axial": True}
    assert {each.holds for each in working(rule, Facts())} == {None}
    newer = WidespreadPainRule(kind="widespread_pain", definition="wp2019", minimum_months=3)
    assert [(each.code, each.found) for each in working(newer, facts)][1:] == [("regions", 2), ("sites", 2)]
