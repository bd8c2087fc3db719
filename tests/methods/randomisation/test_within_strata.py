"""Any order within strata, with the numbers as they came out."""

import numpy as np
import pytest

from stegvis.methods.randomisation.within_strata import WithinStrata

STRATA = ("a", "b", "a", "b", "a", "b", "b")
FIRST = (True, False, False, True, False, True, False)


def test_each_draw_has_the_numbers_of_each_stratum():
    arms = WithinStrata(STRATA, FIRST).draw(np.random.default_rng(1), 200)
    of_a, of_b = (np.array(STRATA) == one for one in "ab")
    assert (arms[:, of_a].sum(axis=1) == 1).all()
    assert (arms[:, of_b].sum(axis=1) == 2).all()


def test_every_allocation_is_drawn_as_often_as_another():
    scheme = WithinStrata(STRATA, FIRST)
    every, chance = scheme.enumerate(1000)
    drawn = scheme.draw(np.random.default_rng(2), 18_000)
    counts = [int((drawn == one).all(axis=1).sum()) for one in every]
    assert len(every) == 3 * 6
    assert chance.sum() == pytest.approx(1)
    assert sum(counts) == 18_000
    assert sum((count - 1000) ** 2 / 1000 for count in counts) < 40.8  # chi-square with 17 df, P = 0.001


def test_more_allocations_than_asked_for_are_not_listed():
    assert WithinStrata(STRATA, FIRST).enumerate(17) is None
