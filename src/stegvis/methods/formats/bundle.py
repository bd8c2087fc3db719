"""Bundle: the folder that a conversion writes: its files, and a manifest that says what they are and from what.

It is made beside its place under another name and put there whole, so that a conversion that was stopped leaves nothing
that looks finished. Only whoever made it may open the folder, until they decide otherwise. The manifest's only time is
that of the extract: the same extract gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from stegvis.methods.analysis.manifest import Manifest
from stegvis.methods.analysis.refusals import Mistake, Refused

FORMAT = "stegvis-conversion/1"
MANIFEST = "manifest.json"
EVERY = 100_000
"""After how many rows the progress is told."""
Progress = Callable[[str], None]


class ConversionRefused(Refused):
    """What was asked for cannot be made from this extract."""

    opening = "The conversion is refused"


def refused(file: str, why: str, way_out: str) -> ConversionRefused:
    """A refusal with one mistake that concerns a whole file or option."""
    return ConversionRefused([Mistake(file, 0, "", why, way_out)])


@dataclass
class Bundle:
    """The files written so far. Use it as a context: at its end they stand in `folder`, or nothing does."""

    folder: Path
    progress: Progress = lambda _: None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    _place: Path = field(init=False)

    def __enter__(self) -> Self:
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            why = "it is no empty folder, and a conversion never writes over anything."
            raise refused(str(self.folder), why, "Give a new folder.")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._place = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            os.replace(self._place, self.folder)
        else:
            shutil.rmtree(self._place, ignore_errors=True)

    @contextmanager
    def file(self, name: str) -> Iterator[BinaryIO]:
        """A file to write bytes to; say afterwards with `done` how many rows it holds."""
        with (self._place / name).open("wb") as written:
            yield written

    def path(self, name: str) -> Path:
        """Where a library that wants a path may write the file `name`."""
        return self._place / name

    def done(self, name: str, rows: int | None = None) -> None:
        """Enter a finished file with its size, its hash and, where it has any, its number of rows."""
        digest, size = hashlib.sha256(), 0
        with (self._place / name).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
                size += len(block)
        self.files[name] = {"bytes": size, "sha256": digest.hexdigest()} | ({} if rows is None else {"rows": rows})

    def counted(self, name: str, rows: Iterator[Any], counts: list[int]) -> Iterator[Any]:
        """The same rows; their number, which is told on the way, is added to `counts` at the end."""
        number = 0
        for number, row in enumerate(rows, start=1):
            if number % EVERY == 0:
                self.progress(f"{name}: {number} rows")
            yield row
        counts.append(number)
        self.progress(f"{name}: {number} rows, done")

    def close(self, made_from: Manifest, format: str, reason: str, options: Mapping[str, Any]) -> None:  # noqa: A002
        """Write the manifest: which extract, of which kind, why, with what options, and every file's hash."""
        about = made_from.about
        content = {
            "format": FORMAT,
            "converted_to": format,
            "options": dict(options),
            "reason": reason,
            "extract": {
                "sha256": made_from.sha256,
                "kind": about.kind,
                "made_up": about.made_up,
                "study": about.study,
                "written_at": about.written_at.isoformat(timespec="seconds"),
                "data_until": about.data_until.isoformat(),
                "code_commit": about.code_commit,
                "protocol": {"version": about.protocol.version, "sha256": about.protocol.sha256},
            },
            "notes": self.notes,
            "files": dict(sorted(self.files.items())),
        }
        text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
        (self._place / MANIFEST).write_text(text, encoding="utf-8")
