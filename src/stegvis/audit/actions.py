"""Writes of this room: the demonstration's clock."""

from datetime import timedelta

from stegvis.audit.action import Actor, action
from stegvis.audit.models import ClockOffset


@action("audit.clock_set", detail=("offset",))
def set_clock(*, offset: timedelta, by: Actor) -> ClockOffset:
    """Set how far the demonstration's clock stands from the real one."""
    row, _ = ClockOffset.objects.update_or_create(only=True, defaults={"seconds": int(offset.total_seconds())})
    return row
