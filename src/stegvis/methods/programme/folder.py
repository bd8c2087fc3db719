"""Folder: everything that stands in a programme's folder, read once.

programme.toml               the list of modules and the rules
snippets.toml                sentences for the therapist's replies
en/01-start.md               a module in English; the same name in each language's folder
en/notes/01.md               the therapist's notes to it
en/worksheets/letter.md      a worksheet, which belongs to no part and is filled in again and again
en/pictures/  en/audio/      what its blocks show and play
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stegvis.methods.programme import manifest as manifests
from stegvis.methods.programme import snippets as snippet_files
from stegvis.methods.programme.content import Asset, Snippet
from stegvis.methods.programme.manifest import Manifest, ModuleEntry, WorksheetEntry
from stegvis.methods.programme.problems import Problem
from stegvis.methods.programme.reader import ReadModule, read_module

MEDIA_TYPES: Mapping[str, str] = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
}
MOST_BYTES_OF_A_PICTURE = 200_000

_ACTIVE_SVG = re.compile(
    r"<script|<foreignObject|<!ENTITY|<!DOCTYPE|<animate|<set\b|\son\w+\s*=|javascript:|(?:href|src)\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)",
    re.IGNORECASE,
)


@dataclass
class Folder:
    """What was found: the manifest (None when unreadable), files by (code, language), and the problems."""

    manifest: Manifest | None = None
    modules: dict[tuple[str, str], ReadModule] = field(default_factory=dict)
    notes: dict[tuple[str, str], str] = field(default_factory=dict)
    worksheets: dict[tuple[str, str], ReadModule] = field(default_factory=dict)
    snippets: tuple[Snippet, ...] = ()
    assets: dict[str, Asset] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_folder(directory: Path) -> Folder:
    """Read the folder; whatever is missing or unreadable becomes a problem, nothing is raised."""
    folder = Folder()
    text = _text(directory, manifests.FILE, folder.problems, "Write the list of modules there.")
    if text is None:
        return folder
    folder.manifest, problems = manifests.read_manifest(text)
    folder.problems += problems
    if folder.manifest is None:
        return folder
    for entry in folder.manifest.module:
        if entry.written:
            _read_module_files(directory, entry, folder.manifest.languages, folder)
    for sheet in folder.manifest.worksheet:
        _read_worksheet_files(directory, sheet, folder.manifest.languages, folder)
    _read_snippets(directory, folder.manifest.languages, folder)
    folder.problems += _strays(directory, folder.manifest)
    return folder


def _read_module_files(directory: Path, entry: ModuleEntry, languages: tuple[str, ...], folder: Folder) -> None:
    for language in languages:
        file = f"{language}/{entry.stem}.md"
        right = f"Write it, or say written = false for “{entry.code}” in {manifests.FILE}."
        text = _text(directory, file, folder.problems, right)
        if text is not None:
            read = read_module(text, file, language)
            folder.modules[entry.code, language] = read
            folder.problems += read.problems
            _read_assets(directory, read, folder)
        notes = f"{language}/notes/{entry.number:02d}.md"
        text = _text(directory, notes, folder.problems, "Write the therapist's notes to this module.")
        if text is not None:
            folder.notes[entry.code, language] = text


def _read_worksheet_files(directory: Path, entry: WorksheetEntry, languages: tuple[str, ...], folder: Folder) -> None:
    for language in languages:
        file = worksheet_file(language, entry.code)
        right = f"Write it, or remove the worksheet “{entry.code}” from {manifests.FILE}."
        text = _text(directory, file, folder.problems, right)
        if text is not None:
            read = read_module(text, file, language)
            folder.worksheets[entry.code, language] = read
            folder.problems += read.problems
            _read_assets(directory, read, folder)


def worksheet_file(language: str, code: str) -> str:
    """Where a worksheet stands, in the programme's folder."""
    return f"{language}/worksheets/{code}.md"


def _read_assets(directory: Path, read: ReadModule, folder: Folder) -> None:
    for place, line in read.places.items():
        kind, _, path = place.partition(":")
        if kind == "file" and path not in folder.assets:
            found = _asset(directory / path, path)
            if isinstance(found, Asset):
                folder.assets[path] = found
            else:
                folder.problems.append(Problem(read.file, line, *found))


def _asset(file: Path, path: str) -> Asset | tuple[str, str]:
    """The asset, or what is wrong with it and what would be right."""
    media_type = MEDIA_TYPES.get(file.suffix)
    if media_type is None:
        return f"“{path}” is of a kind that pages do not show.", f"Use one of: {', '.join(MEDIA_TYPES)}."
    if not file.is_file():
        return f"The file {path} is not there.", "Put it there, or correct the name."
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if media_type.startswith("audio/"):
        return Asset(path, media_type, digest)
    if len(content) > MOST_BYTES_OF_A_PICTURE:
        right = f"Make it smaller than {MOST_BYTES_OF_A_PICTURE // 1000} kB."
        return f"{path} is {len(content) // 1000} kB, too much for a phone.", right
    if media_type == "image/svg+xml" and _ACTIVE_SVG.search(content.decode("utf-8", "replace")):
        return f"{path} holds a script, an animation or a link to elsewhere.", "Keep shapes and text only."
    return Asset(path, media_type, digest, base64.b64encode(content).decode("ascii"))


def _read_snippets(directory: Path, languages: tuple[str, ...], folder: Folder) -> None:
    text = _text(directory, snippet_files.FILE, folder.problems, "Write the sentences for replies there.")
    if text is not None:
        folder.snippets, problems = snippet_files.read_snippets(text, languages)
        folder.problems += problems


def _strays(directory: Path, manifest: Manifest) -> Iterator[Problem]:
    """Markdown files that nothing in the lists claims: a mistyped name would otherwise be silently left out."""
    known = {f"{entry.stem}.md" for entry in manifest.module}
    known |= {f"notes/{entry.number:02d}.md" for entry in manifest.module}
    known |= {f"worksheets/{entry.code}.md" for entry in manifest.worksheet}
    for language in manifest.languages:
        for file in sorted((directory / language).rglob("*.md")):
            inside = file.relative_to(directory / language).as_posix()
            if inside not in known:
                is_sheet = inside.startswith("worksheets/")
                what = f"No {'worksheet' if is_sheet else 'module'} of {manifests.FILE} has this file."
                right = "Name it NN-code.md after its module, or add the module."
                if is_sheet:
                    right = "Name it after the worksheet's code, or add the worksheet."
                yield Problem(f"{language}/{inside}", 1, what, right)


def _text(directory: Path, file: str, problems: list[Problem], right: str) -> str | None:
    try:
        return (directory / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        problems.append(Problem(file, 1, "This file is missing.", right))
    except UnicodeDecodeError:
        problems.append(Problem(file, 1, "This file is not UTF-8.", "Save it as UTF-8."))
    return None
