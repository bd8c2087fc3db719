"""Group-sequential designs against rpact, the tables of Jennison & Turnbull, and identities."""

import numpy as np
import pytest
from scipy import integrate, stats

from stegvis.methods.analysis import sequential, stagewise
from stegvis.methods.analysis.refusals import NotEstimable

from .references import values

R = values("sequential.csv")
THIRDS = [0.3, 0.6, 1.0]
OBF, POCOCK = sequential.spend_like_obrien_fleming, sequential.spend_like_pocock
FIFTHS = np.arange(1, 6) / 5

DESIGNS = {
    "of2": sequential.wang_tsiatis(FIFTHS, 0.05, delta=0),
    "p2": sequential.wang_tsiatis(FIFTHS, 0.05, delta=0.5),
    "of1": sequential.wang_tsiatis(np.arange(1, 4) / 3, 0.025, delta=0, sided=1),
    "asof1": sequential.alpha_spending(THIRDS, 0.025, OBF, sided=1),
    "asp1": sequential.alpha_spending([0.25, 0.5, 0.75, 1], 0.025, POCOCK, sided=1),
    "askd1": sequential.alpha_spending([0.4, 1], 0.025, sequential.spend_by_power(3), sided=1),
    "asof2": sequential.alpha_spending([0.5, 1], 0.05, OBF),
}
DESIGNS["fut1"] = sequential.with_futility(DESIGNS["asof1"], 0.1, OBF)
RPACT = 2e-8  # rpact's roots are found to 1e-10, its integrals hold 8 to 9 digits (its own α comes to .02499999)


@pytest.mark.parametrize("name", DESIGNS)
def test_boundaries_and_alpha_spent_agree_with_rpact(name):
    design = DESIGNS[name]
    for k in range(design.information.size):
        assert design.upper[k] == pytest.approx(R[f"{name}.upper{k + 1}"], rel=RPACT)
        assert design.spent[k] == pytest.approx(R[f"{name}.spent{k + 1}"], rel=5e-7)


def test_non_binding_futility_boundaries_agree_with_rpact_and_leave_the_upper_ones_alone():
    design = DESIGNS["fut1"]
    assert design.futility[:2] == pytest.approx([R["fut1.lower1"], R["fut1.lower2"]], rel=RPACT)
    assert design.futility[2] == design.upper[2]
    assert np.array_equal(design.upper, DESIGNS["asof1"].upper)
    assert design.power(0.0) < DESIGNS["asof1"].power(0.0) == pytest.approx(0.025, rel=1e-9)


@pytest.mark.parametrize("name", DESIGNS)
def test_drift_power_and_expected_sample_size_agree_with_rpact(name):
    design, power = DESIGNS[name], 1 - R[f"{name}.beta"]
    drift = design.drift(power)
    assert drift**2 == pytest.approx(R[f"{name}.shift"], rel=1e-8)
    assert design.inflation(power) == pytest.approx(R[f"{name}.inflation"], rel=1e-8)
    assert design.expected_information(drift) * design.inflation(power) == pytest.approx(R[f"{name}.asn1"], rel=1e-8)
    assert design.expected_information(0) * design.inflation(power) == pytest.approx(R[f"{name}.asn0"], rel=1e-7)
    by_stage = np.cumsum(design.crossing(drift).upper)
    assert by_stage == pytest.approx([R[f"{name}.power{k + 1}"] for k in range(by_stage.size)], rel=1e-6)


@pytest.mark.parametrize(
    ("delta", "constants"),
    [(0.5, [1.960, 2.178, 2.289, 2.361, 2.413, 2.453]), (0.0, [1.960, 1.977, 2.004, 2.024, 2.040, 2.053])],
)
def test_constants_are_those_of_jennison_and_turnbull(delta, constants):
    """Tables 2.1 (Pocock) and 2.3 (O'Brien–Fleming), α = .05 two-sided, K = 1 to 6, three decimals."""
    for looks, expected in enumerate(constants, start=1):
        design = sequential.wang_tsiatis(np.arange(1, looks + 1) / looks, 0.05, delta=delta)
        assert round(float(design.upper[-1]), 3) == expected


@pytest.mark.parametrize(
    ("delta", "power", "ratio"), [(0.5, 0.8, 1.229), (0.5, 0.9, 1.207), (0, 0.8, 1.028), (0, 0.9, 1.026)]
)
def test_the_largest_sample_is_that_of_jennison_and_turnbull(delta, power, ratio):
    """Tables 2.2 and 2.4, K = 5, α = .05."""
    assert round(sequential.wang_tsiatis(FIFTHS, 0.05, delta=delta).inflation(power), 3) == ratio


