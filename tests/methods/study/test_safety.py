"""Safety rules: which answer or score reaches a human, how urgently."""

import pytest


@pytest.mark.parametrize(
    ("answer", "rule", "grade"),
    [
        (0, None, None),
        (1, "thoughts_of_dying", "next_working_day"),
        (2, "thoughts_of_dying_often", "same_day"),
        (3, "thoughts_of_dying_often", "same_day"),
    ],
)
def test_an_answer_about_dying_raises_one_alert_of_the_right_grade(cwp, answer, rule, grade):
    fired = cwp.safety.fired_by_answer("phq-9", "phq9-9", answer)

    assert [(one.code, one.grade) for one in fired] == ([(rule, grade)] if rule else [])


def test_other_items_and_other_instruments_raise_nothing(cwp):
    assert cwp.safety.fired_by_answer("phq-9", "phq9-1", 3) == ()
    assert cwp.safety.fired_by_answer("stress-now", "phq9-9", 3) == ()


def test_a_score_from_the_threshold_raises_an_alert(cwp):
    assert cwp.safety.fired_by_score("phq-9", "phq9", 19) == ()
    assert [rule.code for rule in cwp.safety.fired_by_score("phq-9", "phq9", 20)] == ["severe_depression"]


def test_the_most_urgent_rule_comes_first(three_arms):
    safety = three_arms.protocol.safety
    calm = safety.grades[0].model_copy(update={"code": "calm"})
    slow = safety.rules[0].model_copy(update={"code": "slow", "grade": "calm"})
    both = safety.model_copy(update={"grades": (*safety.grades, calm), "rules": (slow, *safety.rules)})

    assert [rule.code for rule in both.fired_by_answer("steadiness", "falls", 2)] == ["many_falls", "slow"]


def test_every_alert_goes_to_the_rota_and_never_to_one_person(cwp):
    assert {rule.who for rule in cwp.safety.rules} == {"safety_rota"}
    with pytest.raises(KeyError):
        cwp.safety.grade("tomorrow")
    assert cwp.safety.grade("same_day").respond_within_working_days == 0
