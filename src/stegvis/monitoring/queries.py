"""How the trial is doing, without arms: the participant flow, recruitment, answers in hand, visits in their window.

Counts are of the whole trial. Row-level security would turn what an actor may not see into silent zeros, so `overview`
reads as the system, and gives numbers only. The number of queries is the same for ten people and for a hundred thousand.

Windows are those of the protocol in force. Nothing here, however far one follows it, reaches allocation or programme; and
`record_of` leaves out whatever an arm would show in: which treatment someone left, who treats them, what they were sent.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.consent.models import Withdrawal
from stegvis.messaging import queries as messaging
from stegvis.methods.study.messages import Punctuality, Waits, punctuality
from stegvis.methods.study.protocol import CONSENT, RANDOMISATION, Occasion, Protocol, Visit
from stegvis.monitoring.data_queries import open_queries as open_queries
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.life import queries as life
from stegvis.people.models import Site
from stegvis.physiotherapy.models import Visit as BookedVisit
from stegvis.trial.models import Enrolment, Outcome, Screening, Stage, StageChange
from stegvis.trial.queries import WITHDRAWN_FROM_QUESTIONS

DAYS_A_MONTH = 365.2425 / 12
ANCHOR_DAYS = {CONSENT: "consented_on", RANDOMISATION: "randomised_on", "visit_1": "visit1_on"}
"""Anchors whose day stands in the enrolment itself; others are visits."""
ENDED = (Stage.WITHDRAWN, Stage.NOT_RANDOMISED)


# What is counted --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FollowUp:
    """The answers at one occasion of everybody who was randomised.

    not_due: the planned day has not come. in_hand: sent, whenever that was. open: the day has come and the window is
    open. closed: the window has closed without answers. withdrawn: the day has come, and the person had withdrawn from
    questions. Each person stands in one of them.
    """

    not_due: int = 0
    in_hand: int = 0
    open: int = 0
    closed: int = 0
    withdrawn: int = 0

    @property
    def due(self) -> int:
        """How many answers could be in hand by now: the denominator of completeness."""
        return self.in_hand + self.open + self.closed + self.withdrawn

    def __add__(self, other: "FollowUp") -> "FollowUp":
        return FollowUp(
            self.not_due + other.not_due,
            self.in_hand + other.in_hand,
            self.open + other.open,
            self.closed + other.closed,
            self.withdrawn + other.withdrawn,
        )


@dataclass(frozen=True)
class VisitCount:
    """One visit of the randomised whose window has closed: how many there are, and how many had it in the window."""

    due: int = 0
    in_window: int = 0

    def __add__(self, other: "VisitCount") -> "VisitCount":
        return VisitCount(self.due + other.due, self.in_window + other.in_window)


@dataclass(frozen=True)
class Flow:
    """Who came how far (CONSORT); each person assessed stands in one box of each level.

    assessed = under_way + excluded + declined + no_reply + invited + not_consented + consented;
    consented = on_the_way + the sum of left + randomised.
    """

    assessed: int
    under_way: int
    excluded: int
    declined: int
    no_reply: int
    invited: int
    not_consented: int
    consented: int
    on_the_way: int
    left: Mapping[str, int]
    randomised: int
    follow_up: FollowUp


@dataclass(frozen=True)
class Month:
    """A calendar month by its first day: how many were randomised in it, and by its end since the beginning."""

    first: date
    randomised: int
    so_far: int


@dataclass(frozen=True)
class Recruitment:
    """Randomised people by month, from the month of the first one or of the planned start, beside what was planned."""

    months: tuple[Month, ...]
    planned_n: int
    starts_on: date | None = None
    planned_months: int | None = None

    @property
    def randomised(self) -> int:
        """How many have been randomised."""
        return self.months[-1].so_far if self.months else 0

    @property
    def ends_on(self) -> date | None:
        """The day by which the planned number should be reached."""
        if self.starts_on is None or self.planned_months is None:
            return None
        return self.starts_on + timedelta(days=round(self.planned_months * DAYS_A_MONTH))

    def planned_by(self, day: date) -> int | None:
        """How many should have been randomised by a day, on a straight line; None without a plan."""
        if self.starts_on is None or self.ends_on is None:
            return None
        share = (day - self.starts_on) / (self.ends_on - self.starts_on)
        return round(self.planned_n * min(max(share, 0), 1))


@dataclass(frozen=True)
class SiteNumbers:
    """One site's numbers. `months` gives the randomised by the month's first day; `visits` are the last ones."""

    site: Site
    randomised: int = 0
    months: Mapping[date, int] = field(default_factory=dict)
    stages: Mapping[str, int] = field(default_factory=dict)
    follow_up: FollowUp = FollowUp()
    visits: VisitCount = VisitCount()


@dataclass(frozen=True)
class Overview:
    """The trial at one moment. `last_visit` is the number of the protocol's last visit, None without visits."""

    at: datetime
    occasion: Occasion
    last_visit: int | None
    flow: Flow
    recruitment: Recruitment
    sites: tuple[SiteNumbers, ...]

    @property
    def visits(self) -> VisitCount:
        """The last visit at all sites together."""
        return sum((site.visits for site in self.sites), VisitCount())


