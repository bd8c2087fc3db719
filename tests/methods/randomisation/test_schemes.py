"""Schemes of allocation: each against its own law, its enumeration, or a worked example of its paper."""

import numpy as np
import pytest

from stegvis.methods.randomisation import blocks, coins, minimisation
from stegvis.methods.randomisation.block_scheme import BlockScheme
from stegvis.methods.randomisation.errors import DesignRefused

RNG = np.random.default_rng(20)
POCOCK = [[30, 31], [18, 17], [9, 8], [19, 21]]
"""Pocock 1983, section 5.3: ambulatory, under 50, disease-free 2 years or more, visceral; 80 women allocated so far."""


def law(scheme):
    arms, probability = scheme.enumerate(1_000_000)
    found = {}
    for row, chance in zip(arms, probability, strict=True):
        found[tuple(row)] = found.get(tuple(row), 0.0) + chance
    return found


def agrees(scheme, draws=40_000):
    """Whether each allocation is drawn as often as its probability says, within 4.5 standard errors."""
    expected, arms = law(scheme), scheme.draw(np.random.default_rng(4), draws)
    rows, counts = np.unique(arms, axis=0, return_counts=True)
    seen = dict(zip(map(tuple, rows), counts / draws, strict=True))
    assert set(seen) <= set(expected)
    return all(abs(seen.get(row, 0) - p) <= 4.5 * np.sqrt(p * (1 - p) / draws) for row, p in expected.items())


FACTORS = [["n", "m"], ["s", "m"], ["n", "f"], ["n", "m"], ["s", "f"], ["s", "m"]]
SCHEMES = [
    BlockScheme(["n", "n", "s", "n", "s", "n"], sizes=[2, 4]),
    BlockScheme(["n"] * 5, sizes=[3], ratio=(2, 1)),
    coins.CoinScheme(coins.Simple(0.3), ["n"] * 5),
    coins.CoinScheme(coins.Efron(), ["n", "s", "n", "n", "s", "n"]),
    coins.CoinScheme(coins.BigStick(2), ["n"] * 6),
    coins.CoinScheme(coins.WeiUrn(1, 1), ["n"] * 6),
    minimisation.Minimisation(FACTORS),
    minimisation.Minimisation(FACTORS, weights=[0.1, 0.2], measure="variance", ratio=(2, 1)),
]


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: f"{s.name} {s.people}")
def test_each_allocation_is_drawn_as_often_as_its_probability_says(scheme):
    assert sum(law(scheme).values()) == pytest.approx(1, rel=1e-12)
    assert agrees(scheme)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: f"{s.name} {s.people}")
def test_sums_over_an_arm_have_the_law_of_the_allocations(scheme):
    columns = RNG.normal(size=(scheme.people, 3))
    arms, probability = scheme.enumerate(1_000_000)
    mean, draws = probability @ (arms @ columns), 40_000
    sums = scheme.sums(np.random.default_rng(6), draws, columns)
    assert np.all(np.abs(sums.mean(axis=0) - mean) < 4.5 * sums.std(axis=0) / np.sqrt(draws))
    possible = np.unique((arms @ columns).round(9), axis=0)
    assert set(map(tuple, np.unique(sums.round(9), axis=0))) <= set(map(tuple, possible))


def test_the_scheme_of_blocks_has_the_law_of_the_lists():
    """2000 lists made by the generator itself: four places, blocks of 2 or 4."""
    scheme = BlockScheme(["n"] * 4, sizes=[2, 4])
    counts = dict.fromkeys(law(scheme), 0)
    for seed in range(2000):
        made = blocks.generate(
            arms=["a", "b"], ratio=[1, 1], block_sizes=[2, 4], strata=["n"], per_stratum=4, seed=seed
        )
        counts[tuple(place.arm == "a" for place in made.places[:4])] += 1
    for row, p in law(scheme).items():
        assert abs(counts[row] / 2000 - p) < 4.5 * np.sqrt(p * (1 - p) / 2000)


def test_a_scheme_is_made_from_the_design_of_a_list():
    made = blocks.generate(
        arms=["a", "b"], ratio=[2, 1], block_sizes=[3], strata=["n", "s"], per_stratum=3, seed=1
    ).design
    arms = BlockScheme.of(made, ["n", "s", "s", "n", "s", "n"], "b").draw(RNG, 50)
    assert np.all(arms.sum(axis=1) == 2)
    with pytest.raises(DesignRefused, match="two arms"):
        BlockScheme.of(made, ["n"], "c")


def test_strata_may_have_any_name():
    arms = BlockScheme(["Åre, north", "50+ (yes)"] * 4, sizes=[2]).draw(RNG, 20)
    assert np.all(arms.sum(axis=1) == 4)


def test_large_weights_and_many_people_do_not_overflow():
    """By variance 4 × weight × D, which 16 bits would not hold here."""
    scheme = minimisation.Minimisation([["n"]] * 400, weights=[90], measure="variance", p=1.0)
    state = scheme.begin(2)
    state[0] = [300, -300]
    assert list(scheme.chance(state, 0)) == [0.0, 1.0]


