"""ODM: an extract as one CDISC ODM-XML 1.3.2 file: a snapshot of metadata and clinical data, written as a stream.

Source: CDISC ODM 1.3.2, sections 3.1.5 (ClinicalData) and 3.1.4.2 (AuditRecord). Participants, responses, answers and
scores stand in the extract in the same order, so that one pass over each file makes the nested elements. Every answer has
an AuditRecord: when it was saved, at which site, whether the participant or staff entered it, and, when it was corrected,
that it was; the words of the reason stay in the system. One that was declined is null, with an annotation that says so.
The versions of an answer before the one that counts stand in a file of their own (`odm_changes`).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from stegvis.methods.analysis import cells
from stegvis.methods.formats.ahead import Ahead
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.labels import LANGUAGES
from stegvis.methods.formats.markup import Markup
from stegvis.methods.formats.odm_metadata import ENROLMENT, OdmEvent, write_admin_data, write_study
from stegvis.methods.formats.odm_model import OdmForm, OdmGroup, OdmItem, form_of
from stegvis.methods.formats.source import Source
from stegvis.methods.formats.study import Study
from stegvis.methods.instruments.positions import parse_position

FILE = "odm.xml"
NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
DATA_TYPES = {str: "text", int: "integer", float: "float", bool: "boolean", dt.date: "date"}
OF_RESPONSE = ("mode", "completed_on", "entered_on", "in_window", "minimum_data_set", "corrections")
WHY_NULL = {
    "declined": "asked-declined", "words": "answered in words, which are not handed on", "removed": "taken away",
}  # fmt: skip
RESPONSE_GROUP = "IG.response"
SUBJECT_GROUP, SUBJECT_FORM = "IG.enrolment", "F.enrolment"
Record = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What the file's parts are called, and what stands where."""

    study: str
    version: str
    forms: dict[str, OdmForm]
    events: tuple[OdmEvent, ...]
    enrolment: OdmForm


def write_odm(source: Source, study: Study, bundle: Bundle) -> None:
    """Write `odm.xml`. Without answers in the extract its forms hold scores alone, and a note says so."""
    if bundle.has(FILE):
        return
    about = source.manifest.about
    plan = plan_of(source, study)
    moment = moment_of(source)
    sites = sorted(site for (site,) in source.distinct("participants", "site"))
    title = about.titles.get("en") or next(iter(about.titles.values()))
    facts = {"code": about.study, "title": title, "version": about.protocol.version}
    counts: list[int] = []
    with bundle.file(FILE) as file:
        out = Markup(file)
        with out.element(
            "ODM", xmlns=NAMESPACE, ODMVersion="1.3.2", FileType="Snapshot", Granularity="All",
            FileOID=file_oid(source), CreationDateTime=moment, AsOfDateTime=moment,
            SourceSystem="Stegvis", SourceSystemVersion=about.code_commit,
        ):  # fmt: skip
            write_study(out, plan.study, plan.version, facts, plan.events, [plan.enrolment, *plan.forms.values()])
            write_admin_data(out, plan.study, plan.version, study.protocol.version.effective_from.isoformat(), sites)
            with out.element("ClinicalData", StudyOID=plan.study, MetaDataVersionOID=plan.version):
                _subjects(out, source, plan, bundle, counts)
    bundle.done(FILE, sum(counts))
    if not source.has("answers"):
        bundle.notes.append("The forms hold scores alone: `stegvis extract --answers` writes the answers too.")


def file_oid(source: Source) -> str:
    """What the snapshot calls itself."""
    return f"{source.manifest.about.study}.{source.manifest.sha256[:12]}"


