"""Rules for live allocation: their chances, exactly, in any number of arms; lists made by them; minimisation at the moment."""

import json
from fractions import Fraction

import numpy as np
import pytest

from stegvis.methods.randomisation import coins, record
from stegvis.methods.randomisation.errors import DesignRefused, ListUnreadable
from stegvis.methods.randomisation.generating import generate_from
from stegvis.methods.randomisation.keys import METHODS, design_of
from stegvis.methods.randomisation.margins import Minimise, counted, keys_of
from stegvis.methods.randomisation.rules import BiasedCoin, BigStick, Simple, Urn, pick, preferring
from stegvis.methods.randomisation.sequence import read
from stegvis.methods.randomisation.verification import check_file, check_reproduction

PAIRS = [
    (Simple(), coins.Simple()), (BiasedCoin(), coins.Efron()), (BigStick(), coins.BigStick()),
    (Urn(1, 2), coins.WeiUrn(1, 2)), (Urn(), coins.WeiUrn()),
]  # fmt: skip
POCOCK = {"walks": (30, 31), "age": (18, 17), "free": (9, 8), "site": (19, 21)}


def keys(method: str, **other: object) -> dict[str, object]:
    own = {"permuted_blocks": {"block_sizes": [3, 6]}, "minimisation": {"factors": ["site", "age"]}}.get(method, {})
    strata = {} if method == "minimisation" else {"strata": ["N", "S"]}
    return {"method": method, "arms": ["a", "b"], "ratio": [2, 1], "per_stratum": 30, **strata, **own, **other}


@pytest.mark.parametrize(("rule", "coin"), PAIRS, ids=lambda each: getattr(each, "name", ""))
def test_at_one_to_one_a_rule_is_the_coin_of_the_literature(rule, coin):
    for i in range(9):
        for d in range(-i, i + 1, 2):
            expected = coin.chance(np.array([d], dtype=np.int16), i)[0]
            assert float(rule.chances(((i + d) // 2, (i - d) // 2), (1, 1))[0]) == pytest.approx(
                min(max(expected, 0), 1)
            )


@pytest.mark.parametrize("rule", [each for each, _ in PAIRS], ids=lambda each: each.method)
@pytest.mark.parametrize("ratio", [(2, 1), (1, 1, 1), (3, 2, 1)])
def test_three_arms_or_another_ratio_keep_the_ratio_on_average(rule, ratio):
    """Exactly: over all histories of five people the expected number in each arm is five times its share."""
    states = {(0,) * len(ratio): Fraction(1)}
    for _ in range(5):
        after: dict[tuple[int, ...], Fraction] = {}
        for counts, weight in states.items():
            chances = rule.chances(counts, ratio)
            assert sum(chances) == 1
            for arm, chance in enumerate(chances):
                moved = tuple(n + (each == arm) for each, n in enumerate(counts))
                after[moved] = after.get(moved, Fraction(0)) + weight * chance
        states = after
    mean = [sum(counts[arm] * weight for counts, weight in states.items()) for arm in range(len(ratio))]
    if isinstance(rule, Simple | Urn) or len(set(ratio)) == 1:
        assert mean == [Fraction(5 * part, sum(ratio)) for part in ratio]
    else:  # a coin that leans and a stick keep it in the long run; early on they are within one person
        assert all(abs(m - Fraction(5 * part, sum(ratio))) < 1 for m, part in zip(mean, ratio, strict=True))


def test_with_all_arms_tied_a_preference_gives_the_shares():
    assert preferring([0, 1, 2], (3, 2, 1), Fraction(4, 5)) == (Fraction(1, 2), Fraction(1, 3), Fraction(1, 6))
    assert preferring([2], (3, 2, 1), Fraction(4, 5))[2] == Fraction(4, 5)


def test_a_number_picks_the_arm_in_whose_part_it_lies():
    half = (Fraction(1, 2), Fraction(1, 2))
    assert [pick(half, number) for number in (0, 2**63 - 1, 2**63, 2**64 - 1)] == [0, 0, 1, 1]
    with pytest.raises(ValueError, match="64 bits"):
        pick(half, 2**64)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("range", (Fraction(1, 2), Fraction(1, 2))), ("variance", (Fraction(4, 5), Fraction(1, 5)))],
)
def test_pococks_next_woman_goes_to_a_by_variance_and_is_tied_by_range(measure, expected):
    """Pocock 1983, section 5.3; see `test_schemes`."""
    margins = {f"{factor}=x": counts for factor, counts in POCOCK.items()}
    rule = Minimise(tuple(POCOCK), measure=measure)
    assert rule.chances(margins, ["x"] * 4, (1, 1)) == expected


def test_margins_count_a_person_at_each_of_their_levels():
    own = keys_of(("site", "age"), ("N", "old"))
    margins = counted(counted({}, own, 0, 2), keys_of(("site", "age"), ("N", "young")), 1, 2)
    assert margins == {"site=N": (1, 1), "age=old": (1, 0), "age=young": (0, 1)}


@pytest.mark.parametrize("method", METHODS)
def test_every_method_makes_a_list_that_its_record_reproduces(method):
    made = generate_from(design_of(keys(method)), 7)
    again = record.from_json(record.to_json(record.record_of(made, seed=7, seed_kind="typed")))
    file = read(made.csv())
    assert (file.method, file.csv(), again.design) == (method, made.csv(), made.design)
    assert check_file(file, ratio={"a": 2, "b": 1}) == ()
    assert check_reproduction(file.places, design=again.design, seed=again.seed) == ()
    (problem,) = check_reproduction(file.places, design=again.design, seed=8)
    assert "departs from what the seed" in problem.sentence


def test_a_list_without_blocks_tells_its_method_and_no_parameter():
    made = generate_from(design_of(keys("biased_coin", p="9/10")), 7)
    assert json.loads(made.csv().split("\n")[0][1:]) == {"method": "biased_coin"}


def test_a_row_that_is_missing_or_strange_is_found():
    rows = generate_from(design_of(keys("simple")), 7).csv().split("\n")
    (gap,) = check_file(read("\n".join(rows[:4] + rows[5:])), ratio={"a": 2, "b": 1})
    assert str(gap) == "Row 5: stratum N should go on with position 3, but has 4."
    strange = "\n".join([*rows[:2], "N,1,zebra", *rows[3:]])
    assert [each.row for each in check_file(read(strange), ratio={"a": 2, "b": 1})] == [3]
    with pytest.raises(ListUnreadable, match="Row 1 does not say"):
        read("#{}\n" + "\n".join(rows[1:]))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"method": "lottery"}, "is no method of randomisation"),
        ({"method": "urn", "block_sizes": [4]}, "has no choice “block_sizes”"),
        ({"method": "biased_coin", "p": "1/3"}, "lies from 1/2 to 1"),
        ({"method": "minimisation", "factors": ["site"], "strata": ["N"]}, "factors instead of strata"),
        ({"method": "minimisation", "factors": ["site"], "strata": [], "weights": [1, 1]}, "Give one weight a factor"),
        ({"per_stratum": "many"}, "of the wrong kind"),
    ],
)
def test_a_design_that_cannot_be_is_refused_with_what_would_be_right(change, sentence):
    with pytest.raises(DesignRefused, match=sentence):
        design_of({**keys("simple"), **change})
