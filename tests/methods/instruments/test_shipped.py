"""The instruments of the library: what they offer, and their scores worked by hand.

Each file names under `source` the paper its scoring comes from; the sums beside the tests were done on paper.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from stegvis.methods.instruments import (
    DECLINED,
    from_response,
    library,
    load,
    pages,
    pain_map,
    to_response,
    validate,
    without_disabled,
)
from stegvis.methods.instruments.questionnaire import SETTINGS, Questionnaire
from tests.methods.instruments.forms import scores, shipped

CODES = library.codes()
OWN = (
    "concomitant-care", "fatigue", "fatigue-now", "pain-intensity", "pain-map", "pain-now",
    "programme-expectations", "stress-now", "weekly-check-in",
)  # fmt: skip
WORDED = {"activity-minutes": "sv", "gad-7": "en", "rand-36": "en"}
"""Instruments of others with their own wording in one language only."""
SKELETONS = (
    "csq-8", "dass-21-stress", "eq-5d-5l", "fiq", "fiq-1991", "fiq-1997", "hads", "ltpai", "mfi-20", "neq",
    "promis-global-10", "pss-10", "sci-93", "sf-36", "siqr", "wai-sr",
)  # fmt: skip
FREE_SKELETONS = ("dass-21-stress", "neq", "siqr")
"""Skeletons that need no licence, but whose text may not be handed on, or could not be confirmed."""


def values(code: str, answers: dict[str, Any]) -> dict[str, float | None]:
    return {name: one.value for name, one in scores(shipped(code), answers).items()}


def filled(prefix: str, numbers: dict[int, int]) -> dict[str, str]:
    return {f"{prefix}-{item}": str(number) for item, number in numbers.items()}


def first_options(questionnaire: Questionnaire) -> dict[str, str]:
    """Somebody who always ticks the first answer."""
    return {item.link_id: item.options[0].key for item in questionnaire.questions}


@pytest.mark.parametrize("code", CODES)
def test_every_instrument_is_sound_and_carried_out_in_full(code: str) -> None:
    questionnaire = shipped(code)

    assert questionnaire.canonical == f"https://stegvis.example/Questionnaire/{code}|{questionnaire.version}"
    assert questionnaire.code == code
    assert questionnaire.unsupported == ()
    assert questionnaire.languages == ("en", "sv")
    assert questionnaire.scores


def test_every_instrument_is_own_worded_or_a_skeleton() -> None:
    assert sorted((*OWN, *WORDED, *SKELETONS, "phq-9", "fibromyalgia-2016")) == list(CODES)


def test_the_library_refuses_a_code_that_it_does_not_have() -> None:
    with pytest.raises(library.NotInLibrary):
        library.source("hads-2")


@pytest.mark.parametrize("code", CODES)
def test_every_instrument_has_a_licence_record(code: str) -> None:
    licence = shipped(code).licence

    assert licence is not None
    assert licence.evidence
    assert date.fromisoformat(licence.read_on or "").year >= 2026
    assert licence.permits("research")
    assert licence.settings <= set(SETTINGS)
    assert licence.licence_needed is (code in {*SKELETONS, "fibromyalgia-2016"} - set(FREE_SKELETONS))


@pytest.mark.parametrize(("code", "worded"), [*WORDED.items(), *((code, "sv en") for code in (*OWN, "phq-9"))])
def test_an_instrument_says_in_which_languages_it_has_words_of_its_own(code: str, worded: str) -> None:
    questionnaire = shipped(code)

    assert [lang for lang in ("sv", "en") if questionnaire.is_worded_in(lang)] == worded.split()


@pytest.mark.parametrize("code", [*WORDED, "phq-9"])
def test_a_text_of_others_is_credited(code: str) -> None:
    definition = shipped(code).definition

    assert "copyright" in definition or code == "activity-minutes"  # an agency's questions, named in the licence record


@pytest.mark.parametrize("code", SKELETONS)
def test_a_skeleton_shows_neutral_labels_and_no_wording(code: str) -> None:
    questionnaire = shipped(code)

    assert not questionnaire.is_worded_in("en")
    assert not questionnaire.is_worded_in("sv")
    for item in questionnaire.questions:
        assert item.text_in("en").endswith("text not supplied")
        assert item.text_in("sv").endswith("text saknas")


def test_the_skeletons_labels_read_as_agreed() -> None:
    item = shipped("sci-93").by_link_id["sci93-1"]

    assert item.text_in("en") == "SCI-93, item 1, text not supplied"
    assert item.text_in("sv") == "SCI-93, fråga 1, text saknas"


def test_the_fatigue_inventory_is_for_research_and_education_only() -> None:
    licence = shipped("mfi-20").licence

    assert licence is not None
    assert not licence.permits("clinical")
    assert not licence.permits("commercial")


@pytest.mark.parametrize("code", ["pain-intensity", "fatigue"])
def test_a_line_from_0_to_100_has_words_at_both_ends_and_starts_untouched(code: str) -> None:
    (item,) = shipped(code).questions

    assert (item.presentation, item.minimum, item.maximum) == ("line", 0, 100)
    assert item.lower_in("sv")
    assert item.upper_in("sv")
    assert "initial" not in str(shipped(code).definition)


def test_an_untouched_line_is_missing_and_not_its_middle() -> None:
    assert values("pain-intensity", {}) == {"pain_intensity": None}
    assert values("pain-intensity", {"pain-intensity": 0}) == {"pain_intensity": 0}
    assert values("pain-intensity", {"pain-intensity": 63}) == {"pain_intensity": 63}
    assert values("pain-intensity", {"pain-intensity": DECLINED}) == {"pain_intensity": None}


def test_the_single_stress_item_says_that_it_is_not_validated() -> None:
    questionnaire = shipped("stress-now")

    assert "not validated" in questionnaire.title_in("en")
    assert "inte validerad" in questionnaire.title_in("sv")
    assert values("stress-now", {"stress-now": 10}) == {"stress_now": 10}


def test_the_map_offers_the_48_places_and_no_pain() -> None:
    (item,) = shipped("pain-map").questions
    places = pain_map.regions()

    assert item.presentation == "body-map"
    assert [option.key for option in item.options] == [*places, pain_map.NO_PAIN]
    for option in item.options[:-1]:
        assert (option.text_in("en"), option.text_in("sv")) == (places[option.key].en, places[option.key].sv)


def test_the_map_gives_every_criterion_from_the_same_marks() -> None:
    marked = {"pain-map": ["b-neck", "f-hand-l", "f-foot-r"]}

    assert values("pain-map", marked) == {"pain_locations": 1, "wpi": 1, "acr1990": 1, "wp2019": 0}
    assert values("pain-map", {"pain-map": ["no-pain"]}) == {"pain_locations": 0, "wpi": 0, "acr1990": 0, "wp2019": 0}
    assert values("pain-map", {}) == {"pain_locations": None, "wpi": None, "acr1990": None, "wp2019": None}


def test_item_9_of_phq_9_is_the_one_that_can_ask_for_help() -> None:
    questionnaire = shipped("phq-9")

    assert questionnaire.risk_items == ("phq9-9",)
    assert "better off dead" in questionnaire.by_link_id["phq9-9"].text_in("en")
    assert "bättre om du var död" in questionnaire.by_link_id["phq9-9"].text_in("sv")


def test_only_phq_9_has_a_risk_item() -> None:
    assert [code for code in CODES if shipped(code).risk_items] == ["phq-9"]


def test_phq_9_is_the_sum_of_nine_with_up_to_two_missing() -> None:
    sevens = filled("phq9", dict.fromkeys(range(1, 8), 1))

    assert values("phq-9", filled("phq9", dict.fromkeys(range(1, 10), 3))) == {"phq9": 27, "phq8": 24}
    assert values("phq-9", sevens) == {"phq9": 9, "phq8": 8}  # 7 of 7 answered items at 1
    assert values("phq-9", filled("phq9", dict.fromkeys(range(1, 7), 1))) == {"phq9": None, "phq8": 8}
    assert values("phq-9", {}) == {"phq9": None, "phq8": None}


def test_sci_93_is_the_sum_of_35_and_needs_them_all() -> None:
    every = filled("sci93", dict.fromkeys(range(1, 36), 4))

    assert values("sci-93", every) == {"sci93": 140}
    assert values("sci-93", {**every, "sci93-35": "0"}) == {"sci93": 136}
    del every["sci93-35"]
    assert values("sci-93", every) == {"sci93": None}


FIQ = filled("fiq", {}) | {f"fiq-1{letter}": "1" for letter in "abcdefghijk"}
FIQ_REST = {f"fiq-{item}": number for item, number in zip(range(2, 11), (2, 3, 4, 5, 6, 7, 3, 2, 1), strict=True)}


def test_fiq_weighs_its_parts() -> None:
    # 1 · 3.33 + (7 − 2) · 1.43 + 3 · 1.43 + 4 + 5 + 6 + 7 + 3 + 2 + 1
    assert values("fiq", FIQ | FIQ_REST) == {"fiq": 42.77}


def test_fiq_of_somebody_who_does_not_work_is_scaled_up_to_the_same_maximum() -> None:
    without_work = {link_id: number for link_id, number in FIQ_REST.items() if link_id not in ("fiq-3", "fiq-4")}

    # (1 · 3.33 + 5 · 1.43 + 5 + 6 + 7 + 3 + 2 + 1) · 10/8
    assert values("fiq", FIQ | without_work) == {"fiq": 43.1}


def test_fiq_question_1_is_the_mean_of_what_was_answered() -> None:
    some = {"fiq-1a": "3", "fiq-1b": "0"}

    assert values("fiq", some | FIQ_REST) == {"fiq": 44.435}  # 1.5 · 3.33 in place of 3.33


def test_fiq_reverses_the_days_that_felt_good() -> None:
    best = FIQ | dict.fromkeys(FIQ_REST, 0) | {f"fiq-1{letter}": "0" for letter in "abcdefghijk"} | {"fiq-2": 7}
    worst = {f"fiq-1{letter}": "3" for letter in "abcdefghijk"} | dict.fromkeys(FIQ_REST, 10) | {"fiq-2": 0, "fiq-3": 7}

    assert values("fiq", best) == {"fiq": 0}
    assert values("fiq", worst) == {"fiq": 100.01}  # the published factors add up to a hundredth more than 100
    assert values("fiq", {f"fiq-{item}": 5 for item in range(7, 11)}) == {"fiq": None}


def test_hads_scales_are_the_odd_and_the_even_items_and_the_first_answer_is_not_always_the_worst() -> None:
    answers = first_options(shipped("hads"))

    # first answer scores 3 in items 1, 3, 5, 6, 8, 10, 11, 13: of the odd ones 1, 3, 5, 11, 13; of the even 6, 8, 10
    assert values("hads", answers) == {"hads_anxiety": 15, "hads_depression": 9}


def test_hads_prorates_one_missing_item_of_a_scale() -> None:
    answers = filled("hads", dict.fromkeys(range(1, 15), 2))
    del answers["hads-7"]

    assert values("hads", answers) == {"hads_anxiety": 14, "hads_depression": 14}
    del answers["hads-9"]
    assert values("hads", answers) == {"hads_anxiety": None, "hads_depression": 14}


def test_mfi_20_scales_and_reversals() -> None:
    # Item i is answered (i mod 5) + 1, so that a wrong map of items to scales shows:
    # general 1, 5r, 12, 16r: 2 + 5 + 3 + 4; physical 2r, 8, 14r, 20: 3 + 4 + 1 + 1; activity 3, 6, 10r, 17r:
    # 4 + 2 + 5 + 3; motivation 4, 9r, 15, 18r: 5 + 1 + 1 + 2; mental 7, 11, 13r, 19r: 3 + 2 + 2 + 1
    answers = filled("mfi", {item: item % 5 + 1 for item in range(1, 21)})

    assert values("mfi-20", answers) == {
        "mfi_general": 14,
        "mfi_physical": 9,
        "mfi_reduced_activity": 14,
        "mfi_reduced_motivation": 9,
        "mfi_mental": 8,
    }


def test_mfi_20_reverses_exactly_ten_items() -> None:
    lowest = filled("mfi", dict.fromkeys(range(1, 21), 1))
    before = values("mfi-20", lowest)
    lowered = [
        item
        for item in range(1, 21)
        if sum(values("mfi-20", {**lowest, f"mfi-{item}": "5"}).values()) < sum(before.values())  # type: ignore[arg-type]
    ]

    assert lowered == [2, 5, 9, 10, 13, 14, 16, 17, 18, 19]


def test_a_mfi_20_scale_needs_all_four_items() -> None:
    answers = filled("mfi", dict.fromkeys(range(1, 21), 3))
    del answers["mfi-1"]

    assert values("mfi-20", answers)["mfi_general"] is None
    assert values("mfi-20", answers)["mfi_mental"] == 12


def test_sf_36_scales_of_somebody_who_always_ticks_the_first_answer() -> None:
    # vitality: items 23 and 27 give 100, 29 and 31 give 0; mental health: 26 and 30 give 100, 24, 25 and 28 give 0;
    # general health: items 1, 34 and 36 give 100, 33 and 35 give 0; pain: none and no interference
    assert values("sf-36", first_options(shipped("sf-36"))) == {
        "sf36_physical_functioning": 0,
        "sf36_role_physical": 0,
        "sf36_role_emotional": 0,
        "sf36_vitality": 50,
        "sf36_mental_health": 40,
        "sf36_social_functioning": 50,
        "sf36_bodily_pain": 100,
        "sf36_general_health": 60,
    }


def test_sf_36_averages_what_was_answered_from_half_of_the_items_on() -> None:
    five = filled("sf36", {3: 1, 4: 2, 5: 3, 6: 3, 7: 3})

    assert values("sf-36", five)["sf36_physical_functioning"] == 70  # (0 + 50 + 100 + 100 + 100) / 5
    del five["sf36-7"]
    assert values("sf-36", five)["sf36_physical_functioning"] is None


def test_item_2_of_sf_36_counts_in_no_scale() -> None:
    answers = first_options(shipped("sf-36"))

    assert values("sf-36", {**answers, "sf36-2": "5"}) == values("sf-36", answers)


def test_every_score_says_which_way_is_better_unless_neither_is() -> None:
    better = {code for code in CODES for rule in shipped(code).scores if rule.higher_is == "better"}
    unsaid = {rule.name for code in CODES for rule in shipped(code).scores if rule.higher_is is None}

    assert unsaid == {"eq5d_state"} | {rule.name for rule in shipped("concomitant-care").scores}
    assert better == {
        "activity-minutes", "csq-8", "eq-5d-5l", "ltpai", "programme-expectations", "promis-global-10",
        "rand-36", "sf-36", "wai-sr", "weekly-check-in",
    }  # fmt: skip


def test_every_score_names_its_source() -> None:
    assert [rule.name for code in CODES for rule in shipped(code).scores if not rule.source] == []


@pytest.mark.parametrize("code", CODES)
def test_a_full_set_of_answers_is_valid_and_comes_back_the_same(code: str) -> None:
    questionnaire = shipped(code)
    answers: dict[str, Any] = {}
    for item in questionnaire.questions:
        first = item.options[0].key if item.options else True if item.type == "boolean" else item.minimum
        answers[item.link_id] = [first] if item.is_multiple else first
    answers = without_disabled(questionnaire, answers)

    assert validate(questionnaire, answers) == []
    response = to_response(questionnaire, answers, datetime(2026, 3, 9, 10, tzinfo=UTC), "SV-017", language="sv")
    assert from_response(questionnaire, response) == answers
    assert load(questionnaire.definition).sha256 == questionnaire.sha256


@pytest.mark.parametrize("code", ["pain-intensity", "pain-map", "fatigue"])
def test_primary_outcomes_and_lines_stand_alone(code: str) -> None:
    assert [len(page.items) for page in pages(shipped(code), "sv")] == [1]


def test_items_with_the_same_answers_are_stacked_up_to_six() -> None:
    assert [len(page.items) for page in pages(shipped("sci-93"), "sv")] == [6, 6, 6, 6, 6, 5]
    phq = pages(shipped("phq-9"), "en")
    assert [len(page.items) for page in phq] == [6, 3]
    assert phq[1].headings == (
        "Over the last 2 weeks, how often have you been bothered by any of the following problems?",
    )
