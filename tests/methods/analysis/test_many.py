"""Many trials at once: each number is the one that a trial alone gives."""

import dataclasses

import numpy as np
import pytest
from scipy import special

from stegvis.methods.analysis import many, ranks, regression, student, two_samples

SAME = 1e-9  # the same formulas by sums in another order
RNG = np.random.default_rng(31)
FIRST = np.arange(40) % 3 == 0


def trials(kind):
    y = RNG.normal(50, 12, (300, 40))
    y = {"plain": y, "round": y.round(-1), "tenths": (y / 5).round(1) / 10, "signed": (y - 50).round(0)}[kind]
    y[RNG.random(y.shape) < 0.3] = np.nan
    return y, RNG.normal(50, 12, y.shape) + 0.3 * np.nan_to_num(y)


KINDS = ["plain", "round", "tenths", "signed"]


@pytest.mark.parametrize("kind", KINDS)
def test_mann_whitney_of_many_trials_is_that_of_each(kind):
    y, _ = trials(kind)
    found = many.mann_whitney_many(y, FIRST)
    for row in range(y.shape[0]):
        known = np.isfinite(y[row])
        one = ranks.mann_whitney(y[row][known & FIRST], y[row][known & ~FIRST])
        assert (found.u[row], found.z[row], found.p[row]) == (one.u, pytest.approx(one.z), pytest.approx(one.p)), row


@pytest.mark.parametrize("kind", KINDS)
def test_t_of_many_trials_is_that_of_each(kind):
    y, _ = trials(kind)
    found = many.pooled_t_many(y, FIRST)
    for row in range(0, y.shape[0], 7):
        known = np.isfinite(y[row])
        one = two_samples.pooled_t(y[row][known & FIRST], y[row][known & ~FIRST])
        for name in ("estimate", "se", "df", "t", "p", "low", "high"):
            assert getattr(found, name)[row] == pytest.approx(getattr(one, name), rel=SAME), name


@pytest.mark.parametrize("kind", KINDS)
def test_analysis_of_covariance_of_many_trials_is_that_of_each(kind):
    y, x = trials(kind)
    found = many.ancova_many(y, x, FIRST)
    for row in range(0, y.shape[0], 7):
        known = np.isfinite(y[row])
        arms = ["a" if one else "b" for one in FIRST[known]]
        one = regression.ancova(
            y[row][known], x[row][known], arms, ["s"] * len(arms), arm="a", reference="b", errors="classical"
        )
        for name in ("estimate", "se", "df", "t", "p", "low", "high"):
            assert getattr(found, name)[row] == pytest.approx(getattr(one, name), rel=SAME), name


def test_the_published_comparison_is_made_of_the_three():
    y, x = trials("round")
    t, u, covariance = many.published_many(y, x, FIRST)
    for name in ("estimate", "se", "df", "t", "p", "low", "high"):
        expected = getattr(many.pooled_t_many(y - x, FIRST), name)
        assert getattr(t, name) == pytest.approx(expected, rel=SAME, nan_ok=True)
        expected = getattr(many.ancova_many(y, x, FIRST), name)
        assert np.array_equal(getattr(covariance, name), expected, equal_nan=True)
    assert np.array_equal(u.u, many.mann_whitney_many(y - x, FIRST).u)


SIZES = [1, 30, 300, 3000, 5000]  # squares of 3000 overflow 32 bits, and 5000 is no small number any more


@pytest.mark.parametrize("size", SIZES)
def test_scores_which_are_whole_numbers_give_what_other_numbers_give(size):
    y, x = trials("plain")
    y, x = ((one / 60 * size).round() for one in (y, x))
    x[RNG.random(x.shape) < 0.1] = np.nan
    y[2], x[3, FIRST] = np.nan, np.nan
    quick, slow = many.published_many(y, x, FIRST), many.published_many(y / 64, x / 64, FIRST)
    assert np.isfinite(quick[0].p).sum() > 200
    for one, two, names in zip(quick, slow, ("t p df", "z p", "t p df"), strict=True):
        for name in names.split():
            assert getattr(one, name) == pytest.approx(getattr(two, name), rel=SAME, abs=SAME, nan_ok=True), name
    assert np.array_equal(quick[1].u, many.mann_whitney_many(y - x, FIRST).u)


