"""Writes of this room: the demonstration's clock, and what was done with the data as a whole."""

from datetime import timedelta

from stegvis.audit.action import Actor, action
from stegvis.audit.models import ClockOffset


@action("audit.clock_set", detail=("offset",))
def set_clock(*, offset: timedelta, by: Actor) -> ClockOffset:
    """Set how far the demonstration's clock stands from the real one."""
    row, _ = ClockOffset.objects.update_or_create(only=True, defaults={"seconds": int(offset.total_seconds())})
    return row


@action("audit.backed_up", detail=("name", "rows"))
def note_backup(*, name: str, rows: int, by: Actor) -> None:
    """Keep that a copy of everything was written, and how much; where to is nobody's business who reads the record."""


@action("audit.backup_verified", detail=("name", "rows"))
def note_verification(*, name: str, rows: int, by: Actor) -> None:
    """Keep that a backup was restored into a throw-away place and is what it says."""


@action("audit.taken_over", detail=("backup", "made_at"))
def note_taking_over(*, backup: str, made_at: str, reason: str, by: Actor) -> None:
    """Keep that an installation restored from `backup` is the live one from here on. The checks are the command's."""
