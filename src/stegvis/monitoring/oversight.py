"""Blind oversight in numbers: completeness by site, windows, retention, how old queries are, digits, what the checks found.

As `queries.overview`, which it holds: of the whole trial, read as the system, numbers only, never an arm; the number of
queries is the same for ten people and for a hundred thousand, and in a large trial the numbers may be some minutes old.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.consent.models import Withdrawal
from stegvis.methods.checks.digits import DigitTest, digit_preference
from stegvis.methods.checks.retention import Kept, retention
from stegvis.methods.checks.sites import Completeness, Standing, distance
from stegvis.methods.study.protocol import Protocol, Visit
from stegvis.monitoring import data_queries, queries
from stegvis.monitoring.data_queries import Ages
from stegvis.monitoring.models import DigitCount, Finding
from stegvis.monitoring.queries import FollowUp, Overview
from stegvis.people.acting import acting_as
from stegvis.people.models import Site
from stegvis.physiotherapy.models import Visit as BookedVisit
from stegvis.trial import consent_texts
from stegvis.trial.models import Enrolment, Outcome, Screening
from stegvis.trial.queries import WITHDRAWN_FROM_QUESTIONS

DAYS_A_MONTH = 30.436875
KEPT_FOR = timedelta(minutes=5)
_DAY = f"({{}} AT TIME ZONE '{clock.STOCKHOLM}')::date"
"""The day, in Stockholm, of a moment in a column, as SQL."""


@dataclass(frozen=True)
class Windows:
    """Where answers, or visits, stand to their windows; each of the randomised stands in one of them.

    in_time, early, late: they came, and when. missed: the window has closed without. open: it can still come in time.
    not_due: the window has not opened. Answers entered from paper after the window count as late when their own day lies
    outside it.
    """

    in_time: int = 0
    early: int = 0
    late: int = 0
    missed: int = 0
    open: int = 0
    not_due: int = 0

    @property
    def closed(self) -> int:
        """How many have come, or can no longer come in time."""
        return self.in_time + self.early + self.late + self.missed


@dataclass(frozen=True)
class SiteStanding:
    """A site's answers at the primary occasion, how they stand to the protocol's limits and to the whole trial."""

    site: Site
    randomised: int
    completeness: Completeness
    standing: Standing
    distance: float | None
    ages: Ages


@dataclass(frozen=True)
class Digits:
    """The last digits of the values on one line: of one site, or of all (site None)."""

    site: Site | None
    instrument: str
    item: str
    test: DigitTest


@dataclass(frozen=True)
class Again:
    """How people who had consented answered an amendment that asks them: yes, no, not yet; at all sites together."""

    version: int
    agreed: int
    refused: int
    waiting: int


@dataclass(frozen=True)
class Oversight:
    """The trial under blind eyes at one moment."""

    overview: Overview
    whole: Completeness
    standing: Standing
    sites: tuple[SiteStanding, ...]
    occasions: Mapping[str, Windows]
    visits: Mapping[int, Windows]
    curve: tuple[Kept, ...]
    ages: Ages
    excluded: Mapping[str, int]
    digits: tuple[Digits, ...]
    found: Mapping[str, int]
    again: Again | None = None


@dataclass(frozen=True)
class _Counted:
    at: datetime
    oversight: Oversight


_counted: dict[tuple[str, str, date], _Counted] = {}


def oversight(protocol: Protocol) -> Oversight:
    """Everything of the monitoring pages, as of now; in a large trial up to `KEPT_FOR` old."""
    key = (connection.settings_dict["NAME"], protocol.sha256, clock.today())
    kept = _counted.get(key)
    if kept is not None and kept.at + KEPT_FOR > clock.wall():
        return kept.oversight
    found = _count(protocol)
    _counted.clear()
    if found.overview.flow.assessed > queries.COUNTED_ANEW_UP_TO:
        _counted[key] = _Counted(clock.wall(), found)
    return found


def _count(protocol: Protocol) -> Oversight:
    overview = queries.overview(protocol)
    limits = protocol.monitoring
    with acting_as(SYSTEM):
        ages = data_queries.ages(limits.query_answered_within_days)
        whole = _completeness(overview.flow.follow_up)
        return Oversight(
            overview=overview,
            whole=whole,
            standing=whole.standing(limits.complete_at_least, limits.warn_below),
            sites=tuple(_site(each, whole, protocol, ages) for each in overview.sites),
            occasions=_occasions(protocol),
            visits={visit.number: _visit(visit) for visit in protocol.visits},
            curve=tuple(_curve()),
            ages=_together(ages.values()),
            excluded=_excluded(),
            digits=tuple(_digits({each.site.pk: each.site for each in overview.sites})),
            found=dict(Finding.objects.values_list("kind").annotate(n=Count("pk")).order_by()),
            again=_again(overview.sites),
        )


def _again(sites: Iterable[queries.SiteNumbers]) -> Again | None:
    said = consents.answered_again()
    if said is None:
        return None
    waiting = consent_texts.not_yet_again([each.site.pk for each in sites]).count()
    return Again(said.version, said.agreed, said.refused, waiting)


def _completeness(follow_up: FollowUp) -> Completeness:
    return Completeness(follow_up.in_hand, follow_up.due, follow_up.open)


def _site(
    numbers: queries.SiteNumbers, whole: Completeness, protocol: Protocol, ages: Mapping[int, Ages]
) -> SiteStanding:
    own, limits = _completeness(numbers.follow_up), protocol.monitoring
    return SiteStanding(
        site=numbers.site,
        randomised=numbers.randomised,
        completeness=own,
        standing=own.standing(limits.complete_at_least, limits.warn_below),
        distance=distance(own, whole),
        ages=ages.get(numbers.site.pk, Ages()),
    )


def _together(ages: Iterable[Ages]) -> Ages:
    there = list(ages)
    oldest = [each.oldest for each in there if each.oldest is not None]
    return Ages(sum(each.open for each in there), sum(each.late for each in there), min(oldest, default=None))


# Windows --------------------------------------------------------------------------------------------------------------
def _occasions(protocol: Protocol) -> dict[str, Windows]:
    """Each occasion that is asked of everybody, in the protocol's order. One query."""
    today = clock.today()
    came = Q(submitted_at__isnull=False) | Q(minimum_at__isnull=False)
    in_time = Q(submitted_in_window=True) | Q(submitted_in_window=None, minimum_on__lte=F("closes_on"))
    rows = (
        Assessment.objects.filter(tells_arm=False)
        .annotate(
            minimum_on=TruncDate("minimum_at", tzinfo=clock.STOCKHOLM),
            sent_on=TruncDate("submitted_at", tzinfo=clock.STOCKHOLM),
        )
        .values_list("occasion")
        .annotate(
            a=Count("pk", filter=came & in_time),
            b=Count("pk", filter=Q(submitted_in_window=False, sent_on__lte=F("closes_on"))),
            came=Count("pk", filter=came),
            missed=Count("pk", filter=~came & Q(closes_on__lt=today)),
            open=Count("pk", filter=~came & Q(opens_on__lte=today, closes_on__gte=today)),
            all=Count("pk"),
        )
        .order_by()
    )
    found = {}
    for occasion, timely, early, there, missed, still_open, everybody in rows:
        rest = everybody - there - missed - still_open
        found[occasion] = Windows(timely, early, there - timely - early, missed, still_open, rest)
    return {each.code: found.get(each.code, Windows()) for each in protocol.occasions if not each.declared_only}


