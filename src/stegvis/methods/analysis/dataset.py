"""Dataset: a table that anybody made, one file of CSV or Parquet, seen as an extract through the plan's `[data]`.

It knows people, arms, strata, occasions, values and baseline characteristics, and no days: every row stands on one
nameless day, which is never printed. Sections of the report that need more than this are refused by the plan's check.

Row numbers count the header, as a spreadsheet does; of a Parquet file, as if it had one.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .data_columns import LONG, DataColumns
from .extract import Extract
from .manifest import UNBLINDED, About, FileSummary, Manifest, Version
from .plan import Outcome, Plan
from .refusals import DataRefused, Mistake
from .tables import PAGE, Arm, Guidance, Occasion, Participant, Score
from .trial import bad_value

_MAGIC = b"PAR1"
SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".pq")
DAY = dt.date(1, 1, 1)
OF_A_TABLE = "table"


@dataclass
class _Sheet:
    """The cells of a table as text, what is wrong with it, and what has been understood so far."""

    file: str
    header: list[str]
    rows: list[list[str]]
    columns: DataColumns
    mistakes: list[Mistake] = field(default_factory=list)
    placed: dict[str, list[tuple[int, str, bool]]] = field(default_factory=dict)
    """Row, column, and whether the value has a place on the scale, of outcomes that are compared on another scale."""

    @cached_property
    def places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.header)}

    def cell(self, row: list[str], column: str) -> str:
        value = row[self.places[column]].strip()
        return "" if value in self.columns.missing else value

    def wrong(self, row: int, column: str, why: str, way_out: str) -> None:
        self.mistakes.append(Mistake(self.file, row, column, why, way_out))

    def refuse(self) -> None:
        if self.mistakes:
            raise DataRefused(self.mistakes)


def read_dataset(path: Path, plan: Plan) -> Extract:
    """Read a table as the plan's `[data]` says. Raises DataRefused with every mistake: file, row, column, fact, way out.

    Refused are: a file that is no table, columns that are not there, an unknown arm or occasion, a person without a
    code, with two arms or twice at one occasion, text in a number, a value outside the outcome's range or without a place
    on the scale on which it is compared, an arm without people, and an outcome without a single value.
    """
    if plan.data is None:
        why = "this is one table, and the plan has no [data] that says what its columns are."
        raise DataRefused([Mistake(path.name, 0, "", why, "Add [data] to the plan (docs/reference/sap.md).")])
    content = path.read_bytes()
    sheet = _open(path.name, content, plan.data)
    _check_header(sheet, plan)
    sheet.refuse()
    arms = _arms_by_person(sheet)
    scores = list(_scores(sheet, plan))
    _check_characteristics(sheet, plan)
    _check_scales(sheet, plan)
    _check_whole(sheet, plan, arms, scores)
    sheet.refuse()
    summary = FileSummary(len(sheet.rows), hashlib.sha256(content).hexdigest())
    return Extract(
        manifest=Manifest(_about(plan), {path.name: summary}, summary.sha256),
        participants=tuple(_participants(sheet, plan)),
        screening=(),
        events=(),
        occasions=tuple(_occasions(plan, arms, scores)),
        scores=tuple(scores),
        guidance=tuple(_guidance(sheet)),
        arms=tuple(Arm(person, arm) for person, arm in sorted(arms.items())),
    )


def _open(file: str, content: bytes, columns: DataColumns) -> _Sheet:
    lines = (
        _parquet(file, content) if Path(file).suffix.lower() in (".parquet", ".pq") else _csv(file, content, columns)
    )
    if len(lines) < 2:
        raise DataRefused([Mistake(file, 0, "", "the table has no rows under its header.", "Give a table with data.")])
    sheet = _Sheet(file, [name.strip() for name in lines[0]], lines[1:], columns)
    for number, row in enumerate(sheet.rows, start=2):
        if len(row) != len(sheet.header):
            why = f"the row has {len(row)} cells and the header {len(sheet.header)}."
            sheet.wrong(number, "", why, 'Check the delimiter (data.delimiter = "comma", "semicolon" or "tab").')
    sheet.refuse()
    return sheet


def _csv(file: str, content: bytes, columns: DataColumns) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        why = f"this is no text in UTF-8 (byte {error.start})."
        raise DataRefused([Mistake(file, 0, "", why, "Save it as CSV in UTF-8.")]) from error
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=columns.delimiter, strict=True))
    except csv.Error as error:
        why = f"this is no CSV: {error}."
        raise DataRefused([Mistake(file, 0, "", why, "Write it anew with quotes around texts.")]) from error
    return [line for line in lines if any(cell.strip() for cell in line)]


def _parquet(file: str, content: bytes) -> list[list[str]]:
    import fastparquet  # slow to import, and most tables are CSV

    try:
        _check_frame(content)
        frame = fastparquet.ParquetFile(io.BytesIO(content)).to_pandas()
    except Exception as error:
        why = f"this is no Parquet that can be read ({type(error).__name__})."
        raise DataRefused([Mistake(file, 0, "", why, "Write it anew, or save the table as CSV.")]) from error
    columns = [[_text(value) for value in frame[name].tolist()] for name in frame.columns]
    return [[str(name) for name in frame.columns], *(list(row) for row in zip(*columns, strict=True))]


def _check_frame(content: bytes) -> None:
    """Raise ValueError unless both ends are Parquet's and the footer, of the length said before the last, lies between them.

    The reader takes the length on trust, and what lies outside the file can end the process (Apache Parquet, File format).
    """
    length = int.from_bytes(content[-8:-4], "little")
    is_framed = content[:4] == _MAGIC and content[-4:] == _MAGIC
    if not is_framed or not 0 < length <= len(content) - 3 * len(_MAGIC):
        raise ValueError


def _text(value: Any) -> str:
    """A typed value as its cell of a CSV file; nothing for what is missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _check_header(sheet: _Sheet, plan: Plan) -> None:
    columns = sheet.columns
    wanted = {"data.participant": columns.participant or "", "data.arm": columns.arm}
    wanted |= {"data.stratum": columns.stratum or "", "data.site": columns.site or ""}
    wanted |= {"data.occasion": columns.occasion or "", "data.therapist": columns.therapist or ""}
    for outcome, by_occasion in columns.outcomes.items():
        wanted |= {f"data.outcomes.{outcome}.{occasion}": column for occasion, column in by_occasion.items()}
    wanted |= {f"characteristics.{one.column}": one.column for one in plan.characteristics if one.column != "site"}
    for name, times in Counter(sheet.header).items():
        if times > 1:
            sheet.wrong(1, name, "two columns have this name.", "Rename one of them.")
    for key, column in wanted.items():
        if column and column not in sheet.header:
            known = ", ".join(sheet.header)
            sheet.wrong(1, column, f"there is no such column, and the plan names it ({key}).", f"There are: {known}.")


