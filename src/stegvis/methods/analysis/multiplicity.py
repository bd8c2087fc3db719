"""Multiplicity: several questions at once, and what each answer is then worth.

Two primaries can mean two things, and the plan says which. *Either* is enough: each could mislead, so the P values are
adjusted. *Both* are needed: nothing is adjusted, and the trial's P is the larger one. P values are (…, m), so that
thousands of simulated trials are adjusted in one call; an adjusted P is compared with the level of the whole family.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Graph:
    """Weights (m,), the share of α that each hypothesis starts with, and transitions (m, m), where it goes when rejected.

    Bretz, Maurer, Brannath & Posch, Stat Med 2009;28:586: weights ≥ 0 with sum at most 1; transitions ≥ 0, none to
    itself, each row with sum at most 1.
    """

    weights: Array
    transitions: Array

    def __post_init__(self) -> None:
        w, g = self.weights, self.transitions
        if w.ndim != 1 or g.shape != (w.size, w.size):
            raise ValueError("a graph of m hypotheses has m weights and m × m transitions")
        if np.any(w < 0) or w.sum() > 1 + 1e-9:
            raise ValueError("the weights of a graph are at least 0 and add up to at most 1")
        if np.any(g < 0) or np.any(np.diag(g) != 0) or np.any(g.sum(axis=1) > 1 + 1e-9):
            raise ValueError(
                "the transitions out of a hypothesis are at least 0, add up to at most 1, and none leads back to itself"
            )


def graph(weights: ArrayLike, transitions: ArrayLike) -> Graph:
    """The graph, checked; raises ValueError with what is wrong."""
    return Graph(np.asarray(weights, dtype=np.float64), np.asarray(transitions, dtype=np.float64))


def both_needed(p: ArrayLike) -> Array:
    """Co-primary: the trial succeeds only if all do, so each stands unadjusted and the trial's P is the largest (…,).

    An intersection–union test keeps its level without adjustment (Berger, Technometrics 1982;24:295); what it pays is
    power.
    """
    return _checked(p).max(axis=-1)


def bonferroni(p: ArrayLike) -> Array:
    """min(1, m p)."""
    values = _checked(p)
    return np.minimum(1.0, values * values.shape[-1])


def holm(p: ArrayLike) -> Array:
    """Step-down: the ith smallest times m − i + 1, never falling (Holm, Scand J Stat 1979;6:65). No assumption."""

    def steps(ordered: Array) -> Array:
        factors = np.arange(ordered.shape[-1], 0, -1)
        return np.maximum.accumulate(ordered * factors, axis=-1)

    return _by_rank(p, steps)


def hochberg(p: ArrayLike) -> Array:
    """Step-up with Holm's factors (Hochberg, Biometrika 1988;75:800). For independent or positively dependent tests."""

    def steps(ordered: Array) -> Array:
        factors = np.arange(ordered.shape[-1], 0, -1)
        return np.minimum.accumulate((ordered * factors)[..., ::-1], axis=-1)[..., ::-1]

    return _by_rank(p, steps)


def hommel(p: ArrayLike) -> Array:
    """Closed Simes tests (Hommel, Biometrika 1988;75:383), by the algorithm of Wright (Biometrics 1992;48:1005).

    For independent or positively dependent tests; never larger than Hochberg's.
    """

    def steps(ordered: Array) -> Array:
        m = ordered.shape[-1]
        q = (m * ordered / np.arange(1, m + 1)).min(axis=-1, keepdims=True)
        adjusted = np.broadcast_to(q, ordered.shape).copy()
        for size in range(m - 1, 1, -1):
            low, high = ordered[..., : m - size + 1], ordered[..., m - size + 1 :]
            smallest = (size * high / np.arange(2, size + 1)).min(axis=-1, keepdims=True)
            trial = np.concatenate(
                [
                    np.minimum(size * low, smallest),
                    np.broadcast_to(np.minimum(size * low[..., -1:], smallest), high.shape),
                ],
                axis=-1,
            )
            adjusted = np.maximum(adjusted, trial)
        return np.maximum(adjusted, ordered)

    return _by_rank(p, steps)


def fixed_sequence(p: ArrayLike) -> Array:
    """Tested in the order given, each at the whole level, until one fails: the largest P so far (Maurer et al. 1995)."""
    return np.maximum.accumulate(_checked(p), axis=-1)


