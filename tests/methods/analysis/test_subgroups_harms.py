"""Subgroups and harms against R, and what each refuses."""

import numpy as np
import pytest

from stegvis.methods.analysis import exact, harms, subgroups, two_by_two
from stegvis.methods.analysis.refusals import NotEstimable

from .references import data, values

R = values("subgroups_harms.csv")
CLOSED = 1e-9  # closed forms; both sides hold about 15 digits
KINDS = [("classical", "const"), ("HC3", "HC3")]


def close(number, name, tolerance=CLOSED):
    assert number == pytest.approx(R[name], rel=tolerance, abs=1e-13), name


def anorexia():
    rows = [row for row in data("anorexia.csv") if row["Treat"] in ("FT", "Cont")]
    first = [row["Treat"] == "FT" for row in rows]
    before, after = (np.array([float(row[name]) for row in rows]) for name in ("Prewt", "Postwt"))
    return after, first, before, [row["stratum"] for row in rows]


@pytest.mark.parametrize(("ours", "theirs"), KINDS)
def test_effects_within_levels_and_their_interaction_agree_with_emmeans_and_sandwich(ours, theirs):
    after, first, before, kinds = anorexia()
    result = subgroups.by_level(after, first, kinds, before, errors=ours)
    for level, effect in result.within.items():
        for field in ("estimate", "se", "low", "p"):
            close(getattr(effect, field), f"level.{theirs}.{level}.{field}")
    close(result.interaction.statistic, f"joint.{theirs}.f")
    close(result.interaction.p, f"joint.{theirs}.p")
    assert (result.interaction.df1, result.interaction.df2) == (2, 36)


def test_the_difference_between_two_effects_is_their_difference():
    after, first, before, kinds = anorexia()
    within = subgroups.by_level(after, first, kinds, before).within
    gap = subgroups.interaction(after, first, kinds, of="one", against="two", covariates=before)
    assert gap.estimate == pytest.approx(within["one"].estimate - within["two"].estimate, rel=1e-10)
    back = subgroups.interaction(after, first, kinds, of="two", against="one", covariates=before)
    assert (back.estimate, back.se) == (pytest.approx(-gap.estimate), pytest.approx(gap.se))


def test_of_two_levels_the_joint_test_is_the_test_of_their_difference():
    after, first, before, kinds = anorexia()
    two = ["one" if kind == "one" else "other" for kind in kinds]
    joint = subgroups.by_level(after, first, two, before).interaction
    gap = subgroups.interaction(after, first, two, of="one", against="other", covariates=before)
    assert (gap.statistic**2, gap.p) == (pytest.approx(joint.statistic), pytest.approx(joint.p))


@pytest.mark.parametrize(("ours", "theirs"), KINDS)
def test_the_effect_along_a_moderator_agrees_with_lm_and_a_root_finder(ours, theirs):
    after, first, before, _ = anorexia()
    result = subgroups.along(after, first, before, errors=ours)
    close(result.slope.estimate, f"slope.{theirs}")
    close(result.slope.se, f"slope_se.{theirs}")
    close(result.at(80).low, f"at80.low.{theirs}", 1e-8)
    close(result.at(80).high, f"at80.high.{theirs}", 1e-8)
    within = [one for one in result.boundaries if 0 <= one <= 200]
    assert len(within) == R[f"jn.n.{theirs}"]
    for index, one in enumerate(within, start=1):
        close(one, f"jn.{theirs}{index}", 1e-8)


def test_at_a_boundary_the_p_is_the_level_and_the_stretches_say_on_which_side():
    after, first, before, _ = anorexia()
    result = subgroups.along(after, first, before, errors="classical")
    assert [result.at(one).p for one in result.boundaries] == pytest.approx([0.05, 0.05])
    assert result.significant == (True, False, True)
    assert (result.at(200).p < 0.05, result.at(70).p < 0.05) == (True, False)


def test_an_effect_that_is_never_significant_has_no_boundary():
    rng = np.random.default_rng(2)
    m, first = np.linspace(-1, 1, 40), np.arange(40) % 2 == 0
    noise = np.tile([1.0, 1.0, -1.0, -1.0], 10) + 0.01 * rng.normal(size=40)
    result = subgroups.along(noise, first, m)
    assert result.boundaries == ()
    assert result.significant == (False,)


