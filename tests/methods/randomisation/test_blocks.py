"""Permuted blocks of random size: every list that should be possible is, equally often, and no other."""

from collections import Counter
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from stegvis.methods.randomisation.blocks import generate, generate_from
from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.sequence import by_stratum, read_csv
from stegvis.methods.randomisation.verification import check_reproduction, check_structure

GOLDEN = Path(__file__).with_name("seed-7.csv")
EXAMPLE = {
    "arms": ["intervention", "control"],
    "ratio": [1, 1],
    "block_sizes": [4, 6],
    "strata": ["1", "2", "3", "4"],
    "per_stratum": 100,
}
SEEDS = st.integers(0, 2**128 - 1)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    ratio = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    multiples = draw(st.sets(st.integers(1, 4), min_size=1, max_size=3))
    return Design(
        arms=tuple("abcd"[: len(ratio)]),
        ratio=tuple(ratio),
        block_sizes=tuple(sum(ratio) * times for times in multiples),
        strata=tuple(str(number) for number in range(1, draw(st.integers(1, 4)) + 1)),
        per_stratum=draw(st.integers(1, 60)),
    )


def long_stratum(*sizes: int, places: int, seed: int) -> list[tuple[str, ...]]:
    """The blocks of one long stratum at 1:1, each as its row of arms."""
    made = generate(arms="ab", ratio=(1, 1), block_sizes=sizes, strata=["1"], per_stratum=places, seed=seed)
    blocks: dict[int, list[str]] = {}
    for place in made.places:
        blocks.setdefault(place.block, []).append(place.arm)
    return [tuple(block) for block in blocks.values()]


def test_seed_seven_gives_the_list_that_it_always_gave():
    made = generate(**EXAMPLE, seed=7)
    assert made.csv() == GOLDEN.read_text()
    assert made.sha256() == "00a72e43dcf4a210dc30e3e0ef84858c60edec175f3da2962ec3ccaa50231535"


@given(design=designs(), seed=SEEDS)
@settings(deadline=None)
def test_every_list_is_whole_blocks_in_ratio_with_positions_from_one(design, seed):
    made = generate_from(design, seed)
    ratio = dict(zip(design.arms, design.ratio, strict=True))
    assert check_structure(made.places, ratio=ratio) == ()
    assert [stratum for stratum, _ in by_stratum(made.places)] == list(design.strata)
    for _, run in by_stratum(made.places):
        assert design.per_stratum <= len(run) < design.per_stratum + max(design.block_sizes)
        assert set(Counter(place.block for place in run).values()) <= set(design.block_sizes)


@given(design=designs(), seed=SEEDS)
@settings(deadline=None)
def test_the_arms_never_drift_further_apart_than_one_block_allows(design, seed):
    shares = sum(design.ratio)
    for _, run in by_stratum(generate_from(design, seed).places):
        counts = Counter[str]()
        for place in run:
            counts[place.arm] += 1
            for arm, share in zip(design.arms, design.ratio, strict=True):
                # Within a block an arm may run ahead by what it has in the block, less its part of those places.
                most = max(design.block_sizes) / shares * share * (1 - share / shares)
                assert abs(counts[arm] - sum(counts.values()) * share / shares) <= most + 1e-9


@given(design=designs(), seed=SEEDS)
@settings(deadline=None)
def test_the_same_seed_gives_the_same_bytes_and_they_read_back(design, seed):
    made = generate_from(design, seed)
    assert generate_from(design, seed).csv() == made.csv()
    assert read_csv(made.csv()) == made.places
    assert check_reproduction(made.places, design=design, seed=seed) == ()


def test_two_strata_of_one_list_and_two_seeds_give_different_orders():
    made = generate(**EXAMPLE, seed=7)
    orders = {tuple(place.arm for place in run) for _, run in by_stratum(made.places)}
    assert len(orders) == 4
    assert generate(**EXAMPLE, seed=8).sha256() != made.sha256()


def test_a_stratum_added_at_the_end_leaves_the_others_as_they_were():
    before = generate(**EXAMPLE, seed=7)
    after = generate(**{**EXAMPLE, "strata": ["1", "2", "3", "4", "5"]}, seed=7)
    assert after.places[: len(before.places)] == before.places


def test_the_order_in_which_block_sizes_are_typed_does_not_matter():
    assert generate(**{**EXAMPLE, "block_sizes": [6, 4]}, seed=7).csv() == generate(**EXAMPLE, seed=7).csv()


@pytest.mark.parametrize(("size", "orders"), [(4, 6), (6, 20)])
def test_every_order_of_a_block_is_equally_likely(size, orders):
    blocks = long_stratum(size, places=size * orders * 500, seed=20260112)
    counts = Counter(blocks)
    assert set(counts) == set(permutations("a" * (size // 2) + "b" * (size // 2)))
    assert chisquare(list(counts.values())).pvalue > 0.001


def test_every_block_size_is_equally_likely_whatever_the_size_before():
    sizes = [len(block) for block in long_stratum(4, 6, 8, places=60_000, seed=20260112)]
    pairs = Counter(zip(sizes[::2], sizes[1::2], strict=False))
    assert len(pairs) == 9
    assert chisquare(list(pairs.values())).pvalue > 0.001


def test_a_block_of_a_two_to_one_to_one_ratio_gives_all_twelve_orders_equally_often():
    made = generate(arms="abc", ratio=(2, 1, 1), block_sizes=[4], strata=["1"], per_stratum=24_000, seed=20260112)
    arms = [place.arm for place in made.places]
    counts = Counter(tuple(arms[start : start + 4]) for start in range(0, len(arms), 4))
    assert len(counts) == 12
    assert chisquare(list(counts.values())).pvalue > 0.001


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"block_sizes": [4, 5]}, "must be a multiple of 2, the sum of the ratio"),
        ({"block_sizes": [0]}, "must be a multiple of 2"),
        ({"block_sizes": [4, 4]}, "drawn with equal probability"),
        ({"block_sizes": []}, "No block size"),
        ({"ratio": [2, 1, 1]}, "3 parts, but there are 2 arms"),
        ({"ratio": [1, 0]}, "at least 1"),
        ({"arms": ["intervention"], "ratio": [1]}, "at least two arms"),
        ({"arms": ["control", "control"]}, "named twice"),
        ({"arms": ["control", "=1+1"]}, "cannot be the code of an arm"),
        ({"strata": []}, "at least one stratum"),
        ({"strata": ["1", "1"]}, "named twice"),
        ({"strata": ["1,2"]}, "cannot be the code of a stratum"),
        ({"strata": ["1|"]}, "cannot be the code of a stratum"),
        ({"per_stratum": 0}, "at least 1 place"),
        ({"per_stratum": 10**6}, "Ask for fewer places"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"seed": 2**128}, "seed must be a whole number"),
    ],
)
def test_a_design_that_cannot_be_is_refused_with_a_sentence(change, sentence):
    with pytest.raises(DesignRefused, match=sentence):
        generate(**{**EXAMPLE, "seed": 7, **change})


def test_a_place_and_a_list_do_not_tell_their_arms_when_printed():
    made = generate(**EXAMPLE, seed=7)
    assert "control" not in repr(made) + repr(made.places)
    assert "intervention" not in repr(made) + repr(made.places)
