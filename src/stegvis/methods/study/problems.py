"""Problems: what is wrong with a trial's files, said so that its author can mend it.

Each problem names the file, the line, the key, what is wrong there and what would be right. This module turns what the
models of `protocol` refuse into such sentences; `sense` and `folder` add what no single key can know.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from stegvis.methods.study.anatomy import Path, discriminator, element, field_at, model_for, models
from stegvis.methods.study.conduct import FILE_NAME_PATTERN
from stegvis.methods.study.measurement import TEXTS_PATTERN
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.tables import CODE_PATTERN, LANGUAGE_PATTERN

_ABOUT_THE_KEY = "[key]"
"""Ends a location of pydantic's when the key itself is wrong and not its value."""
_SECRET_WORDS = {"block", "blocks", "seed", "seeds"}
_NAMES_OF_KINDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
_WANTED = {
    "string_type": 'a text in quotation marks, such as "text"',
    "int_type": "a whole number, such as 14",
    "int_from_float": "a whole number, such as 14",
    "float_type": "a number, such as 14 or 0.5",
    "bool_type": "true or false",
    "tuple_type": "a list in square brackets",
    "dict_type": 'one text for each language, such as { sv = "…", en = "…" }',
    "model_type": "a table with its own keys",
    "model_attributes_type": "a table with its own keys",
    "date_type": "a date, such as 2026-01-31",
    "date_from_datetime_parsing": "a date, such as 2026-01-31",
    "date_from_datetime_inexact": "a date without a time, such as 2026-01-31",
    "date_parsing": "a date, such as 2026-01-31",
    "time_type": "a time of day, such as 16:00:00",
    "time_parsing": "a time of day, such as 16:00:00",
    "finite_number": "a number that is not infinite",
}
_PATTERNS = {
    CODE_PATTERN: "letters without accents, digits, and single - or _ between them",
    LANGUAGE_PATTERN: "a language by its ISO 639 code, such as sv or en",
    TEXTS_PATTERN: "a file name that ends in .toml or .json, such as distress.sv.toml",
    FILE_NAME_PATTERN: "a file name in small or capital letters, such as help.md",
}


@dataclass(frozen=True)
class Finding:
    """Something wrong at one place of protocol.toml."""

    path: Path
    wrong: str
    right: str


@dataclass(frozen=True)
class Problem:
    """Something wrong in a trial's files: where, what, and what would be right. `line` is 0 when the file has none."""

    file: str
    line: int
    key: str
    wrong: str
    right: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        subject = f"{self.key} " if self.key else ""
        return f"{place}: {subject}{self.wrong}. {self.right}."


def key_of(path: Path, raw: Any) -> str:
    """A path as people read it: `occasions[2:six_months].instruments[0]`, counted from 0, with the code beside it."""
    key = ""
    for part in path:
        if isinstance(part, int):
            raw = raw[part] if isinstance(raw, list) and part < len(raw) else None
            name = _name_of(raw)
            key += f"[{part}:{name}]" if name else f"[{part}]"
        else:
            raw = raw.get(part) if isinstance(raw, dict) else None
            key += f".{part}" if key else part
    return key


def _name_of(table: Any) -> str:
    if not isinstance(table, dict):
        return ""
    if "number" in table and "code" not in table:
        return f"number {table['number']}"
    return str(table.get("code", table.get("check", "")))


