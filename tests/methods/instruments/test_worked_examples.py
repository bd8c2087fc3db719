"""Scores against worked examples of the literature, and the traps into which published code has fallen.

Sources stand in the instruments' files; sums beside the tests were done on paper.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stegvis.methods.instruments import DECLINED, library, score
from tests.methods.instruments.forms import scores, shipped
from tests.methods.instruments.test_shipped import filled, first_options, values
from tests.methods.instruments.wide import random_row

SLACK = {"fiq": 0.01, "fiq_1991": 0.01, "fiq_1997": 0.01}  # the published factors add up to 100.01


@pytest.mark.parametrize("code", library.codes())
@settings(deadline=None, max_examples=15)
@given(chance=st.integers(0, 2**32).map(Random))
def test_every_score_lies_within_the_range_it_declares(code: str, chance: Random) -> None:
    questionnaire = shipped(code)
    ranges = {rule.name: (rule.low, rule.high) for rule in questionnaire.scores}

    for one in score(questionnaire, random_row(questionnaire, chance)):
        low, high = ranges[one.name]
        if one.value is not None and low is not None and high is not None:
            assert float(low) <= one.value <= float(high) + SLACK.get(one.name, 0), one


@pytest.mark.parametrize("code", library.codes())
def test_a_blank_scale_is_missing_and_never_nought(code: str) -> None:
    questionnaire = shipped(code)
    refused = {item.link_id: DECLINED for item in questionnaire.questions}

    assert {one.value for one in score(questionnaire, {})} == {None}
    assert {one.value for one in score(questionnaire, refused)} == {None}


@pytest.mark.parametrize("code", ["pain-now", "fatigue-now", "stress-now", "pain-intensity", "fatigue"])
def test_an_untouched_scale_is_missing_and_nothing_is_set_beforehand(code: str) -> None:
    (item,) = shipped(code).questions
    (name,) = (rule.name for rule in shipped(code).scores)

    assert values(code, {}) == {name: None}
    assert values(code, {item.link_id: 0}) == {name: 0}
    assert "initial" not in str(shipped(code).definition)


def test_a_line_and_a_row_of_numbers_are_different_scores() -> None:
    line, numbers = ({rule.name for rule in shipped(code).scores} for code in ("pain-intensity", "pain-now"))

    assert line.isdisjoint(numbers)
    assert values("pain-now", {"pain-now": 6}) == {"pain_0_10": 6}  # and not 60


# --- RAND-36 and SF-36 ------------------------------------------------------------------------------------------------


def test_rand_36_of_somebody_who_always_ticks_the_first_answer() -> None:
    assert values("rand-36", first_options(shipped("rand-36"))) == {
        "rand36_physical_functioning": 0,
        "rand36_role_physical": 0,
        "rand36_role_emotional": 0,
        "rand36_energy": 50,
        "rand36_emotional": 40,
        "rand36_social_functioning": 50,
        "rand36_pain": 100,
        "rand36_general_health": 60,
    }


def test_rand_36_averages_what_was_answered_however_little() -> None:
    assert values("rand-36", {"rand36-3": "2"})["rand36_physical_functioning"] == 50
    assert values("sf-36", {"sf36-3": "2"})["sf36_physical_functioning"] is None


def test_item_2_of_rand_36_counts_in_no_scale() -> None:
    assert set(values("rand-36", {"rand36-2": "1"}).values()) == {None}


@pytest.mark.parametrize(
    ("magnitude", "interference", "rand", "sf"),
    [
        ("1", "1", 100, 100),
        ("2", "1", 90, 84),  # (80 + 100) / 2; (5.4 + 5 − 2) · 10
        ("1", "2", 87.5, 80),  # (100 + 75) / 2; (6 + 4 − 2) · 10
        ("4", "3", 45, 41),  # (40 + 50) / 2; (3.1 + 3 − 2) · 10
        ("6", "5", 0, 0),
        ("3", None, 60, 64),  # (4.2 + 4.2 − 2) · 10
        (None, "2", 75, 75),  # (4.75 + 4.75 − 2) · 10
    ],
)
def test_pain_is_weighed_otherwise_in_rand_36_and_sf_36(magnitude, interference, rand, sf) -> None:
    def answers(code: str) -> dict[str, Any]:
        given = {f"{code}-21": magnitude, f"{code}-22": interference}
        return {link_id: answer for link_id, answer in given.items() if answer}

    assert values("rand-36", answers("rand36"))["rand36_pain"] == rand
    assert values("sf-36", answers("sf36"))["sf36_bodily_pain"] == sf


def test_general_health_is_weighed_otherwise_in_rand_36_and_sf_36() -> None:
    good = {1: 2, 33: 4, 34: 2, 35: 4, 36: 2}  # very good, mostly false, mostly true, mostly false, mostly true

    assert values("rand-36", filled("rand36", good))["rand36_general_health"] == 75
    assert values("sf-36", filled("sf36", good))["sf36_general_health"] == 77  # (85 + 4 · 75) / 5


# --- PROMIS -----------------------------------------------------------------------------------------------------------


def promis(**numbers: int) -> dict[str, float | None]:
    return values("promis-global-10", {f"global-{name[1:]}": str(number) for name, number in numbers.items()})


def test_promis_is_looked_up_and_never_interpolated() -> None:
    middle = promis(g03=3, g06=3, g07=5, g08=3, g02=3, g04=3, g05=3, g10=3)

    assert middle == {"promis_physical": 39.8, "promis_mental": 43.5}  # a line would give 41.95 and 44.4
    assert promis(g03=5, g06=5, g07=0, g08=1, g02=5, g04=5, g05=5, g10=1) == {
        "promis_physical": 67.7,
        "promis_mental": 67.6,
    }
    assert promis(g03=1, g06=1, g07=10, g08=5)["promis_physical"] == 16.2


@pytest.mark.parametrize(("pain", "physical"), [(0, 50.8), (1, 47.7), (3, 47.7), (4, 44.9), (7, 42.3), (10, 39.8)])
def test_promis_recodes_pain_in_steps(pain: int, physical: float) -> None:
    # physical health 4, activities 4, fatigue mild (2, reversed 4) − 1: 11 and the pain item's 5, 4, 4, 3, 2, 1
    assert promis(g03=4, g06=4, g08=3, g07=pain)["promis_physical"] == physical


def test_promis_takes_its_fatigue_from_item_8_and_needs_all_four() -> None:
    whole = {"g03": 3, "g06": 3, "g07": 5, "g08": 3}

    assert promis(**whole | {"g08": 1})["promis_physical"] == 44.9  # less fatigue, 14
    assert promis(**whole | {"g06": 1})["promis_physical"] == 34.9  # less activity, 10
    assert promis(**{key: whole[key] for key in ("g03", "g06", "g07")})["promis_physical"] is None
    assert promis(g01=5, g09=5) == {"promis_physical": None, "promis_mental": None}


# --- EQ-5D ------------------------------------------------------------------------------------------------------------


def eq5d(state: str) -> dict[str, float | None]:
    items = ("mobility", "self-care", "activities", "pain", "anxiety")
    return values("eq-5d-5l", {f"eq5d-{item}": level for item, level in zip(items, state, strict=False)})


@pytest.mark.parametrize(
    ("state", "time_trade_off", "visual"),
    [("11111", 0.9755, 88.85), ("34543", 0.5031, 30.52), ("55555", 0.2433, 1.78), ("21111", 0.9468, 82.73)],
)
def test_eq_5d_has_the_swedish_values(state: str, time_trade_off: float, visual: float) -> None:
    # 34543: the example beside the published coefficients, 0.503 and 30.5
    found = eq5d(state)

    assert (found["eq5d_state"], found["eq5d_index_se"], found["eq5d_vas_index_se"]) == (
        float(state),
        pytest.approx(time_trade_off),
        pytest.approx(visual),
    )


def test_eq_5d_has_no_index_when_a_dimension_is_missing() -> None:
    found = eq5d("3454")

    assert found["eq5d_index_se"] is None
    assert found["eq5d_state"] is None


# --- FIQ and SIQR -----------------------------------------------------------------------------------------------------


def fiq(code: str, letters: str, *, works: bool) -> dict[str, Any]:
    answers: dict[str, Any] = {f"{code}-1{letter}": "1" for letter in letters}
    rest = zip(range(2, 11), (2, 3, 4, 5, 6, 7, 3, 2, 1), strict=True)
    return answers | {f"{code}-{item}": number for item, number in rest if works or item not in (3, 4)}


@pytest.mark.parametrize(
    ("code", "letters", "working", "not_working"),
    [
        ("fiq-1991", "abcdefghij", 42.77, None),
        ("fiq-1997", "abcdefghijk", 42.77, None),
        ("fiq", "abcdefghijk", 42.77, 43.1),
    ],
)
def test_each_version_of_fiq_treats_who_does_not_work_in_its_own_way(code, letters, working, not_working) -> None:
    name = code.replace("-", "_")

    assert values(code, fiq(code, letters, works=True)) == {name: working}
    assert values(code, fiq(code, letters, works=False)) == {name: not_working}


def test_the_stair_item_came_with_the_second_version_of_fiq() -> None:
    stairs = {code: f"{code}-1k" in shipped(code).by_link_id for code in ("fiq-1991", "fiq-1997", "fiq")}

    assert stairs == {"fiq-1991": False, "fiq-1997": True, "fiq": True}


def siqr(function: list[int], overall: list[int], symptoms: list[int]) -> dict[str, float | None]:
    starts = ((1, function), (10, overall), (12, symptoms))
    return values("siqr", {f"siqr-{start + n}": x for start, part in starts for n, x in enumerate(part)})


def test_siqr_divides_its_domains_by_3_1_and_2() -> None:
    assert siqr([3] * 9, [4, 5], [6] * 10)["siqr"] == 48  # 27/3 + 9 + 60/2
    assert siqr([10] * 9, [10, 10], [10] * 10)["siqr"] == 100


def test_siqr_weighs_each_domain_by_what_was_answered_of_it() -> None:
    partly = siqr([3, 5, 1], [4], [6, 2])

    # 9 · 9/3 / 3 + 4 · 2/1 + 8 · 10/2 / 2
    assert (partly["siqr_function"], partly["siqr_overall"], partly["siqr_symptoms"]) == (9, 8, 20)
    assert partly["siqr"] == 37
    assert siqr([3] * 9, [], [6] * 10)["siqr"] is None


# --- Sums -------------------------------------------------------------------------------------------------------------


def test_pss_10_reverses_items_4_5_7_and_8_and_needs_them_all() -> None:
    never = filled("pss", dict.fromkeys(range(1, 11), 0))

    assert values("pss-10", never) == {"pss10": 16}
    raised = [n for n in range(1, 11) if values("pss-10", {**never, f"pss-{n}": "4"})["pss10"] == 12]
    assert raised == [4, 5, 7, 8]
    del never["pss-1"]
    assert values("pss-10", never) == {"pss10": None}


def test_wai_sr_has_five_points_and_three_scales_of_four() -> None:
    # Item i is answered (i mod 5) + 1. task 1, 2, 10, 12: 2 + 3 + 1 + 3; bond 3, 5, 7, 9: 4 + 1 + 3 + 5;
    # goal 4, 6, 8, 11: 5 + 2 + 4 + 2
    answers = filled("wai", {item: item % 5 + 1 for item in range(1, 13)})

    assert values("wai-sr", answers) == {"wai_task": 9, "wai_bond": 13, "wai_goal": 13, "wai_total": 35}
    assert {len(item.options) for item in shipped("wai-sr").questions} == {5}


def test_csq_8_runs_from_8_to_32_and_its_first_answer_is_not_always_the_best() -> None:
    assert values("csq-8", first_options(shipped("csq-8"))) == {"csq8": 20}  # 4 items at 4, 4 at 1
    assert values("csq-8", filled("csq", dict.fromkeys(range(1, 9), 4))) == {"csq8": 32}


def test_dass_21_stress_is_doubled_and_may_miss_one() -> None:
    every = filled("dass", dict.fromkeys((1, 6, 8, 11, 12, 14, 18), 3))

    assert values("dass-21-stress", every) == {"dass21_stress": 42}
    del every["dass-1"]
    assert values("dass-21-stress", every) == {"dass21_stress": 42}  # 18 · 7/6 · 2
    del every["dass-6"]
    assert values("dass-21-stress", every) == {"dass21_stress": None}


def test_gad_7_offers_not_at_all_and_not_not_at_all_sure() -> None:
    lowest = {item.options[0].text_in("en") for item in shipped("gad-7").questions}

    assert lowest == {"Not at all"}
    assert values("gad-7", filled("gad7", dict.fromkeys(range(1, 6), 2))) == {"gad7": 14}  # 10 · 7/5
    assert values("gad-7", filled("gad7", dict.fromkeys(range(1, 5), 2))) == {"gad7": None}


# --- Activity, effects, care ------------------------------------------------------------------------------------------


def test_activity_minutes_count_exercise_twice() -> None:
    # the agency's own example: 45 minutes of running and 45 of walking make 135
    found = values("activity-minutes", {"activity-exercise": "30to59", "activity-everyday": "30to59"})

    assert found == {"activity_minutes": 135, "sitting_hours": None, "strength_days": None}
    assert values("activity-minutes", {"activity-exercise": "120up"})["activity_minutes"] is None


def neq(*effects: tuple[str, str] | None) -> dict[str, float | None]:
    """Effects as (impact, cause), None for one that did not occur; the others did not either."""
    answers = {f"neq-{n}": "no" for n in range(1, 21)}
    for n, effect in enumerate(effects, start=1):
        if effect:
            answers |= {f"neq-{n}": "yes", f"neq-{n}-impact": effect[0], f"neq-{n}-cause": effect[1]}
    return values("neq", answers)


def test_neq_counts_effects_by_cause_and_averages_the_impact_of_those_that_occurred() -> None:
    assert neq(("4", "treatment"), None, ("1", "other"), ("0", "treatment")) == {
        "neq_effects": 3,
        "neq_effects_treatment": 2,
        "neq_effects_other": 1,
        "neq_impact": pytest.approx(5 / 3),
    }


def test_neq_has_five_answers_from_0_to_4() -> None:
    impact = shipped("neq").by_link_id["neq-1-impact"]

    assert [float(option.ordinal or 0) for option in impact.options] == [0, 1, 2, 3, 4]


def test_the_impact_of_no_effect_is_missing_and_not_nought() -> None:
    none = {f"neq-{n}": "no" for n in range(1, 21)}

    assert neq()["neq_effects"] == 0
    assert neq()["neq_impact"] is None
    assert scores(shipped("neq"), none)["neq_impact"].missing_reason == "not_asked"


def test_an_effect_without_its_cause_gives_no_split() -> None:
    answers = {f"neq-{n}": "no" for n in range(2, 21)} | {"neq-1": "yes", "neq-1-impact": "2"}
    found = values("neq", answers)

    assert (found["neq_effects"], found["neq_effects_treatment"], found["neq_impact"]) == (1, None, 2)


def test_other_care_asks_how_much_only_when_there_was_any() -> None:
    assert values("concomitant-care", {"care-opioids": "yes", "care-opioid-days": 3})["care_opioid_days"] == 3
    none = scores(shipped("concomitant-care"), {"care-opioids": "no", "care-opioid-days": 3})
    assert (none["care_opioids"].value, none["care_opioid_days"].missing_reason) == (0, "not_asked")


# --- Fibromyalgia 2016 ------------------------------------------------------------------------------------------------

SEVEN = [
    "b-neck", "b-upper-back-l", "b-lower-back-r", "f-shoulder-l", "f-upper-arm-l", "b-shoulder-r", "b-buttock-l",
]  # fmt: skip


def fibromyalgia(marked: list[str], severity: tuple[int, ...], months: int | None = 6) -> dict[str, float | None]:
    names = ("fatigue", "unrefreshed", "cognition", "headache", "abdomen", "depression")
    answers: dict[str, Any] = {f"fm-{name}": str(x) for name, x in zip(names, severity, strict=False)}
    return values("fibromyalgia-2016", answers | {"fm-map": marked} | ({} if months is None else {"fm-months": months}))


@pytest.mark.parametrize(
    ("marked", "severity", "months", "met"),
    [
        (SEVEN, (2, 2, 1, 0, 0, 0), 3, 1),  # WPI 7, SSS 5, four regions, three months
        (SEVEN, (2, 2, 0, 0, 0, 0), 3, 0),  # SSS 4
        (SEVEN, (3, 3, 3, 1, 1, 1), 2, 0),  # two months
        (SEVEN[:3] + SEVEN[5:], (3, 3, 2, 1, 0, 0), 3, 0),  # WPI 5, SSS 9, but three regions
        (["b-neck", "f-shoulder-l", "b-shoulder-r", "b-buttock-l"], (3, 3, 2, 1, 0, 0), 3, 1),  # WPI 4, SSS 9
        (["b-neck", "f-shoulder-l", "b-shoulder-r", "b-buttock-l"], (3, 3, 2, 0, 0, 0), 3, 0),  # WPI 4, SSS 8
        (["f-jaw-l", "f-jaw-r", "f-chest-l", "f-abdomen-l", *SEVEN[:3]], (3, 3, 3, 1, 1, 1), 9, 0),  # one region
        (["no-pain"], (3, 3, 3, 1, 1, 1), 9, 0),
        (SEVEN, (2, 2, 1, 0, 0, 0), None, None),
    ],
)
def test_the_criteria_of_2016_ask_for_sites_symptoms_regions_and_time(marked, severity, months, met) -> None:
    assert fibromyalgia(marked, severity, months)["fm2016"] == met


def test_the_severity_score_is_the_sum_of_sites_and_symptoms() -> None:
    found = fibromyalgia(SEVEN, (3, 3, 3, 1, 1, 1))

    assert (found["sss"], found["fm_wpi"], found["fm_severity"], found["fm_regions"]) == (12, 7, 19, 4)
    assert fibromyalgia(SEVEN, (3, 3))["sss"] is None
