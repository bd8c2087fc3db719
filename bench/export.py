"""How fast, and in how much memory, 2,000,000 responses leave as Parquet, CSV and FHIR NDJSON.

    python -m bench.export [RESPONSES]

A made-up extract is written in bulk (one score to a response, people in order, one site) and converted by the command that
everybody uses, in a process of its own whose greatest memory the kernel tells. `answers` is one coded answer to a response
in FHIR QuestionnaireResponses, made of a tenth as many, since each is checked and nested. Nothing here is about a person.
"""

import csv
import datetime as dt
import hashlib
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
from stegvis.methods.analysis.manifest import POOLED, About, FileSummary, Version, stands_in, to_json

RESPONSES = 2_000_000
MEGABYTES = 400
"""The most memory that any of them may take."""
DAY = dt.date(2026, 1, 12)
OCCASIONS = 20
STUDY = Path(__file__).parents[1] / "studies" / "cwp"


def main() -> int:
    """Measure, print a line for each, and fail where one takes too much memory."""
    responses = int(sys.argv[1]) if len(sys.argv) > 1 else RESPONSES
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="stegvis-bench-") as place:
        folder = Path(place)
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
            worst = max(worst, memory)
            print(f"{label:32} {rows:9,} rows  {seconds:6.1f} s  {rows / seconds:9,.0f} rows/s  {memory:5.0f} MB")
    print(f"at most {MEGABYTES} MB: {'kept' if worst < MEGABYTES else 'NOT KEPT'}")
    return 0 if worst < MEGABYTES else 1


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
    about = About(
        kind=POOLED, made_up=True, study="cwp", titles={"en": "Benchmark"}, registration=None,
        written_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC), data_until=dt.date(2026, 12, 31), code_commit="0" * 40,
        protocol=Version("1", "a" * 64), sap=Version("1", "a" * 64), arms=(), shared_treatments=(),
    )  # fmt: skip
    tables = [one for one in TABLES.values() if stands_in(one.name, about) and (not one.on_request or one.name in rows)]
    files = {one.file: _table(folder, one.name, rows.get(one.name, ())) for one in tables}
    (folder / "manifest.json").write_text(to_json(about, files), encoding="utf-8")


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


if __name__ == "__main__":
    sys.exit(main())
