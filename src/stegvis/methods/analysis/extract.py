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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import cells, checks, harm_tables, manifest, plan_tables, visit_tables
from . import conduct_tables as conduct_tables
from .columns import TABLES, Cell, Table
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
    modules, guidance, replies, arrangements, leavings, days, releases, and those of `visit_tables`, `plan_tables`, `harm_tables`
    and `conduct_tables`); rows are sorted by their key, so their order does not matter. A table that belongs to the kind of
    extract and is not given is written empty (answers, consents and contacts not at all); one that does not belong is
    refused, and so is every mistake that `read_extract` would find. Nothing is written when anything is refused.
    """
    unknown = sorted(set(tables) - set(TABLES))
    if unknown:
        raise TypeError(f"unknown tables: {', '.join(unknown)}")
    if (folder / manifest.FILE).exists():
        why = "there is an extract in this folder already, and an extract is never overwritten."
        raise ExtractRefused([Mistake(manifest.FILE, 0, "", why, "Choose an empty folder.")])
    rows = {name: _sorted(TABLES[name], list(given)) for name, given in tables.items()}
    belonging = {
        table.name: rows.get(table.name, [])
        for table in TABLES.values()
        if manifest.stands_in(table.name, about) and (not table.on_request or table.name in rows)
    }
    wrong = manifest.check_about(about) + _check_belonging(about, rows)
    wrong += [mistake for name, given in belonging.items() for mistake in _check_cells(TABLES[name], given)]
    wrong += [] if wrong else checks.check_tables(about, belonging)
    if wrong:
        raise ExtractRefused(wrong)
    texts = {TABLES[name].file: _text_of(TABLES[name], given) for name, given in belonging.items()}
    summaries = {file: _summary(text.encode(), len(rows.get(file[:-4], []))) for file, text in texts.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (folder / file).write_bytes(text.encode())
    content = manifest.to_json(about, summaries).encode()
    (folder / manifest.FILE).write_bytes(content)
    return Manifest(about, summaries, hashlib.sha256(content).hexdigest())


def write_table(folder: Path, name: str, rows: Sequence[Any]) -> FileSummary:
    """Write one table alone, sorted by its key, as `write_extract` would; returns its rows and hash."""
    table = TABLES[name]
    ordered = _sorted(table, list(rows))
    wrong = _check_cells(table, ordered)
    if wrong:
        raise ExtractRefused(wrong)
    content = _text_of(table, ordered).encode()
    (folder / table.file).write_bytes(content)
    return _summary(content, len(ordered))


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


def _check_belonging(about: About, rows: Mapping[str, Sequence[Any]]) -> list[Mistake]:
    why = f"this table gives the arms away, and the extract is to be {about.kind}."
    return [
        Mistake(TABLES[name].file, 0, "", why, "Leave it out.")
        for name, given in rows.items()
        if given and not manifest.stands_in(name, about)
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


def _sorted(table: Table, rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: tuple(_sortable(getattr(row, name)) for name in table.key))


def _sortable(value: Cell) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _text_of(table: Table, rows: Sequence[Any]) -> str:
    extra = sorted({name for row in rows for name in row.characteristics}) if table.takes_characteristics else []
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns] + extra)
    for row in rows:
        line = [cells.text_of(getattr(row, column.name)) for column in table.columns]
        writer.writerow(line + [row.characteristics.get(name, "") for name in extra])
    return out.getvalue()


def _check_cells(table: Table, rows: Sequence[Any]) -> list[Mistake]:
    """Whether the written text would be read back as it was meant: one judge for both sides."""
    return _read_table(table, _text_of(table, rows))[1]


def _summary(content: bytes, rows: int) -> FileSummary:
    return FileSummary(rows, hashlib.sha256(content).hexdigest())
