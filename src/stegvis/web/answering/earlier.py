"""What an earlier rendering left in a folder of pages: remembered beside the pages, taken away when they are written anew.

`rendering.json` holds the name and SHA-256 of every file that was made. A file goes only if it is named there, is not
among those just made, and still has the content that it was given; whatever else lies in the folder is somebody's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

MANIFEST: Final = "rendering.json"


@dataclass(frozen=True)
class Earlier:
    """What became of the files of an earlier rendering: those that are gone, and those kept because somebody changed them."""

    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def replace_earlier(out: Path, made: Iterable[Path]) -> Earlier:
    """Take away what an earlier rendering made here and this one did not, and remember this one.

    Raises OSError where the folder cannot be written.
    """
    now = {file.relative_to(out).as_posix(): _digest(file) for file in made}
    removed, changed = [], []
    for name, digest in _remembered(out).items():
        file = out / name
        if name in now or not _is_within(file, out) or not file.is_file():
            continue
        if _digest(file) != digest:
            changed.append(name)
            continue
        file.unlink()
        removed.append(name)
    text = json.dumps({"madeBy": "stegvis questionnaire render", "files": now}, indent=1)
    (out / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return Earlier(tuple(removed), tuple(changed))


def _remembered(out: Path) -> dict[str, str]:
    """Names and digests of the earlier rendering; nothing where there was none, or what is there is not its record."""
    try:
        files = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else {}


def _is_within(file: Path, out: Path) -> bool:
    """Whether the file lies in the folder itself: a record with ../ in it, or a link, must not lead elsewhere."""
    return not file.is_symlink() and out.resolve() in file.resolve().parents


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()
