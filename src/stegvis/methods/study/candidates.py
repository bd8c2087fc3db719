"""Candidates: a CSV file of people who may be screened, read whole or refused whole with every problem at its row and column.

The file's own column names are those of `COLUMNS`; comma and semicolon are both understood, UTF-8 and what Excel writes in
Sweden (Windows-1252) too. Nothing here keeps anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from stegvis.methods.study.eligibility import age_on
from stegvis.methods.study.personal_number import Born, read

COLUMNS = ("name", "phone", "email", "born", "language", "source", "pain_months")
NEEDED = ("name",)
SOURCES = ("clinic", "phone", "self")
MOST_ROWS = 1000
MOST_LETTERS: Mapping[str, int] = {"name": 120, "phone": 40, "email": 254}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_PHONE = re.compile(r"\+?[\d\s()/.\-\u2010-\u2013]{6,}")


@dataclass(frozen=True)
class Problem:
    """What is wrong, at which row of the file (the heading is row 1) and column; `fact` is what was written there."""

    row: int
    column: str
    what: str
    fact: str = ""


@dataclass(frozen=True)
class Candidate:
    """One person of the file; what the file does not say is empty or None."""

    row: int
    name: str
    phone: str
    email: str
    born: Born | None
    language: str
    source: str
    pain_months: int | None

    def age(self, on: date) -> int | None:
        """Age in whole years on a day."""
        return None if self.born is None else age_on(self.born.on, on)


@dataclass(frozen=True)
class Candidates:
    """The people of a file, or every problem of it: never some of both that could be half imported."""

    rows: tuple[Candidate, ...]
    problems: tuple[Problem, ...]


def read_file(data: bytes, languages: Collection[str], today: date) -> Candidates:
    """The candidates in a file. Problems are named by a code in `what`: see `web/coordinator/candidates` for their words."""
    text = _decoded(data)
    table = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ","))
    heading = [each.strip().lower() for each in table[0]] if table else []
    problems = list(_of_heading(heading))
    lines = [(number, line) for number, line in enumerate(table[1:], start=2) if any(map(str.strip, line))]
    if not lines:
        problems.append(Problem(1, "", "empty"))
    if len(lines) > MOST_ROWS:
        problems.append(Problem(MOST_ROWS + 2, "", "too_many", str(len(lines))))
    if problems:
        return Candidates((), tuple(problems))
    rows = [(number, dict(zip(heading, map(str.strip, line), strict=False)), len(line)) for number, line in lines]
    problems += [Problem(number, "", "columns", str(n)) for number, _row, n in rows if n != len(heading)]
    for number, row, _n in rows:
        problems += _of_row(number, row, languages, today)
    problems += _twice(rows)
    found = () if problems else tuple(_candidate(number, row) for number, row, _n in rows)
    return Candidates(found, tuple(sorted(problems, key=lambda each: each.row)))


def template() -> str:
    """A file with the heading and one line as an example, to be filled in."""
    example = ("Kim Exempel", "070-174 06 05", "kim@example.org", "1978-05-14", "sv", "clinic", "60")
    return "".join(f"{';'.join(line)}\n" for line in (COLUMNS, example))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _of_heading(heading: list[str]) -> Iterator[Problem]:
    yield from (Problem(1, each, "unknown_column", each) for each in heading if each not in COLUMNS)
    yield from (Problem(1, each, "missing_column") for each in NEEDED if each not in heading)
    yield from (Problem(1, each, "column_twice") for each in sorted({e for e in heading if heading.count(e) > 1}))


def _of_row(number: int, row: dict[str, str], languages: Collection[str], today: date) -> Iterator[Problem]:
    """What is wrong in one line."""
    for column in NEEDED:
        if not row.get(column):
            yield Problem(number, column, "needed")
    if not (row.get("phone") or row.get("email")):
        yield Problem(number, "phone", "no_way")
    for column, most in MOST_LETTERS.items():
        if len(row.get(column, "")) > most:
            yield Problem(number, column, "too_long", str(most))
    for column, shape in (("email", _EMAIL), ("phone", _PHONE)):
        if (said := row.get(column)) and not shape.fullmatch(said):
            yield Problem(number, column, column, said)
    if said := row.get("born"):
        born = read(said)
        if born is None or not date(1900, 1, 1) <= born.on <= today:
            yield Problem(number, "born", "born")  # not quoted: it may be most of somebody's number
    for column, known in (("language", languages), ("source", SOURCES)):
        if (said := row.get(column)) and said not in known:
            yield Problem(number, column, column, said)
    if (said := row.get("pain_months")) and not (said.isdecimal() and int(said[:5]) <= 1200):
        yield Problem(number, "pain_months", "pain_months", said)


def _twice(rows: list[tuple[int, dict[str, str], int]]) -> Iterator[Problem]:
    """Somebody who stands in the file twice, by address or by number."""
    for column in ("email", "born"):
        first: dict[str, int] = {}
        for number, row, _n in rows:
            said = row.get(column, "").casefold()
            key = said if column == "email" or len(re.sub(r"\D", "", said)) == 12 else ""
            if key and first.setdefault(key, number) != number:
                yield Problem(number, column, "twice", str(first[key]))


def _candidate(number: int, row: dict[str, str]) -> Candidate:
    months = row.get("pain_months")
    return Candidate(
        row=number, name=row["name"], phone=row.get("phone", ""), email=row.get("email", ""),
        born=read(row.get("born", "")), language=row.get("language", ""), source=row.get("source", "") or "clinic",
        pain_months=int(months) if months else None,
    )  # fmt: skip
