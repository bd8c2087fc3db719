"""Blinding indices, against published outputs and a calculation of another kind."""

from __future__ import annotations

import numpy as np
import pytest

from stegvis.methods.analysis.blinding_index import Guesses, bang, james
from stegvis.methods.analysis.refusals import NotEstimable

# Rows: taken for treatment, taken for placebo, not known; columns: treatment, placebo.
EXAMPLE = ((48, 22), (4, 30), (330, 319))
"""The example of JuliaHealth/BlindingIndex.jl (a port of the R package BI), whose README prints the numbers below."""
CRISP = ((82, 27), (25, 29), (170, 83))
"""The cholesterol trial by which Bang, Ni & Davis (2004) show their index: 0.21 and 0.01."""


def trial(table):
    (a, b), (c, d), (e, f) = table
    return {
        "treatment": Guesses({"treatment": a, "placebo": c}, e),
        "placebo": Guesses({"treatment": b, "placebo": d}, f),
    }


def test_both_indices_are_those_that_another_program_prints():
    found = james(trial(EXAMPLE))
    first, second = bang(48, 4, 330), bang(30, 22, 319)

    for index, expected in (
        (found, (0.896, 0.011, 0.875, 0.918)),
        (first, (0.115, 0.018, 0.080, 0.150)),
        (second, (0.022, 0.019, -0.016, 0.060)),
    ):
        assert (index.estimate, index.se, index.low, index.high) == pytest.approx(expected, abs=0.0005)


def test_bangs_index_is_that_of_the_paper():
    assert (bang(82, 25, 170).estimate, bang(29, 27, 83).estimate) == pytest.approx((57 / 277, 2 / 139))
    assert [round(bang(*counts).estimate, 2) for counts in ((82, 25, 170), (29, 27, 83))] == [0.21, 0.01]


@pytest.mark.parametrize("table", [EXAMPLE, CRISP])
def test_the_standard_errors_are_those_of_resampled_trials(table):
    rng = np.random.default_rng(20261128)
    cells = np.array(table)
    drawn = rng.multinomial(cells.sum(), cells.ravel() / cells.sum(), size=4000).reshape(-1, 3, 2)
    resampled = np.std([james(trial(one.tolist())).estimate for one in drawn])
    assert james(trial(table)).se == pytest.approx(resampled, rel=0.05)

    n, (right, wrong, _) = cells[:, 0].sum(), cells[:, 0]
    arms = rng.multinomial(n, cells[:, 0] / n, size=4000)
    assert bang(right, wrong, n - right - wrong).se == pytest.approx(np.std((arms[:, 0] - arms[:, 1]) / n), rel=0.05)


@pytest.mark.parametrize(
    ("table", "of_trial", "of_arm"),
    [
        (((10, 0), (0, 10), (0, 0)), 0, 1),  # everyone right
        (((0, 10), (10, 0), (0, 0)), 1, -1),  # everyone wrong
        (((5, 5), (5, 5), (0, 0)), 0.5, 0),  # a coin
        (((5, 5), (5, 5), (10, 10)), 0.75, 0),  # half do not know, the others toss a coin
    ],
)
def test_the_ends_of_the_scales_worked_by_hand(table, of_trial, of_arm):
    assert james(trial(table)).estimate == pytest.approx(of_trial)
    assert bang(table[0][0], table[1][0], table[2][0]).estimate == pytest.approx(of_arm)


def test_more_arms_than_two_have_jamess_index_too():
    fair = {arm: Guesses(dict.fromkeys("abc", 4), 0) for arm in "abc"}
    assert james(fair).estimate == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("arms", "code"),
    [(trial(((0, 0), (0, 0), (0, 0))), "empty"), (trial(((0, 0), (0, 0), (5, 5))), "constant"), ({}, "empty")],
)
def test_without_guesses_there_is_no_index(arms, code):
    with pytest.raises(NotEstimable) as refused:
        james(arms)
    assert refused.value.code == code
    with pytest.raises(NotEstimable):
        bang(0, 0, 0)
