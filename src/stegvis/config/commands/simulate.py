"""`stegvis simulate`: a plan carried out on made-up trials, before anyone is unblinded. Needs neither server nor database."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from stegvis.methods.analysis.plan import Plan
    from stegvis.methods.analysis.simulated.supposed import Given, Supposed
    from stegvis.methods.analysis.simulated.whole_plan import Line, Simulation

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
SHARE = click.FloatRange(0, 0.95)


def _numbers(_context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, float]:
    """CODE=NUMBER, several times."""
    found = {}
    for one in given:
        code, _, number = one.partition("=")
        try:
            found[code] = float(number)
        except ValueError:
            raise click.BadParameter(f"{one!r} is not CODE=NUMBER, for example pain_intensity=20.") from None
        if parameter.name == "sd" and not found[code] > 0:
            raise click.BadParameter(f"{one!r}: a standard deviation is above 0.")
    return found


@click.command()
@click.argument("plan", type=A_FILE, metavar="PLAN")
@click.option("--trials", type=click.IntRange(1, 10_000_000), default=1000, show_default=True, help="Made-up trials.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes; the numbers stay.")
@click.option("--dask", metavar="ADDRESS", help="A Dask cluster instead of processes; the numbers stay.")
@click.option("--seed", type=click.IntRange(0), help="Instead of the plan's.")
@click.option("--people", type=click.IntRange(4), nargs=2, help="Randomised: compared arm, reference.")
@click.option("--lost", type=SHARE, nargs=2, help="Shares lost: compared arm, reference.")
@click.option(
    "--mechanism", type=click.Choice(["MCAR", "MAR", "MNAR"]), default="MAR", show_default=True,
    help="Whether loss depends on nothing, on the baseline, or on the outcome itself.",
)  # fmt: skip
@click.option("--slope", type=float, default=0.5, show_default=True, help="Log odds of loss for each SD.")
@click.option("--correlation", type=click.FloatRange(0, 0.95), default=0.5, show_default=True, help="Over time.")
@click.option("--between", type=click.FloatRange(0, 0.95), default=0.4, show_default=True, help="Between outcomes.")
@click.option("--sd", multiple=True, metavar="CODE=NUMBER", callback=_numbers, help="An outcome's SD.")
@click.option("--effect", multiple=True, metavar="CODE=NUMBER", callback=_numbers, help="Instead of its MCID.")
@click.option("--strata", type=click.IntRange(1, 1000), help="Instead of the plan's sites.")
@click.option("--therapists", type=click.IntRange(2, 1000), default=None, help="In the compared arm.")
@click.option("--therapist-icc", type=click.FloatRange(0, 0.95), default=0.02, show_default=True)
@click.option("--goals-a-person", type=click.FloatRange(1, 3), default=1.6, show_default=True)
@click.option("--goal-icc", type=click.FloatRange(0.001, 0.99), default=0.35, show_default=True)
@click.option(
    "--keep", type=click.Path(path_type=Path, file_okay=False),
    help="Folder in which what is done is kept, so that a later call goes on from there.",
)  # fmt: skip
@click.option("--minutes", type=click.FloatRange(0.01), help="Stop after these, with the trials so far; needs --keep.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for simulated.csv and .json.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, or every mistake, as JSON.")
def command(
    plan: Path, trials: int, workers: int, dask: str | None, seed: int | None, out: Path | None, as_json: bool,
    keep: Path | None, minutes: float | None, **beside: Any,
) -> None:  # fmt: skip
    """Say how often the whole PLAN errs when there is no effect, and how often it finds the smallest that matters.

    PLAN is an analysis plan (sap.toml). Its analyses are carried out on made-up trials, with its multiplicity; what the
    plan does not tell is said by options. docs/reference/simulate.md explains what is supposed. Every figure has its Monte
    Carlo error. Analyses that cannot be simulated are named with the reason. A plan that tells too little is refused:
    every fact that lacks is printed, and the exit status is 1.
    """
    from stegvis.config.clusters import cluster
    from stegvis.methods.analysis.plan_reader import read_plan
    from stegvis.methods.analysis.refusals import Refused
    from stegvis.methods.analysis.simulated import supposed, whole_plan

    if minutes is not None and keep is None:
        raise click.UsageError("--minutes stops a simulation that is kept: give a folder with --keep.")
    try:
        read = read_plan(plan)
        worlds = supposed.suppose(read, _given(**beside))
    except Refused as refused:
        mistakes = [asdict(one) for one in refused.mistakes]
        refusal = {"ok": False, "refused": refused.opening, "mistakes": mistakes}
        click.echo(_as_json(refusal) if as_json else str(refused), err=not as_json)
        raise SystemExit(1) from None
    try:
        executor = cluster(dask) if dask else None
    except (RuntimeError, OSError) as error:
        raise click.ClickException(str(error)) from None
    if keep is None:
        done = whole_plan.simulate_plan(read, worlds, trials=trials, seed=seed, workers=workers, executor=executor)
    else:
        done = _in_slices(read, worlds, keep, minutes, trials=trials, seed=seed, workers=workers, executor=executor)
    used = read.methods.seed if seed is None else seed
    content = _everything(read.sha256, used, worlds, done)
    written = _write(out, content, done) if out is not None else []
    click.echo(_as_json(content) if as_json else "\n".join([*_sentences(used, worlds, done), *map(str, written)]))


def _in_slices(read: Plan, worlds: Supposed, keep: Path, minutes: float | None, **how: Any) -> Simulation:
    """Slice by slice, until all is done or the time is up."""
    from stegvis.methods.analysis.run import code_sha256
    from stegvis.methods.analysis.simulated.slices import simulate_in_slices

    end = None if minutes is None else time.monotonic() + 60 * minutes
    try:
        return simulate_in_slices(
            read, worlds, keep, code=code_sha256(), enough=lambda: end is not None and time.monotonic() >= end, **how
        )
    except OSError as error:
        raise click.ClickException(
            f"What is done could not be kept: {error.filename}: {error.strerror}. Mend that, or choose another folder."
        ) from None


def _given(*, therapists: int | None, **beside: Any) -> Given:
    from stegvis.methods.analysis.simulated.supposed import Given

    return Given(therapists=therapists or 0, **beside)


def _sentences(seed: int, worlds: Supposed, done: Simulation) -> Iterator[str]:
    yield f"{done.trials:,} made-up trials without any effect, as many with the smallest that matters. Seed {seed}."
    yield from worlds.sentences
    yield ""
    yield from _table("The plan as a whole", done.conclusions)
    yield ""
    yield from _table("Each analysis", done.lines)
    yield ""
    yield "Errors are the shares of trials without an effect that reject; ± is the Monte Carlo standard error."
    for code, why in done.left_out:
        yield f"Not simulated: {code}: {why}."


def _table(title: str, lines: tuple[Line, ...]) -> Iterator[str]:
    heads = [title, "of", "errors, %", "found, %", "coverage, %", "no number"]
    rows = [heads, *(_cells(one) for one in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    for row in rows:
        yield "  ".join(
            cell.ljust(width) if place < 2 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()


def _cells(one: Line) -> list[str]:
    null, effect = one.null, one.effect
    covered = _share(effect.coverage, effect.coverage_se)
    refused = str(null.refused + effect.refused)
    return [one.what, one.of, *(_share(w.rejected, w.rejected_se) for w in (null, effect)), covered, refused]


def _share(share: float, error: float) -> str:
    return "–" if share != share else f"{100 * share:.2f} ± {100 * error:.2f}"


FIGURES = (
    "trials",
    "refused",
    "rejected",
    "rejected_se",
    "coverage",
    "coverage_se",
    "bias",
    "bias_se",
    "width",
    "width_se",
)


def _write(out: Path, content: dict[str, object], done: Simulation) -> list[Path]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["what", "of", "truth", *FIGURES])
    for one in (*done.conclusions, *done.lines):
        for truth, found in (("none", one.null), ("effect", one.effect)):
            figures = (getattr(found, name) for name in FIGURES)
            writer.writerow([one.what, one.of, truth, *("" if value != value else value for value in figures)])
    contents = {"simulated.csv": text.getvalue(), "simulated.json": _as_json(content)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, words in contents.items():
            (out / name).write_text(words, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(
            f"The figures were not written: {error.filename}: {error.strerror}. Mend that, or choose another folder."
        ) from None
    return [out / name for name in contents]


def _everything(plan: str, seed: int, worlds: Supposed, done: Simulation) -> dict[str, object]:
    """All figures with the plan's and the code's hashes."""
    from stegvis.methods.analysis.run import code_sha256

    def lines(ones: tuple[Line, ...]) -> list[object]:
        return [_without_nan(asdict(one)) for one in ones]

    return {
        "ok": True, "plan_sha256": plan, "code_sha256": code_sha256(), "seed": seed, "trials": done.trials,
        "supposed": list(worlds.sentences), "conclusions": lines(done.conclusions), "analyses": lines(done.lines),
        "not_simulated": dict(done.left_out),
    }  # fmt: skip


def _without_nan(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nan(one) for key, one in value.items()}
    return None if isinstance(value, float) and value != value else value


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
