"""Search: finds seeds whose made-up trial has the published trial's flow, without building any of it.

    python -m stegvis.demonstration.search studies/cwp --from 1 --to 20000

Nothing is forced: every life is drawn as always, and the seeds are listed whose draws happen to give the numbers looked
for (arms, answers at the main occasion, people who started and who finished the programme). The default seed of the
demonstration was found so; other seeds give what they give.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from stegvis.demonstration import parameters
from stegvis.demonstration.lives import draw_lives, summary
from stegvis.methods.study.folder import load


def search(study: Path, *, first: int, last: int, participants: int, wanted: dict[str, Any]) -> list[int]:
    """The seeds from `first` to `last` whose summary has all `wanted` values; arms as a sorted list of sizes."""
    protocol, model = load(study).protocol, parameters.read(study)
    found = []
    for seed in range(first, last + 1):
        got = summary(protocol, model, draw_lives(model, protocol, seed=seed, participants=participants))
        got["arms"] = sorted(got["by_arm"].values())
        if all(got[name] == value for name, value in wanted.items()):
            found.append(seed)
            sys.stdout.write(f"{seed}: {got}\n")
            sys.stdout.flush()
    return found


def main() -> None:
    """The command line of the search."""
    asks = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asks.add_argument("study", type=Path)
    asks.add_argument("--from", dest="first", type=int, default=1)
    asks.add_argument("--to", dest="last", type=int, default=20_000)
    asks.add_argument("--participants", type=int, default=129)
    asks.add_argument("--arms", default="64,65", help="sizes of the arms, smallest first")
    asks.add_argument("--answered", type=int, default=82)
    asks.add_argument("--started", type=int, default=43)
    asks.add_argument("--finished", type=int, default=16)
    told = asks.parse_args()
    wanted = {
        "arms": [int(size) for size in told.arms.split(",")], "answered": told.answered, "started": told.started,
        "finished": told.finished,
    }  # fmt: skip
    search(told.study, first=told.first, last=told.last, participants=told.participants, wanted=wanted)


if __name__ == "__main__":
    main()