def shown(value: Any) -> str:
    """A value as it could stand in the file, shortened when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


def one_of(values: Collection[str]) -> str:
    """`"a"`, `"a" or "b"`, `"a", "b" or "c"`."""
    quoted = [f'"{value}"' for value in values]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + f" or {quoted[-1]}"


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word most like this one, if any is like it."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def advice(word: str, known: Collection[str], place: str) -> str:
    """What to write in place of an unknown word: the nearest known one, else all of them."""
    similar = nearest(word, known)
    if similar:
        return f'Write "{similar}", or add "{word}" to {place}'
    if known:
        return f'Write {one_of(known)}, or add "{word}" to {place}'
    return f'Add "{word}" to {place}'


def shape_findings(raw: Mapping[str, Any]) -> list[Finding]:
    """Everything the models refuse: unknown and missing keys, values of the wrong kind or out of range."""
    try:
        Protocol.model_validate_json(json.dumps(raw, default=str, allow_nan=True), strict=True)
    except ValidationError as error:
        return list(_findings(error, raw))
    return []


def _findings(error: ValidationError, raw: Any) -> Iterator[Finding]:
    for detail in error.errors(include_url=False):
        path = _without_tags(tuple(part for part in detail["loc"] if part != _ABOUT_THE_KEY), raw)
        if detail["type"] == "too_short" and _is_long_enough(path, raw, detail.get("ctx", {})):
            continue  # pydantic counts what is right in a list; what is wrong in it is said by itself
        yield _finding(path, detail["type"], detail.get("ctx", {}), detail, raw)


def _is_long_enough(path: Path, raw: Any, context: Mapping[str, Any]) -> bool:
    for part in path:
        raw = raw[part]
    return isinstance(raw, list) and len(raw) >= context.get("min_length", 0)


def _without_tags(loc: Path, raw: Any) -> Path:
    """Leave out of a location the names of union members, which stand in no file."""
    path: list[str | int] = []
    annotation: Any = Protocol
    for part in loc:
        if isinstance(part, int):
            annotation = element(annotation)
            raw = raw[part] if isinstance(raw, list) and part < len(raw) else None
        else:
            candidates = models(annotation)
            model = model_for(annotation, raw)
            if len(candidates) > 1 and model is not None and raw.get(discriminator(model)) == part:
                annotation = model
                continue
            field = model.model_fields.get(part) if model is not None else None
            annotation = field.annotation if field is not None else None
            raw = raw.get(part) if isinstance(raw, dict) else None
        path.append(part)
    return tuple(path)


def _finding(path: Path, kind: str, context: Mapping[str, Any], detail: Mapping[str, Any], raw: Any) -> Finding:
    if kind == "missing":
        return Finding(path, "is missing", f"Add it: {_meaning(path, raw)}")
    if kind == "extra_forbidden":
        return _unknown_key(path, raw)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_kind(path, raw)
    if kind == "literal_error":
        return Finding(path, f"is {shown(detail['input'])}", f"Write {_plain_choice(context['expected'])}")
    if kind == "value_error":
        wrong, _, right = str(context["error"]).partition("; ")
        return Finding(path, wrong, _sentence(right))
    return Finding(path, f"is {_described(detail['input'])}", _sentence(_limit(kind, context, detail)))


def _unknown_key(path: Path, raw: Any) -> Finding:
    key = str(path[-1])
    if _SECRET_WORDS & set(key.lower().replace("-", "_").split("_")):
        return Finding(
            path,
            "does not belong in a protocol: whoever knows block sizes or the seed can guess the next arm",
            "Leave it out; the allocation list is made apart from the protocol, by `stegvis randomise list`",
        )
    known = _known_keys(path[:-1], raw)
    similar = nearest(key, known)
    right = f'Write "{similar}"' if similar else f"The keys here are {', '.join(known)}"
    return Finding(path, "is not a key the protocol knows", right)


def _known_keys(path: Path, raw: Any) -> list[str]:
    annotation: Any = Protocol
    for part in path:
        if isinstance(part, int):
            annotation, raw = element(annotation), raw[part]
        else:
            model = model_for(annotation, raw)
            annotation = model.model_fields[part].annotation if model is not None else None
            raw = raw[part]
    model = model_for(annotation, raw)
    return list(model.model_fields) if model is not None else []


def _unknown_kind(path: Path, raw: Any) -> Finding:
    annotation = _annotation_at(path, raw)
    candidates = models(annotation)
    key = discriminator(candidates[0])
    known = [str(tag) for model in candidates for tag in model.model_fields[key].annotation.__args__]  # type: ignore[union-attr]
    value = _value_at(path, raw)
    given = value.get(key) if isinstance(value, dict) else None
    wrong = "is missing" if given is None else f"is {shown(given)}"
    return Finding((*path, key), wrong, f"Write {one_of(known)}")


def _annotation_at(path: Path, raw: Any) -> Any:
    if path and isinstance(path[-1], int):
        holder = field_at(Protocol, raw, path[:-1])
        return element(holder.annotation) if holder is not None else None
    field = field_at(Protocol, raw, path)
    return field.annotation if field is not None else None


def _value_at(path: Path, raw: Any) -> Any:
    for part in path:
        raw = raw[part]
    return raw


def _meaning(path: Path, raw: Any) -> str:
    field = field_at(Protocol, raw, path)
    description = field.description if field is not None else None
    return (description or "see the reference of all keys").rstrip(".")


def _plain_choice(expected: str) -> str:
    return expected.replace("'", '"')


def _described(value: Any) -> str:
    kind = _NAMES_OF_KINDS.get(type(value))
    return f"{shown(value)}, {kind}" if kind and not isinstance(value, bool) else shown(value)


def _limit(kind: str, context: Mapping[str, Any], detail: Mapping[str, Any]) -> str:
    """What would be right, for a value that is of the wrong kind or out of range."""
    if kind in _WANTED:
        return f"write {_WANTED[kind]}"
    if kind == "string_pattern_mismatch":
        return f"write {_PATTERNS[context['pattern']]}"
    limits = {
        "greater_than_equal": "write {ge} or more",
        "greater_than": "write more than {gt}",
        "less_than_equal": "write {le} or less",
        "too_short": "write at least {min_length}",
        "string_too_long": "use at most {max_length} characters",
    }
    return limits[kind].format(**context) if kind in limits else str(detail["msg"])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")