def _people(sheet: _Sheet) -> Iterable[tuple[int, list[str], str]]:
    """Each row with its number and its participant: what the column says, or the row itself."""
    column = sheet.columns.participant
    for number, row in enumerate(sheet.rows, start=2):
        yield number, row, sheet.cell(row, column) if column else f"row {number:0{len(str(len(sheet.rows)))}}"


def _arms_by_person(sheet: _Sheet) -> dict[str, str]:
    codes = {written: code for code, written in sheet.columns.arms.items()}
    arms: dict[str, str] = {}
    for number, row, person in _people(sheet):
        if not person:
            sheet.wrong(
                number, sheet.columns.participant or "", "the row belongs to nobody.", "Give the participant's code."
            )
            continue
        written = sheet.cell(row, sheet.columns.arm)
        if written not in codes:
            why = "the arm is empty." if not written else "this arm is unknown to the plan."
            sheet.wrong(number, sheet.columns.arm, why, f"The plan's arms are written {', '.join(codes)} (data.arms).")
        elif arms.setdefault(person, codes[written]) != codes[written]:
            sheet.wrong(
                number, sheet.columns.arm, "an earlier row gives this person another arm.", "Correct one of them."
            )
    return arms


def _scores(sheet: _Sheet, plan: Plan) -> Iterable[Score]:
    occasions = {written: code for code, written in sheet.columns.occasions.items()}
    seen: dict[tuple[str, str], int] = {}
    for number, row, person in _people(sheet):
        at = ""
        if sheet.columns.shape == LONG and sheet.columns.occasion:
            at = occasions.get(sheet.cell(row, sheet.columns.occasion), "")
            if not at:
                way_out = f"The plan's are written {', '.join(occasions)} (data.occasions)."
                sheet.wrong(number, sheet.columns.occasion, "this occasion is unknown to the plan.", way_out)
                continue
        if (person, at) in seen:
            why = f"row {seen[person, at]} is of the same person{' and occasion' if at else ''} already."
            way_out = "Keep one." if at else 'Keep one, or write shape = "long" in [data] and name the occasion.'
            sheet.wrong(number, sheet.columns.participant or "", why, way_out)
        seen.setdefault((person, at), number)
        for outcome in plan.outcomes:
            for occasion, column in sheet.columns.outcomes.get(outcome.code, {}).items():
                if at in ("", occasion):
                    value = _number(sheet, number, column, sheet.cell(row, column), outcome)
                    yield from [] if value is None else [_score(person, occasion, outcome, value)]


def _number(sheet: _Sheet, number: int, column: str, cell: str, outcome: Outcome) -> float | None:
    if cell == "":
        return None
    try:
        value = float(cell.replace(sheet.columns.decimal, "."))
    except ValueError:
        why = "there is text where a number must be."
        sheet.wrong(number, column, why, "Correct it, or name it among the signs for missing values (data.missing).")
        return None
    if not outcome.minimum <= value <= outcome.maximum:
        why = f"the value is not between {outcome.minimum:g} and {outcome.maximum:g}, as the plan says it is."
        sheet.wrong(number, column, why, "Correct the value, or the outcome's minimum and maximum in the plan.")
        return None
    if outcome.transformation:
        placed = outcome.transformation.allows(value)
        sheet.placed.setdefault(outcome.code, []).append((number, column, placed))
    return value


