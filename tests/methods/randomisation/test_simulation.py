"""Simulated balance and predictability: against exact results, and the exact results against what the papers say."""

from fractions import Fraction

import numpy as np
import pytest
from click.testing import CliRunner

from stegvis.config.commands.randomise import command
from stegvis.methods.randomisation import exact
from stegvis.methods.randomisation.keys import design_of
from stegvis.methods.randomisation.many import procedure_of
from stegvis.methods.randomisation.margins import counted, keys_of
from stegvis.methods.randomisation.rules import BiasedCoin, BigStick, Simple, Urn
from stegvis.methods.randomisation.simulation import simulate

RULES = [Simple(), BiasedCoin(), BigStick(), Urn(), Urn(1, 1)]
NAMES = {"simple": {}, "biased_coin": {"p": "2/3"}, "big_stick": {"limit": 3}, "urn": {"alpha": 0, "beta": 1}}


def design(method, arms=2, ratio=None, **own):
    strata = [] if method == "minimisation" else ["A/x", "A/y", "B/x", "B/y"]
    return design_of(
        {"method": method, "arms": "abc"[:arms], "ratio": ratio, "strata": strata, "per_stratum": 1, **own}
    )


@pytest.mark.parametrize(
    ("size", "right", "certain"),
    [
        (4, Fraction(17, 24), Fraction(1, 3)),
        (6, Fraction(41, 60), Fraction(1, 4)),
        (8, Fraction(373, 560), Fraction(1, 5)),
    ],
)
def test_whole_blocks_are_guessed_as_blackwell_and_hodges_say(size, right, certain):
    found = exact.of_blocks([size], 3 * size)
    assert (found.convergence, found.knowing, found.certain, found.imbalance) == (right, right, certain, 0)
    assert found.largest == size // 2


def test_coins_behave_as_the_literature_says():
    """n = 129: E|D| of simple randomisation; guesses right of Efron's coin, the big stick and Wei's urn."""
    guessed = [float(exact.of_rule(rule, 129).convergence) for rule in RULES[:4]]
    assert guessed == pytest.approx([0.5, 0.623, 0.581, 0.539], abs=0.001)
    assert float(exact.of_rule(Simple(), 129).imbalance) == pytest.approx(9.1, abs=0.05)
    assert exact.of_rule(BigStick(3), 129).largest == 3


@pytest.mark.parametrize("method", NAMES)
def test_simulated_lists_agree_with_the_exact_ones(method):
    made, n = design(method, **NAMES[method]), 20
    found = simulate(made, ["A/x"], [0] * n, lists=4000, rng=np.random.default_rng(3))
    expected = exact.of_rule(made.rule, n)
    for name in ("convergence", "knowing"):
        figure = getattr(found, name)
        assert abs(figure.mean - float(getattr(expected, name))) < 4.5 * figure.error + 1e-9
    assert abs(found.overall.mean - float(expected.imbalance)) < 4.5 * found.overall.error + 1e-9


@pytest.mark.parametrize("measure", ["range", "variance", "sd"])
def test_many_lists_at_once_have_the_chances_of_the_live_rule(measure):
    made = design("minimisation", arms=3, ratio=[2, 1, 1], factors=["site", "age"], weights=[2, 1], measure=measure)
    strata, rng, margins = ["A/x", "A/y", "B/x"], np.random.default_rng(5), {}
    procedure = procedure_of(made, strata, 1, rng)
    for _ in range(40):
        stratum, arm = int(rng.integers(3)), int(rng.integers(3))
        levels = strata[stratum].split("/")
        live = made.rule.chances(margins, levels, made.ratio)
        assert procedure.chances(stratum)[0] == pytest.approx([float(each) for each in live])
        procedure.record(stratum, np.array([arm]))
        margins = counted(margins, keys_of(made.rule.factors, levels), arm, 3)


def test_the_command_prints_a_row_for_each_method_and_its_own_for_a_design(tmp_path):
    shown = CliRunner().invoke(command, ["simulate", "--people", "24", "--lists", "50", "--csv"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output.splitlines()) == 9
    (tmp_path / "own.toml").write_text('arms = ["a", "b"]\nstrata = ["A", "B"]\nper_stratum = 9\nblock_sizes = [2]\n')
    line = ["simulate", "--design", str(tmp_path / "own.toml"), "--strata", "A,B", "--people", "24", "--lists", "50"]
    own = CliRunner().invoke(command, line).output
    assert "permuted_blocks" in own
    assert "block_sizes" not in own
