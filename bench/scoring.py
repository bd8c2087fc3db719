"""How long it takes to score a whole extract, and how much memory: a wide Parquet file in, columns of scores out.

    python -m bench.scoring                      1,000,000 made-up answers to the library's RAND-36
    python -m bench.scoring --rows 200000 --instrument phq-9 --keep DIR

Needs pyarrow (`pip install pyarrow`, or the extra `bench`). The file is made in one process, then read and scored in
another, whose time and greatest memory are told; the bars are 20 seconds and 2 GB for a million rows. A sample of the
rows is scored one by one as well, and must give the same.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stegvis.methods.instruments import library, score
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.methods.instruments.tables import score_table

MISSING = 0.03
CHECKED = 500
FULL = 1_000_000
"""How many rows the bars are for; fewer may take the same share of the time."""
BARS = {"seconds": 20.0, "gigabytes": 2.0}


def main() -> int:
    """Make the file, score it in a process of its own, print what that took; 1 when it took more than the bars."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as made:
        path = Path(arguments.keep or made) / f"{arguments.instrument}.parquet"
        write_answers(library.load(arguments.instrument), arguments.rows, path)
        command = [sys.executable, "-m", "bench.scoring", "--score", str(path), "--instrument", arguments.instrument]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(told, end="")
    figures = json.loads(told)
    share = min(1.0, arguments.rows / FULL)
    return int(figures["seconds"] > BARS["seconds"] * share or figures["gigabytes"] > BARS["gigabytes"])


def write_answers(questionnaire: Questionnaire, rows: int, path: Path) -> None:
    """A wide file: one column an item with the keys of its options as small whole numbers, 3 per cent empty."""
    chance = np.random.default_rng(36)
    columns = {}
    for item in questionnaire.questions:
        keys = np.array([int(option.key) for option in item.options], dtype=np.int8)
        columns[item.link_id] = pa.array(chance.choice(keys, rows), mask=chance.random(rows) < MISSING)
    pq.write_table(pa.table(columns), path)


def score_file(questionnaire: Questionnaire, path: Path) -> dict[str, Any]:
    """Read the file, score it, compare a sample, and say how long it took and the greatest memory of this process."""
    began = time.perf_counter()
    table = pq.read_table(path)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    read = time.perf_counter()
    scores = score_table(questionnaire, columns)
    done = time.perf_counter()
    greatest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    _check(questionnaire, columns, scores)
    return {
        "instrument": questionnaire.canonical,
        "rows": table.num_rows,
        "scores": len(scores),
        "read_seconds": round(read - began, 2),
        "score_seconds": round(done - read, 2),
        "seconds": round(done - began, 2),
        "gigabytes": round(greatest, 2),
        "bars": BARS,
    }


def _check(questionnaire: Questionnaire, columns: dict[str, Any], scores: dict[str, Any]) -> None:
    rows = len(next(iter(columns.values())))
    for row in np.random.default_rng(1).choice(rows, min(CHECKED, rows), replace=False):
        answers = {name: str(int(column[row])) for name, column in columns.items() if not np.isnan(column[row])}
        for one in score(questionnaire, answers):
            found = float(scores[one.name].value[row])
            assert (math.isnan(found) and one.value is None) or found == one.value, (one.name, answers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, default=FULL, help="How many people answered.")
    parser.add_argument("--instrument", default="rand-36", help="Code of an instrument of the library; choices only.")
    parser.add_argument("--keep", help="Folder in which the file stays.")
    parser.add_argument("--score", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    chosen = _arguments()
    if chosen.score:
        print(json.dumps(score_file(library.load(chosen.instrument), chosen.score), indent=2))
    else:
        sys.exit(main())
