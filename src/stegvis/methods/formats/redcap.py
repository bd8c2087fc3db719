"""REDCap: an extract as a data dictionary, a data import file, and the files that tell events and forms apart.

The project must be longitudinal. Files: dictionary.csv, data.csv, events.csv, event_mapping.csv and losses.csv, which lists
what a dictionary has no place for. One record a participant; one row in the import file for each participant and occasion.
An answer that was declined is an empty cell: REDCap's missing data codes are a setting of the project. Words never leave.
Source: REDCap, "Data Dictionary" and "Data Import Tool"; unique event names are `<event>_arm_1`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from stegvis.methods.analysis import cells
from stegvis.methods.formats.bundle import Bundle
from stegvis.methods.formats.labels import column_label
from stegvis.methods.formats.redcap_fields import (
    HEADER,
    LONGEST_NAME,
    Field,
    Form,
    checkbox_column,
    form_of,
    redcap_code,
)
from stegvis.methods.formats.source import Source
from stegvis.methods.formats.study import Study
from stegvis.methods.formats.wide import IN_WORDS, name_of
from stegvis.methods.instruments.positions import parse_position
from stegvis.methods.instruments.questionnaire import Questionnaire

ENROLMENT = "enrolment"
COMPLETE = "2"
Record = dict[str, Any]


@dataclass(frozen=True)
class _Project:
    """The forms by questionnaire, the first form, the fields of the scores, and the columns of the import file."""

    forms: Mapping[str, Form]
    enrolment: tuple[Field, ...]
    scores: Mapping[tuple[str, str], Field]
    questionnaires: Mapping[str, Questionnaire]

    @property
    def fields(self) -> Iterator[Field]:
        """Every field in the order of the dictionary."""
        yield from self.enrolment
        for code, form in self.forms.items():
            yield from form.fields
            yield from (field for (instrument, _), field in self.scores.items() if instrument == code)


def write_redcap(source: Source, study: Study, bundle: Bundle, lang: str) -> None:
    """Write the five files, labels in `lang`."""
    project = _project(source, study, lang)
    asked = _asked(source, study)
    _table(bundle, "dictionary.csv", HEADER, [field.cells() for field in project.fields])
    _table(bundle, "events.csv", ("event_name", "arm_num", "unique_event_name"),
           [(name, "1", event_of(name)) for name in (ENROLMENT, *asked)])  # fmt: skip
    mapping = [
        (ENROLMENT, ENROLMENT),
        *((event, project.forms[code].name) for event, codes in asked.items() for code in codes),
    ]
    _table(bundle, "event_mapping.csv", ("arm_num", "unique_event_name", "form"),
           [("1", event_of(event), form) for event, form in mapping])  # fmt: skip
    losses = [(line,) for form in project.forms.values() for line in form.losses]
    _table(bundle, "losses.csv", ("not carried over",), losses)
    columns = list(_columns(project))
    _table(bundle, "data.csv", columns, (_line(columns, row) for row in _rows(source, project)))


def event_of(occasion: str) -> str:
    """The unique name of an event."""
    return f"{occasion}_arm_1"


def _project(source: Source, study: Study, lang: str) -> _Project:
    taken = {"record_id", "redcap_event_name"}
    answered = source.distinct("responses", "instrument")
    enrolment = (Field("record_id", ENROLMENT, label="Participant code"), *_enrolment(source, taken, lang))
    codes = [code for code in study.codes if (code,) in answered]
    forms = {code: form_of(code, study.questionnaire(code), taken, lang) for code in codes}
    pairs = sorted(source.distinct("scores", "instrument", "score"))
    scores = {
        (code, score): Field(
            name_of(f"score_{score}", taken, LONGEST_NAME), forms[code].name, label=score.replace("_", " "),
            validation="number", annotation="@READONLY",
        )
        for code, score in pairs if code in forms
    }  # fmt: skip
    return _Project(forms, enrolment, scores, {code: study.questionnaire(code) for code in codes})


def _enrolment(source: Source, taken: set[str], lang: str) -> Iterator[Field]:
    for column in source.columns("participants"):
        if column.name == "participant":
            continue
        words = column_label("participants", column.name, column.what)
        dated = "date_ymd" if column.name.endswith("_on") else ""
        name = name_of(column.name, taken, LONGEST_NAME)
        yield Field(name, ENROLMENT, label=words.get(lang) or words["en"], validation=dated)
    if source.has("arms"):
        yield Field(name_of("arm", taken, LONGEST_NAME), ENROLMENT, label="Arm" if lang == "en" else "Grupp")


def _asked(source: Source, study: Study) -> dict[str, list[str]]:
    """The questionnaires of each occasion, in the protocol's order, as they were answered."""
    pairs = source.distinct("responses", "occasion", "instrument")
    occasions = [occasion.code for occasion in study.protocol.occasions]
    occasions += sorted({occasion for occasion, _ in pairs} - set(occasions))
    found = {one: [code for code in study.codes if (one, code) in pairs] for one in occasions}
    return {occasion: codes for occasion, codes in found.items() if codes}


