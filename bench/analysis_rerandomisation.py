"""Re-randomisation of a trial of 129 people: 100,000 draws from its stratified blocks, and 1,000,000 replayed minimisations.

The statistic is the t of the arm in the analysis of covariance. R allocates again and calls lm each time; a few hundred
draws are timed and scaled to as many as ours, and the statistic observed is compared.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from bench.analysis_figures import Figures, asked_of_r, processor_milliseconds
from stegvis.methods.analysis.rerandomisation import Linear, ancova_t, rerandomise
from stegvis.methods.randomisation.block_scheme import BlockScheme
from stegvis.methods.randomisation.minimisation import Minimisation
from stegvis.methods.randomisation.schemes import Scheme

PEOPLE, SITES = 129, 4
SEED = np.random.SeedSequence(1935)


def rerandomisation() -> list[Figures]:
    """100,000 draws: blocks of 4, and blocks of 4 or 6."""
    statistic, first, sites, _, theirs, apart = _material("blocks", 100_000)
    figures = []
    for sizes in ([4], [4, 6]):
        ours = _timed(statistic, first, BlockScheme(sites, sizes=sizes), 100_000)
        told = f"100,000 stratified draws, blocks of {' or '.join(map(str, sizes))}, ANCOVA t"
        figures.append(Figures("rerandomisation", told, ours, theirs, "lm on each", apart, 1e-9))
    return figures


def minimisation() -> list[Figures]:
    """1,000,000 replays of minimisation over three factors in the order of arrival."""
    statistic, first, _, factors, theirs, apart = _material("minimisation", 1_000_000)
    ours = _timed(statistic, first, Minimisation(factors), 1_000_000)
    told = "1,000,000 replayed minimisations, three factors, ANCOVA t"
    return [Figures("minimisation", told, ours, theirs, "a loop and lm", apart, 1e-9)]


def _timed(statistic: Linear, first: np.ndarray, scheme: Scheme, draws: int) -> float:
    def work() -> object:
        return rerandomise(statistic, first, scheme, draws=draws, seed=SEED, exact_at_most=0)

    return processor_milliseconds(work, best_of=3 if draws < 1_000_000 else 1)


def _material(what: str, draws: int) -> tuple[Linear, np.ndarray, np.ndarray, np.ndarray, float | None, float | None]:
    """The statistic, who is in the compared arm, sites, factors, R's time for so many draws, and how far t is apart."""
    chance = np.random.default_rng(SEED)
    sites = chance.integers(0, SITES, PEOPLE)
    factors = np.column_stack([sites, chance.integers(0, 2, (PEOPLE, 2))])
    first = BlockScheme(sites.astype(str), sizes=[4]).draw(chance, 1)[0]
    base = chance.normal(size=PEOPLE)
    y = np.where(chance.random(PEOPLE) < 0.36, np.nan, 0.5 * base + chance.normal(size=PEOPLE))
    covariates = np.column_stack([base, *(sites == k for k in range(1, SITES))])
    statistic = ancova_t(y, covariates)
    observed = float(statistic.value(first[None, :] @ statistic.columns)[0])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        table = np.column_stack([first, base, factors, y])
        header = "arm,base,site,sex,age,y"
        np.savetxt(folder / "data.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
        (folder / "what").write_text(what)
        rows = asked_of_r("analysis_rerandomisation.R", folder)
    theirs = None if rows is None else 1000 * rows[0]["total"] / rows[0]["draws"] * draws
    apart = None if rows is None else abs(observed - rows[0]["t"])
    return statistic, first, sites.astype(str), factors.astype(str), theirs, apart
