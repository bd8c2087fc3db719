"""Circles in which an expression stands: an item that is asked only in view of its own answer, by whatever steps.

A circle of `enableWhen` alone is found in `conditions`, and one of calculations alone in `formulas`. Here are those of
`enableWhenExpression`, alone or mixed with conditions and calculated values. Only what an expression looks up by its
linkId counts, so that a code that is called like a question makes no circle.
"""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.instruments.conditions import in_circles
from stegvis.methods.instruments.errors import Findings
from stegvis.methods.instruments.formulas import Dependencies, looked_up
from stegvis.methods.instruments.items import Formula, Item


def note_circles(items: tuple[Item, ...], variables: tuple[Formula, ...], findings: Findings) -> None:
    """Warn of every item that waits for itself.

    Its conditions and expressions stay, and are heard once, in the order of the form: what comes first is asked first.
    """
    every = [inner for top in items for inner in top.walk()]
    if not any(item.enabled_by or (item.calculated and item.is_question) for item in every):
        return
    reading = Dependencies(items, variables)
    waits_for = {item.link_id: sorted(set(_waits_for(item, reading))) for item in every}
    where = {item.link_id: item for item in every}
    for link_id in in_circles(waits_for):
        item = where[link_id]
        if item.conditions or item.enabled_by:
            path = item.enabled_by.path if item.enabled_by else f"{item.path}.enableWhen"
            what = "it is asked only in view of its own answer: its conditions go round in a circle"
            findings.warn(path, what, "Break it; it is heard once, in the order of the form", link_id)
            element = "enableWhenExpression" if item.enabled_by else "enableWhen"
            heard = "conditions in a circle are heard once, in the order of the form"
            findings.leave_out(path, element, heard, blocks=True, link_id=link_id)


def _waits_for(item: Item, reading: Dependencies) -> Iterator[str]:
    """What must be known before it is known whether the item is asked, and what its value is."""
    around = reading.around[item.link_id]
    if around is not None:
        yield around
    yield from (one.question for one in item.conditions if one.question in reading.by_link_id)
    for formula in (item.enabled_by, item.calculated):
        if formula is not None:
            yield from reading.read_by(formula, item, looked_up)
