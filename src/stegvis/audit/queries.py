"""Reads of the record."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Max, QuerySet

from stegvis.audit.models import ClockOffset, Event, Reading

WORKER_LOCK = "stegvis.worker"
"""What the one worker's advisory lock is called."""


def stored_offset() -> timedelta:
    """How far the demonstration's clock stands from the real one; zero when no offset is stored."""
    seconds = ClockOffset.objects.values_list("seconds", flat=True).first()
    return timedelta(seconds=seconds or 0)


def last_moment(until: datetime | None = None) -> datetime | None:
    """When the newest recorded event occurred (up to a moment), so that a demonstration resumes where it stood."""
    events = Event.objects.filter(occurred_at__lte=until) if until else Event.objects.all()
    moment: datetime | None = events.aggregate(at=Max("occurred_at"))["at"]
    return moment.astimezone(UTC) if moment else None


def events_of(participant_code: str) -> QuerySet[Event]:
    """What was done about one participant, newest first."""
    return Event.objects.filter(participant=participant_code).order_by("-occurred_at", "-pk")


def readings_of(participant_code: str) -> QuerySet[Reading]:
    """Who opened one participant's record, newest first."""
    return Reading.objects.filter(participant=participant_code).order_by("-occurred_at", "-pk")


def times(verb: str, participant_code: str) -> int:
    """How often `verb` was done about one participant."""
    return Event.objects.filter(participant=participant_code, verb=verb).count()


def housekeeping(
    verbs: Collection[str], *, actor_code: str = "", since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Event]:
    """What staff and the system did of some verbs, newest first, and nothing of or about a participant.

    By one actor where told; from one moment up to another.
    """
    found = Event.objects.filter(verb__in=verbs, participant="").exclude(actor_role__in=("participant", "anyone"))
    if actor_code:
        found = found.filter(actor_code=actor_code)
    if since:
        found = found.filter(occurred_at__gte=since)
    if until:
        found = found.filter(occurred_at__lt=until)
    return found.order_by("-occurred_at", "-pk")


def worker_seen() -> datetime | None:
    """When the worker that holds the one worker's lock last asked the database something, by the real clock.

    None when no worker holds it. The lock goes with the worker's connection, so this needs no table and cannot go stale.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT max(a.state_change) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
              AND (l.classid::bigint << 32 | l.objid::bigint) = hashtext(%s)::bigint
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """,
            [WORKER_LOCK],
        )
        seen: datetime | None = cursor.fetchone()[0]
    return seen
