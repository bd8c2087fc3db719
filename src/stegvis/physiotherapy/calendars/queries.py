"""What stands in a calendar: the visits of a person or of a caseload, and the days of a person's own plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.audit.fields import lookup_hash
from stegvis.people.models import Participant, Role
from stegvis.people.queries import participant_of, sites_of
from stegvis.physiotherapy.calendars.models import CalendarAddress
from stegvis.physiotherapy.models import Visit
from stegvis.physiotherapy.queries import plan_now

SINCE = timedelta(days=90)
"""How far back a calendar goes."""
MOST = 1000
"""How many entries of each kind a coordinator's calendar has, so that no program chokes on it."""
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """One entry: `uid` never changes, `sequence` grows with each change; `weekdays` (ISO) repeat it every week.

    `what` is "visit", "own" or "closes" (a window); `code` is the participant's, for a calendar of staff only. `starts` is a
    day, or an aware moment where the visit has an hour.
    """

    uid: str
    what: str
    starts: date | datetime
    changed_at: datetime
    cancelled: bool = False
    code: str = ""
    weekdays: tuple[int, ...] = ()

    @property
    def sequence(self) -> int:
        """Grows whenever the entry changes (RFC 5545, 3.8.7.4): the seconds since 2026 at its last change."""
        return max(0, int((self.changed_at - FIRST).total_seconds()))


def address_of(account: Actor) -> CalendarAddress | None:
    """An account's address that is in force."""
    return CalendarAddress.objects.filter(account_id=account.pk, ended_at=None).first()


def address_by_token(token: str) -> CalendarAddress | None:
    """The address that a secret opens: in force, and of an account that is open."""
    rows = CalendarAddress.objects.select_related("account")
    return rows.filter(digest=lookup_hash(token), ended_at=None, account__is_active=True).first()


def entries_for(account: Actor, *, own_days: bool) -> list[Entry]:
    """An account's calendar: a participant's visits and, if wanted, own days; by code a physiotherapist's, a coordinator's."""
    if account.role == Role.COORDINATOR:
        return [_entry(visit, visit.participant.code) for visit in _at_sites(account)]
    if account.role == Role.PHYSIOTHERAPIST:
        return [_entry(visit, visit.participant.code) for visit in _caseload(account)]
    person = participant_of(account)
    if person is None:
        return []
    visits = Visit.objects.filter(participant=person, planned_on__gte=clock.today() - SINCE).defer("missed_reason")
    return [*(_entry(visit) for visit in visits.order_by("number")), *(_own_days(person) if own_days else ())]


def _caseload(account: Actor) -> Iterator[Visit]:
    rows = Visit.objects.filter(
        participant__caseloads__clinician_id=account.pk,
        participant__caseloads__role=Role.PHYSIOTHERAPIST,
        participant__caseloads__until_at=None,
        planned_on__gte=clock.today() - SINCE,
    )
    return rows.select_related("participant").defer("missed_reason").order_by("planned_on", "pk").iterator()


def _at_sites(account: Actor) -> QuerySet[Visit]:
    """The visits that are booked at the sites of a coordinator, `MOST` at most, the earliest first."""
    sites = [site.pk for site in sites_of(account)]  # type: ignore[arg-type]
    rows = Visit.objects.filter(participant__site__in=sites, held_at=None, planned_on__gte=clock.today() - SINCE)
    return rows.select_related("participant").defer("missed_reason").order_by("planned_on", "pk")[:MOST]


def of_person(person: Participant) -> list[Entry]:
    """One person's visits by code, for whoever plans them."""
    visits = Visit.objects.filter(participant=person).defer("missed_reason").order_by("number")
    return [_entry(visit, person.code) for visit in visits]


def _entry(visit: Visit, code: str = "") -> Entry:
    changed = max(visit.booked_at, visit.missed_at or visit.booked_at)
    at = visit.planned_time
    return Entry(
        uid=f"visit-{visit.pk}", what="visit", changed_at=changed,
        starts=clock.at(visit.planned_on, at.hour, at.minute) if at else visit.planned_on,
        cancelled=visit.state == "missed", code=code,
    )  # fmt: skip


def _own_days(person: Participant) -> list[Entry]:
    """One entry that repeats on the days for which the plan has anything: which, and how often, stays in the plan."""
    plan = plan_now(person)
    days = sorted({day for each in plan.activities.all() for day in each.days}) if plan else []
    if plan is None or not days:
        return []
    start = clock.local(plan.agreed_at).date()
    first = next(start + timedelta(days=n) for n in range(7) if (start + timedelta(days=n)).isoweekday() in days)
    return [Entry(f"own-{person.pk}", "own", first, plan.agreed_at, weekdays=tuple(days))]
