"""Writes of checks: a sample drawn by the system's chance, and what a check of it found."""

from datetime import date
from random import SystemRandom

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.models import ReadingCheck, ReadingSample
from stegvis.people import policies
from stegvis.people.acting import acting_as
from stegvis.people.errors import NoReadings, NothingNoted
from stegvis.people.models import Role
from stegvis.people.readings import queries

SIZE = 25
"""Readings in a sample; all of them where there are fewer."""


@action("people.readings_drawn", detail=("first", "last"))
def draw_readings(*, first: date, last: date, by: Actor) -> ReadingSample:
    """Draw a sample of the readings from one day to another, both counted, each with the same chance.

    Drawn as the system, so that no reading escapes by being hidden from whoever checks.
    """
    policies.check_role(by, Role.DATA_MANAGER)
    with acting_as(SYSTEM):
        keys = queries.keys_between(first, last)
    if not keys:
        raise NoReadings(first=first, last=last)
    drawn = sorted(SystemRandom().sample(keys, min(SIZE, len(keys))))
    note(readings=len(drawn), of=len(keys))
    return ReadingSample.objects.create(
        drawn_at=clock.now(), drawn_by=by.code, from_on=first, until_on=last, of=len(keys), readings=drawn
    )


@action("people.readings_checked", detail=("all_in_order",))
def check_readings(*, sample: ReadingSample, all_in_order: bool, words: str, by: Actor) -> ReadingCheck:
    """Keep what a check of a sample found. What is not in order is written down with what is done about it."""
    policies.check_role(by, Role.DATA_MANAGER)
    if not all_in_order and not words.strip():
        raise NothingNoted()
    return ReadingCheck.objects.create(
        sample=sample, all_in_order=all_in_order, words=words, noted_at=clock.now(), noted_by=by.code
    )
