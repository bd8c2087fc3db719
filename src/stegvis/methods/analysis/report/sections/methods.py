"""Methods: how each kind of number was computed, and from which files."""

from __future__ import annotations

from stegvis.methods.analysis import software
from stegvis.methods.analysis.report.blocks import Block, Cell, Facts, Paragraph, Row, Section, Table
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import written_methods


def section(printer: Printer, code_sha256: str) -> Section:
    """The definitions of the methods that were used, and the provenance of everything."""
    t, extract = printer.t, printer.trial.extract
    used = list(dict.fromkeys(finding.method for finding in printer.findings))
    rows = tuple(Row(Cell(printer.method(name)), (Cell(t(f"definition.{name}"), numeric=False),)) for name in used)
    definitions = Table("methods", t("methods.table"), (t("methods.name"), t("methods.definition")), rows)
    files = tuple(
        Row(Cell(name), (Cell(str(summary.rows)), Cell(summary.sha256, numeric=False)))
        for name, summary in sorted(extract.manifest.files.items())
    )
    columns = (t("methods.file"), t("methods.rows"), t("methods.sha256"))
    listing = Table("files", t("methods.files"), columns, files)
    methods = printer.plan.methods
    facts = Facts(
        (
            *_extract(printer),
            (t("methods.analysis_code"), code_sha256),
            *((f"{one.name} {one.version}", one.sha256) for one in software.packages()),
            *((t("methods.sets"), t.of(one.label)) for one in printer.plan.analysis_sets),
        )
    )
    seed = Paragraph(t("methods.seed", draws=methods.draws, seed=methods.seed))
    written = written_methods.blocks(printer, code_sha256)
    blocks = (*_deviations(printer), *written, Paragraph(t("methods.lead")), definitions, seed, listing, facts)
    return Section("methods", t("methods.title"), blocks)


def _deviations(printer: Printer) -> tuple[Block, ...]:
    """What was changed in the plan, with its reason; that nothing was is said too."""
    t, deviations = printer.t, printer.plan.deviations
    if not deviations:
        return (Paragraph(t("methods.no_deviations")),)
    columns = (t("methods.deviation_on"), t("methods.deviation_what"), t("methods.deviation_reason"))
    rows = tuple(
        Row(Cell(one.on), (Cell(t.of(one.what), numeric=False), Cell(t.of(one.reason), numeric=False)))
        for one in deviations
    )
    return (Table("deviations", t("methods.deviations"), columns, rows),)


def _extract(printer: Printer) -> tuple[tuple[str, str], ...]:
    t, extract = printer.t, printer.trial.extract
    if extract.about.of_a_table:
        return ()
    return ((t("methods.extract"), extract.manifest.sha256), (t("methods.commit"), extract.about.code_commit))