@dataclass(frozen=True)
class _Kept:
    """An overview and when, by the real clock, it was counted."""

    counted_at: datetime
    overview: Overview


COUNTED_ANEW_UP_TO = 5_000
"""Up to so many people assessed every page counts anew. To count a hundred thousand takes longer than a page may."""
KEPT_FOR = timedelta(seconds=30)
_kept: dict[tuple[str, str, date], _Kept] = {}
"""By database, protocol and day, in this process: one overview at most."""


# The overview -----------------------------------------------------------------------------------------------------
def primary_occasion(protocol: Protocol) -> Occasion:
    """The occasion of the primary outcomes; of the first of them, should they differ."""
    return protocol.occasion(protocol.primary_outcomes[0].occasion)


def overview(protocol: Protocol) -> Overview:
    """The whole trial in numbers, as of `at`. In a large trial they may be some seconds old: see `KEPT_FOR`."""
    key = (connection.settings_dict["NAME"], protocol.sha256, clock.today())
    kept = _kept.get(key)
    if kept is not None and kept.counted_at + KEPT_FOR > clock.wall():
        return kept.overview
    found = _count(protocol)
    _kept.clear()
    if found.flow.assessed > COUNTED_ANEW_UP_TO:
        _kept[key] = _Kept(clock.wall(), found)
    return found


def _count(protocol: Protocol) -> Overview:
    occasion = primary_occasion(protocol)
    last_visit = max(protocol.visits, key=lambda visit: visit.number, default=None)
    with acting_as(SYSTEM):
        enrolled = _enrolled()
        follow_up = _follow_up(occasion.code, clock.today())
        visits = visits_in_window(last_visit) if last_visit else {}
        sites = tuple(_site_numbers(site, enrolled, follow_up, visits) for site in people.sites())
        flow = _flow(enrolled, sum((site.follow_up for site in sites), FollowUp()))
    return Overview(
        at=clock.now(),
        occasion=occasion,
        last_visit=last_visit.number if last_visit else None,
        flow=flow,
        recruitment=_recruitment(protocol, sites),
        sites=sites,
    )


@dataclass(frozen=True)
class _Enrolled:
    """How many enrolments share a site, a stage, a month of randomisation, and whether there was a consent."""

    site: int
    stage: str
    month: date | None
    consented: bool
    count: int


def _enrolled() -> list[_Enrolled]:
    rows = (
        Enrolment.objects.annotate(
            month=TruncMonth("randomised_on"),
            consented=ExpressionWrapper(Q(consented_on__isnull=False), BooleanField()),
        )
        .values_list("site", "stage", "month", "consented")
        .annotate(n=Count("*"))
        .order_by()
    )
    return [_Enrolled(*row) for row in rows]


def _flow(enrolled: Iterable[_Enrolled], follow_up: FollowUp) -> Flow:
    screened: Counter[str] = Counter(dict(Screening.objects.values_list("outcome").annotate(n=Count("*")).order_by()))
    randomised = sum(row.count for row in enrolled if row.month)
    consented = sum(row.count for row in enrolled if row.consented)
    left = _left()
    return Flow(
        assessed=sum(screened.values()),
        under_way=screened[Outcome.OPEN],
        excluded=screened[Outcome.EXCLUDED],
        declined=screened[Outcome.DECLINED],
        no_reply=screened[Outcome.NO_REPLY],
        invited=sum(row.count for row in enrolled if not row.consented and row.stage not in ENDED),
        not_consented=sum(row.count for row in enrolled if not row.consented and row.stage in ENDED),
        consented=consented,
        on_the_way=consented - sum(left.values()) - randomised,
        left=left,
        randomised=randomised,
        follow_up=follow_up,
    )


def _left() -> dict[str, int]:
    """Who left between consent and randomisation, by reason, the most frequent first."""
    gone = StageChange.objects.filter(stage=Stage.NOT_RANDOMISED, enrolment__consented_on__isnull=False)
    rows = gone.values_list("reason").annotate(n=Count("pk")).order_by("-n", "reason")
    return dict(rows)