def moment_of(source: Source) -> str:
    """When the extract was written, as ODM has it."""
    return source.manifest.about.written_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def plan_of(source: Source, study: Study) -> Plan:
    """What the parts of the file are called, by what the extract holds and the trial's folder says."""
    scores: dict[str, set[str]] = defaultdict(set)
    asked: dict[str, set[str]] = defaultdict(set)
    for instrument, score in source.distinct("scores", "instrument", "score"):
        scores[instrument].add(score)
    for occasion, instrument in source.distinct("responses", "occasion", "instrument"):
        asked[occasion].add(instrument)
    forms = {}
    for code in study.codes:
        form = form_of(code, study.questionnaire(code), sorted(scores[code]))
        forms[code] = OdmForm(form.oid, form.name, form.label, (*form.groups, _response_group()), form.places)
    enrolment = _enrolment(source)
    return Plan(
        study=f"ST.{source.manifest.about.study}", version=f"MDV.{source.manifest.about.protocol.version}", forms=forms,
        events=tuple(_events(study, asked, enrolment)), enrolment=enrolment,
    )  # fmt: skip


def _events(study: Study, asked: dict[str, set[str]], enrolment: OdmForm) -> Iterator[OdmEvent]:
    yield OdmEvent(ENROLMENT, "enrolment", enrolment.label, (enrolment.oid,))
    planned = {occasion.code: occasion for occasion in study.protocol.occasions}
    for code, occasion in planned.items():
        codes = [*occasion.instruments, *sorted(asked[code] - set(occasion.instruments))]
        label = {lang: occasion.name.in_language(lang) for lang in LANGUAGES}
        yield OdmEvent(f"SE.{code}", code, label, tuple(f"F.{one}" for one in codes))
    for code in sorted(set(asked) - set(planned)):
        forms = tuple(f"F.{one}" for one in sorted(asked[code]))
        yield OdmEvent(f"SE.{code}", code, {"en": code}, forms, is_planned=False)


def _response_group() -> OdmGroup:
    from stegvis.methods.analysis.columns import TABLES
    from stegvis.methods.formats.labels import column_label

    columns = {column.name: column for column in TABLES["responses"].columns}
    items = tuple(
        OdmItem(f"IT.response.{name}", name, DATA_TYPES[columns[name].type],
                column_label("responses", name, columns[name].what))
        for name in OF_RESPONSE
    )  # fmt: skip
    return OdmGroup(RESPONSE_GROUP, "How it was answered", items)


def _enrolment(source: Source) -> OdmForm:
    from stegvis.methods.formats.labels import column_label

    items = [
        OdmItem(f"IT.enrolment.{column.name}", column.name, DATA_TYPES[column.type],
                column_label("participants", column.name, column.what))
        for column in source.columns("participants") if column.name not in ("participant", "site")
    ]  # fmt: skip
    if source.has("arms"):
        items.append(OdmItem("IT.enrolment.arm", "arm", "text", {"en": "Arm.", "sv": "Grupp."}))
    label = {"en": "Enrolment", "sv": "Inskrivning"}
    return OdmForm(SUBJECT_FORM, "enrolment", label, (OdmGroup(SUBJECT_GROUP, "Enrolment", tuple(items)),))


def _subjects(out: Markup, source: Source, plan: Plan, bundle: Bundle, counts: list[int]) -> None:
    arms = Ahead(source.records("arms"), "participant")
    responses = Ahead(source.records("responses"), "participant")
    answers = Ahead(source.records("answers"), "participant", "occasion", "instrument")
    scores = Ahead(source.records("scores"), "participant", "occasion", "instrument")
    for row in bundle.counted(FILE, source.records("participants"), counts):
        code = row["participant"]
        with out.element("SubjectData", SubjectKey=code):
            out.empty("SiteRef", LocationOID=f"LOC.{row['site']}")
            _enrolled(out, plan, row | {"arm": next((one["arm"] for one in arms.of(code)), None)})
            for occasion, given in groupby(responses.of(code), key=lambda one: one["occasion"]):
                with out.element("StudyEventData", StudyEventOID=f"SE.{occasion}"):
                    for response in given:
                        key = (code, occasion, response["instrument"])
                        _response(out, plan, row["site"], response, answers.of(*key), scores.of(*key))


