"""Reads of data queries and findings, as far as row-level security shows them; `open_queries` and `ages` are of the whole trial.

Slice what is listed: it is ordered, and may be long.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.monitoring.models import AskedOf as AskedOf
from stegvis.monitoring.models import DataQuery as DataQuery
from stegvis.monitoring.models import Finding as Finding
from stegvis.monitoring.models import FindingKind as FindingKind
from stegvis.monitoring.models import Origin as Origin
from stegvis.monitoring.models import QueryStep
from stegvis.monitoring.models import State as State
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant

NOT_CLOSED = ~Q(state=State.CLOSED)


@dataclass(frozen=True)
class Ages:
    """The open queries of a site, or of all: how many, how many are older than the protocol wants, the oldest one's moment."""

    open: int = 0
    late: int = 0
    oldest: datetime | None = None


def open_queries(occasions: Collection[str] | None = None) -> int:
    """How many data queries of the whole trial are not closed; of some occasions, and of none of them, where told.

    A query that names no occasion counts for every analysis. As the system: what an actor may not see is not settled.
    """
    with acting_as(SYSTEM):
        rows = DataQuery.objects.filter(NOT_CLOSED)
        if occasions is not None:
            rows = rows.filter(occasion__in=["", *occasions])
        return rows.count()


def ages(late_after_days: int) -> dict[int, Ages]:
    """By site, the open queries of the whole trial; sites without any are not in it. As the system, one query."""
    late = clock.now() - timedelta(days=late_after_days)
    with acting_as(SYSTEM):
        rows = (
            DataQuery.objects.filter(NOT_CLOSED)
            .values_list("participant__site")
            .annotate(n=Count("pk"), late=Count("pk", filter=Q(raised_at__lt=late)), oldest=Min("raised_at"))
            .order_by()
        )
        return {site: Ages(*counts) for site, *counts in rows}


def query(pk: int) -> DataQuery | None:
    """One query, if row-level security lets the actor see it."""
    return _rows().filter(pk=pk).first()


def listed(state: str = "", site: str = "", asked_of: str = "", code: str = "") -> QuerySet[DataQuery]:
    """Queries by state (`""`: all that are not closed), site code, who answers and participant code; the oldest first."""
    found = _rows().filter(Q(state=state) if state else NOT_CLOSED)
    if site:
        found = found.filter(participant__site__code=site)
    if asked_of:
        found = found.filter(asked_of=asked_of)
    if code:
        found = found.filter(participant__code=code)
    return found.order_by("-raised_at" if state == State.CLOSED else "raised_at", "pk")


def counts() -> Mapping[str, int]:
    """How many queries that the actor sees stand in each state."""
    return dict(DataQuery.objects.values_list("state").annotate(n=Count("pk")).order_by())


def waiting_for(role: str) -> QuerySet[DataQuery]:
    """Queries that whoever is in a role should answer, as far as the actor sees them; the oldest first."""
    return _rows().filter(state__in=[State.OPEN, State.REOPENED], asked_of=role).order_by("raised_at", "pk")


def of_participant(participant: Participant) -> QuerySet[DataQuery]:
    """The queries about one participant, open ones first, then the newest first."""
    rows = DataQuery.objects.filter(participant=participant).select_related("participant__site")
    return rows.annotate(is_closed=Q(state=State.CLOSED)).order_by("is_closed", "-raised_at", "-pk")


def steps_of(query: DataQuery) -> QuerySet[QueryStep]:
    """A query's thread, in the order in which it was said."""
    return QueryStep.objects.filter(query=query).select_related("account", "correction").order_by("pk")


def steps_about(participant: Participant) -> QuerySet[QueryStep]:
    """What was done about all queries of one participant, without the words, in the order in which it was."""
    rows = QueryStep.objects.filter(query__participant=participant).select_related("account")
    return rows.defer("words", "value").order_by("pk")


def findings() -> QuerySet[Finding]:
    """What quality checks found and nobody has asked about yet, the newest first; each with the participant's site."""
    asked = DataQuery.objects.filter(
        rule=OuterRef("kind"), participant=OuterRef("assessment__participant"),
        occasion=OuterRef("assessment__occasion"), instrument=OuterRef("instrument"),
    )  # fmt: skip
    rows = Finding.objects.filter(~Exists(asked)).select_related("assessment__participant__site")
    return rows.order_by("-found_at", "-pk")


def finding(pk: int) -> Finding | None:
    """One finding, if row-level security lets the actor see it."""
    return Finding.objects.select_related("assessment__participant__site").filter(pk=pk).first()


def rule_queries(participants: Iterable[int]) -> dict[tuple[int, str, str, str, str], DataQuery]:
    """The queries that edit checks raised about some participants, by participant, rule and datum."""
    rows = DataQuery.objects.filter(participant__in=list(participants), origin=Origin.RULE)
    rows = rows.select_related("participant__site")
    return {(row.participant_id, row.rule, row.occasion, row.instrument, row.item): row for row in rows}


def _rows() -> QuerySet[DataQuery]:
    return DataQuery.objects.select_related("participant__site", "raised_by")
