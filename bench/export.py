"""How fast, and in how much memory, 2,000,000 responses leave as Parquet, CSV and FHIR NDJSON.

    python -m bench.export [RESPONSES]

The extract itself comes first: as many responses and scores, with people, occasions and events, consents, contacts, adverse
events, deviations and corrected answers, are handed row by row and in no order to what writes every extract, which sorts
and checks them. Then the formats.

A made-up extract is written in bulk (one score to a response, people in order, one site) and converted by the command that
everybody uses, in a process of its own whose greatest memory the kernel tells. `answers` is one coded answer to a response
in FHIR QuestionnaireResponses, made of a tenth as many, since each is checked and nested. Nothing here is about a person.
"""

import csv
import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from stegvis.methods.analysis import conduct_tables as conduct_tables
from stegvis.methods.analysis import plan_tables as plan_tables
from stegvis.methods.analysis import visit_tables as visit_tables
from stegvis.methods.analysis.columns import TABLES
from stegvis.methods.analysis.extract import write_extract
from stegvis.methods.analysis.manifest import FILE, POOLED, About, FileSummary, Version, stands_in, to_json

RESPONSES = 2_000_000
MEGABYTES = 400
"""The most memory that any of them may take."""
DAY = dt.date(2026, 1, 12)
OCCASIONS = 20
ABOUT = About(
    kind=POOLED, made_up=True, study="cwp", titles={"en": "Benchmark"}, registration=None,
    written_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), data_until=dt.date(2026, 12, 31), code_commit="0" * 40,
    protocol=Version("1", "a" * 64), sap=Version("1", "a" * 64), arms=(), shared_treatments=(),
)  # fmt: skip
STUDY = Path(__file__).parents[1] / "studies" / "cwp"