def _columns(project: _Project) -> Iterator[str]:
    """The columns of the import file; files, texts and what is answered in words have none."""
    yield from ("record_id", "redcap_event_name")
    yield from (field.name for field in project.enrolment if field.name != "record_id")
    for code, form in project.forms.items():
        questionnaire = project.questionnaires[code]
        for link_id, name in form.names.items():
            item = questionnaire.by_link_id[link_id]
            if item.options and item.repeats:
                yield from (checkbox_column(name, redcap_code(item, option)) for option in item.options)
            elif item.is_question and item.type not in IN_WORDS:
                yield name
        yield from (field.name for (instrument, _), field in project.scores.items() if instrument == code)
        yield f"{form.name}_complete"


def _rows(source: Source, project: _Project) -> Iterator[Record]:
    """The rows of enrolment, and after them those of each participant and occasion."""
    arms = {row["participant"]: row["arm"] for row in source.records("arms")}
    for row in source.records("participants"):
        facts = {name: cells.text_of(value) for name, value in row.items() if name != "participant"}
        code = row["participant"]
        yield {"record_id": code, "redcap_event_name": event_of(ENROLMENT), **facts, "arm": arms.get(code, "")}
    scores = groupby(source.records("scores"), key=_key)
    next_scores = next(scores, None)
    for key, answers in groupby(source.records("answers"), key=_key):
        line: Record = {"record_id": key[0], "redcap_event_name": event_of(key[1])}
        for row in answers:
            line |= _answer(project, row)
        while next_scores is not None and next_scores[0] < key:
            next_scores = next(scores, None)
        if next_scores is not None and next_scores[0] == key:
            found = ((project.scores.get((row["instrument"], row["score"])), row) for row in next_scores[1])
            line |= {field.name: cells.text_of(row["value"]) for field, row in found if field}
        yield line


def _key(row: Record) -> tuple[str, str]:
    return row["participant"], row["occasion"]


def _answer(project: _Project, row: Record) -> Record:
    """What one answer writes into the row; of questions that can occur or be answered several times only the first."""
    form, questionnaire = project.forms[row["instrument"]], project.questionnaires[row["instrument"]]
    link_id, indices = parse_position(row["item"])
    item, name = questionnaire.by_link_id[link_id], form.names[link_id]
    done = {f"{form.name}_complete": COMPLETE}
    option = item.option(row["value"] or "") if item.options else None
    is_further = any(index > 1 for index in indices) or (row["number"] > 1 and option is None)
    if row["withheld"] is not None or is_further or item.type in IN_WORDS:
        return done
    if item.repeats and option is not None:
        chosen = (
            {checkbox_column(name, redcap_code(item, one)): "0" for one in item.options} if row["number"] == 1 else {}
        )
        return done | chosen | {checkbox_column(name, redcap_code(item, option)): "1"}
    value = redcap_code(item, option) if option else {"true": "1", "false": "0"}.get(row["value"], row["value"])
    return done | {name: value}


def _line(columns: list[str], row: Record) -> list[str]:
    return [str(row.get(name, "")) for name in columns]


def _table(bundle: Bundle, name: str, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    counts = list[int]()
    with bundle.file(name) as binary, io.TextIOWrapper(binary, encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(bundle.counted(name, iter(rows), counts))
    bundle.done(name, counts[0])
