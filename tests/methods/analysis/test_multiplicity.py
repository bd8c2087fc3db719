"""Several questions at once: each procedure against R's p.adjust, against the closed test, or by hand."""

import dataclasses
from itertools import combinations

import numpy as np
import pytest

from stegvis.methods.analysis import max_t, multiplicity, plan_reader, ranks, rerandomisation, run, two_samples
from stegvis.methods.analysis.refusals import NotEstimable, PlanRefused
from stegvis.methods.analysis.trial import open_trial
from stegvis.methods.randomisation.within_strata import WithinStrata

from . import synthetic
from .references import values

R = values("multiplicity.csv")
P = np.random.default_rng(11).beta(0.4, 1.5, (300, 4))
GATE = multiplicity.graph([0.5, 0.5, 0, 0], [[0, 0, 1, 0], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]])
"""Two primaries with a secondary each; a secondary hands on to the other primary (the example of R's gMCP)."""


def student_t(y):
    """Student's t: the analysis of covariance without covariates."""
    return rerandomisation.ancova_t(y, np.empty((len(y), 0)))


def closed_test(p, test):
    """The closure principle by brute force: the largest P of all intersections that hold a hypothesis."""
    m = len(p)
    sets = [list(s) for size in range(1, m + 1) for s in combinations(range(m), size)]
    tested = {tuple(s): test(s, p) for s in sets}
    return [max(value for s, value in tested.items() if i in s) for i in range(m)]


def weighted_bonferroni(graph):
    def test(chosen, p):
        w, g = graph.weights[None, :], graph.transitions[None, :, :]
        for out in sorted(set(range(len(p))) - set(chosen)):
            w, g = multiplicity._without(w, g, np.array([out]))
        return min([1.0, *(p[i] / w[0, i] for i in chosen if w[0, i] > 0)])

    return test


def simes(chosen, p):
    ordered = np.sort([p[i] for i in chosen])
    return float(np.min(len(chosen) * ordered / np.arange(1, len(chosen) + 1)))


@pytest.mark.parametrize("name", ["bonferroni", "holm", "hochberg", "hommel"])
def test_adjusted_p_values_agree_with_rs_p_adjust(name):
    for family in ("five", "tied", "two"):
        count = int(R[f"{family}.n"])
        p = [R[f"{family}.p{i}"] for i in range(1, count + 1)]
        expected = [R[f"{family}.{name}{i}"] for i in range(1, count + 1)]
        assert multiplicity.EITHER[name](p) == pytest.approx(expected, rel=1e-12)


def test_hommels_procedure_is_the_closed_test_of_simes():
    for p in P[:60]:
        assert multiplicity.hommel(p) == pytest.approx(closed_test(p, simes), rel=1e-12)


def test_a_graph_is_the_closed_test_of_its_weighted_bonferroni_tests():
    rng = np.random.default_rng(5)
    for p in P[:60]:
        moves = rng.random((4, 4)) * (1 - np.eye(4))
        random = multiplicity.graph(rng.dirichlet(np.ones(4)), moves / moves.sum(axis=1, keepdims=True))
        for procedure in (GATE, random):
            expected = closed_test(p, weighted_bonferroni(procedure))
            assert multiplicity.graphical(p, procedure) == pytest.approx(expected, rel=1e-9)


def test_a_complete_graph_of_equal_weights_is_holms_procedure():
    equal = multiplicity.graph(np.full(4, 0.25), (1 - np.eye(4)) / 3)
    assert multiplicity.graphical(P, equal) == pytest.approx(multiplicity.holm(P), rel=1e-12)


def test_a_chain_that_starts_with_everything_is_the_fixed_sequence():
    assert multiplicity.fallback(P, [1, 0, 0, 0]) == pytest.approx(multiplicity.fixed_sequence(P), rel=1e-12)


