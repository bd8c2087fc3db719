"""The analysis against R on the same machine in the same run: how long each takes for the same data, and the ratio.

    python -m bench.analysis                     every entry
    python -m bench.analysis mmrm --json         some of them, as JSON

Each entry makes its data sets, times ours, has R time the same data sets by a small script where `Rscript` and its
packages are there (without them only our figures are printed), and says how far the two results lie apart. Times are
processor seconds of the process that computes, so what else runs on the machine matters little.

An entry is a function that gives `Figures`; a new one goes into a module of its own and into `ENTRIES`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict

from bench import (
    analysis_missing_data,
    analysis_mmrm,
    analysis_published,
    analysis_rerandomisation,
    analysis_whole_plan,
)
from bench.analysis_figures import Figures

ENTRIES: dict[str, Callable[[], list[Figures]]] = {
    "mmrm": analysis_mmrm.figures,
    "mice": analysis_missing_data.mice,
    "mice_at_once": analysis_missing_data.mice_at_once,
    "jump_to_reference": analysis_missing_data.jump_to_reference,
    "published_table": analysis_published.published_table,
    "ancova_power": analysis_published.ancova_power,
    "rerandomisation": analysis_rerandomisation.rerandomisation,
    "minimisation": analysis_rerandomisation.minimisation,
    "full_report": analysis_whole_plan.full_report,
    "whole_plan": analysis_whole_plan.whole_plan,
}


def main() -> int:
    """Run the entries that are asked for and print them; 1 when a result of ours and R's lie too far apart."""
    asks = argparse.ArgumentParser(prog="python -m bench.analysis", description=__doc__.split("\n", 1)[0])
    asks.add_argument("entries", nargs="*", choices=[[], *ENTRIES], help="Which entries; all when none is named.")
    asks.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
    told = asks.parse_args()
    found = [one for name in told.entries or ENTRIES for one in ENTRIES[name]()]
    if told.json:
        print(json.dumps([asdict(one) | {"ratio": one.ratio} for one in found], indent=2))
    else:
        print(*(one.line() for one in found), sep="\n")
    return int(any(one.is_apart for one in found))


if __name__ == "__main__":
    sys.exit(main())
