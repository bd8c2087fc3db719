"""The tipping point against the same analysis of shifted data, and against signs that are known."""

import numpy as np
import pytest

from stegvis.methods.analysis import imputation, pooling, tipping
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, ancova, arms, baseline, drug, table

FILLED = np.isnan(table()[:, 4])


@pytest.fixture(scope="module")
def outcome():
    columns = [imputation.Column(name) for name in ("baseline", "w1", "w2", "w4", "w6")]
    made = imputation.impute(table(), columns, imputations=30, seed=np.random.SeedSequence(7), arms=arms())
    return made.column("w6") - baseline()


def prepared(outcome, **more):
    given = {"arm": ACTIVE, "reference": REFERENCE, **more}
    return tipping.tipping(outcome, FILLED, arms(), baseline(), **given)


def shifted(outcome, compared, reference):
    return outcome + FILLED * np.where(drug() > 0, compared, reference)


def test_unshifted_it_is_the_pooled_analysis_of_covariance(outcome):
    effects, variances = ancova(outcome)
    one = pooling.pool(effects, variances, df_complete=169, n={})
    ours = prepared(outcome).at(0, 0)
    for field in ("estimate", "se", "df", "p", "low", "high"):
        assert getattr(ours, field) == pytest.approx(getattr(one, field), rel=1e-10), field


@pytest.mark.parametrize("errors", ["classical", "HC2", "HC3"])
def test_a_point_of_the_grid_is_the_analysis_of_the_shifted_data(outcome, errors):
    grid = prepared(outcome, errors=errors).grid([-1.0, 2.5], [0.0, -3.0, 4.0])
    for a, compared in enumerate(grid.compared):
        for b, reference in enumerate(grid.reference):
            one = prepared(shifted(outcome, compared, reference), errors=errors).at(0, 0)
            assert grid.estimate[a, b] == pytest.approx(one.estimate, rel=1e-9)
            assert (grid.p[a, b], grid.high[a, b]) == pytest.approx((one.p, one.high), rel=1e-8)


def test_shifting_both_arms_by_what_is_missing_alike_hardly_moves_the_estimate(outcome):
    """With shares p₁ and p₀ missing, unadjusted, the estimate moves by δ(p₁ − p₀)."""
    plain = tipping.tipping(outcome, FILLED, arms(), np.empty((172, 0)), arm=ACTIVE, reference=REFERENCE)
    move = plain.at(6, 6).estimate - plain.at(0, 0).estimate
    assert move == pytest.approx(6 * (20 / 84 - 23 / 88), rel=1e-9)


def test_the_conclusion_turns_where_p_is_one_minus_the_level(outcome):
    ready = prepared(outcome)
    turn = ready.turn_compared()
    assert turn.significant
    assert turn.below is None
    assert ready.at(turn.above, 0).p == pytest.approx(0.05, abs=1e-9)
    assert ready.at(turn.above - 0.01, 0).p < 0.05 < ready.at(turn.above + 0.01, 0).p


def test_the_reference_arm_turns_it_in_the_other_direction(outcome):
    turn = prepared(outcome).turn_reference()
    assert turn.above is None
    assert prepared(outcome).at(0, turn.below).p == pytest.approx(0.05, abs=1e-9)


def test_the_boundary_has_a_turn_for_each_shift_of_the_reference_arm(outcome):
    found = prepared(outcome).boundary([-1.0, 0.0, 1.0])
    above = [one.above for one in found]
    assert above == sorted(above)
    assert found[1] == prepared(outcome).turn_compared()


def test_where_nothing_turns_within_the_limit_none_is_said(outcome):
    turn = prepared(outcome).turn_compared(limit=0.5)
    assert (turn.below, turn.above, turn.searched) == (None, None, 0.5)


def test_turning_the_outcome_around_turns_the_shifts_around(outcome):
    turn, other = prepared(outcome).turn_compared(), prepared(-3 * outcome).turn_compared()
    assert other.below == pytest.approx(-3 * turn.above, rel=1e-8)
    assert other.above is None


@pytest.mark.parametrize(
    ("change_to", "code"),
    [
        ({"filled": np.zeros(172, dtype=bool)}, "nothing_imputed"),
        ({"arm": "OTHER"}, "empty"),
        ({"covariates": np.ones(172)}, "singular"),
    ],
)
def test_what_cannot_be_shifted_is_refused(outcome, change_to, code):
    given = {"filled": FILLED, "covariates": baseline(), "arm": ACTIVE, **change_to}
    with pytest.raises(NotEstimable) as refusal:
        tipping.tipping(outcome, given.pop("filled"), arms(), given.pop("covariates"), reference=REFERENCE, **given)
    assert refusal.value.code == code