def test_any_number_of_threads_gives_the_same_bits(monkeypatch):
    monkeypatch.setattr(many, "ROWS", 32)
    for kind in ("plain", "signed"):
        y, x = trials(kind)
        x = x.round() if kind == "signed" else x
        one, several = many.published_many(y, x, FIRST), many.published_many(y, x, FIRST, threads=3)
        for a, b in zip(one, several, strict=True):
            for field in dataclasses.fields(a):
                assert np.array_equal(getattr(a, field.name), getattr(b, field.name), equal_nan=True), field.name


def test_p_of_many_t_is_that_of_each_to_its_last_digits():
    df = np.tile(np.array([1.0, 2, 9, 10, 11, 79, 80, 300, 999, 1000, 1001, 5000]), 400)
    t = RNG.normal(0, 1.5, df.size)
    t[:12], t[12:24], t[24:36] = 0.0, student.NEAR, -np.nextafter(student.NEAR, 2)
    p = student.two_sided_p(t, df)
    assert p == pytest.approx(2 * special.stdtr(df, -np.abs(t)), rel=1e-14)
    assert list(p[:12]) == [1.0] * 12
    assert np.isnan(student.two_sided_p(np.array([np.nan]), np.array([20.0]))[0])


@pytest.mark.parametrize("people", [255, 256, 300, 301])
def test_heavy_ties_among_many_people_are_counted_whole(people):
    first = np.arange(people) % 2 == 0
    row = RNG.integers(-1, 2, people).astype(float)
    one, found = ranks.mann_whitney(row[first], row[~first]), many.mann_whitney_many(np.vstack([row, row]), first)
    assert list(found.u) == [one.u] * 2
    assert list(found.z) == pytest.approx([one.z] * 2)


def test_whole_numbers_too_large_for_few_bits_are_ranked_by_all_of_theirs():
    row = np.array([40_000.0, -40_000, 40_000, np.nan, 3, -40_000, 3, np.inf])
    first, known = np.arange(8) < 4, np.isfinite(row)
    assert many.mann_whitney_many(row, first).u[0] == ranks.mann_whitney(row[known & first], row[known & ~first]).u


def test_values_that_differ_in_their_last_bit_only_are_not_tied():
    row = np.array([1.0, np.nextafter(1.0, 2), np.nextafter(1.0, 0), 1.0, 5, 5, -0.0, 0.0])
    first = np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype=bool)
    one = ranks.mann_whitney(row[first], row[~first])
    found = many.mann_whitney_many(np.vstack([row, row]), first)
    assert list(found.u) == [one.u] * 2
    assert list(found.z) == pytest.approx([one.z] * 2)


def test_a_trial_with_nothing_to_compare_has_no_number_and_the_others_keep_theirs():
    y, x = trials("plain")
    y[3, FIRST], y[4], y[5], x[6] = np.nan, np.nan, 7.0, 7.0
    for found in (many.pooled_t_many(y, FIRST), many.mann_whitney_many(y, FIRST), many.ancova_many(y, x, FIRST)):
        assert np.all(np.isnan(found.p[3:6]))
        assert np.all(np.isfinite(np.delete(found.p, [3, 4, 5, 6])))
    assert np.isnan(many.ancova_many(y, x, FIRST).p[6])


def test_the_order_of_people_and_of_trials_changes_nothing():
    y, x = trials("round")
    people = RNG.permutation(40)
    one, two = many.ancova_many(y, x, FIRST), many.ancova_many(y[::-1, people], x[::-1, people], FIRST[people])
    assert two.p[::-1] == pytest.approx(one.p, rel=1e-9)
    u, back = many.mann_whitney_many(y, FIRST).u, many.mann_whitney_many(y[::-1, people], FIRST[people]).u
    assert np.array_equal(back[::-1], u)


def test_arms_of_another_number_of_people_are_a_mistake():
    with pytest.raises(ValueError, match="40 people, and 3 arms"):
        many.pooled_t_many(np.zeros((2, 40)), [True, False, True])
