"""Folder: reads a trial's folder, tells every mistake in it at once, and gives the trial when there is none.

    studies/<trial>/protocol.toml         what the protocol says
    studies/<trial>/texts/<language>/     its texts, by the file names that protocol.toml gives
    studies/<trial>/instruments/          its own questionnaires, <code>.json, and the texts loaded into skeletons

The instruments that ship with Stegvis (`methods/instruments/library`) are named in protocol.toml and lie in no trial's folder.

`check` looks at shape, sense and files, and says everything it finds; `load` gives a `Study` or raises `StudyInvalid`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from stegvis.methods.instruments import library
from stegvis.methods.study import raw as contents
from stegvis.methods.study.anatomy import Path as Key
from stegvis.methods.study.conduct import TextKind
from stegvis.methods.study.instrument_checks import instrument_findings
from stegvis.methods.study.instrument_files import InstrumentFile, Wrong, read_instrument, read_texts
from stegvis.methods.study.lines import LineNumbers
from stegvis.methods.study.plan_checks import plan_mistakes
from stegvis.methods.study.problems import Finding, Problem, advice, key_of, nearest, shape_findings, shown
from stegvis.methods.study.protocol import Protocol, sha256_of
from stegvis.methods.study.sense import sense_findings
from stegvis.methods.study.tables import Table
from stegvis.methods.study.texts import StudyText, allowed_placeholders, placeholders, read_text, sha256_of_text

PROTOCOL_FILE = "protocol.toml"


class StudyInvalid(ValueError):
    """The trial's files have mistakes, so it was not loaded; `problems` names each."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(
            f"The trial was not loaded: {_count(len(self.problems))} in its files. Mend these, then load it again.\n"
            f"{listed}"
        )


class Study(BaseModel):
    """A trial as its folder says it: the protocol, its texts and its questionnaires, all checked."""

    model_config = Table.model_config

    protocol: Protocol
    texts: tuple[StudyText, ...]
    instruments: tuple[InstrumentFile, ...]

    @property
    def sha256(self) -> str:
        """Hash of everything the folder says: protocol, every text, every questionnaire."""
        texts = [[text.code, text.version, text.language, text.sha256] for text in self.texts]
        instruments = [[instrument.code, instrument.version, instrument.sha256] for instrument in self.instruments]
        return sha256_of({"protocol": self.protocol.sha256, "texts": texts, "instruments": instruments})

    def text(self, code: str, language: str, on: date) -> StudyText:
        """The version of a text in force on this day, in `language` or else in the trial's first language.

        Raises KeyError when the trial has no such text.
        """
        version = self.protocol.text_entry(code, on).version
        found = {text.language: text for text in self.texts if (text.code, text.version) == (code, version)}
        return found.get(language.partition("-")[0]) or found[self.protocol.trial.languages[0]]

    def instrument(self, code: str) -> InstrumentFile:
        """The questionnaire with this code; KeyError when there is none."""
        for instrument in self.instruments:
            if instrument.code == code:
                return instrument
        raise KeyError(code)


def check(directory: Path | str) -> list[Problem]:
    """Every mistake in the trial's folder, in the order of the files; an empty list when there is none."""
    return _Reading(Path(directory)).problems


def load(directory: Path | str) -> Study:
    """The trial in this folder. Raises StudyInvalid, which names every mistake, when it has any."""
    reading = _Reading(Path(directory))
    if reading.problems:
        raise StudyInvalid(reading.problems)
    return Study(
        protocol=Protocol.model_validate(reading.raw),
        texts=tuple(reading.texts),
        instruments=tuple(reading.instruments.values()),
    )


