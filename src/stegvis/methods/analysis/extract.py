"""Extract: the folder that leaves the trial's database, and the only thing that the analysis reads.

A folder of CSV files (UTF-8, comma, one header line, lines ended by LF) and `manifest.json`. What stands in each file is
said in `tables`; what the manifest says, in `manifest`. `write_extract` refuses to write what `read_extract` would
refuse to read, so a mistake is found by whoever can still mend it.

    write_extract(folder, About(...), participants=[...], arms=[...], scores=[...], ...)
    extract = read_extract(folder)
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import cells, checks, harm_tables, manifest, ordered, plan_tables, visit_tables
from . import conduct_tables as conduct_tables
from .columns import TABLES, Cell, Column, Table
from .manifest import About, FileSummary, Manifest
from .refusals import ExtractRefused, Mistake
from .tables import (
    Arm,
    Arrangement,
    Day,
    Deviation,
    DeviceActivity,
    DeviceDay,
    Disclosure,
    Event,
    Goal,
    Guess,
    Guidance,
    Leaving,
    Module,
    Occasion,
    Participant,
    Rating,
    RatingDose,
    Release,
    Reply,
    Response,
    Score,
    Screening,
    Unblinding,
    Unmasking,
    Visit,
)

CHARACTERISTIC = re.compile(r"[a-z][a-z0-9_]*")
WRITE_ANEW = "Write the extract anew; never mend one by hand."


@dataclass(frozen=True, slots=True)
class Extract:
    """A whole extract in memory; a table that does not belong to its kind is empty.

    `arms` are one row per randomised person, `about` is the manifest's account.
    """

    manifest: Manifest
    participants: tuple[Participant, ...]
    screening: tuple[Screening, ...]
    events: tuple[Event, ...]
    occasions: tuple[Occasion, ...]
    scores: tuple[Score, ...]
    responses: tuple[Response, ...] = ()
    unmaskings: tuple[Unmasking, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    unblindings: tuple[Unblinding, ...] = ()
    arms: tuple[Arm, ...] = ()
    goals: tuple[Goal, ...] = ()
    ratings: tuple[Rating, ...] = ()
    rating_doses: tuple[RatingDose, ...] = ()
    guesses: tuple[Guess, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    visits: tuple[Visit, ...] = ()
    modules: tuple[Module, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    replies: tuple[Reply, ...] = ()
    arrangements: tuple[Arrangement, ...] = ()
    leavings: tuple[Leaving, ...] = ()
    device_days: tuple[DeviceDay, ...] = ()
    device_activities: tuple[DeviceActivity, ...] = ()
    days: tuple[Day, ...] = ()
    activity_now: tuple[visit_tables.ActivityNow, ...] = ()
    red_flags: tuple[visit_tables.RedFlag, ...] = ()
    activity_decisions: tuple[visit_tables.ActivityDecision, ...] = ()
    capacity: tuple[visit_tables.Capacity, ...] = ()
    activity_reviews: tuple[visit_tables.ActivityReview, ...] = ()
    agreements: tuple[visit_tables.VisitAgreement, ...] = ()
    who_judgements: tuple[visit_tables.WhoJudgement, ...] = ()
    missed_visits: tuple[visit_tables.MissedVisit, ...] = ()
    plans: tuple[plan_tables.Plan, ...] = ()
    planned_activities: tuple[plan_tables.PlannedActivity, ...] = ()
    planned_exercises: tuple[plan_tables.PlannedExercise, ...] = ()
    adverse_events: tuple[harm_tables.AdverseEvent, ...] = ()
    adverse_event_reports: tuple[harm_tables.AdverseEventReport, ...] = ()
    releases: tuple[Release, ...] = ()

    @property
    def about(self) -> About:
        """What the extract says about itself."""
        return self.manifest.about

    def has(self, table: str) -> bool:
        """Whether the table belongs to this extract (it may still hold no row)."""
        return TABLES[table].file in self.manifest.files


def write_extract(folder: Path, about: About, **tables: Iterable[Any]) -> Manifest:
    """Write a whole extract into `folder`, which must not hold one already, and return its manifest.

    `tables` are rows by table name (participants, arms, screening, events, occasions, scores, responses, unmaskings,
    deviations, unblindings, goals, ratings, rating_doses, guesses, disclosures, visits, device_days, device_activities,
    modules, guidance, replies, arrangements, leavings, days, releases, and those of `visit_tables`, `plan_tables`,
    `harm_tables` and `conduct_tables`), which may be iterators of any length: few rows of a long table stand in memory at
    once. They are sorted by their key, so their order does not matter. A table that belongs to the kind of
    extract and is not given is written empty (answers, consents and contacts not at all); one that does not belong is
    refused, and so is every mistake that `read_extract` would find. Nothing is written when anything is refused.
    """
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise TypeError(f"unknown tables: {', '.join(unknown)}")
    if (folder / manifest.FILE).exists():
        why = "there is an extract in this folder already, and an extract is never overwritten."
        raise ExtractRefused([Mistake(manifest.FILE, 0, "", why, "Choose an empty folder.")])
    wrong = manifest.check_about(about) + _check_belonging(about, tables)
    names = [
        table.name
        for table in TABLES.values()
        if manifest.stands_in(table.name, about) and (not table.on_request or table.name in tables)
    ]
    with _drafts_beside(folder) as drafts:
        written = {name: _write(TABLES[name], tables.get(name, ()), drafts) for name in names}
        wrong += [mistake for one in written.values() for mistake in one.wrong]
        wrong += [] if wrong else checks.check_tables(about, written)
        if wrong:
            raise ExtractRefused(wrong)
        folder.mkdir(parents=True, exist_ok=True)
        summaries = {one.table.file: one.moved_to(folder) for one in written.values()}
    content = manifest.to_json(about, summaries).encode()
    (folder / manifest.FILE).write_bytes(content)
    return Manifest(about, summaries, hashlib.sha256(content).hexdigest())


def write_table(folder: Path, name: str, rows: Iterable[Any]) -> FileSummary:
    """Write one table alone, sorted by its key, as `write_extract` would; returns its rows and hash."""
    with _drafts_beside(folder) as drafts:
        one = _write(TABLES[name], rows, drafts)
        if one.wrong:
            raise ExtractRefused(one.wrong)
        return one.moved_to(folder)


def read_extract(folder: Path) -> Extract:
    """Read and check a whole extract. Raises ExtractRefused with every mistake that was found.

    Checked: every file of the manifest is there with its hash and number of rows, and no other CSV file; every cell has
    its type; no row stands twice; every person, goal and arm that is referred to exists; the kind keeps what it says. Of
    a table that is there on request only the hash is checked, and `methods.formats` reads it.
    """
    path = folder / manifest.FILE
    if not path.is_file():
        why = "the folder holds no manifest, so it is no extract."
        raise ExtractRefused([Mistake(manifest.FILE, 0, "", why, "Give the folder that the extract was written to.")])
    content = path.read_bytes()
    said = manifest.from_json(content.decode("utf-8"), hashlib.sha256(content).hexdigest())
    wrong = _check_folder(folder, said)
    if wrong:
        raise ExtractRefused(wrong)
    rows: dict[str, list[Any]] = {}
    for table in TABLES.values():
        if table.file in said.files and not table.on_request:
            rows[table.name], found = _read_table(table, (folder / table.file).read_text(encoding="utf-8"))
            wrong += found
    wrong += [] if wrong else checks.check_tables(said.about, rows)
    if wrong:
        raise ExtractRefused(wrong)
    return Extract(said, **{name: tuple(found) for name, found in rows.items()})


@dataclass(slots=True)
class _Written:
    """A table as it was written: gone through from its file, or from memory where it is small."""

    table: Table
    path: Path
    columns: tuple[Column, ...]
    wrong: list[Mistake] = field(default_factory=list)
    few: list[Any] | None = field(default_factory=list)
    number: int = 0

    def __iter__(self) -> Iterator[Any]:
        if self.few is not None:
            yield from self.few
            return
        parsers = [(column.name, cells.parser_of(column)) for column in self.columns]
        with self.path.open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            for line in lines:
                yield self.table.row_type(
                    **{name: parse(cell) for (name, parse), cell in zip(parsers, line, strict=True)}
                )

    def moved_to(self, folder: Path) -> FileSummary:
        self.path = self.path.replace(folder / self.table.file)
        with self.path.open("rb") as file:
            return FileSummary(self.number, hashlib.file_digest(file, "sha256").hexdigest())

    def keep(self, row: Any) -> None:
        self.number += 1
        if self.few is not None:
            self.few.append(row)
            # Whoever has characteristics is a participant, of whom there are never so many.
            if len(self.few) > ordered.HELD and not self.table.takes_characteristics:
                self.few = None


@contextmanager
def _drafts_beside(folder: Path) -> Iterator[Path]:
    """A place on the disk of `folder` that is gone afterwards, so that nothing is left of what was refused."""
    beside = folder if folder.exists() else next(each for each in folder.absolute().parents if each.exists())
    with tempfile.TemporaryDirectory(dir=beside, prefix=".extract-") as place:
        yield Path(place)


def _write(table: Table, rows: Iterable[Any], folder: Path) -> _Written:
    """Write a table in its order, one row after the other, and read every cell back: one judge for both sides."""
    given: Iterable[Any] = ordered.in_order(rows, table.place_of, folder)
    extra: list[str] = []
    if table.takes_characteristics:
        given = list(given)
        extra = sorted({name for row in given for name in row.characteristics})
    names = [column.name for column in table.columns]
    one = _Written(table, folder / table.file, table.columns)
    one.wrong += _check_header(table, names + extra, names, extra)
    parsers = [cells.parser_of(column) for column in table.columns]
    with one.path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names + extra)
        for row in given:
            line = [cells.text_of(getattr(row, name)) for name in names]
            one.keep(row)
            one.wrong += _wrong_cells(table, parsers, one.number + 1, line)
            writer.writerow(line + [row.characteristics.get(name, "") for name in extra])
    return one


def _wrong_cells(
    table: Table, parsers: Sequence[Callable[[str], Cell]], number: int, line: Sequence[str]
) -> Iterator[Mistake]:
    for column, parse, cell in zip(table.columns, parsers, line, strict=True):
        try:
            parse(cell)
        except ValueError as error:
            yield Mistake(table.file, number, column.name, str(error), WRITE_ANEW)


def _check_belonging(about: About, tables: Mapping[str, Iterable[Any]]) -> list[Mistake]:
    why = f"this table gives the arms away, and the extract is to be {about.kind}."
    return [
        Mistake(TABLES[name].file, 0, "", why, "Leave it out.")
        for name, given in tables.items()
        if not manifest.stands_in(name, about) and any(True for _ in given)
    ]


def _check_folder(folder: Path, said: Manifest) -> list[Mistake]:
    """The files are those of the manifest, byte for byte."""
    wrong = []
    for path in sorted(folder.glob("*.csv")):
        if path.name not in said.files:
            why = "this file is not in the manifest."
            wrong.append(Mistake(path.name, 0, "", why, "Remove it, or write the extract anew."))
    for name, summary in said.files.items():
        path = folder / name
        if not path.is_file():
            wrong.append(Mistake(name, 0, "", "the manifest names this file, and it is not there.", WRITE_ANEW))
            continue
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != summary.sha256:
            why = "the file's SHA-256 is not the one in the manifest: it was changed after it was written."
            wrong.append(Mistake(name, 0, "", why, WRITE_ANEW))
        try:
            number = sum(1 for _ in csv.reader(io.StringIO(content.decode("utf-8")))) - 1
        except (UnicodeDecodeError, csv.Error):
            wrong.append(Mistake(name, 0, "", "the file is not CSV in UTF-8.", WRITE_ANEW))
            continue
        if number != summary.rows:
            why = f"the file has {number} rows and the manifest says {summary.rows}."
            wrong.append(Mistake(name, 0, "", why, WRITE_ANEW))
    return wrong


def _read_table(table: Table, text: str) -> tuple[list[Any], list[Mistake]]:
    lines = csv.reader(io.StringIO(text))
    header = next(lines, [])
    columns = [column for column in table.columns if column.name in header or not column.added_later]
    names = [column.name for column in columns]
    extra = header[len(names) :]
    wrong = _check_header(table, header, names, extra)
    if wrong:
        return [], wrong
    rows = []
    for number, line in enumerate(lines, start=2):
        if len(line) != len(header):
            why = f"the row has {len(line)} cells and the header {len(header)}."
            wrong.append(Mistake(table.file, number, "", why, WRITE_ANEW))
            continue
        values: dict[str, Any] = {}
        for column, cell in zip(columns, line, strict=False):
            try:
                values[column.name] = cells.parse(column, cell)
            except ValueError as error:
                wrong.append(Mistake(table.file, number, column.name, str(error), WRITE_ANEW))
        if table.takes_characteristics:
            values["characteristics"] = dict(zip(extra, line[len(names) :], strict=True))
        if len(values) == len(columns) + table.takes_characteristics:
            rows.append(table.row_type(**values))
    return rows, wrong


def _check_header(table: Table, header: list[str], names: list[str], extra: list[str]) -> list[Mistake]:
    if header[: len(names)] != names:
        why = f"the columns must be, in this order: {', '.join(names)}."
        return [Mistake(table.file, 1, "", why, WRITE_ANEW)]
    if extra and not table.takes_characteristics:
        return [Mistake(table.file, 1, ", ".join(extra), "these columns are unknown.", "Remove them.")]
    wrong = []
    for name in extra:
        if not CHARACTERISTIC.fullmatch(name) or extra.count(name) > 1 or name in names:
            why = "a characteristic's name is small letters, digits and _, and stands once."
            wrong.append(Mistake(table.file, 1, name, why, "Rename it."))
    return wrong