def _enrolled(out: Markup, plan: Plan, row: Record) -> None:
    with (
        out.element("StudyEventData", StudyEventOID=ENROLMENT),
        out.element("FormData", FormOID=SUBJECT_FORM),
        out.element("ItemGroupData", ItemGroupOID=SUBJECT_GROUP),
    ):
        for item in plan.enrolment.groups[0].items:
            if row.get(item.name) not in (None, ""):
                out.empty("ItemData", ItemOID=item.oid, Value=cells.text_of(row[item.name]))


def _response(
    out: Markup, plan: Plan, site: str, response: Record, answers: list[Record], scores: list[Record]
) -> None:
    form = plan.forms[response["instrument"]]
    with out.element("FormData", FormOID=form.oid):
        for (group, key), rows in by_group(form, answers).items():
            with out.element("ItemGroupData", ItemGroupOID=group, ItemGroupRepeatKey=key or None):
                for item, row in rows:
                    write_answer(out, item, row, site)
        if scores:
            with out.element("ItemGroupData", ItemGroupOID=f"IG.{form.name}.scores"):
                for row in scores:
                    _score(out, form.name, row)
        with out.element("ItemGroupData", ItemGroupOID=RESPONSE_GROUP):
            for name in OF_RESPONSE:
                out.empty("ItemData", ItemOID=f"IT.response.{name}", Value=_cell(response[name]))


def by_group(form: OdmForm, answers: list[Record]) -> dict[tuple[str, str], list[tuple[OdmItem, Record]]]:
    """The answers by item group and repeat key, in the order of the form; several of one choice are one item each."""
    found: dict[tuple[str, str], list[tuple[OdmItem, Record]]] = {}
    order = {link_id: place for place, link_id in enumerate(form.places)}
    parsed = [(parse_position(row["item"]), row) for row in answers]
    for (link_id, indices), row in sorted(parsed, key=lambda one: (order[one[0][0]], one[0][1], one[1]["number"])):
        group, items = form.places[link_id]
        key = ".".join(map(str, (*indices, row["number"]) if items[0].is_several else indices))
        several = items[0].option is not None and row["withheld"] is None
        chosen = (
            [one for one in items if one.option is not None and one.option.key == row["value"]] if several else items
        )
        found.setdefault((group, key), []).extend((one, row) for one in chosen)
    return found


def write_answer(out: Markup, item: OdmItem, row: Record, site: str, transaction: str | None = None) -> None:
    """An answer with who saved it and when; `transaction` in a file that tells of changes."""
    value = row["value"] if item.option is None else "true"
    is_null = row["withheld"] is not None
    with out.element(
        "ItemData", ItemOID=item.oid, TransactionType=transaction, IsNull="Yes" if is_null else None,
        Value=None if is_null else value,
    ):  # fmt: skip
        with out.element("AuditRecord"):
            out.empty("UserRef", UserOID=f"USR.{row['saved_by']}")
            out.empty("LocationRef", LocationOID=f"LOC.{site}")
            out.text("DateTimeStamp", row["saved_at"].strftime("%Y-%m-%dT%H:%M:%S+00:00"))
            if row["correction"]:
                out.text("ReasonForChange", f"Correction {row['correction']}; its reason is kept in the system.")
        if is_null:
            words = WHY_NULL[row["withheld"]]
            with out.element("Annotation", SeqNum=1):
                out.text("Comment", words)


def _score(out: Markup, code: str, row: Record) -> None:
    oid = f"SC.{code}.{row['score']}"
    if row["value"] is not None:
        out.empty("ItemData", ItemOID=oid, Value=cells.text_of(row["value"]))
        return
    with out.element("ItemData", ItemOID=oid, IsNull="Yes"), out.element("Annotation", SeqNum=1):
        out.text("Comment", row["missing_reason"])


def _cell(value: Any) -> str:
    return ("false", "true")[value] if isinstance(value, bool) else cells.text_of(value)
