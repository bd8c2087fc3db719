"""Paced: reads a guide that paces breathing or a round through the body, step by step, for as long as each step lasts.

    ::: paced slow_breath Two slow minutes
    - in 4: Breathe in
    - out 6: Breathe out
    times: 12
    :::

Each step says how many seconds it lasts and what to do; `in` and `out` move the picture, a step without them is still.
On a page it moves with a script, is counted in words where motion is unwanted, and is a list of steps without a script and
on paper. So a paced guide needs no sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from stegvis.methods.programme.blocks import Move, Paced, PacedStep

MOST_SECONDS = 120
MOST_TIMES = 60
MOST_MINUTES = 15

_STEP = re.compile(r"^-\s*(?:(in|out)\s+)?(\d{1,3}):\s+(\S.*)$")
_TIMES = re.compile(r"^times:\s*(\d{1,3})$")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a guide and what would be right."""

    what: str
    right: str


def read(code: str, title: str, lines: Iterable[str]) -> tuple[Paced, list[Wrong]]:
    """The guide of these lines, without blank ones, and everything that is wrong with it."""
    steps, times, wrong = [], 1, []
    for line in lines:
        if found := _STEP.match(line):
            move: Move = "in" if found[1] == "in" else "out" if found[1] == "out" else ""
            steps.append(PacedStep(int(found[2]), found[3], move))
        elif found := _TIMES.match(line):
            times = int(found[1])
        else:
            right = "Write each step as - in 4: Breathe in, - out 6: Breathe out or - 60: Feel what carries you."
            wrong.append(Wrong(f"“{line}” is no step of the guide.", right))
    guide = Paced(code, title, tuple(steps), times)
    return guide, [*wrong, *_wrong(guide)]


def _wrong(guide: Paced) -> list[Wrong]:
    wrong = []
    if len(guide.steps) < 2:
        wrong.append(Wrong("The guide has fewer than two steps.", "Write each as - 60: Feel what carries you."))
    if any(not 1 <= step.seconds <= MOST_SECONDS for step in guide.steps):
        right = f"Between 1 and {MOST_SECONDS} seconds; split a longer one."
        wrong.append(Wrong("A step of the guide lasts no time, or too long.", right))
    if not 1 <= guide.times <= MOST_TIMES:
        wrong.append(Wrong(f"The guide goes round {guide.times} times.", f"Between 1 and {MOST_TIMES}."))
    if guide.seconds > MOST_MINUTES * 60:
        what = f"The guide takes {guide.minutes} minutes."
        wrong.append(Wrong(what, f"At most {MOST_MINUTES}: shorter steps, or fewer times."))
    return wrong
