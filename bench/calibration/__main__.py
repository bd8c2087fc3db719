"""The command.

python -m bench.calibration --write                 everything, to docs/calibration.md
python -m bench.calibration goals --trials 256      one family, printed
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.calibration.page import page
from bench.calibration.running import Size, calibrate
from bench.calibration.scenarios import CONTINUOUS, GOALS, THERAPISTS, scenarios
from stegvis.config.clusters import cluster

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


def main() -> int:
    """Calibrate what is asked for, and print it or write the page."""
    asks = argparse.ArgumentParser(prog="python -m bench.calibration", description="Calibrate every interval.")
    asks.add_argument("families", nargs="*", help=f"{CONTINUOUS}, {THERAPISTS} or {GOALS}; all when none is named.")
    asks.add_argument("--trials", type=int, default=1536, help="Trials a cell.")
    asks.add_argument("--slow", type=int, default=512, help="Of them for methods that take long.")
    asks.add_argument("--seed", type=int, default=129)
    asks.add_argument("--workers", type=int, default=1, help="Processes; the numbers stay.")
    asks.add_argument("--dask", metavar="ADDRESS", help="A Dask cluster instead; needs the package distributed.")
    asks.add_argument("--write", action="store_true", help="Write docs/calibration.md.")
    told = asks.parse_args()
    known = (CONTINUOUS, THERAPISTS, GOALS)
    if strange := [one for one in told.families if one not in known]:
        asks.error(f"there is no family {strange[0]!r}; there are {', '.join(known)}")
    if told.write and told.families:
        asks.error("the page holds every family: name none with --write")
    chosen = [one for one in scenarios() if one.family in (told.families or known)]
    size = Size(told.trials, told.slow)
    executor = cluster(told.dask) if told.dask else None
    text = page(calibrate(chosen, size, told.seed, workers=told.workers, executor=executor), size, told.seed)
    if told.write:
        PAGE.write_text(text, encoding="utf-8", newline="\n")
        print(PAGE)
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