def test_two_looks_are_a_bivariate_normal():
    t, upper = np.array([0.4, 1.0]), np.array([2.5, 2.0])
    found = stagewise.crossing(t, [-np.inf, -np.inf], upper, 1.5)
    both = stats.multivariate_normal(1.5 * np.sqrt(t), [[1, np.sqrt(0.4)], [np.sqrt(0.4), 1]]).cdf(upper)
    assert found.upper.sum() == pytest.approx(1 - both, abs=1e-9)


def test_looks_that_nobody_acts_on_change_nothing():
    found = stagewise.crossing([0.1, 0.11, 0.6, 1], [-np.inf] * 4, [np.inf, np.inf, np.inf, 1.96], 2.0)
    assert found.upper == pytest.approx([0, 0, 0, stats.norm.sf(1.96 - 2)], abs=1e-13)
    assert found.stopping.sum() == pytest.approx(1)


def test_upper_and_lower_are_mirror_images():
    one = stagewise.crossing(THIRDS, [-2.5, -1, 0.3], [3, 2.5, 2.2], 0.8)
    two = stagewise.crossing(THIRDS, [-3, -2.5, -2.2], [2.5, 1, -0.3], -0.8)
    assert (one.upper, one.lower) == (pytest.approx(two.lower), pytest.approx(two.upper))


def test_conditional_power_before_the_last_look_is_its_closed_form():
    design, z, t = DESIGNS["askd1"], 1.2, 0.4
    for drift in (0.0, 2.8, None):
        trend = z / np.sqrt(t) if drift is None else drift
        expected = stats.norm.cdf((z * np.sqrt(t) + trend * (1 - t) - design.upper[1]) / np.sqrt(1 - t))
        assert sequential.conditional_power(design, 1, z, drift) == pytest.approx(expected, rel=1e-12)


def test_conditional_powers_over_the_first_look_add_up_to_the_power():
    design, drift = DESIGNS["asof1"], 2.5
    centre = drift * np.sqrt(0.3)

    def part(z):
        return stats.norm.pdf(z - centre) * sequential.conditional_power(design, 1, z, drift)

    later, _ = integrate.quad(part, centre - 8, design.upper[0], epsabs=1e-10)
    assert later + design.crossing(drift).upper[0] == pytest.approx(design.power(drift), abs=1e-9)


def test_predictive_power_with_one_look_left_is_its_closed_form():
    design, z, t = DESIGNS["askd1"], 1.2, 0.4
    flat = stats.norm.cdf((z / np.sqrt(t) - design.upper[1]) / np.sqrt((1 - t) / t))
    assert sequential.predictive_power(design, 1, z) == pytest.approx(flat, rel=1e-9)
    sure = sequential.predictive_power(design, 1, z, prior_mean=2.0, prior_sd=1e-6)
    assert sure == pytest.approx(sequential.conditional_power(design, 1, z, 2.0), rel=1e-6)


def test_nominal_p_values_are_those_of_the_boundaries():
    assert DESIGNS["p2"].nominal == pytest.approx([0.0158142] * 5, rel=1e-5)
    assert DESIGNS["asof2"].nominal[0] == pytest.approx(DESIGNS["asof2"].spent[0])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: sequential.wang_tsiatis([0.5, 0.4, 1], 0.05, delta=0), "rises from stage"),
        (lambda: sequential.wang_tsiatis([0.5, 0.9], 0.05, delta=0), "whole information"),
        (lambda: sequential.alpha_spending([0.5, 1], 0.7, OBF), "between 0 and 0.5"),
        (lambda: sequential.spend_by_power(0), "above 0"),
        (lambda: sequential.with_futility(DESIGNS["asof2"], 0.1, OBF), "one-sided"),
        (lambda: sequential.with_futility(DESIGNS["asof1"], 0.99, OBF), "type II"),
        (lambda: sequential.conditional_power(DESIGNS["asof1"], 3, 1.0), "one of 1 to 2"),
        (lambda: DESIGNS["asof1"].drift(0.01), "between the significance level"),
        (lambda: stagewise.crossing([1.0], [3.0], [2.0]), "not above the upper"),
    ],
)
def test_a_design_that_cannot_be_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_a_look_with_nothing_to_spend_is_refused():
    with pytest.raises(NotEstimable, match="Nothing is left"):
        sequential.alpha_spending([0.5, 1], 0.05, lambda t, alpha: np.array([alpha, alpha * 0.9]))
