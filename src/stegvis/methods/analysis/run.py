"""Run: from a folder and a plan to a folder with the report, in one call.

The same extract, plan and code give the same bytes: nothing here looks at a clock, an environment or a random state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from . import protocol_at_hand
from .analyses import (
    adverse_events,
    baseline,
    blinding,
    delivery,
    deviating,
    dose,
    exploring,
    goal_scaling,
    goals,
    guessing,
    guidance,
    interim,
    missing,
    other_care,
    outcomes,
    participants,
    published,
    responding,
    subgroup_effects,
)
from .dataset import read_dataset
from .extract import Extract, read_extract
from .findings import Findings
from .plan import Plan
from .plan_reader import read_plan
from .planned import compute as compute_planned
from .refusals import DataRefused, Mistake
from .report import document
from .report.catalogue import LANGUAGES
from .trial import Trial, open_trial

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the trial as analysed, its findings, and the files by path."""

    trial: Trial
    findings: Findings
    files: tuple[Path, ...]


BORROWED = ("stegvis.methods.instruments", "goal_attainment.py")
"""What is computed elsewhere: package and file."""


def compute(trial: Trial, *, closed: bool = False) -> Findings:
    """Every finding that the plan's sections need, in the order of the report; `closed` is for a committee's eyes."""
    wanted = trial.plan.sections
    findings = Findings(participants.findings(trial))
    if "baseline" in wanted:
        findings.add(baseline.findings(trial))
    findings.add(outcomes.findings(trial))
    if "interim" in wanted:
        findings.add(interim.findings(trial, findings, closed=closed))
    if "analyses" in wanted:
        findings.add(compute_planned.findings(trial))
    if "responders" in wanted:
        findings.add(responding.findings(trial))
    if "subgroups" in wanted:
        findings.add(subgroup_effects.findings(trial))
    if "exploring" in wanted:
        findings.add(exploring.findings(trial))
    if "goals" in wanted:
        findings.add(goals.findings(trial))
        findings.add(goal_scaling.findings(trial))
    if "adherence" in wanted:
        findings.add(delivery.adherence(trial))
    if "dose" in wanted:
        findings.add(dose.findings(trial))
    if "guidance" in wanted:
        findings.add(guidance.findings(trial))
    if "visits" in wanted:
        findings.add(delivery.visits(trial))
    if "other_care" in wanted:
        findings.add(other_care.findings(trial))
    if "deviations" in wanted:
        findings.add(deviating.findings(trial))
    if "harms" in wanted:
        findings.add(adverse_events.findings(trial))
    if "missing" in wanted:
        findings.add(missing.findings(trial))
        findings.add(blinding.findings(trial))
        findings.add(guessing.findings(trial))
    if "published" in wanted:
        findings.add(published.findings(trial))
    return findings


def analyse(
    data: Path,
    plan: Path,
    out: Path,
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Collection[str] = document.FORMATS,
    closed: bool = False,
    progress: Progress = lambda _: None,
) -> Written:
    """Read, check, compute and print. Raises a Refused with every mistake; then nothing is written.

    `data` is the folder of an extract, or one table (CSV or Parquet) whose columns the plan's `[data]` names.

    The first language is `report.html`, `.pdf` and `.docx`, `tables/` and `figures/`; a further one
    `report.<language>.html` and so on, and folders `tables/<language>/`, `figures/<language>/`. `results.json` is the
    same for all. `formats` are those of `document.FORMATS` that are wanted. `progress` is told each step. A protocol
    that lies beside the plan and is the extract's own is quoted in the checklists, and names the kinds of deviations. A
    `closed` report, the data-monitoring committee's, tells what the plan's look that is due comes to.
    """
    progress("Reading the plan")
    planned = read_plan(plan)
    progress("Reading and checking the data")
    trial = open_trial(_read(data, planned), planned)
    progress("Computing")
    findings = compute(trial, closed=closed)
    code = code_sha256()
    quotes = not {"checklists", "deviations"}.isdisjoint(planned.sections)
    protocol = protocol_at_hand.read(plan.parent, trial.extract.about) if quotes else None
    contents = {"results.json": document.results(trial, findings, code).encode()}
    for place, language in enumerate(languages):
        progress(f"Printing the report ({language})")
        made = document.files(trial, findings, language, code, formats, protocol)
        contents |= made if place == 0 else {_in_language(path, language): text for path, text in made.items()}
    return Written(trial, findings, tuple(_write(out, contents)))


def _read(data: Path, plan: Plan) -> Extract:
    if data.is_file():
        return read_dataset(data, plan)
    if plan.data is not None:
        why = "the plan has [data], which is about one table, and this is a folder."
        raise DataRefused([Mistake(data.name, 0, "", why, "Give the table, or take [data] out of the plan.")])
    return read_extract(data)


def code_sha256() -> str:
    """The SHA-256 over the names and bytes of every file of this package and of what it borrows: which code made the numbers."""
    digest = hashlib.sha256()
    borrowed = resources.files(BORROWED[0]) / BORROWED[1]
    for name, content in [*_code_files(resources.files(__package__), ""), ("/".join(BORROWED), borrowed.read_bytes())]:
        digest.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


def _code_files(folder: Traversable, path: str) -> Iterable[tuple[str, bytes]]:
    for one in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = f"{path}{one.name}"
        if one.is_dir() and one.name != "__pycache__":
            yield from _code_files(one, f"{name}/")
        elif one.is_file() and one.name.endswith((".py", ".toml", ".css", ".typ", ".otf")):
            yield name, one.read_bytes()


def _in_language(path: str, language: str) -> str:
    folder, _, name = path.rpartition("/")
    if not folder:
        stem, _, suffix = name.rpartition(".")
        return f"{stem}.{language}.{suffix}"
    return f"{folder}/{language}/{name}"


def _write(out: Path, contents: dict[str, bytes]) -> Iterable[Path]:
    for name, content in contents.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        yield path
