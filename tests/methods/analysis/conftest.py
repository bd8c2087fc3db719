"""Analysed synthetic trials, made once for each kind."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.report import document

from . import synthetic

INTERIM = dt.date(2025, 11, 1)


@dataclass(frozen=True)
class Printed:
    """A folder with an extract, its plan and its report, and what the analysis returned."""

    folder: Path
    written: run.Written

    @property
    def html(self) -> str:
        return (self.folder / "out" / "report.html").read_text(encoding="utf-8")

    @property
    def findings(self):
        return self.written.findings


def print_report(
    folder: Path, kind: str = UNBLINDED, arms=synthetic.TWO_ARMS, *, languages=("en", "sv"), people: int = 60,
    until: dt.date | None = None, formats=("html",),
) -> Printed:  # fmt: skip
    """Write a synthetic extract and print its page; unless told, an unblinded one is of the trial's end."""
    until = until or (synthetic.END if kind == UNBLINDED else INTERIM)
    rows = synthetic.tables(kind, arms, until=until, people=people)
    synthetic.write(folder / "x", rows, synthetic.about(kind, arms, until=until))
    plan, out = folder / "sap.toml", folder / "out"
    plan.write_text(synthetic.plan_text(arms), encoding="utf-8")
    return Printed(folder, run.analyse(folder / "x", plan, out, languages=languages, formats=formats))


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """A report by kind and arms, printed the first time somebody asks for it."""
    made: dict[tuple[str, tuple[str, ...]], Printed] = {}

    def report(kind: str = UNBLINDED, arms: tuple[str, ...] = synthetic.TWO_ARMS) -> Printed:
        if (kind, arms) not in made:
            made[kind, arms] = print_report(tmp_path_factory.mktemp(f"{kind}-{len(arms)}"), kind, arms)
        return made[kind, arms]

    return report


@pytest.fixture(scope="session")
def forms(tmp_path_factory):
    """A small unblinded report in every form and both languages."""
    return print_report(tmp_path_factory.mktemp("forms"), people=20, formats=document.FORMATS)