def test_two_primaries_hand_their_share_to_their_own_secondary():
    """By hand: H2 at .005/.5 = .01 gives ½ to H4; H1 .01/.5 = .02 gives ½ to H3; H3 .015/.5 = .03; then H4 .022/1."""
    assert multiplicity.graphical([0.01, 0.005, 0.015, 0.022], GATE) == pytest.approx([0.02, 0.01, 0.03, 0.03])
    assert multiplicity.graphical([0.02, 0.015, 0.010, 0.023], GATE) == pytest.approx([0.04, 0.03, 0.04, 0.04])


def test_adjusted_p_values_of_a_graph_are_those_that_graphicalmcp_prints():
    """The example of its `print.graph_report`, and the six hypotheses of its vignette on closed testing (three decimals)."""
    assert multiplicity.graphical([0.018, 0.01, 0.105, 0.006], GATE) == pytest.approx([0.020, 0.020, 0.105, 0.020])
    e = 1e-5
    moves = [
        [0, 0.5, 0.25, 0, 0.25, 0],
        [0.5, 0, 0, 0.25, 0, 0.25],
        [0, 0, 0, 0, 1, 0],
        [e, 0, 0, 0, 0, 1 - e],
        [0, e, 1 - e, 0, 0, 0],
        [0, 0, 0, 1, 0, 0],
    ]
    found = multiplicity.graphical(
        [0.015, 0.013, 0.01, 0.007, 0.1, 0.0124], multiplicity.graph([0.5, 0.5, 0, 0, 0, 0], moves)
    )
    assert list(found.round(3)) == [0.026, 0.026, 0.028, 0.028, 0.100, 0.028]


def test_what_alpha_never_reaches_is_never_rejected():
    alone = multiplicity.graph([1, 0], [[0, 0], [0, 0]])
    assert list(multiplicity.graphical([1e-9, 1e-9], alone)) == [1e-9, 1.0]
    assert list(multiplicity.graphical([0.0, 0.0], alone)) == [0.0, 1.0]


def test_the_fallback_keeps_what_the_later_ones_started_with():
    """½ each: the second has ½ if the first failed, and everything if not."""
    assert multiplicity.fallback([0.2, 0.02], [0.5, 0.5]) == pytest.approx([0.4, 0.04])
    assert multiplicity.fallback([0.02, 0.045], [0.5, 0.5]) == pytest.approx([0.04, 0.045])


def test_both_needed_is_the_larger_p_and_either_pays_for_the_choice():
    """The published goals: .018 and .014; Holm gives .028 to both, the trial that needs both has .018."""
    assert multiplicity.both_needed([0.018, 0.014]) == 0.018
    assert multiplicity.holm([0.018, 0.014]) == pytest.approx([0.028, 0.028])


@pytest.mark.parametrize("name", multiplicity.EITHER)
def test_a_thousand_trials_are_adjusted_as_one_is(name):
    adjust = multiplicity.EITHER[name]
    assert adjust(P.reshape(30, 10, 4))[3, 7] == pytest.approx(adjust(P[37]), rel=1e-14)
    assert np.all(adjust(P) >= P)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: multiplicity.holm([0.2, 1.2]), "between 0 and 1"),
        (lambda: multiplicity.holm([0.2, float("nan")]), "left out of its family"),
        (lambda: multiplicity.graph([0.7, 0.7], [[0, 1], [1, 0]]), "at most 1"),
        (lambda: multiplicity.graph([0.5, 0.5], [[1, 0], [1, 0]]), "leads back to itself"),
        (lambda: multiplicity.graph([0.5, 0.5], [[0, 1]]), "m × m"),
        (lambda: multiplicity.graphical([0.1], GATE), "4 hypotheses, and 1"),
    ],
)
def test_a_family_that_cannot_be_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_step_down_maxt_is_the_definition_counted_by_hand():
    """Draws of (t1, t2): observed 3 and 2; max reaches 3 once of four, the second alone reaches 2 twice."""
    draws = [[1, -3.5], [2.5, 2.0], [0.1, 0.2], [-1, 1]]
    assert max_t.step_down([3, -2], draws) == pytest.approx([2 / 5, 3 / 5])
    assert max_t.step_down([-2, 3], np.array(draws)[:, ::-1]) == pytest.approx([3 / 5, 2 / 5])


