"""Reference: writes docs/reference/protocol.md, the meaning of every key, from the models themselves.

    python -m stegvis.methods.study.reference > docs/reference/protocol.md

A test holds the file to what this module writes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from stegvis.methods.study.anatomy import discriminator, element, members, models, tags
from stegvis.methods.study.conduct import TextKind
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.tables import CODE_PATTERN, Table, Wording
from stegvis.methods.study.texts import ALWAYS, BY_KIND

INTRODUCTION = """\
# protocol.toml, key by key

<!-- Written by `python -m stegvis.methods.study.reference`; change the models' descriptions, not this file. -->

A trial is a folder: `protocol.toml`, its texts in `texts/<language>/`, its questionnaires in `instruments/<code>.json`
(or in the library, see [instruments.md](instruments.md)), and, when the protocol names them, a programme and an analysis
plan. `stegvis study check DIR` reads all of it and says
every mistake at once, each with file, line and key, what is wrong and what would be right; without mistakes it shows
what the trial is. A protocol with a mistake is never loaded.

- A key that is not in this list is a mistake. So are block sizes and seeds: whoever knows them can guess the next arm,
  so they stand in the allocation list's own design and never here.
- A **text** is written once for each of `trial.languages`: `{ sv = "…", en = "…" }`.
- A **code** is a short name without spaces or accents that never changes, since data are stored under it.
- Days are counted from an **anchor**: `consent`, `randomisation` or `visit_<number>`; the anchor's own day is 0. A
  window runs from `before` days earlier to `after` days later, both days included.
- **Every table** may have `assumed` (true, or a list of its keys: a default of ours where the published trial is
  silent) and `why` (a text: the reason). Whoever assumes must say why.
- An amendment is a new version: the same file with a higher `version.number` and its own date. A criterion that changes
  keeps its code and comes twice, each with its period.
"""


def reference() -> str:
    """The whole reference as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION.rstrip()
    for key, field in Protocol.model_fields.items():
        yield from _section(key, field)
    yield from _texts()


def _section(key: str, field: FieldInfo) -> Iterator[str]:
    yield from ("", f"## {_header(key, field)}", "")
    yield f"{field.description} {'Required.' if field.is_required() else 'Optional.'}"
    yield from _tables(key, field.annotation)


def _header(key: str, field: FieldInfo) -> str:
    return f"`[[{key}]]`" if element(field.annotation) is not None else f"`[{key}]`"


def _tables(key: str, annotation: Any) -> Iterator[str]:
    """The keys of one table, or of each form it can have, then those of the tables inside."""
    forms = models(element(annotation) or annotation)
    for model in forms:
        if len(forms) > 1:
            told_by = discriminator(model)
            yield from ("", f"With `{told_by} = {_toml(tags(model)[0])}`: {_first_line(model)}")
        yield from ("", "| key | value | needed | meaning |", "|---|---|---|---|")
        for name, field in _own_fields(model):
            yield f"| `{name}` | {_kind(field)} | {_needed(field)} | {_cell(field.description or '')} |"
    for model in forms:
        yield from _inner_tables(key, model)


def _inner_tables(key: str, model: type[BaseModel]) -> Iterator[str]:
    for name, field in _own_fields(model):
        inner = models(element(field.annotation) or field.annotation)
        if not inner or issubclass(inner[0], Wording):
            continue
        yield from ("", f"### {_header(f'{key}.{name}', field)}")
        if name == "rule" and key != "criteria":
            yield from ("", "Written like the rule of a criterion, see `[criteria.rule]`.")
        else:
            yield from _tables(f"{key}.{name}", field.annotation)


def _own_fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        if name not in Table.model_fields:
            yield name, field


def _needed(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    default = field.get_default()
    return "no" if default in (None, ()) else f"no, else `{_toml(default)}`"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _kind(field: FieldInfo) -> str:
    inner = element(field.annotation)
    if inner is None:
        return "code" if _is_code(field.metadata) or _is_code_or_none(field.annotation) else _kind_of(field.annotation)
    plural = "codes" if _is_code(get_args(inner)[1:]) else _PLURALS.get(_kind_of(inner), _kind_of(inner))
    return f"list of {plural}"


def _is_code(metadata: Sequence[Any]) -> bool:
    return any(getattr(part, "pattern", None) == CODE_PATTERN for part in metadata)


def _is_code_or_none(annotation: Any) -> bool:
    return any(_is_code(get_args(part)[1:]) for part in get_args(annotation))


def _kind_of(annotation: Any) -> str:
    kinds = []
    for member in members(annotation):
        if get_origin(member) is Literal:
            kinds += [f"`{_toml(choice)}`" for choice in get_args(member)]
        elif issubclass(member, BaseModel):
            kinds.append("text" if issubclass(member, Wording) else "table")
        else:
            kinds.append(_PLAIN[member.__name__])
    *first, last = dict.fromkeys(kinds)
    return f"{', '.join(first)} or {last}" if first else last


_PLURALS = {"string": "strings", "table": "tables", "text": "texts", "whole number": "whole numbers", "date": "dates"}
_PLAIN = {
    "str": "string",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "date",
    "time": "time",
}


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or model.__name__).strip().splitlines()[0]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _texts() -> Iterator[str]:
    yield ""
    yield "## The text files"
    yield ""
    yield "Markdown. The first line is `# ` and the title, which is the subject when the text goes out as a message."
    yield "Reminders say nothing about health: others may see them on a screen."
    yield "Placeholders stand in braces. Every text may use these, and `{<code>_number}` for each of `safety.numbers`:"
    yield ", ".join(f"`{{{name}}}`" for name in sorted(ALWAYS)) + "."
    yield ""
    yield "| kind | may also use |"
    yield "|---|---|"
    for kind in get_args(TextKind):
        yield f"| `{kind}` | {', '.join(f'`{{{name}}}`' for name in sorted(BY_KIND[kind])) or '–'} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