def test_the_difference_between_arms_wanders_as_far_as_each_coin_lets_it():
    """n = 129, by dynamic programming over D: variance 4.56 for Efron's coin, n/3 for UD(0, 1), at most 3 for the stick."""
    people, draws = 129, 20_000

    def difference(coin):
        arms = coins.CoinScheme(coin, ["n"] * people).draw(np.random.default_rng(9), draws)
        return 2 * arms.sum(axis=1) - people

    assert np.abs(difference(coins.BigStick(3))).max() == 3
    for coin, variance in ((coins.Efron(), 4.56), (coins.WeiUrn(), 43.0), (coins.Simple(), 129.0)):
        found = difference(coin).astype(float)
        spread = np.std((found - found.mean()) ** 2) / np.sqrt(draws)
        assert abs(found.var() - variance) < 4 * spread + 0.005


def test_efrons_coin_stands_even_half_of_the_time():
    arms = coins.CoinScheme(coins.Efron(2 / 3), ["n"] * 200).draw(np.random.default_rng(2), 20_000)
    assert abs(np.mean(arms.sum(axis=1) == 100) - 0.5) < 4 * np.sqrt(0.25 / 20_000)


@pytest.mark.parametrize(("measure", "expected"), [("range", [5, 5]), ("variance", [4.5, 6.5])])
def test_pococks_margins_tie_by_range_and_not_by_variance(measure, expected):
    assert minimisation.imbalance(POCOCK, measure=measure) == pytest.approx(expected)


def test_the_imbalance_of_three_arms_in_a_ratio_is_that_of_a_hand_calculation():
    """Counts 4, 1, 2 at 2:1:1 are 2, 1, 2; with the new person 2.5, 1, 2, or 2, 2, 2, or 2, 1, 3."""
    found = minimisation.imbalance([[4, 1, 2]], ratio=[2, 1, 1])
    assert found == pytest.approx([1.5, 0, 2])
    sd = minimisation.imbalance([[4, 1, 2]], ratio=[2, 1, 1], measure="sd")
    assert sd == pytest.approx([np.std([2.5, 1, 2], ddof=1), 0, 1])


@pytest.mark.parametrize("measure", minimisation.MEASURES)
@pytest.mark.parametrize("ratio", [(1, 1), (2, 1)])
def test_the_replay_prefers_the_arm_with_the_least_imbalance(measure, ratio):
    """Against `imbalance`, person by person, on a random history."""
    factors = RNG.integers(0, 3, (40, 3))
    weights = [3, 2, 1]
    scheme = minimisation.Minimisation(factors.astype(str), weights=weights, measure=measure, ratio=ratio, p=1.0)
    state, arms = scheme.begin(1), RNG.random(40) < 0.5
    for person in range(40):
        like = factors[:person] == factors[person]
        counts = np.column_stack([like[arms[:person] == arm].sum(axis=0) for arm in (True, False)])
        g = minimisation.imbalance(counts, weights=weights, measure=measure, ratio=ratio).round(9)
        chance = scheme.chance(state, person)[0]
        assert np.sign(g[1] - g[0]) == (0 if g[0] == g[1] else 1 if chance > ratio[0] / sum(ratio) else -1)
        scheme.record(state, person, arms[person : person + 1])


def test_minimisation_does_not_depend_on_the_names_of_levels_or_the_order_of_factors():
    one = law(minimisation.Minimisation(FACTORS))
    two = law(minimisation.Minimisation([[{"m": "1", "f": "0"}[b], a] for a, b in FACTORS]))
    assert one == pytest.approx(two)


def test_minimisation_keeps_margins_near_and_never_foretells():
    factors = RNG.integers(0, 2, (100, 3)).astype(str)
    arms = minimisation.Minimisation(factors, p=0.8).draw(RNG, 2000)
    level = factors[:, 0] == "1"
    margin = 2 * arms[:, level].sum(axis=1) - level.sum()
    assert np.abs(margin).mean() < 2.5
    assert all(0 < p < 1 for p in law(minimisation.Minimisation(FACTORS)).values())


def test_an_unequal_ratio_is_kept_on_average():
    factors = RNG.integers(0, 2, (150, 2)).astype(str)
    arms = minimisation.Minimisation(factors, ratio=(2, 1)).draw(RNG, 4000)
    assert abs(arms.mean() - 2 / 3) < 0.01


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: coins.Simple(1.5), "from 0 to 1"),
        (lambda: coins.Efron(0.4), "from 0.5 to 1"),
        (lambda: coins.BigStick(0), "at least 1"),
        (lambda: coins.WeiUrn(0, 0), "not both 0"),
        (lambda: BlockScheme(["n"], sizes=[3]), "multiple of 2"),
        (lambda: minimisation.Minimisation([]), "at least one factor"),
        (lambda: minimisation.Minimisation(FACTORS, weights=[1]), "2 factors and 1 weights"),
        (lambda: minimisation.Minimisation(FACTORS, weights=[0, 0]), "one is above 0"),
        (lambda: minimisation.Minimisation(FACTORS, p=0.3), "from 0.5 to 1"),
        (lambda: minimisation.Minimisation(FACTORS, ratio=(0, 1)), "at least 1"),
        (lambda: minimisation.imbalance([[1, 2]], measure="mean"), "no measure"),
    ],
)
def test_a_scheme_that_cannot_be_is_refused(make, words):
    with pytest.raises(DesignRefused, match=words):
        make()
