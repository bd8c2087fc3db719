"""REDCap fields: the columns of a REDCap data dictionary, and a questionnaire as its rows.

Source: REDCap's data dictionary (18 columns, in their order; project-redcap.org, Help & FAQ, "Data Dictionary"). A field's
name has small letters, digits and _, begins with a letter, is at most 26 long and stands once in the project; the raw
code of an option has letters, digits and _.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, replace

from stegvis.methods.formats.redcap_logic import branching_of
from stegvis.methods.formats.wide import code_of, name_of
from stegvis.methods.instruments.items import Item, Option
from stegvis.methods.instruments.questionnaire import Questionnaire

HEADER = (
    "Variable / Field Name", "Form Name", "Section Header", "Field Type", "Field Label",
    "Choices, Calculations, OR Slider Labels", "Field Note", "Text Validation Type OR Show Slider Number",
    "Text Validation Min", "Text Validation Max", "Identifier?", "Branching Logic (Show field only if...)",
    "Required Field?", "Custom Alignment", "Question Number (surveys only)", "Matrix Group Name", "Matrix Ranking?",
    "Field Annotation",
)  # fmt: skip
LONGEST_NAME = 26
TYPES: Mapping[str, tuple[str, str]] = {
    "boolean": ("yesno", ""), "integer": ("text", "integer"), "decimal": ("text", "number"),
    "quantity": ("text", "number"), "date": ("text", "date_ymd"), "dateTime": ("text", "datetime_ymd"),
    "time": ("text", "time"), "string": ("text", ""), "url": ("text", ""), "text": ("notes", ""),
    "attachment": ("file", ""), "reference": ("text", ""), "display": ("descriptive", ""),
}  # fmt: skip
"""Field type and text validation of each type of item; choices are radio, dropdown or checkbox."""
SLIDERS = ("slider", "line")


@dataclass(frozen=True)
class Field:
    """A row of the dictionary, its cells in the order of `HEADER`."""

    name: str
    form: str
    section: str = ""
    type: str = "text"
    label: str = ""
    choices: str = ""
    note: str = ""
    validation: str = ""
    minimum: str = ""
    maximum: str = ""
    identifier: str = ""
    branching: str = ""
    required: str = ""
    alignment: str = ""
    number: str = ""
    matrix: str = ""
    ranking: str = ""
    annotation: str = ""

    def cells(self) -> tuple[str, ...]:
        """The row."""
        return astuple(self)


@dataclass(frozen=True)
class Form:
    """A questionnaire as a form: its fields, the field of each linkId, and what could not be carried over."""

    name: str
    fields: tuple[Field, ...]
    names: Mapping[str, str]
    losses: tuple[str, ...]


def form_of(code: str, questionnaire: Questionnaire, taken: set[str], lang: str) -> Form:
    """The rows of a questionnaire, in its order; names that are not `taken` in the project yet, and taken then."""
    form = name_of(code, set(), LONGEST_NAME)
    names = {item.link_id: _name(code, item, taken) for item in _shown(questionnaire) if item.type != "group"}
    fields, losses, section = [], list[str](), ""
    for item in _shown(questionnaire):
        losses += [f"{code}, {item.link_id}: {what}" for what in _losses(item)]
        if item.type == "group":
            section = item.text_in(lang) or section
            continue
        field = replace(_field(form, names[item.link_id], item, lang), section=section)
        branching, lost = branching_of(questionnaire, item, names)
        losses += [f"{code}, {item.link_id}: {what}" for what in lost]
        fields.append(replace(field, branching=branching))
        section = ""
    return Form(form, tuple(fields), names, tuple(losses))


def redcap_code(item: Item, option: Option) -> str:
    """The raw code of an option: its number where it has one, else its key in letters, digits and _."""
    return re.sub(r"[^A-Za-z0-9_]", "_", code_of(item, option)).strip("_") or "_"


def checkbox_column(field: str, code: str) -> str:
    """The column of one option of a checkbox in a data import file (a minus in a raw code is written as _)."""
    return f"{field}___{code.lower().replace('-', '_')}"


def _shown(questionnaire: Questionnaire) -> Iterator[Item]:
    """Groups, questions and texts; not the parts of a question (its help, its unit), which go into its own row."""
    for item in questionnaire.all_items:
        parent = questionnaire.parents[item.link_id]
        is_part = item.type == "display" and parent is not None and parent.is_question
        if not is_part:
            yield item


def _name(code: str, item: Item, taken: set[str]) -> str:
    own = name_of(item.link_id, set(), LONGEST_NAME)
    return name_of(item.link_id if own not in taken else f"{code}_{item.link_id}", taken, LONGEST_NAME)


def _field(form: str, name: str, item: Item, lang: str) -> Field:
    kind, validation = _type(item)
    minimum, maximum = ("" if end is None else str(end) for end in (item.minimum, item.maximum))
    choices = " | ".join(f"{redcap_code(item, one)}, {_words(one.text_in(lang))}" for one in item.options)
    if kind == "slider":
        choices = f"{item.lower_in(lang) or ''} | | {item.upper_in(lang) or ''}"
    note = ". ".join(part for part in (item.help_in(lang), item.unit_in(lang)) if part)
    marks = [mark for mark, is_so in (("@READONLY", item.read_only), ("@HIDDEN", item.hidden)) if is_so]
    return Field(
        name=name, form=form, type=kind, label=item.text_in(lang) or item.link_id, choices=choices, note=note,
        validation=validation, minimum=minimum, maximum=maximum, required="y" if item.required else "",
        number=item.prefix or "", annotation=" ".join(marks),
    )  # fmt: skip


def _type(item: Item) -> tuple[str, str]:
    if item.options or item.is_choice:
        return ("checkbox" if item.repeats else "dropdown" if "drop-down" in item.look.controls else "radio"), ""
    if item.type == "integer" and item.control in SLIDERS:
        return "slider", "number"
    return TYPES[item.type]


def _words(text: str) -> str:
    """An option's words without the bar that would end it."""
    return " ".join(text.replace("|", "/").split())


def _losses(item: Item) -> Iterator[str]:
    """What the item has and a dictionary has no place for."""
    if item.repeats and item.type == "group":
        yield "the group can occur several times; REDCap repeats whole forms only, so it stands once"
    if item.is_multiple and not item.options:
        yield "several answers can be given; only the first is imported"
    if item.type == "open-choice":
        yield "words of one's own in place of an option cannot be given"
    if item.calculated or item.initially or item.worded_by:
        yield "an expression (calculated value, first value or wording) is left out"
    if item.toggles or item.constraints:
        yield "options or constraints that depend on other answers are left out"
    codes = [redcap_code(item, option) for option in item.options]
    if len(set(codes)) != len(codes):
        yield "two options have the same raw code"
    if item.is_body_map:
        yield "the body map becomes a list of checkboxes"
    if item.is_question and any(child.is_question for child in item.items):
        yield "questions below a question stand after it"