@dataclass
class _Reading:
    """One pass over a folder: what was read and what was wrong with it."""

    directory: Path
    raw: dict[str, Any] = field(default_factory=dict)
    lines: LineNumbers = field(default_factory=lambda: LineNumbers(""))
    texts: list[StudyText] = field(default_factory=list)
    instruments: dict[str, InstrumentFile] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self._read_protocol():
            return
        self._add(shape_findings(self.raw))
        self._add(sense_findings(self.raw))
        self._read_instruments()
        self._add(instrument_findings(self.raw, self.instruments))
        self._add(self._path_findings())
        self._read_plan()
        self._read_texts()
        self.problems = list(dict.fromkeys(self.problems))

    def _add(self, findings: Sequence[Finding] | Iterator[Finding]) -> None:
        for finding in findings:
            self.problems.append(
                Problem(
                    PROTOCOL_FILE,
                    self.lines.of(finding.path),
                    key_of(finding.path, self.raw),
                    finding.wrong,
                    finding.right,
                )
            )

    def _add_file(self, file: str, wrong: str, right: str, key: str = "") -> None:
        self.problems.append(Problem(file, 0, key, wrong, right))

    def _read_protocol(self) -> bool:
        source = self._source(PROTOCOL_FILE, "A trial's folder holds its protocol in this file")
        if source is None:
            return False
        try:
            self.raw = tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            right = "Mend the place it names; the other checks of this trial follow when the file can be read"
            self._add_file(PROTOCOL_FILE, f"is not TOML: {error}", right)
            return False
        self.lines = LineNumbers(source)
        return True

    def _source(self, name: str, right: str) -> str | None:
        """The text of a file, or None and a problem."""
        path = self.directory / name
        if not path.is_file():
            self._add_file(name, "is not there", right)
            return None
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self._add_file(name, "is not UTF-8", "Save it as UTF-8")
        except OSError as error:
            self._add_file(name, f"cannot be read: {error.strerror}", "Let whoever runs this read it")
        return None

    def _read_instruments(self) -> None:
        expected = set()
        for path, row in contents.rows(self.raw, "instruments"):
            code = contents.word(row, "code")
            if code is None or code in self.instruments:
                continue
            files = [file for _, file in contents.words(row, "texts")]
            expected |= {*files, *([] if "library" in row else [f"{code}.json"])}
            instrument = self._library_instrument(path, row, code) if "library" in row else self._own_instrument(code)
            for file in files:
                instrument = instrument and self._with_texts(instrument, file)
            if instrument is not None:
                self.instruments[code] = instrument
        self._refuse_strays("instruments", expected, ".json", "[[instruments]]")
        self._refuse_strays("instruments", expected, ".toml", "[[instruments]]")

    def _own_instrument(self, code: str) -> InstrumentFile | None:
        name = f"instruments/{code}.json"
        source = self._source(name, "Add the questionnaire, or leave it out of [[instruments]]")
        return None if source is None else self._read(name, read_instrument(code, source))

    def _library_instrument(self, path: Key, row: dict[str, Any], code: str) -> InstrumentFile | None:
        if code not in library.codes():
            right = advice(code, library.codes(), "instruments/, and leave `library` out")
            self._add([Finding((*path, "code"), f'is "{code}", which the library does not have', right)])
            return None
        read = self._read(f"{code} of the library", read_instrument(code, library.source(code), in_library=True))
        if read is not None and row["library"] != read.version:
            wrong = f"is {shown(row['library'])}, but the library has version {read.version}"
            right = f'Write "{read.version}" in a new version of the protocol, or bring the file itself'
            self._add([Finding((*path, "library"), wrong, right)])
            return None
        return read

    def _with_texts(self, instrument: InstrumentFile, file: str) -> InstrumentFile | None:
        name = f"instruments/{file}"
        source = self._source(name, "Add the file of texts, or leave it out of `texts`")
        return None if source is None else self._read(name, read_texts(instrument, source))

    def _read(self, name: str, read: InstrumentFile | list[Wrong]) -> InstrumentFile | None:
        if isinstance(read, InstrumentFile):
            return read
        for key, wrong, right in read:
            self._add_file(name, wrong, right, key)
        return None

    def _refuse_strays(self, folder: str, expected: set[str], suffix: str, section: str) -> None:
        for path in sorted((self.directory / folder).glob(f"*{suffix}")):
            if path.name not in expected:
                self._add_file(f"{folder}/{path.name}", f"is named nowhere in {section}", "Name it there, or remove it")

    def _path_findings(self) -> Iterator[Finding]:
        """Folders and files that the protocol names must be there."""
        directory = contents.table(self.raw, "programme").get("directory")
        if isinstance(directory, str) and not (self.directory / directory).is_dir():
            yield Finding(
                ("programme", "directory"), f'names "{directory}", which is no folder here', "Write the folder's name"
            )
        plan = contents.table(self.raw, "analysis").get("plan")
        if isinstance(plan, str) and not (self.directory / plan).is_file():
            yield Finding(("analysis", "plan"), f'names "{plan}", which is no file here', "Write the plan's file name")

    def _read_plan(self) -> None:
        plan = contents.word(contents.table(self.raw, "analysis"), "plan")
        if plan is None or not (self.directory / plan).is_file():
            return
        source = self._source(plan, "Write the plan")
        for key, wrong, right in plan_mistakes(self.raw, source) if source is not None else ():
            self._add_file(plan, wrong, right, key)

    def _read_texts(self) -> None:
        entries = contents.rows(self.raw, "texts")
        files = {entry["file"] for _, entry in entries if isinstance(entry.get("file"), str)}
        for _, language in contents.words(contents.table(self.raw, "trial"), "languages"):
            for path, entry in entries:
                self._read_one_text(path, entry, language)
            self._refuse_strays(f"texts/{language}", files, ".md", "[[texts]]")

    def _read_one_text(self, path: Key, entry: dict[str, Any], language: str) -> None:
        file, code = entry.get("file"), entry.get("code")
        kind = next((kind for kind in get_args(TextKind) if kind == entry.get("kind")), None)
        if not isinstance(file, str) or kind is None or not isinstance(code, str):
            return
        name = f"texts/{language}/{file}"
        source = self._source(name, f"Write it: {key_of(path, self.raw)} needs it in this language")
        if source is None:
            return
        title, body = read_text(source)
        known = allowed_placeholders(kind, contents.codes(self.raw, "safety", "numbers"))
        for wrong, right in _text_mistakes(source, title, body, known):
            self._add_file(name, wrong, right)
        version = entry.get("version", 1)
        self.texts.append(
            StudyText(
                code=code,
                kind=kind,
                version=version if isinstance(version, int) else 1,
                language=language,
                title=title,
                body=body,
                sha256=sha256_of_text(source),
            )
        )


def _text_mistakes(source: str, title: str, body: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    if not title:
        yield "has no title", "Let its first line be # and the title, for example # Thank you"
    if not body.strip():
        yield "has no text under its title", "Write the text"
    for placeholder in placeholders(source):
        if placeholder not in known:
            yield f"names {{{placeholder}}}, which nothing fills in", _placeholder_advice(placeholder, known)


def _placeholder_advice(placeholder: str, known: frozenset[str]) -> str:
    similar = nearest(placeholder, known)
    return f"Write {{{similar}}}" if similar else f"Use one of {', '.join(sorted(known))}"


def _count(number: int) -> str:
    return "1 mistake stands" if number == 1 else f"{number} mistakes stand"
