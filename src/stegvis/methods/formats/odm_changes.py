"""ODM changes: every version of the answers that were corrected, as a transactional CDISC ODM-XML 1.3.2 file.

Source: CDISC ODM 1.3.2, section 2.1 (FileType, TransactionType) and 3.1.4.2 (AuditRecord). A snapshot holds what counts;
this file says how it came about: what was sent is an Insert, each correction an Update, in the order of the corrections,
each with its AuditRecord. It follows the snapshot (PriorFileOID), whose metadata and locations it refers to.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from stegvis.methods.formats.ahead import Record
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.markup import Markup
from stegvis.methods.formats.odm import NAMESPACE, Plan, by_group, file_oid, moment_of, write_answer
from stegvis.methods.formats.source import Source

FILE = "odm_changes.xml"
CONTEXT = {"TransactionType": "Context"}


def write_changes(source: Source, plan: Plan, bundle: Bundle) -> None:
    """Write `odm_changes.xml`; one response's versions stand in memory at a time, and each person's site."""
    if bundle.has(FILE):
        return
    about, moment, counts = source.manifest.about, moment_of(source), list[int]()
    sites = {row["participant"]: row["site"] for row in source.records("participants")}
    with bundle.file(FILE) as file:
        out = Markup(file)
        with out.element(
            "ODM", xmlns=NAMESPACE, ODMVersion="1.3.2", FileType="Transactional", Granularity="AllClinicalData",
            FileOID=f"{file_oid(source)}.changes", PriorFileOID=file_oid(source), CreationDateTime=moment,
            AsOfDateTime=moment, SourceSystem="Stegvis", SourceSystemVersion=about.code_commit,
        ):  # fmt: skip
            for rows in _responses(bundle.counted(FILE, source.records("answer_changes"), counts)):
                for _, versions in groupby(sorted(rows, key=_correction), key=_correction):
                    _round(out, plan, list(versions), sites[rows[0]["participant"]])
    bundle.done(FILE, sum(counts))


def _correction(row: Record) -> int:
    return int(row["correction"])


def _responses(rows: Iterator[Record]) -> Iterator[list[Record]]:
    """The versions of one response's answers at a time, in the order of the table."""
    for _, found in groupby(rows, key=lambda row: (row["participant"], row["occasion"], row["instrument"])):
        yield list(found)


def _round(out: Markup, plan: Plan, rows: list[Record], site: str) -> None:
    """What was sent, or what one correction of a response set."""
    row, form = rows[0], plan.forms[rows[0]["instrument"]]
    kind = "Update" if row["correction"] else "Insert"
    with (
        out.element("ClinicalData", StudyOID=plan.study, MetaDataVersionOID=plan.version),
        out.element("SubjectData", SubjectKey=row["participant"], **CONTEXT),
        out.element("StudyEventData", StudyEventOID=f"SE.{row['occasion']}", **CONTEXT),
        out.element("FormData", FormOID=form.oid, **CONTEXT),
    ):
        for (group, key), found in by_group(form, rows).items():
            with out.element("ItemGroupData", ItemGroupOID=group, ItemGroupRepeatKey=key or None, **CONTEXT):
                for item, one in found:
                    write_answer(out, item, one, site, kind)
