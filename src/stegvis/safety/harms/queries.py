"""Reads of adverse events: what is asked of a person now, what was told, how it was judged, what waits for whom."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consent
from stegvis.consent.models import Layer
from stegvis.methods.study.adverse_events import AdverseEvents
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy.models import Visit
from stegvis.protocol import queries as protocols
from stegvis.safety.harms.models import CRITERIA as CRITERIA
from stegvis.safety.harms.models import PROCEDURES as PROCEDURES
from stegvis.safety.harms.models import (
    RELATED,
    AdverseEvent,
    EventAssessment,
    EventVersion,
    EventWords,
    Place,
    SolicitedAnswer,
    SponsorTold,
)
from stegvis.safety.harms.models import Channel as Channel
from stegvis.safety.harms.models import Course as Course
from stegvis.safety.harms.models import How as How
from stegvis.safety.harms.models import Measure as Measure
from stegvis.safety.harms.models import Relation as Relation
from stegvis.safety.harms.models import Settling as Settling
from stegvis.safety.harms.models import Severity as Severity


# What the protocol asks -----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Asked:
    """The question at one of its times: since when, until when it can be answered."""

    moment: str
    asked_on: date
    open_until: date


def rules() -> AdverseEvents | None:
    """What the protocol says of adverse events, or None when it keeps none."""
    return protocols.current().adverse_events


def judged_against(protocol: Protocol) -> tuple[str, ...]:
    """What an event is judged against, for everybody alike: every treatment that any arm has, and the procedures."""
    treatments = dict.fromkeys(treatment for arm in protocol.arms for treatment in arm.treatments)
    return (*treatments, PROCEDURES)


def asked_of(participant: Participant, *, own: bool = False) -> Asked | None:
    """The question that waits for a person now: of the times that have come the last, while open and not answered.

    None for whoever has stopped answering questions. Read as the system, since whoever asks in a call sees no visits,
    unless it is the person's `own` page; at most four queries.
    """
    said = rules()
    if said is None:
        return None
    with nullcontext() if own else acting_as(SYSTEM):
        if not consent.goes_on(participant, Layer.QUESTIONS):
            return None
        today = clock.today()
        reached = [each for each in _times(said, participant) if each.asked_on <= today]
        last = max(reached, key=lambda each: each.asked_on, default=None)
        if last is None or last.open_until < today:
            return None
        return None if answer_to(participant, last.moment) else last


def _times(said: AdverseEvents, participant: Participant) -> list[Asked]:
    """The times of the question that this person has, past and to come."""
    opens = Assessment.objects.filter(participant=participant, occasion__in=said.asked_at)
    found = dict(opens.values_list("occasion", "opens_on"))
    held = Visit.objects.filter(participant=participant, held_at__isnull=False).values_list("number", "held_at")
    found |= {f"visit_{number}": clock.local(at).date() for number, at in held if at}
    still_open = timedelta(days=said.open_days)
    return [Asked(code, found[code], found[code] + still_open) for code in said.asked_at if code in found]


def answer_to(participant: Participant, moment: str) -> SolicitedAnswer | None:
    """What a person answered at one of the times."""
    return SolicitedAnswer.objects.filter(participant=participant, moment=moment).first()


def answers_of(participant: Participant) -> QuerySet[SolicitedAnswer]:
    """What a person answered, the newest first."""
    return SolicitedAnswer.objects.filter(participant=participant).order_by("-answered_at", "-pk")


# Events ---------------------------------------------------------------------------------------------------------------
def event(pk: int) -> AdverseEvent | None:
    """One event with its participant and site, if row-level security lets the actor see it."""
    return AdverseEvent.objects.select_related("participant__site", "clock").filter(pk=pk).first()


def events_of(participant: Participant) -> list[AdverseEvent]:
    """One person's events, the newest first, each with its newest version as `latest` (a list)."""
    return list(with_latest(AdverseEvent.objects.filter(participant=participant)).order_by("-number"))


