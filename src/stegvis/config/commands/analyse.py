"""`stegvis analyse`: the report from an extract and its plan. Needs neither server nor database."""

from __future__ import annotations

import json
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from stegvis.methods.analysis.refusals import Refused
    from stegvis.methods.analysis.run import Written

A_FOLDER_OR_FILE = click.Path(path_type=Path, exists=True)
FORMATS = {"html": None, "pdf": "typst", "docx": "docx", "png": "typst"}
"""The forms of the report, and the module that each needs beside our own; Word needs figures as PNG too."""
A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


def _formats(_context: click.Context, _parameter: click.Parameter, given: str) -> tuple[str, ...]:
    """The forms that are asked for; refuses one that is unknown, and one whose package is not installed."""
    wanted = tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in wanted:
        if name not in FORMATS:
            raise click.BadParameter(f"{name!r} is no form of the report; there are {', '.join(FORMATS)}.")
    needed = {FORMATS[name] for name in wanted} | ({"typst"} if "docx" in wanted else set())
    missing = sorted(module for module in needed if module and find_spec(module) is None)
    if missing:
        raise click.UsageError(
            f"PDF, Word and PNG need what is not installed here ({', '.join(missing)}). "
            "Install Stegvis with its extra stats, or ask for the page alone: --only html."
        )
    return wanted


@click.command()
@click.argument("data", type=A_FOLDER_OR_FILE, metavar="DATA")
@click.option("--plan", type=A_FILE, required=True, help="The analysis plan, such as studies/cwp/sap.toml.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the report.")
@click.option(
    "--lang",
    "languages",
    type=click.Choice(["en", "sv"]),
    multiple=True,
    help="Language; may be given twice, and the first is report.html. Default: English and Swedish.",
)
@click.option(
    "--only",
    "formats",
    metavar="FORMS",
    default=",".join(FORMATS),
    show_default=True,
    callback=_formats,
    help="Which forms of the report to make, with commas between. The page alone takes the least time.",
)
@click.option(
    "--closed", is_flag=True, help="For a data-monitoring committee: with what the look that is due comes to."
)
@click.option(
    "--force", is_flag=True, help="Write into a folder that is not empty; files of the same name are replaced."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done, or every mistake, as JSON.")
def command(
    data: Path, plan: Path, out: Path, languages: tuple[str, ...], formats: tuple[str, ...], closed: bool,
    force: bool, as_json: bool,
) -> None:  # fmt: skip
    """Analyse DATA as the plan says, and print the report.

    DATA is the folder of an extract, or one table of anybody's (CSV or Parquet, wide or long) whose columns the plan
    names in [data]; docs/reference/sap.md explains every key.

    Writes the report as a page (report.html, self-contained), as PDF to print and keep (report.pdf, PDF/A-2a and
    PDF/UA-1) and for Word (report.docx); results.json (every number with its method and the rows it came from), tables
    as CSV, and figures as SVG and PNG. The same data, plan and code always give the same bytes. Data or a plan with a
    mistake, or a flow of participants that does not add up, are refused: every mistake is printed with file, row and
    column, nothing is written, and the exit status is 1.
    """
    from stegvis.methods.analysis.refusals import Refused
    from stegvis.methods.analysis.run import analyse

    if out.exists() and any(out.iterdir()) and not force:
        raise click.UsageError(f"{out} is not empty. Give a new folder, or --force to replace files of the same name.")
    began = time.monotonic()

    def progress(step: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {step} …", err=True)

    try:
        written = analyse(
            data, plan, out, languages=languages or ("en", "sv"), formats=formats, closed=closed, progress=progress
        )
    except Refused as refused:
        click.echo(_as_json(_refusal(refused)) if as_json else str(refused), err=not as_json)
        raise SystemExit(1) from None
    except OSError as error:
        raise click.ClickException(
            f"The report was not written: {error.filename}: {error.strerror}. Mend that, or choose another folder."
        ) from None
    click.echo(_as_json(_summary(written, out)) if as_json else _sentences(written, out))


def _summary(written: Written, out: Path) -> dict[str, object]:
    about = written.trial.extract.about
    return {
        "ok": True,
        "study": about.study,
        "kind": about.kind,
        "made_up": about.made_up,
        "randomised": written.trial.flow.randomised,
        "results": len(written.findings),
        "not_estimable": sum(finding.refusal is not None for finding in written.findings),
        "report": str(_first(written, out)),
        "files": [path.relative_to(out).as_posix() for path in written.files],
    }


def _sentences(written: Written, out: Path) -> str:
    about = written.trial.extract.about
    lines = [
        f"{_first(written, out)}: {about.kind} report on {written.trial.flow.randomised} randomised people, "
        f"{len(written.findings)} results in results.json, {len(written.files)} files."
    ]
    if about.made_up:
        lines.append("The data are made up: this shows nothing about the treatment and validates no method.")
    return "\n".join(lines)


def _first(written: Written, out: Path) -> Path:
    """The report in its first form, or the folder when only parts of it were made."""
    return next((path for path in written.files if path.parent == out and path.stem == "report"), out)


def _refusal(refused: Refused) -> dict[str, object]:
    mistakes = [
        {"file": one.file, "row": one.row, "column": one.column, "why": one.why, "way_out": one.way_out}
        for one in refused.mistakes
    ]
    return {"ok": False, "refused": refused.opening, "mistakes": mistakes}


def _as_json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
