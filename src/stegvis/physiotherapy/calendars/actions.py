"""Writes of calendars: a secret address is made, renewed, ended."""

import secrets

from stegvis.audit import clock
from stegvis.audit.action import Actor, action
from stegvis.audit.fields import lookup_hash
from stegvis.people import policies as people
from stegvis.people.models import Role
from stegvis.physiotherapy.calendars.models import CalendarAddress

HAVE_CALENDARS = (Role.PARTICIPANT, Role.PHYSIOTHERAPIST, Role.COORDINATOR)
"""Roles with a calendar: whoever comes to visits, meets people at them, or plans them."""


@action("physiotherapy.calendar_address_made", detail=("own_days",))
def make_address(*, own_days: bool = False, by: Actor) -> CalendarAddress:
    """Make a secret address of one's own calendar; the one before opens nothing any more."""
    people.check_role(by, *HAVE_CALENDARS)
    _end(by)
    token = secrets.token_hex(32)  # 256 bits; lower case, as look-ups fold it
    return CalendarAddress.objects.create(
        account_id=by.pk, token=token, digest=lookup_hash(token), own_days=own_days, made_at=clock.now()
    )


@action("physiotherapy.calendar_address_ended")
def end_address(*, by: Actor) -> None:
    """End one's address: it opens nothing any more."""
    people.check_role(by, *HAVE_CALENDARS)
    _end(by)


def _end(by: Actor) -> None:
    CalendarAddress.objects.filter(account_id=by.pk, ended_at=None).update(ended_at=clock.now())
