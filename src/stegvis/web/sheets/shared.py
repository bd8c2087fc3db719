"""The sheets that a person shares with a clinician now, as a list. Their words are read only when one is opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stegvis.web.sheets import reading


@dataclass(frozen=True)
class Shared:
    """One shared sheet: what it is, about which day, since when it is shared, and when it was first read."""

    pk: int
    title: str
    on: date
    since: datetime
    read_at: datetime | None


def lines(shares: Iterable[Any], language: str) -> list[Shared]:
    """The list, in the order of the shares."""
    return [
        Shared(each.entry_id, reading.title_of(each.entry, language), each.entry.on, each.shared_at, each.read_at)
        for each in shares
    ]
