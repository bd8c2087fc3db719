"""Looks before the end: what there is of the information, the boundaries, and the comparison where it may be seen."""

import pytest
from scipy import stats

from stegvis.methods.analysis import run
from stegvis.methods.analysis.analyses.outcomes import p_method
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.refusals import PlanRefused
from stegvis.methods.analysis.report import document
from stegvis.methods.analysis.sequential import alpha_spending, conditional_power, spend_like_obrien_fleming
from stegvis.methods.analysis.trial import open_trial

from . import synthetic

SECTION = """
[interim]
outcome = "pain"
planned = {planned}
looks = [0.5, 1.0]
"""
NOW = "interim.now.stroll-chat"


def plan_of(planned=100, more=""):
    return synthetic.plan_text().replace('"primary",', '"primary", "interim",') + SECTION.format(planned=planned) + more


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interim")
    return {
        kind: synthetic.write(folder / kind, synthetic.tables(kind), synthetic.about(kind))
        for kind in (UNBLINDED, BLINDED, POOLED)
    }


@pytest.fixture(scope="module")
def complete(extracts):
    """How many people of the synthetic trial have the outcome at both occasions."""
    trial = open_trial(extracts[UNBLINDED], parse_plan(plan_of().encode()))
    return len(trial.pairs(trial.plan.outcome("pain")).people)


def computed(extract, planned, *, closed=False, more=""):
    trial = open_trial(extract, parse_plan(plan_of(planned, more).encode()))
    return trial, run.compute(trial, closed=closed)


def page(trial, findings, language="en"):
    return document.files(trial, findings, language, "0" * 64, ("html",))["report.html"].decode()


def test_before_a_look_is_due_nothing_is_compared(extracts, complete):
    trial, findings = computed(extracts[UNBLINDED], 3 * complete, closed=True)
    found = findings["interim.information"]
    assert (found["estimate"], found["due"], found["next_at"]) == (pytest.approx(1 / 3), 0, 0.5)
    assert NOW not in findings
    assert "No look is due. Look 1 of 2 is planned at 50% of the information" in page(trial, findings)


def test_boundaries_are_those_that_are_published(extracts, complete):
    """Lan-DeMets boundaries of O'Brien and Fleming's kind at one half and at the end, two-sided 0.05."""
    _trial, findings = computed(extracts[UNBLINDED], 2 * complete)
    uppers = [findings[f"interim.look.{number}"]["estimate"] for number in (1, 2)]
    assert uppers == pytest.approx([2.963, 1.969], abs=0.001)
    assert findings["interim.look.2"]["spent"] == pytest.approx(0.05)


def test_the_look_that_is_due_is_put_beside_its_boundary_at_the_share_where_it_is_held(extracts, complete):
    planned = round(complete / 0.6)
    trial, findings = computed(extracts[UNBLINDED], planned)
    found, share = findings[NOW], complete / planned
    test = findings[f"pain.change.{p_method(trial)}.stroll-chat"]
    z = stats.norm.isf(test["p"] / 2) * (1 if test["estimate"] < 0 else -1)  # less pain is better
    design = alpha_spending([share, 1.0], 0.05, spend_like_obrien_fleming)
    assert found["statistic"] == pytest.approx(z)
    assert found["boundary"] == pytest.approx(design.upper[0])
    assert found["crossed"] == (abs(z) >= design.upper[0])
    assert found["power_trend"] == pytest.approx(conditional_power(design, 1, abs(z)))
    assert found["power_planned"] == pytest.approx(conditional_power(design, 1, z, design.drift(0.8)))
    for language, said in (("en", "are advice and not a rule"), ("sv", "är råd och ingen regel")):
        assert said in page(trial, findings, language)


def test_a_statistic_on_the_other_side_keeps_its_sign_and_its_trend_is_told_on_that_side(extracts, complete):
    """The same data with the arms' names exchanged: everything but the sign and the power as planned stays."""
    planned = round(complete / 0.6)
    _trial, findings = computed(extracts[UNBLINDED], planned)
    swapped = plan_of(planned).replace("reference = true\n", "").replace(
        'code = "stroll"\n', 'code = "stroll"\nreference = true\n', 1
    )  # fmt: skip
    trial = open_trial(extracts[UNBLINDED], parse_plan(swapped.encode()))
    found, other = findings[NOW], run.compute(trial)["interim.now.chat-stroll"]
    assert other["statistic"] == pytest.approx(-found["statistic"])
    assert other["power_trend"] == pytest.approx(found["power_trend"])
    assert (other["power_planned"] > found["power_planned"]) == (other["statistic"] > found["statistic"])


def test_a_boundary_is_called_a_rule_where_the_plan_makes_it_one(extracts, complete):
    trial, findings = computed(extracts[UNBLINDED], 2 * complete, more="binding = true\n")
    shown = page(trial, findings)
    assert "The plan makes the boundaries a rule" in shown
    assert "advice and not a rule" not in shown


def test_a_look_that_was_held_counts_for_the_boundaries_that_follow(extracts, complete):
    _trial, findings = computed(extracts[UNBLINDED], complete, more="held = [0.45]\n")
    design = alpha_spending([0.45, 1.0], 0.05, spend_like_obrien_fleming)
    assert findings["interim.information"]["look"] == 2
    assert findings[NOW]["boundary"] == pytest.approx(design.upper[1])
    assert "power_trend" not in findings[NOW].numbers, "after the last look there is nothing to come"


@pytest.mark.parametrize("kind", [BLINDED, POOLED])
def test_before_the_lock_the_comparison_is_the_committees_alone(extracts, complete, kind):
    trial, findings = computed(extracts[kind], 2 * complete)
    assert not [one.id for one in findings if one.id.startswith("interim.now")]
    assert "closed report of the data-monitoring committee" in page(trial, findings)


def test_a_masked_committee_is_told_the_size_and_not_the_direction(extracts, complete):
    trial, findings = computed(extracts[BLINDED], 2 * complete, closed=True)
    (found,) = [one for one in findings if one.id.startswith("interim.now")]
    assert found["statistic"] >= 0
    assert "power_planned" not in found.numbers
    assert "The arms are masked, so which of them does better is not told." in page(trial, findings)


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        (("looks = [0.5, 1.0]", "looks = [0.5, 0.9]"), "the last look is not at the whole information"),
        (("looks = [0.5, 1.0]", "looks = [0.7, 0.5, 1.0]"), "the shares do not rise"),
        (("looks = [0.5, 1.0]", "looks = [0.5, 1.0]\nheld = [0.5, 0.7]"), "as many looks have been held"),
        (('outcome = "pain"\nplanned', 'outcome = "vigour"\nplanned'), "'vigour' is not defined"),
        (("[interim]", "[interim]\nstop = true"), "interim.stop"),
    ],
)
def test_a_plan_of_looks_that_makes_no_sense_is_refused(instead, said):
    with pytest.raises(PlanRefused, match=said):
        parse_plan(plan_of().replace(*instead).encode())


def test_a_section_without_its_table_is_refused():
    with pytest.raises(PlanRefused, match=r"there is no table \[interim\]"):
        parse_plan(synthetic.plan_text().replace('"primary",', '"primary", "interim",').encode())