def _follow_up(occasion: str, day: date) -> dict[int, FollowUp]:
    """By site: where the answers at an occasion stand."""
    asked = Assessment.objects.filter(occasion=occasion)
    missing = Q(submitted_at=None, minimum_at=None, due_on__lte=day)
    in_hand = Count("pk", filter=Q(submitted_at__isnull=False) | Q(minimum_at__isnull=False))
    not_due = Count("pk", filter=Q(submitted_at=None, minimum_at=None, due_on__gt=day))
    still_open = Count("pk", filter=missing & Q(closes_on__gte=day))
    closed = Count("pk", filter=missing & Q(closes_on__lt=day))
    withdrawn = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=WITHDRAWN_FROM_QUESTIONS)
    of_withdrawn = asked.filter(missing, Exists(withdrawn)).values_list("participant__site")
    gone = {site: counts for site, *counts in of_withdrawn.annotate(a=still_open, b=closed)}
    found = {}
    for site, *counts in asked.values_list("participant__site").annotate(a=not_due, b=in_hand, c=still_open, d=closed):
        gone_open, gone_closed = gone.get(site, (0, 0))
        found[site] = FollowUp(
            not_due=counts[0],
            in_hand=counts[1],
            open=counts[2] - gone_open,
            closed=counts[3] - gone_closed,
            withdrawn=gone_open + gone_closed,
        )
    return found


def visits_in_window(visit: Visit, on: date | None = None) -> dict[int, VisitCount]:
    """By site: this visit of the randomised whose window has closed before `on` (today), and how many had it in time.

    As the system; `overview` counts the last visit so.
    """
    longest, shortest = timedelta(days=visit.day + visit.after), timedelta(days=visit.day - visit.before)
    closed = _anchors(visit.anchor).filter(anchor_on__lt=(on or clock.today()) - longest)
    held = BookedVisit.objects.filter(participant=OuterRef("participant"), number=visit.number)
    in_time = held.annotate(held_on=_day_of("held_at")).filter(
        held_on__gte=OuterRef("anchor_on") + shortest, held_on__lte=OuterRef("anchor_on") + longest
    )
    due = _by_site(closed)
    with hashing():
        in_window = _by_site(closed.filter(Exists(in_time)))
    return {site: VisitCount(count, in_window.get(site, 0)) for site, count in due.items()}


@contextmanager
def hashing() -> Iterator[None]:
    """Within the block PostgreSQL joins whole tables, not row by row.

    It takes row-level security to leave one visit in two hundred, and would look up each of a hundred thousand; for the
    system it leaves all of them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def _anchors(anchor: str) -> "QuerySet[Any]":
    """The randomised, with the day (`anchor_on`) from which something anchored here is counted, and their `at_site`."""
    if anchor in ANCHOR_DAYS:
        enrolments = Enrolment.objects.filter(randomised_on__isnull=False)
        return enrolments.annotate(anchor_on=F(ANCHOR_DAYS[anchor]), at_site=F("site"))
    number = int(anchor.removeprefix("visit_"))
    randomised = Enrolment.objects.filter(participant=OuterRef("participant"), randomised_on__isnull=False)
    held = BookedVisit.objects.filter(Exists(randomised), number=number, held_at__isnull=False)
    return held.annotate(anchor_on=_day_of("held_at"), at_site=F("participant__site"))


def _day_of(moment: str) -> TruncDate:
    return TruncDate(moment, tzinfo=clock.STOCKHOLM)


def _by_site(rows: "QuerySet[Any]") -> dict[int, int]:
    return dict(rows.values_list("at_site").annotate(n=Count("*")).order_by())


def _site_numbers(
    site: Site,
    enrolled: Iterable[_Enrolled],
    follow_up: Mapping[int, FollowUp],
    visits: Mapping[int, VisitCount],
) -> SiteNumbers:
    months: Counter[date] = Counter()
    stages: Counter[str] = Counter()
    for row in enrolled:
        if row.site != site.pk:
            continue
        stages[row.stage] += row.count
        if row.month:
            months[row.month] += row.count
    return SiteNumbers(
        site=site,
        randomised=months.total(),
        months=dict(months),
        stages=dict(stages),
        follow_up=follow_up.get(site.pk, FollowUp()),
        visits=visits.get(site.pk, VisitCount()),
    )


def _recruitment(protocol: Protocol, sites: Iterable[SiteNumbers]) -> Recruitment:
    by_month: Counter[date] = Counter()
    for site in sites:
        by_month.update(site.months)
    plan = protocol.recruitment
    starts = [*by_month, *([plan.starts_on] if plan else [])]
    months, so_far = [], 0
    for first in _months_between(min(starts), clock.today()) if starts else ():
        so_far += by_month[first]
        months.append(Month(first, by_month[first], so_far))
    return Recruitment(
        months=tuple(months),
        planned_n=protocol.trial.planned_n,
        starts_on=plan.starts_on if plan else None,
        planned_months=plan.months if plan else None,
    )


def _months_between(first: date, last: date) -> list[date]:
    """The first days of the months from that of `first` to that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