def test_maxt_on_every_split_agrees_with_coin():
    """coin: approximate step-down of 200,000 resamples on standardised sums; ours: every one of the C(12, 6) splits."""
    y = np.array([[R[f"coin.y{k}_{i}"] for k in (1, 2, 3)] for i in range(1, 13)])
    arms = np.array([np.isin(np.arange(12), chosen) for chosen in combinations(range(12), 6)])
    sums = (arms @ (y - y.mean(axis=0))) / y.std(axis=0)
    adjusted = max_t.step_down(sums[0], sums[1:])  # the first split is the one observed; P = (k + 1)/924
    for k in (1, 2, 3):
        p = R[f"coin.p{k}"]
        assert abs(adjusted[k - 1] - p) < 4 * np.sqrt(p * (1 - p) / 200_000)


SPLITS = WithinStrata(["all"] * 12, [True] * 6 + [False] * 6)
SEED = np.random.SeedSequence(44)


@pytest.mark.parametrize(("name", "statistic"), [("t", student_t), ("z", rerandomisation.mann_whitney_z)])
def test_maxt_of_allocations_drawn_anew_is_that_of_every_split_as_r_lists_them(name, statistic):
    y = np.array([[R[f"coin.y{k}_{i}"] for k in (1, 2, 3)] for i in range(1, 13)])
    first = [True] * 6 + [False] * 6
    found = rerandomisation.adjusted_together(list(map(statistic, y.T)), first, SPLITS, draws=40_000, seed=SEED)
    for k in (1, 2, 3):
        p = R[f"listed.{name}{k}"]
        assert abs(found[k - 1] - p) < 4 * np.sqrt(p * (1 - p) / 40_000), k


def test_outcomes_that_are_one_cost_nothing():
    rng = np.random.default_rng(3)
    y, first = rng.normal(size=40), np.arange(40) < 20
    y[first] += 0.7
    scheme = WithinStrata(["a", "b"] * 20, first)
    alone = rerandomisation.rerandomise(student_t(y), first, scheme, draws=4000, seed=SEED)
    both = [student_t(y), student_t(5 * y - 1)]
    adjusted = rerandomisation.adjusted_together(both, first, scheme, draws=4000, seed=SEED)
    assert adjusted == pytest.approx([alone.p] * 2)


def test_the_statistics_of_every_allocation_are_those_of_the_two_samples():
    rng = np.random.default_rng(8)
    y, arms = rng.normal(3, 2, 20).round(), np.argsort(rng.random((5, 20))) < 9
    y[[2, 7]] = np.nan
    known = np.isfinite(y)
    t, z = student_t(y), rerandomisation.mann_whitney_z(y)
    for member in arms:
        two = y[member & known], y[~member & known]
        assert t.value((member @ t.columns)[None, :])[0] == pytest.approx(two_samples.pooled_t(*two).t, rel=1e-10)
        assert z.value((member @ z.columns)[None, :])[0] == pytest.approx(ranks.mann_whitney(*two).z, rel=1e-10)
    with pytest.raises(NotEstimable, match="Every value is the same"):
        rerandomisation.mann_whitney_z(np.ones(9))


def test_an_allocation_without_a_statistic_is_refused():
    with pytest.raises(NotEstimable, match="leaves an arm without values"):
        max_t.step_down([1.0, 2.0], [[1.0, np.nan]])
    with pytest.raises(ValueError, match="have to be"):
        max_t.step_down([1.0, 2.0], [[1.0]])


GRAPH = """
[[methods.graph]]
outcome = "pain"
weight = 1.0
passes_on = { places = 1.0 }
[[methods.graph]]
outcome = "places"
weight = 0.0
"""


