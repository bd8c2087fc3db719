"""Which files `stegvis questionnaire check` looks at: those named, and of a folder every questionnaire below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stegvis.methods.instruments.fhir_json import NotJson, read_json
from stegvis.methods.instruments.resource_kinds import another_kind, holds
from stegvis.methods.instruments.structure import is_resource

KIND = "Questionnaire"


@dataclass
class Found:
    """The files to look at, in order, and those of folders that are something else."""

    files: list[Path] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def questionnaires_in(paths: Iterable[Path]) -> Found:
    """Every path that is no folder, and of folders every .json file below that is, or should be, a Questionnaire.

    What cannot be read counts among them, so that it is said; other resources, and JSON that is no FHIR, do not.
    """
    found = Found()
    for path in paths:
        if not path.is_dir():
            found.files.append(path)
            continue
        for file in sorted(one for one in path.rglob("*.json") if one.is_file()):
            (found.others if _is_something_else(file) else found.files).append(file)
    return found


def _is_something_else(file: Path) -> bool:
    try:
        value = read_json(file.read_bytes())
    except (OSError, NotJson):
        return False
    return another_kind(value, KIND) is not None and not holds(value, KIND) and not _should_be_one(value)


def _should_be_one(value: Any) -> bool:
    """Whether it looks like a questionnaire that lacks its resourceType, or has a wrong one."""
    if not isinstance(value, Mapping):
        return False
    kind = value.get("resourceType")
    return "item" in value and not (isinstance(kind, str) and is_resource(kind))
