"""Which answers to a question call for help, as its controls send them: so that a page can show help without a connection."""

from __future__ import annotations

import json
from typing import Any

from stegvis.methods.instruments import Item
from stegvis.web.answering.fields import DECLINES


def entries(safety: Any, instrument: str, item: Item) -> str:
    """A JSON list of the entries that set off a rule of the protocol's safety plan; "" for a question nobody watches."""
    found = [key for key, number in _numbers(item) if safety.fired_by_answer(instrument, item.link_id, number)]
    declined = getattr(safety, "declined", None)
    if found and declined is not None and declined(instrument, item.link_id) is not None:
        found.append(DECLINES)
    return json.dumps(found) if found else ""


def _numbers(item: Item) -> list[tuple[str, float]]:
    """Every entry that is one of a few, with the number that rules compare."""
    if item.options:
        return [(option.key, float(option.ordinal)) for option in item.options if option.ordinal is not None]
    if item.type == "integer" and None not in (item.minimum, item.maximum) and item.maximum - item.minimum <= 1000:
        return [(str(number), float(number)) for number in range(int(item.minimum), int(item.maximum) + 1)]
    return []