def _score(person: str, occasion: str, outcome: Outcome, value: float) -> Score:
    return Score(person, occasion, outcome.instrument, OF_A_TABLE, outcome.score, value, None, DAY, True, "")


def _check_characteristics(sheet: _Sheet, plan: Plan) -> None:
    for one in plan.characteristics:
        column = (sheet.columns.site or "") if one.column == "site" else one.column
        for number, row, _ in _people(sheet) if column else ():
            why = bad_value(one, _plain(sheet, row, column))
            if why:
                sheet.wrong(number, column, why, "Correct the cell, or the plan.")


def _check_scales(sheet: _Sheet, plan: Plan) -> None:
    for outcome in plan.outcomes:
        values = sheet.placed.get(outcome.code, [])
        out = [(number, column) for number, column, placed in values if not placed]
        if out and outcome.transformation:
            rows = list(dict.fromkeys(number for number, _ in out))
            sheet.wrong(*out[0], *outcome.transformation.refused(rows, len(values)))


def _check_whole(sheet: _Sheet, plan: Plan, arms: dict[str, str], scores: Sequence[Score]) -> None:
    """What no single row can show: an arm that nobody is in, an outcome that nobody has."""
    if sheet.mistakes:
        return
    for arm in plan.arms:
        if arm.code not in arms.values():
            way_out = "Correct data.arms, or take the arm out of the plan."
            sheet.wrong(0, sheet.columns.arm, f"nobody is in the plan's arm {arm.code!r}.", way_out)
    for outcome in plan.outcomes:
        for occasion in (plan.baseline, plan.main_occasion):
            column = sheet.columns.outcomes.get(outcome.code, {}).get(occasion)
            found = any(row.score == outcome.score and row.occasion == occasion for row in scores)
            if column and not found:
                why = f"the outcome {outcome.code!r} has no value at {occasion!r}: all are missing."
                sheet.wrong(0, column, why, "Correct the column, or take the outcome out of the plan.")


def _participants(sheet: _Sheet, plan: Plan) -> Iterable[Participant]:
    """One row per person: what stands first in the table, for a long one at the baseline."""
    columns = sheet.columns
    baseline = columns.occasions.get(plan.baseline)
    rows = list(_people(sheet))
    if columns.shape == LONG and columns.occasion:
        rows.sort(key=lambda one: sheet.cell(one[1], columns.occasion or "") != baseline)
    first: dict[str, list[str]] = {}
    for _, row, person in rows:
        first.setdefault(person, row)
    for person, row in sorted(first.items()):
        said = {one.column: _plain(sheet, row, one.column) for one in plan.characteristics if one.column != "site"}
        site = sheet.cell(row, columns.site) if columns.site else ""
        stratum = sheet.cell(row, columns.stratum) if columns.stratum else "all"
        yield Participant(person, site, stratum, DAY, DAY, said)


def _guidance(sheet: _Sheet) -> Iterable[Guidance]:
    """Whose therapist is who, as guidance of no minutes; the first row that names one counts."""
    named: dict[str, str] = {}
    for _, row, person in _people(sheet) if sheet.columns.therapist else ():
        therapist = sheet.cell(row, sheet.columns.therapist or "")
        if therapist:
            named.setdefault(person, therapist)
    return [Guidance(person, 1, therapist, DAY, PAGE, 0.0) for person, therapist in sorted(named.items())]


def _plain(sheet: _Sheet, row: list[str], column: str) -> str:
    """A characteristic with a decimal point, as the checks of the plan read it."""
    cell = sheet.cell(row, column)
    return cell.replace(sheet.columns.decimal, ".") if sheet.columns.decimal != "." else cell


def _occasions(plan: Plan, arms: dict[str, str], scores: Sequence[Score]) -> Iterable[Occasion]:
    """Every person was asked on every occasion, and answered when any value is there."""
    answered = {(row.participant, row.occasion) for row in scores}
    for person in sorted(arms):
        for occasion in plan.occasions:
            sent = DAY if (person, occasion.code) in answered else None
            yield Occasion(person, occasion.code, DAY, DAY, DAY, sent, None)


def _about(plan: Plan) -> About:
    return About(
        kind=UNBLINDED,
        made_up=False,
        study=plan.study,
        titles=plan.title,
        registration=None,
        written_at=dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        data_until=DAY + dt.timedelta(days=1),
        code_commit="",
        protocol=Version("", ""),
        sap=Version(plan.version, plan.sha256),
        arms=tuple(arm.code for arm in plan.arms),
        shared_treatments=tuple(one.code for one in plan.treatments),
        of_a_table=True,
    )
