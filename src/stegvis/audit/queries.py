"""Reads of the record."""

from datetime import UTC, datetime, timedelta

from django.db.models import Max, QuerySet

from stegvis.audit.models import ClockOffset, Event, Reading


def stored_offset() -> timedelta:
    """How far the demonstration's clock stands from the real one; zero when no offset is stored."""
    seconds = ClockOffset.objects.values_list("seconds", flat=True).first()
    return timedelta(seconds=seconds or 0)


def last_moment() -> datetime | None:
    """When the newest recorded event occurred, so that a demonstration resumes where it stood."""
    moment: datetime | None = Event.objects.aggregate(at=Max("occurred_at"))["at"]
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
