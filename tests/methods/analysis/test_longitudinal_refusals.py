"""What the longitudinal models refuse, each beside what they take."""

import numpy as np
import pytest

from stegvis.methods.analysis import mmrm, visit_model
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.reml import FINE, FLAT_OPTIMUM, NOT_CONVERGED, SINGULAR, refusal

from .longitudinal_data import depression, lungs

ARMS = ["a", "b"] * 6
Y = np.random.default_rng(2).normal(size=(12, 3))


def model(arms=ARMS, **keys):
    return visit_model.visit_means(arms, ("1", "2", "3"), np.empty((len(arms), 0)), reference="a", **keys)


def without(rows, occasions):
    y = Y.copy()
    y[np.ix_(rows, occasions)] = np.nan
    return y


@pytest.mark.parametrize(
    ("y", "code"),
    [
        (np.full_like(Y, np.nan), "empty"),
        (without(range(12), [1]), "empty"),
        (without(range(0, 12, 2), [2]), "singular"),
        (np.ones_like(Y), "constant"),
        (np.where(np.arange(12)[:, None] < 6, without(range(12), [0]), without(range(12), [2])), "never_together"),
    ],
)
def test_what_cannot_be_fitted_says_why(y, code):
    assert mmrm.fit(Y, model().design).people == 12
    with pytest.raises(NotEstimable) as refused:
        mmrm.fit(y, model().design)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_occasions_that_never_met_can_still_have_a_structure_that_says_how_they_go_together():
    y = np.where(np.arange(12)[:, None] < 6, without(range(12), [0]), without(range(12), [2]))
    assert mmrm.fit(y, model().design, covariance="compound_symmetry").observations == 24


def test_a_term_that_repeats_another_is_a_singular_design():
    twice = np.concatenate([model().design, model().design[:, :, :1]], axis=2)
    with pytest.raises(NotEstimable, match="cannot be told apart"):
        mmrm.fit(Y, twice)


def test_values_that_the_model_explains_exactly_have_no_error():
    exact = np.array([[1.0, 2, 3] if arm == "a" else [2.0, 4, 7] for arm in ARMS])
    with pytest.raises(NotEstimable, match="explains every value"):
        mmrm.fit(exact, model().design)


def test_occasions_that_repeat_each_other_have_no_proper_covariance_matrix():
    copied = np.column_stack([Y[:, 0], Y[:, 0], Y[:, 2]])
    with pytest.raises(NotEstimable, match="fewer parameters"):
        mmrm.fit(copied, model().design)


def test_more_parameters_than_the_data_can_tell_apart_give_no_number():
    with pytest.raises(NotEstimable, match="no maximum"):
        mmrm.fit(Y[:4], model().design[:4])


def test_one_bad_data_set_leaves_the_others_their_numbers():
    many = mmrm.fit_many(np.stack([Y, without(range(0, 12, 2), [2]), Y]), model().design)
    assert list(many.state) == [FINE, SINGULAR, FINE]
    found = many.contrasts(model().contrast("b", "a", "3"))
    assert np.isnan(found.se[1, 0])
    assert found.se[0, 0] == found.se[2, 0] > 0


@pytest.mark.parametrize("state", [SINGULAR, NOT_CONVERGED, FLAT_OPTIMUM])
def test_every_state_has_its_sentence(state):
    assert str(refusal(state, "a covariate")).endswith("in the plan.")


def test_somebody_without_any_measurement_is_not_counted_and_changes_nothing():
    y, design = lungs()
    seen = np.isfinite(y).any(axis=1)
    whole, part = mmrm.fit(y, design), mmrm.fit(y[seen], design[seen])
    assert whole.people == part.people == 197
    assert whole.deviance == pytest.approx(part.deviance, rel=1e-12)


def test_an_arm_that_nobody_is_in_has_no_contrast():
    with pytest.raises(NotEstimable, match="nobody"):
        model().contrast("c", "a", "3")
    with pytest.raises(NotEstimable, match="nobody"):
        model(["a"] * 12)


def test_a_missing_covariate_is_refused_and_never_filled_in():
    x = np.ones((12, 1))
    x[3] = np.nan
    with pytest.raises(NotEstimable, match="missing"):
        visit_model.visit_means(ARMS, ("1", "2", "3"), x, reference="a")


def test_long_rows_become_one_row_a_person_and_two_values_of_one_occasion_are_refused():
    people, when = ["p", "q", "p", "q"], ["6", "0", "0", "12"]
    y, names = visit_model.wide([5, 3, 4, 9], people, when, ("0", "6"))
    assert names == ("p", "q")
    assert y.tolist()[0] == [4, 5]
    assert y[1, 0] == 3
    assert np.isnan(y[1, 1])
    with pytest.raises(NotEstimable, match="two values"):
        visit_model.wide([1, 2], ["p", "p"], ["0", "0"], ("0",))


def test_contrasts_of_a_joint_test_must_not_repeat_each_other():
    y, one = depression()
    fit, row = mmrm.fit(y, one.design), one.contrast("BtheB", "TAU", "8m")
    assert fit.joint([row]).df1 == 1
    with pytest.raises(ValueError, match="linearly independent"):
        fit.joint([row, 2 * row])


def test_unknown_methods_name_the_known_ones():
    fit = mmrm.fit(Y, model().design)
    with pytest.raises(ValueError, match="known"):
        fit.estimate(model().contrast("b", "a", "3"), n={}, method="containment")
