"""Parameters: the scores of an extract as parameters of an analysis data set: a code of 8 characters, a label, a visit number.

Codes are made of instrument and score and are the same for the same set of scores: letters and digits, a letter first
(CDISC ADaMIG 3.3.4: PARAMCD is at most 8 characters and keeps to the rules of names). Visits are numbered by the planned
day that most participants have them on; the first is 0.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from stegvis.methods.formats.source import Source

LONGEST = 8
LETTERS_OF_INSTRUMENT = 4


@dataclass(frozen=True)
class Parameter:
    """A score as a parameter; `visits` numbers the occasions."""

    code: str
    label: str
    visits: Mapping[str, int]


def parameters_of(source: Source) -> dict[tuple[str, str], Parameter]:
    """The parameter of each instrument and score that the extract holds."""
    visits = _visits(source)
    pairs = source.distinct("scores", "instrument", "score")
    for (occasion,) in sorted(source.distinct("scores", "occasion")):
        visits.setdefault(occasion, len(visits))
    taken: set[str] = set()
    return {
        (instrument, score): Parameter(_code(instrument, score, taken), f"{instrument}: {score}", visits)
        for instrument, score in sorted(pairs)
    }


def _visits(source: Source) -> dict[str, int]:
    """The occasions, numbered from 0 by the mean number of days from consent to their planned day."""
    consents = {row["participant"]: row["consented_on"] for row in source.records("participants")}
    days: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in source.records("occasions"):
        total = days[row["occasion"]]
        total[0] += (row["due_on"] - consents[row["participant"]]).days
        total[1] += 1
    order = sorted(days, key=lambda occasion: (days[occasion][0] / days[occasion][1], occasion))
    return {occasion: number for number, occasion in enumerate(order)}


def _code(instrument: str, score: str, taken: set[str]) -> str:
    start = _letters(instrument)[:LETTERS_OF_INSTRUMENT]
    start = start if start[:1].isalpha() else f"Q{start}"[:LETTERS_OF_INSTRUMENT]
    rest = _letters(score.removeprefix(instrument.replace("-", "_"))) or _letters(instrument)[LETTERS_OF_INSTRUMENT:]
    code, number = (start + rest)[:LONGEST], 1
    while code in taken:
        number += 1
        code = f"{(start + rest)[: LONGEST - len(str(number))]}{number}"
    taken.add(code)
    return code


def _letters(words: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", words.upper())
