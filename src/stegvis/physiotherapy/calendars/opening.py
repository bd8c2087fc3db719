"""A calendar opened by its secret, without signing in: counted, since programs ask without being told when to stop.

Reading by a calendar program leaves no line in the record: it happens every hour, and nobody looked.
"""

from datetime import timedelta

from django.db.models import F

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.physiotherapy.calendars import queries
from stegvis.physiotherapy.calendars.errors import AskedTooOften
from stegvis.physiotherapy.calendars.models import CalendarAddress
from stegvis.physiotherapy.calendars.queries import Entry

MOST_AN_HOUR = 60


def open_by(token: str) -> list[Entry] | None:
    """The entries behind a secret; None when it opens nothing. Raises `AskedTooOften`."""
    address = address_behind(token)
    if address is None:
        return None
    with acting_as(address.account):
        return queries.entries_for(address.account, own_days=address.own_days)


def address_behind(token: str) -> CalendarAddress | None:
    """The address that a secret opens, counted, with its account; for whoever adds entries of their own to it.

    None when it opens nothing. Raises `AskedTooOften`.
    """
    with acting_as(SYSTEM):
        address = queries.address_by_token(token)
        if address is not None:
            _count(address)
        return address


def _count(address: CalendarAddress) -> None:
    now = clock.wall()
    row = CalendarAddress.objects.filter(pk=address.pk)
    if address.hour_at is None or now - address.hour_at > timedelta(hours=1):
        row.update(hour_at=now, asked=1)
    elif address.asked >= MOST_AN_HOUR:
        raise AskedTooOften()
    else:
        row.update(asked=F("asked") + 1)
