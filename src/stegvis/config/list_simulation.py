"""`stegvis randomise simulate`: how methods of allocation balance, and how well the next arm can be guessed."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stegvis.methods.randomisation.design import Design
    from stegvis.methods.randomisation.simulation import Behaviour

USUAL: tuple[dict[str, object], ...] = (
    {"method": "simple"},
    {"method": "permuted_blocks", "block_sizes": [4]},
    {"method": "permuted_blocks", "block_sizes": [4, 6]},
    {"method": "permuted_blocks", "block_sizes": [4, 6, 8]},
    {"method": "biased_coin", "p": "2/3"},
    {"method": "big_stick", "limit": 3},
    {"method": "urn", "alpha": 0, "beta": 1},
    {"method": "minimisation", "p": "4/5"},
)
"""What is compared when no design is given: two arms, in the parameters of the literature."""
HEADS = (
    "method", "imbalance", "±", "largest", "in strata", "largest", "at margins", "by convergence", "±", "knowing all", "certain",
)  # fmt: skip


@click.command("simulate")
@click.option("--design", "design_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="Your own design. Without it the usual methods are compared.")  # fmt: skip
@click.option("--strata", default="A/x,A/y,B/x,B/y", show_default=True, help="Strata; parts between / are margins.")
@click.option("--people", type=click.IntRange(1, 100_000), default=129, show_default=True)
@click.option("--lists", type=click.IntRange(2, 100_000), default=10_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the simulation; of no list.")
@click.option("--csv", "as_csv", is_flag=True, help="Print as CSV.")
def simulate(design_file: Path | None, strata: str, people: int, lists: int, seed: int, as_csv: bool) -> None:
    """Say how a method balances, and how well the next arm can be guessed, over many lists.

    People come to the strata at random, the same ones in every list. Guesses are shares of all allocations: by whoever names the
    arm that lags, by whoever knows the procedure and where each block ends, and those that the latter knows for certain.
    """
    names = tuple(part.strip() for part in strata.split(","))
    rows = [row_of(name, found) for name, found in behaviours(design_file, names, people, lists, seed)]
    if as_csv:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([HEADS, *rows])
        click.echo(out.getvalue(), nl=False)
        return
    widths = [max(len(row[column]) for row in (HEADS, *rows)) for column in range(len(HEADS))]
    for row in (HEADS, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    click.echo(f"{lists} lists of {people} people in {len(names)} strata; ± is one Monte Carlo standard error.")


def behaviours(
    design_file: Path | None, strata: tuple[str, ...], people: int, lists: int, seed: int
) -> list[tuple[str, Behaviour]]:
    """Each design's name and what came out."""
    import numpy as np

    from stegvis.methods.randomisation.simulation import simulate as carried_out

    arrivals = np.random.default_rng(seed).integers(0, len(strata), people)
    found = []
    for name, design in _designs(design_file, strata):
        rng = np.random.default_rng([seed, 1])
        found.append((name, carried_out(design, strata, arrivals.tolist(), lists=lists, rng=rng)))
    return found


def _designs(design_file: Path | None, strata: tuple[str, ...]) -> list[tuple[str, Design]]:
    from stegvis.config.list_choices import design_from
    from stegvis.methods.randomisation.keys import design_of

    if design_file is not None:
        design = design_from(design_file, None)
        return [(design.method, design)]  # neither block sizes nor parameters: they are the owner's
    made = []
    for usual in USUAL:
        minimised = usual["method"] == "minimisation"
        factors = {"factors": [f"factor {n}" for n, _ in enumerate(strata[0].split("/"), start=1)]} if minimised else {}
        keys = {"arms": ["a", "b"], "strata": None if minimised else list(strata), "per_stratum": 1, **usual, **factors}
        made.append((_named(usual), design_of(keys)))
    return made


def _named(usual: dict[str, object]) -> str:
    own = ", ".join(f"{key} {value}" for key, value in usual.items() if key != "method")
    return f"{usual['method']} ({own})" if own else str(usual["method"])


def row_of(name: str, found: Behaviour) -> tuple[str, ...]:
    """A row of the table."""
    return (
        name, f"{found.overall.mean:.2f}", f"{found.overall.error:.2f}", f"{found.largest:.0f}", f"{found.strata.mean:.2f}",
        f"{found.largest_stratum:.0f}", f"{found.margins.mean:.2f}", f"{found.convergence.mean:.2%}",
        f"{found.convergence.error:.2%}", f"{found.knowing.mean:.2%}", f"{found.certain.mean:.2%}",
    )  # fmt: skip
