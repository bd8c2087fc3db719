"""Safety rules: which answer or score reaches a human, how urgently."""

from datetime import date

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


def test_any_rise_since_last_time_is_answered_the_same_day(cwp):
    def raised(answer, last):
        fired = cwp.safety.fired_by_answer("phq-9", "phq9-9", answer, last)
        return [rule.grade for rule in cwp.safety.alerting(fired)]

    assert raised(1, 0) == ["same_day"]
    assert raised(1, 1) == raised(1, 3) == raised(1, None) == ["next_working_day"]
    assert raised(0, 0) == raised(0, None) == []


def test_one_answer_raises_one_alert_and_those_that_hold_randomisation(cwp):
    rules = {rule.code: rule for rule in cwp.safety.rules}
    some, often, severe = (
        rules[code] for code in ("thoughts_of_dying", "thoughts_of_dying_often", "severe_depression")
    )

    assert cwp.safety.alerting([some, often]) == (often,)
    assert cwp.safety.alerting([some, often, severe]) == (often, severe)
    assert cwp.safety.alerting([]) == ()


def test_declining_a_watched_item_has_a_grade_of_its_own_without_a_clock(cwp, three_arms):
    assert cwp.safety.watched_items("phq-9") == {"phq9-9"}
    assert cwp.safety.grade_of_declined.code == "for_review"
    assert cwp.safety.grade_of_declined.respond_within_working_days is None
    assert three_arms.protocol.safety.grade_of_declined == three_arms.protocol.safety.grades[-1]


def test_a_site_may_have_hours_and_closures_of_its_own(cwp):
    site = cwp.sites[0].code
    own = {"site": site, "opens": "10:00", "closes": "12:00", "days": [2], "closed": ["2026-11-17"]}
    safety = type(cwp.safety).model_validate({**cwp.safety.model_dump(mode="json"), "site_hours": [own]})
    trial = cwp.model_copy(update={"safety": safety})

    assert trial.staffing(site).days == {2}
    assert not trial.staffing(site).is_staffed_day(date(2026, 11, 17))
    assert trial.staffing(cwp.sites[1].code) == cwp.staffing(cwp.sites[1].code)
