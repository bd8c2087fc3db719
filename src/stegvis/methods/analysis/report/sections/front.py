"""Front: what this report is, of which data, by which plan; and what it says in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stegvis.methods.analysis.analyses.missing import due_people
from stegvis.methods.analysis.flow import ANSWERED
from stegvis.methods.analysis.report.blocks import Note, Paragraph, Plain, Said, Section
from stegvis.methods.analysis.report.printer import Printer

SHORT_HASH = 12


def facts(printer: Printer) -> tuple[tuple[str, str], ...]:
    """Terms and values of the title block."""
    t, about, plan = printer.t, printer.trial.extract.about, printer.plan
    signature = plan.signature
    signed = t("front.signed", by=signature.by, on=signature.on) if signature else t("front.not_signed")
    items = [
        (t("front.registration"), about.registration or ""),
        (t("front.randomised"), t("front.people", n=printer.trial.flow.randomised)),
        *(_of_an_extract(printer) if not about.of_a_table else _of_a_table(printer)),
        (t("front.plan"), f"{_version(printer, plan.version, plan.sha256)}; {signed}"),
        (t("front.level"), printer.level),
    ]
    return tuple((term, value) for term, value in items if value)


def _of_an_extract(printer: Printer) -> tuple[tuple[str, str], ...]:
    t, about = printer.t, printer.trial.extract.about
    return (
        (t("front.data_until"), about.data_until.isoformat()),
        (t("front.written"), about.written_at.strftime("%Y-%m-%d %H:%M UTC")),
        (t("front.protocol"), _version(printer, about.protocol.version, about.protocol.sha256)),
    )


def _of_a_table(printer: Printer) -> tuple[tuple[str, str], ...]:
    files = printer.trial.extract.manifest.files.items()
    return tuple((printer.t("front.table"), f"{name} ({summary.sha256[:SHORT_HASH]})") for name, summary in files)


def warnings(printer: Printer) -> Iterator[Note]:
    """What must be known before any number is read."""
    t, about = printer.t, printer.trial.extract.about
    if about.sap.sha256 != printer.plan.sha256:
        yield Note(t("front.plan_differs", version=about.sap.version, theirs=about.sap.version,
                     hash=about.sap.sha256[:SHORT_HASH]))  # fmt: skip


def short(printer: Printer, sentences: Sequence[Said]) -> Section:
    """The report in plain words, before its tables."""
    t, trial = printer.t, printer.trial
    due = due_people(trial)
    answered = sum(trial.fates[person] == ANSWERED for person in due)
    first = t(
        "short.randomised",
        n=trial.flow.randomised,
        answered=answered,
        due=len(due),
        occasion=printer.in_sentence(printer.main_occasion),
    )
    last = () if trial.contrasts else (Said(t("short.no_arms")),)
    said = (Said(first, t("short.lead_randomised")), *sentences, *last)
    return Section("short", t("short.title"), (Paragraph(t("short.lead")), Plain(said)))


def _version(printer: Printer, version: str, sha256: str) -> str:
    return printer.t("front.version_hash", version=version, sha256=sha256[:SHORT_HASH])