def main() -> int:
    """Measure, print a line for each, and fail where one takes too much memory."""
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES
    if len(sys.argv) > 2:
        _write_extract(Path(sys.argv[2]), responses)
        return 0
    with tempfile.TemporaryDirectory(prefix="stegvis-bench-") as place:
        folder = Path(place)
        seconds, memory = _measured([sys.executable, "-m", "bench.export", str(responses), str(folder / "written")])
        rows = sum(one["rows"] for one in json.loads((folder / "written" / FILE).read_text())["files"].values())
        worst = _print("write_extract", rows, seconds, memory)
        _write(folder / "extract", responses, with_answers=False)
        _write(folder / "answers", responses // 10, with_answers=True)
        for label, extract, rows, arguments in (
            ("parquet", "extract", 2 * responses, ["--to", "parquet"]),
            ("csv", "extract", 2 * responses, ["--to", "csv"]),
            ("fhir, Observation", "extract", responses, ["--to", "fhir", "--study", str(STUDY)]),
            ("odm, scores", "extract", responses, ["--to", "odm", "--study", str(STUDY)]),
            ("fhir, QuestionnaireResponse too", "answers", responses // 5, ["--to", "fhir", "--study", str(STUDY)]),
        ):
            seconds, memory = _run(folder / extract, folder / f"out-{label}", arguments)
            worst = max(worst, _print(label, rows, seconds, memory))
    print(f"at most {MEGABYTES} MB: {'kept' if worst < MEGABYTES else 'NOT KEPT'}")
    return 0 if worst < MEGABYTES else 1


def _print(label: str, rows: int, seconds: float, memory: float) -> float:
    print(f"{label:32} {rows:9,} rows  {seconds:6.1f} s  {rows / seconds:9,.0f} rows/s  {memory:5.0f} MB", flush=True)
    return memory


def _run(extract: Path, out: Path, arguments: list[str]) -> tuple[float, float]:
    """Seconds and greatest resident memory (MB) of one conversion."""
    command = [
        sys.executable,
        "-m",
        "stegvis",
        "convert",
        str(extract),
        "--out",
        str(out),
        "--reason",
        "bench",
        *arguments,
    ]
    return _measured(command)


def _measured(command: list[str]) -> tuple[float, float]:
    """Seconds and greatest resident memory (MB) of a process of its own."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def _write(folder: Path, responses: int, *, with_answers: bool) -> None:
    folder.mkdir()
    people = max(1, responses // OCCASIONS)
    rows = {
        "participants": ((_code(n), "BJ", "BJ", DAY, DAY) for n in range(people)),
        "responses": _responses(people),
        "scores": _scores(people),
    }
    if with_answers:
        rows["answers"] = _answers(people)
    tables = [one for one in TABLES.values() if stands_in(one.name, ABOUT) and (not one.on_request or one.name in rows)]
    files = {one.file: _table(folder, one.name, rows.get(one.name, ())) for one in tables}
    (folder / FILE).write_text(to_json(ABOUT, files), encoding="utf-8")


def _table(folder: Path, name: str, rows: Iterable[tuple[object, ...]]) -> FileSummary:
    path, number = folder / TABLES[name].file, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in TABLES[name].columns])
        for row in rows:
            writer.writerow(row)
            number += 1
    with path.open("rb") as file:
        return FileSummary(number, hashlib.file_digest(file, "sha256").hexdigest())


def _code(number: int) -> str:
    return f"BJ-{number:07d}"


def _each(people: int) -> Iterator[tuple[str, str, str, dt.date]]:
    """Participant, occasion, response and day, in the order of the files."""
    for n in range(people):
        for occasion in range(OCCASIONS):
            yield _code(n), f"week_{occasion:02d}", f"R{n * OCCASIONS + occasion}", DAY + dt.timedelta(weeks=occasion)


def _responses(people: int) -> Iterator[tuple[object, ...]]:
    for person, occasion, response, day in _each(people):
        yield person, occasion, "fatigue", "1.0.0", response, "web", day, day, "yes", "no", 0


def _scores(people: int) -> Iterator[tuple[object, ...]]:
    for number, (person, occasion, response, day) in enumerate(_each(people)):
        yield person, occasion, "fatigue", "1.0.0", "fatigue", number % 101, "", day, "yes", response


def _answers(people: int) -> Iterator[tuple[object, ...]]:
    for number, (person, occasion, response, day) in enumerate(_each(people)):
        saved = f"{day}T09:30:00Z"
        yield person, occasion, "fatigue", response, "fatigue", 1, number % 101, "", "web", saved, "participant", 0


# An extract written as every extract is ------------------------------------------------------------------------------
def _write_extract(folder: Path, responses: int) -> None:
    """Hand made-up rows, the last person first, to what writes every extract."""
    people = max(1, responses // OCCASIONS)
    moment = dt.datetime(2026, 6, 1, 9, 30, tzinfo=dt.UTC)
    everybody = range(people - 1, -1, -1)

    def each_occasion() -> Iterator[tuple[str, str, str, dt.date]]:
        for n in everybody:
            for occasion in range(OCCASIONS):
                on = DAY + dt.timedelta(weeks=occasion)
                yield _code(n), f"week_{occasion:02d}", f"R{n * OCCASIONS + occasion}", on

    tables: dict[str, Iterator[tuple[object, ...]]] = {
        "participants": ((_code(n), "BJ", "BJ", DAY, DAY, {"age": "47"}) for n in everybody),
        "occasions": ((p, o, on, on, on + dt.timedelta(7), on, "web") for p, o, _r, on in each_occasion()),
        "events": ((p, "completed", on, o) for p, o, _r, on in each_occasion()),
        "responses": ((p, o, "fatigue", "1.0.0", r, "web", on, on, True, False, 0) for p, o, r, on in each_occasion()),
        "scores": ((p, o, "fatigue", "1.0.0", "fatigue", 47.0, None, on, True, r) for p, o, r, on in each_occasion()),
        "answers": (
            (p, o, "fatigue", r, "fatigue", 1, "47", None, "web", moment, "participant", 0)
            for p, o, r, _on in each_occasion()
        ),
        "answer_changes": (
            (
                _code(n),
                "week_00",
                "fatigue",
                f"R{n * OCCASIONS}",
                "fatigue",
                1,
                "47",
                None,
                "web",
                moment,
                "staff",
                version,
            )
            for n in everybody
            for version in (0, 1)
        ),
        "consents": ((_code(n), 1, DAY, "consent", 1, "a" * 64, "sv") for n in everybody),
        "contacts": ((p, int(o[5:]) + 1, on, "reminder", o, None, "sent") for p, o, _r, on in each_occasion()),
        "adverse_event_reports": ((_code(n), "week_10", DAY, DAY, True, "web") for n in everybody),
        "adverse_events": ((_code(n), 1, "solicited", DAY, 0, *[None] * 11, False, *[None] * 11) for n in everybody),
        "deviations": (
            (n + 1, "BJ", _code(n), "visit_outside_window", DAY, DAY, "system", False, False, True, False, 1)
            for n in everybody
        ),
    }
    write_extract(folder, ABOUT, **{name: _rows(name, rows) for name, rows in tables.items()})


def _rows(name: str, rows: Iterator[tuple[object, ...]]) -> Iterator[object]:
    for row in rows:
        yield TABLES[name].row_type(*row)


if __name__ == "__main__":
    sys.exit(main())
