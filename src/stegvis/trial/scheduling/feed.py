"""The calendar feed: visits, and for a coordinator the days on which windows of unanswered questions close, by code."""

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.people.queries import sites_of
from stegvis.physiotherapy.calendars import opening
from stegvis.physiotherapy.calendars import queries as calendars
from stegvis.physiotherapy.calendars.queries import MOST, Entry
from stegvis.trial.scheduling.queries import NO_QUESTIONS, asked_at, withdrew


def open_by(token: str) -> list[Entry] | None:
    """The entries behind a secret; None when it opens nothing. Raises `calendars.errors.AskedTooOften`."""
    address = opening.address_behind(token)
    if address is None:
        return None
    with acting_as(address.account):
        return entries_for(address.account, own_days=address.own_days)


def entries_for(account: Actor, *, own_days: bool) -> list[Entry]:
    """An account's calendar, as far as row-level security shows it to whoever acts."""
    found = calendars.entries_for(account, own_days=own_days)
    if account.role != Role.COORDINATOR:
        return found
    waiting = asked_at([site.pk for site in sites_of(account)]).filter(  # type: ignore[arg-type]
        submitted_at=None, minimum_at=None, closes_on__gte=clock.today()
    )
    rows = waiting.select_related("participant").order_by("closes_on", "pk")[:MOST]
    return [*found, *(_closing(each) for each in rows)]


def of_person(person: Participant) -> list[Entry]:
    """One person's visits and the days on which windows close."""
    waiting = Assessment.objects.filter(
        ~withdrew(NO_QUESTIONS), participant=person, submitted_at=None, minimum_at=None, tells_arm=False
    )
    rows = waiting.select_related("participant").order_by("closes_on")
    return [*calendars.of_person(person), *(_closing(each) for each in rows)]


def _closing(asked: Assessment) -> Entry:
    return Entry(f"closes-{asked.pk}", "closes", asked.closes_on, asked.opened_at, code=asked.participant.code)
