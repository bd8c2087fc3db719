"""The folder that the preview shows: read again only when a file in it has changed."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from stegvis.methods.programme import check, folder
from stegvis.methods.programme.problems import Problem
from stegvis.methods.study.folder import PROTOCOL_FILE
from stegvis.methods.study.texts import number_key

_SHOWN = {".md", ".toml", *folder.MEDIA_TYPES}


def version(directory: Path) -> str:
    """A hash of names, sizes and times of the folder's files: another one means that something has changed."""
    files = sorted(file for file in directory.rglob("*") if file.suffix in _SHOWN and file.is_file())
    seen = [
        (str(file.relative_to(directory)), stat.st_size, stat.st_mtime_ns) for file in files for stat in [file.stat()]
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


@lru_cache(maxsize=2)
def read(directory: Path, seen: str) -> tuple[folder.Folder, list[Problem]]:  # noqa: ARG001 - the version is the key
    """The folder as far as it can be read, and every problem that the check finds in it."""
    found = folder.read_folder(directory)
    return found, check.problems(found)


def numbers(directory: Path) -> Mapping[str, str]:
    """The telephone numbers of the trial's protocol, where the programme lies in its trial's folder."""
    try:
        protocol = tomllib.loads((directory.parent / PROTOCOL_FILE).read_text(encoding="utf-8"))
        rows = protocol.get("safety", {}).get("numbers", [])
        return {number_key(row["code"]): str(row["number"]) for row in rows}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return {}  # `stegvis study check` says what is wrong with a protocol; texts say where the numbers stand
