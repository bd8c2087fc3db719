"""Document: puts the sections that the plan wants into order, and makes the files of the report."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from stegvis.methods.analysis import software
from stegvis.methods.analysis.findings import Findings, as_json
from stegvis.methods.analysis.manifest import UNBLINDED
from stegvis.methods.analysis.plan import PRIMARY, SECONDARY
from stegvis.methods.analysis.report import page, typesetting
from stegvis.methods.analysis.report.blocks import Figure, Said, Section, Table, figures_in, tables_in
from stegvis.methods.analysis.report.catalogue import Catalogue, texts
from stegvis.methods.analysis.report.content import content
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import (
    analyses,
    checklists,
    delivery,
    deviations,
    dose,
    exploring,
    front,
    goals,
    guidance,
    interim,
    methods,
    missing,
    outcomes,
    participants,
    responding,
    subgroups,
)
from stegvis.methods.analysis.report.sections import harms as harms_section
from stegvis.methods.analysis.report.sections import other_care as other_care_section
from stegvis.methods.analysis.report.sections import published as published_section
from stegvis.methods.analysis.trial import Trial

if TYPE_CHECKING:
    from stegvis.methods.study.protocol import Protocol

RESULTS_FORMAT = "stegvis-results/1"
HTML, PDF, DOCX, PNG = "html", "pdf", "docx", "png"
FORMATS = (HTML, PDF, DOCX, PNG)
"""The forms that can be left out; tables as CSV, figures as SVG and the results are always made."""


def sections(printer: Printer, code_sha256: str, protocol: Protocol | None = None) -> tuple[Section, ...]:
    """The summary, the sections the plan names in the order of a report, the methods, and the checklists about them all.

    `protocol` is that of the trial, for the checklists and the names of deviations, where it is at hand.
    """
    plan, extract = printer.plan, printer.trial.extract
    makers: Mapping[str, Callable[[], Section | None]] = {
        "flow": lambda: participants.flow(printer),
        "baseline": lambda: participants.baseline(printer),
        "primary": lambda: outcomes.primary(printer),
        "interim": lambda: interim.section(printer, plan.interim) if plan.interim else None,
        "secondary": lambda: outcomes.secondary(printer) if plan.of_kind(SECONDARY) else None,
        "analyses": lambda: analyses.section(printer),
        "responders": lambda: responding.section(printer),
        "subgroups": lambda: subgroups.section(printer),
        "exploring": lambda: exploring.section(printer),
        "goals": lambda: goals.section(printer, plan.goals) if plan.goals and extract.has("goals") else None,
        "adherence": lambda: delivery.adherence(printer, plan.adherence) if plan.adherence else None,
        "dose": lambda: dose.section(printer, plan.adherence) if plan.adherence else None,
        "guidance": lambda: guidance.section(printer, plan.guidance) if plan.guidance else None,
        "visits": lambda: delivery.visits(printer, plan.visits) if plan.visits and extract.has("visits") else None,
        "other_care": lambda: other_care_section.section(printer, plan.other_care) if plan.other_care else None,
        "deviations": lambda: deviations.section(printer, protocol),
        "harms": lambda: (
            harms_section.section(printer, plan.harms) if plan.harms and extract.has("adverse_events") else None
        ),
        "missing": lambda: missing.section(printer),
        "published": lambda: published_section.section(printer, plan.published) if plan.published else None,
    }
    made = [make() for name, make in makers.items() if name in plan.sections]
    present = [section for section in made if section is not None]
    summary = front.short(printer, _sentences(printer, [section.id for section in present]))
    last = methods.section(printer, code_sha256)
    checked = [checklists.section(printer, present, protocol)] if "checklists" in plan.sections else []
    return (summary, *present, last, *checked)


def _sentences(printer: Printer, present: list[str]) -> list[Said]:
    """The plain sentences of the primary outcomes, the goals, the programme and what is missing."""
    plan, t = printer.plan, printer.t
    found: list[Said] = []
    if "primary" in present:
        found += [said for one in plan.of_kind(PRIMARY) for said in outcomes.in_short(printer, one)]
    if "goals" in present and plan.goals:
        for kind in plan.goals.kinds:
            first = list(goals.plain(printer, kind))[:1]
            found += [Said(text, t("short.lead_goals", kind=t.of(kind.label))) for text in first]
    if "adherence" in present and plan.adherence and printer.trial.extract.has("modules"):
        found += [Said(text, t("short.lead_adherence")) for text in delivery.plain(printer, plan.adherence)]
    if "missing" in present and printer.trial.kind == UNBLINDED:
        first_primary = plan.of_kind(PRIMARY)[0]
        found += [Said(text, t("short.lead_missing")) for text in missing.plain(printer, first_primary)]
    return found


def files(
    trial: Trial,
    findings: Findings,
    language: str,
    code_sha256: str,
    formats: Collection[str] = FORMATS,
    protocol: Protocol | None = None,
) -> dict[str, bytes]:
    """The report in one language and the wanted forms, every table as CSV and every figure as SVG, by path."""
    printer = Printer(trial, findings, Catalogue(language))
    made = content(printer, sections(printer, code_sha256, protocol))
    drawings = figures_in(made.sections)
    pictures = _pictures(drawings, formats)
    paths: dict[str, bytes] = {}
    if HTML in formats:
        paths["report.html"] = page.render(made).encode()
    if PDF in formats:
        paths["report.pdf"] = typesetting.pdf(made)
    if DOCX in formats:
        from stegvis.methods.analysis.report.word.writing import docx  # a third of a second, for whoever wants Word

        paths["report.docx"] = docx(made, pictures)
    paths |= {f"tables/{table.name}.csv": _as_csv(table).encode() for table in tables_in(made.sections)}
    paths |= {f"figures/{figure.name}.svg": figure.svg.encode() for figure in drawings}
    if PNG in formats:
        paths |= {f"figures/{name}.png": picture for name, picture in pictures.items()}
    return paths


def _pictures(drawings: Sequence[Figure], formats: Collection[str]) -> dict[str, bytes]:
    """Figures as PNG by name, for the files and for Word; none when neither is wanted."""
    if not {DOCX, PNG} & set(formats):
        return {}
    return {figure.name: picture for figure, picture in zip(drawings, typesetting.png(drawings), strict=True)}


def results(trial: Trial, findings: Findings, code_sha256: str) -> str:
    """results.json: everything that is needed to trace a number to its rows and its method."""
    about, plan = trial.extract.about, trial.plan
    english = texts("en")
    definitions = {
        key.removeprefix("definition."): text for key, text in english.items() if key.startswith("definition.")
    }
    content: dict[str, Any] = {
        "format": RESULTS_FORMAT,
        "study": about.study,
        "kind": about.kind,
        "made_up": about.made_up,
        "warning": english["front.made_up"] if about.made_up else None,
        **_provenance(trial),
        "plan": {"version": plan.version, "sha256": plan.sha256, "same_as_extract": plan.sha256 == about.sap.sha256},
        "analysis_code_sha256": code_sha256,
        "software": {"python": software.python()}
        | {one.name: {"version": one.version, "sha256": one.sha256} for one in software.packages()},
        "conventions": {
            "change": "follow-up minus baseline",
            "difference": "compared arm minus reference arm, whichever direction is better",
            "arms": list(trial.arms) if trial.contrasts else [],
            "reference": trial.reference if trial.contrasts else None,
            "better": {outcome.code: outcome.better for outcome in plan.outcomes},
            "scales": {outcome.code: outcome.scale for outcome in plan.outcomes if outcome.scale},
            "digits": 12,
        },
        "results": [as_json(finding, definitions) for finding in findings],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _provenance(trial: Trial) -> dict[str, Any]:
    """Which data these are: an extract with its versions, or a table with its hash."""
    about, manifest = trial.extract.about, trial.extract.manifest
    if about.of_a_table:
        return {
            "table": [{"file": name, "rows": one.rows, "sha256": one.sha256} for name, one in manifest.files.items()]
        }
    return {
        "data_until": about.data_until.isoformat(),
        "extract": {
            "written_at": about.written_at.isoformat(),
            "manifest_sha256": manifest.sha256,
            "code_commit": about.code_commit,
            "protocol": {"version": about.protocol.version, "sha256": about.protocol.sha256},
            "sap": {"version": about.sap.version, "sha256": about.sap.sha256},
        },
    }


def _as_csv(table: Table) -> str:
    """The table as it is printed; smaller text in brackets behind its cell, notes left to the page."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows:
        cells = (row.head, *row.cells)
        writer.writerow([f"{cell.text} ({cell.small})" if cell.small else cell.text for cell in cells])
    return out.getvalue()