def test_the_moderators_zero_and_unit_do_not_change_where_the_effect_is_significant():
    after, first, before, _ = anorexia()
    pounds, kilograms = (subgroups.along(after, first, unit) for unit in (before, 0.4536 * before - 30))
    assert kilograms.boundaries == pytest.approx([0.4536 * one - 30 for one in pounds.boundaries])
    assert kilograms.slope.p == pytest.approx(pounds.slope.p)


def test_exact_intervals_agree_with_rs_binom_and_poisson_tests():
    for events, n in ((0, 64), (3, 65), (17, 44), (10, 10)):
        result = exact.clopper_pearson(events, n)
        close(result.low, f"binom.low.{events}_{n}")
        close(result.high, f"binom.high.{events}_{n}")
    for events, time in ((0, 30.5), (4, 30.5), (120, 64)):
        result = exact.poisson_rate(events, time)
        close(result.low, f"pois.low.{events}_{time}")
        close(result.high, f"pois.high.{events}_{time}")


@pytest.mark.parametrize("four", [(11, 800, 3, 783), (0, 30, 5, 31.5), (4, 12, 0, 10)])
def test_rate_ratios_agree_with_rs_poisson_test(four):
    result, name = harms.rate_ratio(*four), "_".join(map(str, four))
    close(result.estimate, f"ratio.{name}")
    close(result.low, f"ratio.low.{name}")
    close(result.high, f"ratio.high.{name}")
    close(result.p, f"ratio.p.{name}")


def test_people_are_counted_once_and_events_each_time():
    result = harms.by_arm(["a", "a", "c"], ["a", "b", "c", "d"], [0.5, 0.5, 0.25, 0.5])
    assert (result.people, result.affected, result.events, result.person_time) == (4, 2, 3, 1.75)
    assert result.proportion == exact.clopper_pearson(2, 4)
    assert result.rate == exact.poisson_rate(3, 1.75)


def test_an_event_of_somebody_else_is_a_mistake():
    with pytest.raises(ValueError, match="not in this arm"):
        harms.by_arm(["x"], ["a"], [1])
    with pytest.raises(ValueError, match="stands once"):
        harms.by_arm([], ["a", "a"], [1, 1])


def test_arms_are_compared_only_when_both_were_asked_alike():
    assert harms.between_arms(5, 64, 2, 65, asked_identically=True) == two_by_two.risk_difference(5, 64, 2, 65)
    with pytest.raises(NotEstimable, match="who was asked"):
        harms.between_arms(5, 64, 2, 65, asked_identically=False)


@pytest.mark.parametrize(
    ("compute", "code"),
    [
        (lambda: subgroups.by_level([1, 2, 3], [1, 0, 1], ["a", "a", "a"]), "one_level"),
        (lambda: subgroups.by_level([1, 2, 3, 4], [1, 1, 0, 1], ["a", "a", "b", "b"]), "empty"),
        (lambda: subgroups.interaction([1, 2], [1, 0], ["a", "b"], of="a", against="c"), "empty"),
        (lambda: subgroups.along([1, 2], [1, 1], [3, 4]), "empty"),
        (lambda: subgroups.along([1, 2, 4, 3, 5, 2], [1, 1, 1, 0, 0, 0], [3] * 6), "singular"),
        (lambda: subgroups.along([2] * 6, [1, 1, 1, 0, 0, 0], [1, 2, 3, 1, 2, 4]), "constant"),
        (lambda: exact.clopper_pearson(0, 0), "empty"),
        (lambda: exact.poisson_rate(0, 0), "no_time"),
        (lambda: harms.rate_ratio(0, 3, 0, 4), "no_event"),
        (lambda: harms.by_arm([], [], []), "empty"),
    ],
)
def test_what_cannot_be_estimated_says_why_instead_of_giving_a_number(compute, code):
    with pytest.raises(NotEstimable) as refused:
        compute()
    assert refused.value.code == code
