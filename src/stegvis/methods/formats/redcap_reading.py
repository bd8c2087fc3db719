"""REDCap reading: a data dictionary as FHIR Questionnaires, one for each form; what cannot be carried over, row by row.

Source: as `redcap_fields` and `redcap_logic`. A file with mistakes is refused with all of them, each with its row (the
header is row 1) and column. What FHIR has no place for is no mistake: it is left out, and the list says so.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import groupby
from typing import Any

from stegvis.methods.analysis.refusals import Mistake, Refused
from stegvis.methods.formats.redcap_fields import HEADER, Field
from stegvis.methods.formats.redcap_items import ReadField, item_of, read_field

KNOWN_TYPES = frozenset(
    {
        "text",
        "notes",
        "radio",
        "dropdown",
        "checkbox",
        "yesno",
        "truefalse",
        "slider",
        "calc",
        "file",
        "descriptive",
        "sql",
    }
)
WITH_CHOICES = ("radio", "dropdown", "checkbox")
NAMES_IN_API = ("field_name", "form_name", "section_header", "field_type", "field_label",
                "select_choices_or_calculations", "field_note", "text_validation_type_or_show_slider_number",
                "text_validation_min", "text_validation_max", "identifier", "branching_logic", "required_field",
                "custom_alignment", "question_number", "matrix_group_name", "matrix_ranking", "field_annotation")  # fmt: skip
"""The same columns as REDCap's API calls them."""


class DictionaryRefused(Refused):
    """A data dictionary with mistakes."""

    opening = "The data dictionary is refused"


@dataclass(frozen=True, order=True)
class Loss:
    """What of a row could not be carried over."""

    row: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"Row {self.row}, {self.field}: {self.what}."


@dataclass(frozen=True)
class Carried:
    """The questionnaires by form, as FHIR R4 resources, and the losses in the order of the rows."""

    questionnaires: dict[str, dict[str, Any]]
    losses: tuple[Loss, ...]


def read_dictionary(content: bytes, *, file: str, base: str, language: str | None = None) -> Carried:
    """The dictionary in `content`. `base` is the address below which each questionnaire gets its url.

    Raises DictionaryRefused with every mistake.
    """
    numbered, wrong = _rows(content, file)
    wrong += [] if wrong else list(_mistakes(numbered, file))
    if wrong:
        raise DictionaryRefused(wrong)
    questionnaires, losses = {}, list[Loss]()
    for form, rows in groupby(numbered, key=lambda one: one[1].form):
        url = f"{base.rstrip('/')}/{form.replace('_', '-')}"
        read = {field.name: read_field(number, field, url) for number, field in rows}
        questionnaires[form] = _questionnaire(form, url, read, losses, language)
    return Carried(questionnaires, tuple(sorted(losses)))


def _rows(content: bytes, file: str) -> tuple[list[tuple[int, Field]], list[Mistake]]:
    try:
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [
            Mistake(file, 0, "", f"it is not CSV in UTF-8 ({error}).", "Download it from REDCap again, as CSV.")
        ]
    header = [name.strip().strip('"') for name in lines[0]] if lines else []
    if tuple(header) not in (HEADER, NAMES_IN_API):
        missing = [name for name in HEADER if name not in header]
        why = f"the header is not that of a data dictionary; missing: {', '.join(missing) or 'nothing, but the order differs'}."
        return [], [Mistake(file, 1, "", why, "Download the dictionary from REDCap's Project Setup.")]
    rows, wrong = [], []
    for number, line in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in line):
            continue
        if len(line) != len(HEADER):
            why = f"the row has {len(line)} cells and the header {len(HEADER)}."
            wrong.append(Mistake(file, number, "", why, "Mend the commas and quotation marks."))
            continue
        rows.append((number, Field(*(cell.strip() for cell in line))))
    if not rows and not wrong:
        wrong.append(Mistake(file, 0, "", "it has no fields.", "Give a dictionary with at least one."))
    return rows, wrong


def _mistakes(numbered: list[tuple[int, Field]], file: str) -> Iterator[Mistake]:
    columns = dict(zip((one.name for one in fields(Field)), HEADER, strict=True))
    times = Counter(field.name for _, field in numbered)
    forms = [form for form, _ in groupby(numbered, key=lambda one: one[1].form)]
    for number, field in numbered:
        if not field.name or not field.name.replace("_", "a").isalnum() or not field.name[0].isalpha():
            yield Mistake(
                file, number, columns["name"], "this is no name of a field.", "Begin with a letter; use a-z, 0-9, _."
            )
        if times[field.name] > 1:
            yield Mistake(
                file, number, columns["name"], f"{field.name!r} stands twice.", "Give each field its own name."
            )
        if not field.form or forms.count(field.form) > 1:
            why = "the form has no name." if not field.form else f"the rows of {field.form!r} do not stand together."
            yield Mistake(file, number, columns["form"], why, "Put the rows of each form below one another.")
        if field.type not in KNOWN_TYPES:
            way = f"Use one of {', '.join(sorted(KNOWN_TYPES))}."
            yield Mistake(file, number, columns["type"], f"there is no field type {field.type!r}.", way)
        if field.type in WITH_CHOICES and not _are_choices(field.choices):
            why = "the choices are not “code, label | code, label”, each code once."
            yield Mistake(file, number, columns["choices"], why, "Write them so.")


def _are_choices(text: str) -> bool:
    parts = [part.partition(",") for part in text.split("|")]
    codes = [code.strip() for code, _, _ in parts]
    return all(code and comma for code, comma, _ in ((c.strip(), m, r) for c, m, r in parts)) and len(
        set(codes)
    ) == len(codes)


def _questionnaire(
    form: str, url: str, read: dict[str, ReadField], losses: list[Loss], language: str | None
) -> dict[str, Any]:
    items: list[dict[str, Any]] = []
    within = items
    for one in read.values():
        made, lost = item_of(one, read)
        losses += [Loss(one.row, one.field.name, what) for what in lost]
        if one.field.section:
            group = {"linkId": f"{one.field.name}-section", "type": "group", "text": one.section, "item": []}
            items.append(group)
            within = group["item"]  # type: ignore[assignment]
        within.append(made)
    head: dict[str, Any] = {"resourceType": "Questionnaire", "id": form.replace("_", "-")}
    if language:
        head["language"] = language
    name = "".join(part.capitalize() for part in form.split("_"))
    return head | {
        "url": url, "version": "1.0.0", "name": name if name[:1].isalpha() else f"Form{name}",
        "title": form.replace("_", " ").capitalize(), "status": "draft", "subjectType": ["Patient"], "item": items,
    }  # fmt: skip