def fallback(p: ArrayLike, weights: ArrayLike) -> Array:
    """In the order given, each with its own share of α and what the rejected one before it hands on.

    Wiens, Pharm Stat 2003;2:211, as a graph with transitions i → i + 1. With weights (1, 0, …) it is the fixed sequence.
    """
    w = np.asarray(weights, dtype=np.float64)
    return graphical(p, graph(w, np.eye(w.size, k=1)))


def graphical(p: ArrayLike, procedure: Graph) -> Array:
    """Adjusted P of a sequentially rejective weighted Bonferroni procedure (…, m): algorithm 2 of Bretz et al. 2009.

    Again and again the hypothesis j with the smallest p/w goes out with the largest p/w so far, and
    w_l ← w_l + w_j g_jl, g_lk ← (g_lk + g_lj g_jk) / (1 − g_lj g_jl). A hypothesis that α never reaches has an
    adjusted P of 1.
    """
    values = _checked(p)
    m = procedure.weights.size
    if values.shape[-1] != m:
        raise ValueError(f"the graph has {m} hypotheses, and {values.shape[-1]} P values were given")
    flat = values.reshape(-1, m)
    rows = np.arange(flat.shape[0])
    w = np.tile(procedure.weights, (flat.shape[0], 1))
    g = np.tile(procedure.transitions, (flat.shape[0], 1, 1))
    adjusted, open_, worst = np.ones_like(flat), np.ones(flat.shape, dtype=bool), np.zeros(flat.shape[0])
    for _ in range(m):
        ratio = np.full(flat.shape, 2.0)  # no α: later than any that has some, and an adjusted P of 1
        np.divide(flat, w, out=ratio, where=w > 0)
        ratio = np.where(open_, np.minimum(ratio, 2.0), np.inf)
        j = np.argmin(ratio, axis=1)
        worst = np.maximum(worst, np.minimum(ratio[rows, j], 1.0))
        adjusted[rows, j] = worst
        open_[rows, j] = False
        w, g = _without(w, g, j)
    return adjusted.reshape(values.shape)


EITHER: dict[str, Callable[[ArrayLike], Array]] = {
    "bonferroni": bonferroni,
    "holm": holm,
    "hochberg": hochberg,
    "hommel": hommel,
    "fixed_sequence": fixed_sequence,
}
"""The procedures that need nothing but the P values (and, for the last, their order)."""


NOT_ADJUSTED = ("both_needed", "none")
GRAPHICAL, MAX_T, HOLM = "graphical", "max_t", "holm"
PROCEDURES = (*EITHER, GRAPHICAL, MAX_T, *NOT_ADJUSTED)
"""What a plan can choose; MAX_T needs the people (`max_t`), the others their P values."""


def adjusted(p: ArrayLike, procedure: str, graph: Graph | None = None) -> Array:
    """P values (…, m) adjusted by one of PROCEDURES but MAX_T; as they are where that is not to adjust. `graph` is the plan's."""
    if procedure in NOT_ADJUSTED:
        return _checked(p)
    if procedure == GRAPHICAL:
        if graph is None:
            raise ValueError("the graphical procedure needs a graph")
        return graphical(p, graph)
    return EITHER[procedure](p)


def _without(w: Array, g: Array, j: NDArray[np.int64]) -> tuple[Array, Array]:
    """The graphs after hypothesis j of each row was rejected: weights (B, m), transitions (B, m, m)."""
    rows = np.arange(j.size)
    out, into = g[rows, j], g[rows, :, j]  # g_jk (B, m), g_lj (B, m)
    w = w + w[rows, j][:, None] * out
    back = 1 - into * out
    new = np.zeros_like(g)
    np.divide(g + into[:, :, None] * out[:, None, :], back[:, :, None], out=new, where=back[:, :, None] > 1e-12)
    index = np.arange(g.shape[1])
    new[:, index, index] = 0.0
    new[rows, j], new[rows, :, j], w[rows, j] = 0.0, 0.0, 0.0
    return w, new


def _by_rank(p: ArrayLike, steps: Callable[[Array], Array]) -> Array:
    """Apply `steps` to the P values in ascending order, put them back in place, and cut at 1."""
    values = _checked(p)
    order = np.argsort(values, axis=-1, kind="stable")
    result = np.empty_like(values)
    np.put_along_axis(result, order, np.minimum(1.0, steps(np.take_along_axis(values, order, axis=-1))), axis=-1)
    return result


def _checked(p: ArrayLike) -> Array:
    values = np.atleast_1d(np.asarray(p, dtype=np.float64))
    if values.shape[-1] == 0 or not np.all((values >= 0) & (values <= 1)):
        raise ValueError("a P value lies between 0 and 1; a test that gave none cannot be left out of its family")
    return values