def with_latest(rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Events with their newest version as the list `latest`, empty before the first."""
    newest = EventVersion.objects.filter(event=OuterRef("event")).order_by("-version").values("pk")[:1]
    latest = Prefetch("versions", EventVersion.objects.filter(pk=Subquery(newest)), to_attr="latest")
    return rows.select_related("participant__site", "clock").prefetch_related(latest)


def versions_of(of: AdverseEvent) -> list[EventVersion]:
    """What was known of an event, the newest first."""
    return list(EventVersion.objects.filter(event=of).select_related("written_by").order_by("-version"))


def latest_version(of: AdverseEvent) -> EventVersion | None:
    """What is known of an event now."""
    return EventVersion.objects.filter(event=of).order_by("-version").first()


def words_of(of: AdverseEvent) -> EventWords | None:
    """What was said of an event; None for who is not shown it."""
    return EventWords.objects.select_related("written_by").filter(event=of).first()


def tellings_of(of: AdverseEvent) -> list[SponsorTold]:
    """Who outside was told of an event."""
    return list(SponsorTold.objects.filter(event=of).select_related("told_by").order_by("told_at", "pk"))


# Judgements -----------------------------------------------------------------------------------------------------------
def assessments_of(of: AdverseEvent) -> list[EventAssessment]:
    """Every judgement of an event that the actor may see, the oldest first."""
    return list(EventAssessment.objects.filter(event=of).select_related("assessed_by").order_by("assessed_at", "pk"))


def newest(of: AdverseEvent) -> dict[str, EventAssessment]:
    """The judgement of each place that counts, by place."""
    return {each.place: each for each in assessments_of(of)}


def differences(first: EventAssessment | None, second: EventAssessment | None) -> tuple[str, ...]:
    """In what two judgements disagree: "serious", and each thing that one takes to be related and the other does not."""
    if first is None or second is None:
        return ()
    found = ("serious",) if first.serious != second.serious else ()
    return found + tuple(
        to
        for to in sorted(first.relations)
        if (first.relations[to] in RELATED) != (second.relations.get(to) in RELATED)
    )


def to_settle(judged: Mapping[str, EventAssessment]) -> tuple[str, ...]:
    """In what the two judgements disagree as long as nothing later has settled it."""
    found = differences(judged.get(Place.FIRST), judged.get(Place.SECOND))
    settled = judged.get(Place.SETTLED)
    is_settled = settled is not None and all(
        settled.assessed_at >= judged[place].assessed_at for place in (Place.FIRST, Place.SECOND) if place in judged
    )
    return () if is_settled else found


def criteria_met(judged: EventAssessment) -> list[str | Promise]:
    """The criteria of seriousness that a judgement ticks, in words."""
    return [sentence for name, sentence in CRITERIA.items() if getattr(judged, name)]


# What waits -----------------------------------------------------------------------------------------------------------
def _place(place: str) -> QuerySet[EventAssessment]:
    return EventAssessment.objects.filter(event=OuterRef("pk"), place=place)


def _described() -> QuerySet[EventVersion]:
    return EventVersion.objects.filter(event=OuterRef("pk"))


def at_sites(sites: Iterable[int]) -> QuerySet[AdverseEvent]:
    """Events at some sites, the newest first."""
    return AdverseEvent.objects.filter(participant__site__in=list(sites)).order_by("-noticed_at", "-pk")


def to_describe(rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Of some events those that nobody has described, or assessed first, yet."""
    return rows.filter(~Exists(_described()) | ~Exists(_place(Place.FIRST)))


def to_tell(rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Of some events those whose clock runs: nobody outside has been told, and no later judgement took it for not serious."""
    told = SponsorTold.objects.filter(event=OuterRef("pk"))
    judged = EventAssessment.objects.filter(event=OuterRef("pk"), place__in=(Place.FIRST, Place.SETTLED))
    standing = Subquery(judged.order_by("-pk").values("serious")[:1])
    waiting = rows.filter(~Exists(told), clock__isnull=False).annotate(standing=standing)
    return waiting.filter(Q(standing=None) | Q(standing=True)).order_by("clock__tell_by", "pk")


def unsettled(rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Of some events those whose last judgement differs from the other one, the oldest first."""
    last = EventAssessment.objects.filter(event=OuterRef("pk")).order_by("-pk").values("differs")[:1]
    return rows.annotate(unsettled=Subquery(last)).filter(unsettled=True).order_by("noticed_at", "pk")


def to_assess_blind(rows: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    """Of some events those that wait for the second judgement: described and not judged, the oldest first."""
    return rows.filter(Exists(_described()), ~Exists(_place(Place.SECOND))).order_by("noticed_at", "pk")


@dataclass(frozen=True)
class Counts:
    """Events of some sites in numbers, of all arms together."""

    events: int
    people: int
    serious: int
    asked: int
    answered_yes: int


def counts(sites: Iterable[int]) -> Counts:
    """How many events, of how many people, how many of them with a clock; how often the question was answered. Two queries."""
    there = list(sites)
    found = AdverseEvent.objects.filter(participant__site__in=there).aggregate(
        events=Count("pk"), people=Count("participant", distinct=True), serious=Count("clock")
    )
    answered = SolicitedAnswer.objects.filter(participant__site__in=there).aggregate(
        asked=Count("pk"), answered_yes=Count("pk", filter=Q(said=True))
    )
    return Counts(**found, **answered)
