"""Bundle: the folder that a conversion writes: its files, and a manifest that says what they are and from what.

It is made beside its place under another name and put there whole, so that a conversion that was stopped leaves nothing
that looks finished. What it had finished stays, and the same conversion goes on from there: whole files are kept, and one
that was half written is begun anew. Only whoever made it may open the folder, until they decide otherwise. The manifest's
only time is that of the extract: the same extract gives the same bytes, interrupted or not.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
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
UNFINISHED, LOCK = "unfinished.json", "lock"
"""In the folder while it is made: which conversion it is and what is finished of it; and who is at it."""
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
    _lock: BinaryIO = field(init=False)
    _key: str = field(init=False, default="")

    def __enter__(self) -> Self:
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            why = "it is no empty folder, and a conversion never writes over anything."
            raise refused(str(self.folder), why, "Give a new folder.")
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._place = self.folder.parent / f".{self.folder.name}.unfinished"
        self._place.mkdir(mode=0o700, exist_ok=True)
        self._lock = (self._place / LOCK).open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise refused(
                str(self.folder), "another conversion is writing it.", "Wait, or give a new folder."
            ) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            for name in (UNFINISHED, LOCK):
                (self._place / name).unlink(missing_ok=True)
            os.replace(self._place, self.folder)
        elif issubclass(kind, Refused) or not self.files:
            shutil.rmtree(self._place, ignore_errors=True)
        self._lock.close()

    def go_on(self, *what: str) -> None:
        """Keep what an earlier attempt finished, where it was the same conversion (`what` says which); remove the rest."""
        self._key = hashlib.sha256("\n".join(what).encode()).hexdigest()
        state = self._place / UNFINISHED
        before = json.loads(state.read_bytes()) if state.is_file() else {}
        files = before.get("files", {}) if before.get("key") == self._key else {}
        self.files = {name: said for name, said in files.items() if self._digest(name) == said["sha256"]}
        for path in self._place.iterdir():
            if path.name not in (*self.files, LOCK):
                path.unlink()

    def has(self, name: str) -> bool:
        """Whether an earlier attempt finished this file, so that it need not be written."""
        if name in self.files:
            self.progress(f"{name}: kept from before")
        return name in self.files

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
        size = (self._place / name).stat().st_size
        self.files[name] = {"bytes": size, "sha256": self._digest(name)} | ({} if rows is None else {"rows": rows})
        half = self._place / f"{UNFINISHED}.new"
        half.write_text(json.dumps({"key": self._key, "files": self.files}), encoding="utf-8")
        os.replace(half, self._place / UNFINISHED)

    def _digest(self, name: str) -> str | None:
        path = self._place / name
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

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
