"""What an entry of the analysis bench tells, how ours is timed, and how R is asked.

R scripts lie beside the entries. One is called with a folder, reads the data sets there, writes `theirs.csv` with the
columns `seconds,value…` (one row a data set) and nothing else.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figures:
    """Processor milliseconds for one unit of work, ours and R's (None without R), and how far the results differ.

    `by` says what R does the same with; it is empty where nothing in R does.
    """

    name: str
    what: str
    ours: float
    theirs: float | None
    by: str
    apart: float | None
    allowed: float

    @property
    def ratio(self) -> float | None:
        """How many times longer R takes."""
        return None if self.theirs is None else self.theirs / self.ours

    @property
    def is_apart(self) -> bool:
        """Whether the two results differ by more than they may."""
        return self.apart is not None and not self.apart <= self.allowed

    def line(self) -> str:
        """One line of the table."""
        ours = f"{self.name:12} {self.what}: {self.ours:.3f} ms"
        if self.theirs is None:
            return f"{ours} (R is not there)" if self.by else ours
        return f"{ours}; {self.by} {self.theirs:.1f} ms; {self.ratio:.0f} times; results differ by {self.apart:.1e} at most"


def processor_milliseconds(work: Callable[[], object], *, best_of: int = 3) -> float:
    """The least processor time of some runs of `work`, all threads counted."""
    times = []
    for _ in range(best_of):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return 1000 * min(times)


def asked_of_r(script: str, folder: Path) -> list[dict[str, float]] | None:
    """The rows that the R script wrote for the data sets in `folder`; None where R or a package is missing."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return None
    done = subprocess.run([rscript, str(HERE / script), str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(f"R's part was left out: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'it failed'}")
        return None
    with (folder / "theirs.csv").open(encoding="utf-8", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]