def _visit(visit: Visit) -> Windows:
    """One visit of the randomised. One query, which joins whole tables: each person's anchor, and the visit if it was held."""
    enrolments, visits = Enrolment._meta.db_table, BookedVisit._meta.db_table
    anchor, join = queries.ANCHOR_DAYS.get(visit.anchor, ""), ""
    if anchor:
        anchor = f"e.{anchor}"
    else:
        number = int(visit.anchor.removeprefix("visit_"))
        anchor = _DAY.format("a.held_at")
        join = (
            f"JOIN {visits} a ON a.participant_id = e.participant_id AND a.number = {number} AND a.held_at IS NOT NULL"
        )
    with queries.hashing(), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*) FILTER (WHERE held_on BETWEEN anchor + %(first)s AND anchor + %(last)s),
                   count(*) FILTER (WHERE held_on < anchor + %(first)s),
                   count(*) FILTER (WHERE held_on > anchor + %(last)s),
                   count(*) FILTER (WHERE held_on IS NULL AND anchor + %(last)s < %(today)s),
                   count(*) FILTER (WHERE held_on IS NULL AND %(today)s BETWEEN anchor + %(first)s AND anchor + %(last)s),
                   count(*) FILTER (WHERE held_on IS NULL AND anchor + %(first)s > %(today)s)
            FROM (SELECT {anchor} AS anchor, {_DAY.format("v.held_at")} AS held_on
                  FROM {enrolments} e {join}
                  LEFT JOIN {visits} v ON v.participant_id = e.participant_id AND v.number = %(number)s
                  WHERE e.randomised_on IS NOT NULL) each_person
            """,
            {
                "first": visit.day - visit.before, "last": visit.day + visit.after, "number": visit.number,
                "today": clock.today(),
            },
        )  # fmt: skip
        return Windows(*cursor.fetchone())


# Retention, exclusions, quality ---------------------------------------------------------------------------------------
def _curve() -> list[Kept]:
    """Who of the randomised stopped answering, by months since randomisation; of all arms together. One query."""
    layers = ", ".join(["%s"] * len(WITHDRAWN_FROM_QUESTIONS))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT greatest(0, floor((coalesce(left_on, %s) - randomised_on) / {DAYS_A_MONTH}))::int AS month,
                   left_on IS NOT NULL, count(*)
            FROM (SELECT e.randomised_on, (
                      SELECT min({_DAY.format("w.at")}) FROM {Withdrawal._meta.db_table} w
                      WHERE w.participant_id = e.participant_id AND w.layer IN ({layers})) AS left_on
                  FROM {Enrolment._meta.db_table} e WHERE e.randomised_on IS NOT NULL) followed
            GROUP BY 1, 2
            """,
            [clock.today(), *sorted(WITHDRAWN_FROM_QUESTIONS)],
        )
        rows = cursor.fetchall()
    left = {month: n for month, has_left, n in rows if has_left}
    there = {month: n for month, has_left, n in rows if not has_left}
    return retention(left, there)


def _excluded() -> dict[str, int]:
    """Those found not eligible, by the criterion that decided, the most frequent first."""
    rows = Screening.objects.filter(outcome=Outcome.EXCLUDED).values_list("criterion").annotate(n=Count("pk"))
    return dict(rows.order_by("-n", "criterion"))


def _digits(sites: Mapping[int, Site]) -> Iterable[Digits]:
    """The lines of the whole trial, and the sites whose digits are a signal. One query."""
    of_site: dict[tuple[int, str, str], Counter[int]] = {}
    of_all: dict[tuple[str, str], Counter[int]] = {}
    for site, instrument, item, digit, number in DigitCount.objects.values_list(
        "site", "instrument", "item", "digit", "number"
    ):
        of_site.setdefault((site, instrument, item), Counter())[digit] += number
        of_all.setdefault((instrument, item), Counter())[digit] += number
    for (instrument, item), counts in sorted(of_all.items()):
        if (test := digit_preference(counts)) is not None:
            yield Digits(None, instrument, item, test)
    for (site, instrument, item), counts in sorted(of_site.items()):
        test = digit_preference(counts)
        if test is not None and test.is_signal:
            yield Digits(sites[site], instrument, item, test)