def with_rule(rule, graph=""):
    text = synthetic.plan_text().replace('multiplicity = "holm"', f'multiplicity = "{rule}"')
    head, mark, tail = text.partition('multiplicity_p = "ancova"\n')
    return plan_reader.parse_plan((head + mark + graph + tail).encode())


@pytest.mark.parametrize(("rule", "graph"), [("fixed_sequence", ""), ("graphical", GRAPH)])
def test_a_plan_that_tests_in_order_prints_the_largest_p_so_far(tmp_path, rule, graph):
    found = run.compute(open_trial(synthetic.write(tmp_path / "x"), with_rule(rule, graph)))
    first, second = (found[f"{code}.{rule}.stroll-chat"] for code in ("pain", "places"))
    assert first["p"] == first["unadjusted_p"]
    assert second["p"] == max(first["unadjusted_p"], second["unadjusted_p"])


@pytest.mark.parametrize(
    ("rule", "graph", "why"),
    [
        ("graphical", "", "the graph is about nothing, and primary are pain, places"),
        ("holm", GRAPH, "a graph is drawn, and multiplicity is not graphical"),
        ("graphical", GRAPH.replace("weight = 0.0", "weight = 0.5"), "add up to at most 1"),
        ("graphical", GRAPH.replace("{ places", "{ mood"), "passes on to mood, which has no entry"),
    ],
)
def test_a_graph_that_makes_no_sense_is_refused(rule, graph, why):
    with pytest.raises(PlanRefused) as refused:
        with_rule(rule, graph)
    assert any(why in one.why for one in refused.value.mistakes)


@pytest.mark.parametrize("p_of", ["ancova", "pooled_t", "mann_whitney"])
def test_a_plan_with_max_t_corrects_no_more_than_holm_and_no_less_than_nothing(tmp_path, p_of):
    plan = with_rule("max_t")
    plan = dataclasses.replace(plan, methods=dataclasses.replace(plan.methods, multiplicity_p=p_of, draws=4999))
    found = run.compute(open_trial(synthetic.write(tmp_path / "x"), plan))
    tests = [found[f"{code}.max_t.stroll-chat"] for code in ("pain", "places")]
    raw = [one["unadjusted_p"] for one in tests]
    for one, p, holm in zip(tests, raw, multiplicity.holm(raw), strict=True):
        slack = 0.25 * p + 0.01  # one P is of Student's distribution, the other of 4,999 allocations
        assert p - slack <= one["p"] <= holm + slack
        assert one["tests"] == 2
    again = run.compute(open_trial(synthetic.write(tmp_path / "y"), plan))
    assert [again[one.id]["p"] for one in tests] == [one["p"] for one in tests]


def test_a_report_with_max_t_names_the_method(tmp_path):
    plan = tmp_path / "sap.toml"
    plan.write_text(synthetic.plan_text().replace('multiplicity = "holm"', 'multiplicity = "max_t"'), encoding="utf-8")
    synthetic.write(tmp_path / "x")
    run.analyse(tmp_path / "x", plan, tmp_path / "out", languages=("en", "sv"), formats=("html",))
    english, swedish = (
        (tmp_path / "out" / name).read_text(encoding="utf-8") for name in ("report.html", "report.sv.html")
    )
    assert "Westfall–Young correction (max-T) over 2 tests (ANCOVA, HC3 errors)" in english
    assert "by re-allocating whole people within strata." in english
    assert "Westfall–Youngs korrektion (max-T)" in swedish


def test_max_t_is_for_two_arms():
    assert with_rule("max_t").methods.multiplicity == "max_t"
    text = synthetic.plan_text(synthetic.THREE_ARMS).replace('multiplicity = "holm"', 'multiplicity = "max_t"')
    with pytest.raises(PlanRefused, match="max_t re-allocates people between two arms, and the plan has 3"):
        plan_reader.parse_plan(text.encode())