# Messages ---------------------------------------------------------------------------------------------------------
PUNCTUALITY_OVER = timedelta(weeks=4)


def punctuality_of_messages(protocol: Protocol) -> Punctuality:
    """How soon messages were answered in the last four weeks, in all channels and at all sites together.

    Together, since a number for the therapists alone would tell of an arm. As the system; three queries.
    """
    with acting_as(SYSTEM):
        found = messaging.waits_since(clock.now() - PUNCTUALITY_OVER)
    return punctual(found, protocol)


def punctual(found: messaging.Waited, protocol: Protocol) -> Punctuality:
    """How well the protocol's promises were kept for some waits."""
    waits = (Waits(one.since, one.until, protocol.answered_within(one.channel), one.number) for one in found.days)
    hours = None if found.median is None else found.median / timedelta(hours=1)
    return punctuality(waits, protocol.workdays(), clock.today(), hours)


# What is late -----------------------------------------------------------------------------------------------------
def late_visits(sites: Iterable[int], on: date | None = None) -> QuerySet[BookedVisit]:
    """Visits at some sites whose booked day has passed and of which nothing was recorded, the longest ago first; slice it.

    Of people who are still in the trial, and as far as row-level security shows them to the actor.
    """
    going_on = Enrolment.objects.filter(participant=OuterRef("participant")).exclude(stage__in=ENDED)
    no_plan = Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=["plan", "everything"])
    return (
        BookedVisit.objects.filter(
            Exists(going_on),
            ~Exists(no_plan),
            ~life.held_back(),
            Q(missed_at=None) | Q(missed_at__lt=F("booked_at")),
            held_at=None,
            planned_on__lt=on or clock.today(),
            participant__site__in=list(sites),
        )
        .select_related("participant__site")
        .order_by("planned_on", "pk")
    )


# The record of one person -----------------------------------------------------------------------------------------
SHOWN_VERBS = frozenset(
    {
        "assessments.opened",
        "consent.given",
        "consent.refused",
        "monitoring.query_answered",
        "monitoring.query_closed",
        "monitoring.query_closed_by_rule",
        "monitoring.query_raised",
        "monitoring.query_raised_by_rule",
        "monitoring.query_raised_from_finding",
        "monitoring.query_reopened",
        "monitoring.query_reopened_by_rule",
        "people.identity_corrected",
        "people.identity_erased",
        "people.language_chosen",
        "people.life_event_ended",
        "people.life_event_kept",
        "people.participant_added",
        "people.reach_confirmed",
        "people.reach_kept",
        "physiotherapy.goals_locked",
        "physiotherapy.plan_agreed",
        "physiotherapy.visit_booked",
        "physiotherapy.visit_missed",
        "safety.alert_handled",
        "safety.alert_raised",
        "trial.activity_decided",
        "trial.answers_sent",
        "trial.arm_looked_up",
        "trial.arm_shown_again",
        "trial.asking_moved",
        "trial.called",
        "trial.concern_reported",
        "trial.criterion_decided",
        "trial.goal_rated",
        "trial.handed_over_to_site",
        "trial.incentive_kept",
        "trial.invited",
        "trial.left_before_randomisation",
        "trial.physiotherapist_changed",
        "trial.randomised",
        "trial.randomised_from_reserve",
        "trial.referral_made",
        "trial.something_is_wrong",
        "trial.taken_over_from_site",
        "trial.visit_held",
        "trial.visit_moved",
        "trial.visits_taken_over",
    }
)
"""What blind eyes may read in a person's record: the same for the same life in every arm.

Left out are programme, allocation, letters and messages; who signed in and how often; who treats the person (only some
arms have a therapist); and withdrawals, since one that stops nothing else that is seen has stopped the programme.
"""


def record_of(participant_code: str) -> QuerySet[Event]:
    """What was done about one participant, newest first, without anything that tells an arm. Show no event's reason."""
    return audit.events_of(participant_code).filter(verb__in=SHOWN_VERBS).defer("reason")
