"""`stegvis power`: how many people a trial needs, from a small file. Needs neither server nor database."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stegvis.methods.analysis.design_reader import DesignPlan
    from stegvis.methods.analysis.design_table import Looked, Row

A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("plan", type=A_FILE, metavar="PLAN")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for power.csv and power.svg.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, help="Processes for simulation; the numbers stay.")
@click.option("--json", "as_json", is_flag=True, help="Print everything, or every mistake, as JSON.")
def command(plan: Path, out: Path | None, workers: int, as_json: bool) -> None:
    """Say how many people a trial needs and what power it has, as PLAN supposes.

    PLAN is a small TOML file with one or more designs; docs/reference/power.md explains every key. Prints the smallest
    trial of each design, the power of the trial as planned, boundaries when the data are looked at early, and power by
    simulation when the file asks for it. With --out the curve of [curve] is written as CSV and SVG. A file with a mistake
    is refused: every mistake is printed, and the exit status is 1.
    """
    from stegvis.methods.analysis import design_table
    from stegvis.methods.analysis.design_reader import DesignRefused, read_design_plan

    try:
        read = read_design_plan(plan)
    except DesignRefused as refused:
        mistakes = [asdict(one) for one in refused.mistakes]
        refusal = {"ok": False, "refused": refused.opening, "mistakes": mistakes}
        click.echo(_as_json(refusal) if as_json else str(refused), err=not as_json)
        raise SystemExit(1) from None
    if out is not None and read.curve is None:
        raise click.UsageError("The file has no [curve], so there is nothing to write. Add one, or leave --out away.")
    rows, looked = design_table.rows(read, workers=workers), design_table.looked(read)
    written = _write(read, out) if out is not None else []
    if as_json:
        click.echo(_as_json(_everything(read, rows, looked, written)))
    else:
        click.echo("\n".join([*_sentences(read, rows), *_looks(read, rows, looked), *map(str, written)]))


def _write(read: DesignPlan, out: Path) -> list[Path]:
    from stegvis.methods.analysis.design_figure import curve_csv, curve_svg
    from stegvis.methods.analysis.design_table import curve

    points = curve(read)
    contents = {"power.csv": curve_csv(read, points), "power.svg": curve_svg(read, points)}
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (out / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(
            f"The curve was not written: {error.filename}: {error.strerror}. Mend that, or choose another folder."
        ) from None
    return [out / name for name in contents]


def _sentences(read: DesignPlan, rows: tuple[Row, ...]) -> list[str]:
    """The table: sizes as compared + reference."""
    lost = " and ".join(f"{share:.0%}" for share in read.attrition)
    lines = [
        read.title,
        f"Two-sided alpha {read.alpha:g}, power {read.power:.0%}, compared : reference "
        f"{read.ratio[0]}:{read.ratio[1]}, lost {lost}.",
        "",
    ]
    planned = f"power of {read.randomised[0]} + {read.randomised[1]}" if read.randomised else ""
    heads = ["design", "analysed", "randomised", "in all", "power", *([planned] if planned else [])]
    table = [heads, *(_cells(row, bool(planned)) for row in rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(heads))]
    for line in table:
        cells = [line[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(line[1:], widths[1:], strict=True))]
        lines.append("  ".join(cells).rstrip())
    lines += ["", *(f"{row.label}: {row.method}.{' ' + row.refusal if row.refusal else ''}" for row in rows)]
    return lines + [_simulation_line(row) for row in rows if row.simulated is not None]


def _cells(row: Row, planned: bool) -> list[str]:
    size = row.size
    cells = [row.label, "–", "–", "–", "–"]
    if size is not None:
        cells[1:] = [
            f"{size.analysed1} + {size.analysed0}",
            f"{size.randomised1} + {size.randomised0}",
            str(size.randomised1 + size.randomised0),
            f"{size.power:.1%}",
        ]
    return cells + ([f"{row.planned:.1%}"] if planned and row.planned is not None else [])


def _simulation_line(row: Row) -> str:
    found, people = row.simulated, row.simulated_n
    assert found is not None
    assert people is not None
    return (
        f"{row.label}, {found.trials} simulated trials of {people[0]} + {people[1]}: power {found.rejected:.1%} "
        f"(standard error {found.rejected_se:.2%}), bias {found.bias:.3g}, intervals that hold the truth "
        f"{found.coverage:.1%} (standard error {found.coverage_se:.2%})."
    )


def _looks(read: DesignPlan, rows: tuple[Row, ...], looked: Looked | None) -> list[str]:
    """The boundaries, and how much larger the trial becomes."""
    from stegvis.methods.analysis.design_table import largest_size

    if looked is None:
        return []
    kind = "two-sided P" if looked.sided == 2 else "one-sided P"
    side = "two-sided" if looked.sided == 2 else "one-sided, with futility that does not bind"
    lines = ["", f"Looks at the data, {side}:"]
    for place, look in enumerate(looked.looks, start=1):
        futility = "" if look.futility is None else f", futility below Z = {look.futility:.4f}"
        lines.append(
            f"  {place}. at {look.information:.0%}: Z = {look.upper:.4f} ({kind} {look.nominal:.6f}){futility}; "
            f"alpha spent {look.spent:.6f}"
        )
    lines.append(
        f"The largest trial is {looked.largest:.4f} times one without looks; on average {looked.expected_under_effect:.4f} "
        f"times if the difference is as supposed, {looked.expected_under_none:.4f} times if there is none."
    )
    for row in rows:
        if (size := largest_size(row, looked.largest, read.attrition)) is not None:
            lines.append(f"  {row.label}: at most {size.randomised1} + {size.randomised0} randomised.")
    return lines


def _everything(
    read: DesignPlan, rows: tuple[Row, ...], looked: Looked | None, written: list[Path]
) -> dict[str, object]:
    return {
        "ok": True,
        "title": read.title,
        "alpha": read.alpha,
        "power": read.power,
        "designs": [asdict(row) for row in rows],
        "looks": asdict(looked) if looked else None,
        "files": [str(path) for path in written],
    }


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
