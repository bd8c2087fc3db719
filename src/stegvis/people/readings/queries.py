"""Reads of samples: each reading with what explains it.

A member of staff has reason to open a record of somebody in their caseload, of somebody they cover for, and, in a role that
works for a whole site, of somebody at a site of theirs; at the moment of the reading, not now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.audit.action import OF_SOME_ARMS, SYSTEM
from stegvis.audit.models import Reading, ReadingSample
from stegvis.people.acting import acting_as
from stegvis.people.models import Absence, Caseload, Posting

CASELOAD, COVER, SITE, NOTHING = "caseload", "cover", "site", "nothing"


@dataclass(frozen=True)
class Explained:
    """A reading in a sample. `participant` is "" where it would tell an arm: therapists have people of some arms only."""

    at: datetime
    actor: str
    role: str
    kind: str
    site: str
    participant: str
    because: str


def samples() -> QuerySet[ReadingSample]:
    """Every sample with its checks, newest first."""
    return ReadingSample.objects.prefetch_related("checks").order_by("-drawn_at", "-pk")


def keys_between(first: date, last: date) -> list[int]:
    """The keys of all readings from one day to another, both counted."""
    until = clock.at(last + timedelta(days=1), 0)
    return list(
        Reading.objects.filter(occurred_at__gte=clock.at(first, 0), occurred_at__lt=until).values_list("pk", flat=True)
    )


def explained(sample: ReadingSample) -> list[Explained]:
    """The readings of a sample in their order, each with what explains it. Four queries, as the system."""
    with acting_as(SYSTEM):
        rows = list(Reading.objects.filter(pk__in=sample.readings).order_by("occurred_at", "pk"))
        reasons = _reasons(rows)
    return [
        Explained(
            at=row.occurred_at, actor=row.actor_code, role=row.actor_role, kind=row.kind, site=row.site,
            participant="" if row.tells_arm or row.actor_role == OF_SOME_ARMS else row.participant, because=why,
        )
        for row, why in zip(rows, reasons, strict=True)
    ]  # fmt: skip


def _reasons(rows: list[Reading]) -> list[str]:
    actors, codes = {row.actor_id for row in rows}, {row.participant for row in rows}
    cared = list(Caseload.objects.filter(participant__code__in=codes).values_list(
        "clinician", "participant__code", "from_at", "until_at"))  # fmt: skip
    away = list(Absence.objects.filter(covered_by__in=actors).values_list(
        "clinician", "covered_by", "from_on", "until_on"))  # fmt: skip
    posted = list(Posting.objects.filter(account__in=actors).values_list(
        "account", "site__code", "from_at", "until_at"))  # fmt: skip
    return [_reason(row, cared, away, posted) for row in rows]


def _reason(row: Reading, cared: Iterable[tuple], away: Iterable[tuple], posted: Iterable[tuple]) -> str:
    then = row.occurred_at
    clinicians = {who for who, code, start, end in cared if code == row.participant and _within(then, start, end)}
    if row.actor_id in clinicians:
        return CASELOAD
    day = clock.local(then).date()
    if any(who in clinicians and by == row.actor_id and start <= day <= end for who, by, start, end in away):
        return COVER
    at_site = any(who == row.actor_id and site == row.site and _within(then, a, b) for who, site, a, b in posted)
    return SITE if at_site else NOTHING


def _within(moment: datetime, start: datetime, end: datetime | None) -> bool:
    return start <= moment and (end is None or moment <= end)
