"""The plan: read, and refused with every mistake at once."""

import pytest

from stegvis.methods.analysis.plan_reader import parse_plan
from stegvis.methods.analysis.refusals import PlanRefused

from . import synthetic


def refusal(*changes: tuple[str, str], arms=synthetic.TWO_ARMS) -> list[str]:
    """What is said of the synthetic plan after some texts in it were replaced."""
    text = synthetic.plan_text(arms)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    with pytest.raises(PlanRefused) as refused:
        parse_plan(text.encode())
    return [str(mistake) for mistake in refused.value.mistakes]


def test_a_plan_is_read_with_its_hash():
    plan = synthetic.plan()
    assert plan.reference == "chat"
    assert [one.code for one in plan.of_kind("primary")] == ["pain", "places"]
    assert plan.outcome("pain").mcid.points == 10
    assert plan.outcome("pain").published.n == {"stroll": 20, "chat": 21}
    assert plan.estimand_of("vigour").code == "E1"
    assert plan.sha256 != synthetic.plan(synthetic.THREE_ARMS).sha256
    assert len(plan.sha256) == 64


def test_every_mistake_of_a_plan_is_told_at_once_with_key_and_way_out():
    said = refusal(
        ('better = "lower"', 'better = "lowest"'),
        ("points = 10", "points = -1"),
        ('main_occasion = "six_months"', 'main_occasion = "six_month"'),
        ("draws = 1999", "drawers = 1999"),
        ('analysis_set = "complete"', 'analysis_set = "compleat"'),
    )
    assert said == [
        "sap.toml, outcomes[1].better: this value is unknown. Did you mean 'lower'? Use one of lower, higher.",
        "sap.toml, outcomes[1].mcid.points: a difference that matters is greater than 0. "
        "Give it in points of the outcome.",
        "sap.toml, methods.draws: this key is missing. Add draws = 999.",
        "sap.toml, methods.drawers: this key is unknown. Did you mean 'draws'? Remove it or correct its name.",
        "sap.toml, main_occasion: 'six_month' is not defined. Defined are: baseline, six_months.",
        "sap.toml, estimands[1].analysis_set: 'compleat' is not defined. Defined are: all, complete.",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("reference = true", "reference = false"), "0 arms are marked as the reference."),
        (('format = "stegvis-sap/1"', 'format = "other"'), "Use one of stegvis-sap/1."),
        (('code = "places"', 'code = "pain"'), "outcomes: 'pain' is defined twice."),
        (('"flow", "baseline"', '"flow", "base"'), "sections: 'base' is unknown."),
        (('occasions = ["baseline"', 'occasions = ["start"'), "other_care.occasions: 'start' is not defined."),
        (('code = "tablet_days"', 'code = "tablets"'), "other_care.items: 'tablets' is defined twice."),
        (("[visits]", "[visitations]"), "the section 'visits' is wanted, and there is no table [visits]."),
        (('covariates = ["baseline", "stratum"]', 'covariates = "baseline"'), "methods.covariates: this is no list"),
        (("level = 0.95", "level = 95"), "methods.level: this is no number in its range."),
        (('{ en = "Sex", sv = "Kön" }', '{ sv = "Kön" }'), "characteristics[2].label: this is no text by language"),
        (("low = -7.5, high = 11.0", "low = 11.0, high = -7.5"), "the lower limit does not lie under the upper."),
        (('attained = ["fully"]', 'attained = ["wholly"]'), "goals.attained: 'wholly' is unknown."),
        (("modules = 6", "modules = 6.5"), "adherence.modules: this is no whole number in its range."),
        (("n_assumed = true", "n_assumed = 1"), "n_assumed: this is neither true nor false."),
        (("stroll = 20, ", ""), "outcomes[1].published.n.stroll: this key is missing."),
        (('study = "synthetic"', 'study = ""'), "study: this is no text, or an empty one."),
    ],
)
def test_a_mistake_in_a_plan_says_its_key(change, said):
    assert any(said in sentence for sentence in refusal(change)), refusal(change)


def test_a_plan_without_a_primary_outcome_or_with_one_arm_is_refused():
    assert any("there is no primary outcome" in s for s in refusal(*[('kind = "primary"', 'kind = "secondary"')] * 2))
    assert any("fewer than two arms" in s for s in refusal(("[[arms]]", "[[arm]]"), ("[[arms]]", "[[arm]]")))


def test_what_is_not_toml_is_refused_with_its_place():
    with pytest.raises(PlanRefused, match="not TOML in UTF-8"):
        parse_plan(b'format = "')
