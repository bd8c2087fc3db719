"""Manifest: what an extract says about itself, in `manifest.json`.

It names who wrote it (code commit), from what (protocol, plan, each by version and hash), when, of which kind it is, and
for every file its number of rows and SHA-256. Nothing in the analysis asks a clock: the report's dates are these.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .refusals import ExtractRefused, Mistake
from .tables import TABLES

FILE = "manifest.json"
FORMAT = "stegvis-extract/1"
POOLED, BLINDED, UNBLINDED = "pooled", "blinded", "unblinded"
KINDS = (POOLED, BLINDED, UNBLINDED)
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Version:
    """A document by its version and the SHA-256 of its bytes, in hex."""

    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FileSummary:
    """How many rows a file holds (without the header) and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What the writer knows about an extract, beside its tables.

    `titles` by language; `written_at` aware; `data_until` is the last day whose events are in it. `arms` are the labels
    in arms.csv: the protocol's codes when unblinded, dummy labels when blinded, none when pooled.
    `shared_treatments` are those that every arm is offered; tables about others stand in unblinded extracts only.
    `of_a_table`: these are somebody else's data, which tell no days and no versions (see `dataset`).
    """

    kind: str
    made_up: bool
    study: str
    titles: Mapping[str, str]
    registration: str | None
    written_at: dt.datetime
    data_until: dt.date
    code_commit: str
    protocol: Version
    sap: Version
    arms: tuple[str, ...]
    shared_treatments: tuple[str, ...]
    of_a_table: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the extract says about itself, and the summary of every file."""

    about: About
    files: Mapping[str, FileSummary]
    sha256: str


def to_json(about: About, files: Mapping[str, FileSummary]) -> str:
    """The text of manifest.json; the same facts always give the same bytes."""
    content = {
        "format": FORMAT,
        "kind": about.kind,
        "made_up": about.made_up,
        "study": about.study,
        "titles": dict(sorted(about.titles.items())),
        "registration": about.registration,
        "written_at": about.written_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        "data_until": about.data_until.isoformat(),
        "code_commit": about.code_commit,
        "protocol": {"version": about.protocol.version, "sha256": about.protocol.sha256},
        "sap": {"version": about.sap.version, "sha256": about.sap.sha256},
        "arms": list(about.arms),
        "shared_treatments": sorted(about.shared_treatments),
        "files": {name: {"rows": summary.rows, "sha256": summary.sha256} for name, summary in sorted(files.items())},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def check_about(about: About) -> list[Mistake]:
    """What is wrong with an extract's account of itself."""
    wrong: list[Mistake] = []

    def mistake(key: str, why: str, way_out: str) -> None:
        wrong.append(Mistake(FILE, 0, key, why, way_out))

    if about.kind not in KINDS:
        mistake("kind", "this kind is unknown.", f"Use one of {', '.join(KINDS)}.")
    if not about.titles:
        mistake("titles", "there is no title.", 'Give at least one, such as {"en": "…"}.')
    if about.written_at.tzinfo is None:
        mistake("written_at", "the time has no time zone.", "Write it in UTC.")
    for key, version in (("protocol", about.protocol), ("sap", about.sap)):
        if not SHA256.fullmatch(version.sha256):
            mistake(f"{key}.sha256", "this is no SHA-256 in hex.", "Give the 64 digits of the file's own hash.")
    if about.kind == POOLED and about.arms:
        mistake("arms", "a pooled extract names arms.", "Leave the list empty.")
    if about.kind in (BLINDED, UNBLINDED) and len(set(about.arms)) < 2:
        mistake("arms", "fewer than two arms are named.", "Name every label that stands in arms.csv.")
    if len(set(about.arms)) != len(about.arms):
        mistake("arms", "a label stands twice.", "Name each arm once.")
    return wrong


def from_json(text: str, sha256: str) -> Manifest:
    """Read manifest.json; refuses one that is not JSON, of another format, or lacks something."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise ExtractRefused(
            [Mistake(FILE, error.lineno, "", "this is not JSON.", "Write the extract anew.")]
        ) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ExtractRefused(
            [Mistake(FILE, 0, "format", f"this is not {FORMAT!r}.", "Write the extract with this version of Stegvis.")]
        )
    try:
        manifest = _from_content(content, sha256)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"something is missing or of the wrong type ({type(error).__name__}: {error})."
        raise ExtractRefused([Mistake(FILE, 0, "", why, "Write the extract anew.")]) from error
    wrong = check_about(manifest.about) + _check_files(manifest)
    if wrong:
        raise ExtractRefused(wrong)
    return manifest


def _from_content(content: Mapping[str, Any], sha256: str) -> Manifest:
    made_up = content["made_up"]
    if not isinstance(made_up, bool):
        raise TypeError("made_up must be true or false")
    about = About(
        kind=str(content["kind"]),
        made_up=made_up,
        study=str(content["study"]),
        titles={str(language): str(title) for language, title in content["titles"].items()},
        registration=None if content["registration"] is None else str(content["registration"]),
        written_at=dt.datetime.fromisoformat(content["written_at"]),
        data_until=dt.date.fromisoformat(content["data_until"]),
        code_commit=str(content["code_commit"]),
        protocol=Version(str(content["protocol"]["version"]), str(content["protocol"]["sha256"])),
        sap=Version(str(content["sap"]["version"]), str(content["sap"]["sha256"])),
        arms=tuple(str(arm) for arm in content["arms"]),
        shared_treatments=tuple(str(treatment) for treatment in content["shared_treatments"]),
    )
    files = {
        str(name): FileSummary(int(summary["rows"]), str(summary["sha256"]))
        for name, summary in content["files"].items()
    }
    return Manifest(about, files, sha256)


def _check_files(manifest: Manifest) -> list[Mistake]:
    """Every table that belongs to this kind of extract is there, and no other."""
    wrong = []
    for name in manifest.files:
        if name not in {table.file for table in TABLES.values()}:
            wrong.append(Mistake(name, 0, "", "the manifest names a file of no known table.", "Remove it."))
    for table in TABLES.values():
        named = table.file in manifest.files
        belongs = stands_in(table.name, manifest.about)
        if belongs and not named and not table.added_later:
            wrong.append(
                Mistake(table.file, 0, "", "the manifest does not name this table.", "Write the extract anew.")
            )
        if named and not belongs:
            why = f"this table gives the arms away, and the extract says that it is {manifest.about.kind}."
            wrong.append(Mistake(table.file, 0, "", why, "Delete this copy of the extract and write it anew."))
    return wrong


def stands_in(table_name: str, about: About) -> bool:
    """Whether a table belongs to this kind of extract."""
    table = TABLES[table_name]
    if table.tells_arms:
        return about.kind != POOLED
    if table.unblinded_only:
        return about.kind == UNBLINDED
    if table.treatment is None or about.kind == UNBLINDED:
        return True
    return table.treatment in about.shared_treatments
