"""Other care in the plan: what people had beside the trial's treatments, asked alike in every arm (CONSORT: co-interventions).

`[other_care]` of sap.toml names the scores that hold it and the occasions at which they were asked. A `share` is a score of
0 or 1 and is counted; an `amount` is a number that only those have who had the care, and is described.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .refusals import Mistake
from .tables import Score
from .toml_reader import Reader, Text

SHARE, AMOUNT = "share", "amount"


@dataclass(frozen=True, slots=True)
class CareItem:
    """One thing that is told of other care, and where its values stand in `scores.csv`."""

    code: str
    label: Text
    kind: str
    instrument: str
    score: str
    decimals: int


@dataclass(frozen=True, slots=True)
class OtherCare:
    """What is told of other care, and at which occasions."""

    occasions: tuple[str, ...]
    items: tuple[CareItem, ...]


def read_other_care(one: Reader) -> OtherCare:
    """The table `[other_care]`."""
    occasions, items = one.codes("occasions"), tuple(_read_item(item) for item in one.tables("items"))
    one.done()
    return OtherCare(occasions, items)


def _read_item(one: Reader) -> CareItem:
    item = CareItem(
        code=one.text("code", example="analgesics"),
        label=one.texts("label"),
        kind=one.choice("kind", (SHARE, AMOUNT)),
        instrument=one.text("instrument", example="code of the instrument"),
        score=one.text("score", example="name of the score"),
        decimals=one.whole("decimals", 0, 6, default=0),
    )
    one.done()
    return item


def misfits(plan: OtherCare, scores: tuple[Score, ...]) -> Iterator[Mistake]:
    """Scores that the plan asks for and that no row has, and counted ones that are neither 0 nor 1."""
    known = {(row.instrument, row.score) for row in scores}
    for item in plan.items:
        wanted = (item.instrument, item.score)
        if known and wanted not in known:
            why = f"the plan's other care {item.code!r} is {'/'.join(wanted)!r}, and no row has that score."
            yield Mistake("scores.csv", 0, "instrument, score", why, "Correct the plan, or take the item out of it.")
        for number, row in enumerate(scores, start=2):
            if (row.instrument, row.score) == wanted and item.kind == SHARE and row.value not in (None, 0, 1):
                why = f"the value is neither 0 nor 1, and the plan counts {item.code!r}."
                yield Mistake("scores.csv", number, "value", why, f'Correct the score, or write kind = "{AMOUNT}".')
