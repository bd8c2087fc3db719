"""Rows of an extract about harms: events by their newest version with both judgements, and how often everybody was asked.

Words stay. Before the lock the relation to a treatment of some arms is left out of what the site judged, which may know the
arm, and of what stands, which follows it; whoever judged second did not know.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import Any

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.consent.models import Layer, Withdrawal
from stegvis.methods.analysis import harm_tables as tables
from stegvis.physiotherapy.models import Visit
from stegvis.protocol import queries as protocols
from stegvis.reporting import queries
from stegvis.reporting.queries import CHUNK
from stegvis.safety.harms.queries import CRITERIA, How
from stegvis.safety.models import (
    AdverseEvent,
    EventAssessment,
    EventVersion,
    SeriousClock,
    SolicitedAnswer,
    SponsorTold,
)
from stegvis.trial.models import Enrolment

FIRST, SECOND, SETTLED = "first", "second", "settled"
TREATMENTS = ("activity_plan", "programme")


def rows(*, unblinded: bool) -> dict[str, Iterator[Any]]:
    """The rows of every table about harms, by its name."""
    return {"adverse_events": events(unblinded=unblinded), "adverse_event_reports": reports()}


def events(*, unblinded: bool) -> Iterator[tables.AdverseEvent]:
    """Every event of everybody who consented."""
    open_to_all = _open_to_all(unblinded=unblinded)
    found = AdverseEvent.objects.filter(participant__in=_consented()).select_related("participant")
    rows = found.order_by("participant__code", "number").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        yield from _described(chunk, open_to_all)


def _described(chunk: list[AdverseEvent], open_to_all: frozenset[str]) -> Iterator[tables.AdverseEvent]:
    """Some events with what is known of each."""
    versions = EventVersion.objects.filter(event__in=chunk).order_by("version").defer("narrative", "changed_why")
    newest = {row.event_id: row for row in versions}
    judged: dict[int, dict[str, EventAssessment]] = {}
    for row in EventAssessment.objects.filter(event__in=chunk).order_by("assessed_at", "pk").defer("reason"):
        judged.setdefault(row.event_id, {})[row.place] = row
    clocks = dict(SeriousClock.objects.filter(event__in=chunk).values_list("event", "tell_by"))
    told = dict(SponsorTold.objects.filter(event__in=chunk).order_by("-told_at").values_list("event", "told_at"))
    for each in chunk:
        yield tables.AdverseEvent(
            participant=each.participant.code, number=each.number,
            how="solicited" if each.how == How.SOLICITED else "unasked", noticed_on=clock.local(each.noticed_at).date(),
            tell_by=clocks.get(each.pk), told_at=told.get(each.pk), **_known(newest.get(each.pk)),
            **_judged(judged.get(each.pk, {}), open_to_all),
        )  # fmt: skip


def _consented() -> Any:
    return Enrolment.objects.exclude(consented_on=None).values("participant")


def _open_to_all(*, unblinded: bool) -> frozenset[str]:
    """The treatments about which the site's judgement is shown."""
    return frozenset(TREATMENTS if unblinded else queries.shared_treatments(protocols.current()))


def _known(version: EventVersion | None) -> dict[str, Any]:
    names = ("term", "started_on", "ended_on", "expected", "severity", "measure", "course")
    if version is None:
        return {"versions": 0, **dict.fromkeys(names)}
    return {"versions": version.version, **{name: getattr(version, name) for name in names}}


def _judged(judged: dict[str, EventAssessment], open_to_all: frozenset[str]) -> dict[str, Any]:
    first, second = judged.get(FIRST), judged.get(SECOND)
    stands = judged.get(SETTLED) or first
    met = [name for name in CRITERIA if stands is not None and getattr(stands, name)]
    found: dict[str, Any] = {
        "serious_first": first.serious if first else None, "serious_second": second.serious if second else None,
        "serious": stands.serious if stands else None, "criteria": "+".join(met) or None, "settled": SETTLED in judged,
    }  # fmt: skip
    for to in (*TREATMENTS, "procedures"):
        is_open = to not in TREATMENTS or to in open_to_all
        found[f"{to}_first"] = _relation(first, to) if is_open else None
        found[f"{to}_second"] = _relation(second, to)
        found[to] = _relation(stands, to) if is_open else None
    return found


def _relation(judged: EventAssessment | None, to: str) -> str | None:
    return judged.relations.get(to) if judged else None


def reports() -> Iterator[tables.AdverseEventReport]:
    """Every time at which the question was asked of somebody who still answered questions, answered or not."""
    said = protocols.current().adverse_events
    if said is None:
        return
    left, asked = _left_questions(), _asked(said.asked_at)
    while chunk := list(islice(asked, CHUNK)):
        yield from _reported(chunk, left)


def _reported(chunk: list[tuple[int, str, str, date]], left: dict[int, date]) -> Iterator[tables.AdverseEventReport]:
    """What was said on some of the times."""
    people = {pk for pk, *_ in chunk}
    given = {(row.participant_id, row.moment): row for row in SolicitedAnswer.objects.filter(participant__in=people)}
    for pk, code, moment, asked_on in chunk:
        row = given.get((pk, moment))
        if row is None and left.get(pk, date.max) <= asked_on:
            continue
        yield tables.AdverseEventReport(
            participant=code, moment=moment, asked_on=row.asked_on if row else asked_on,
            answered_on=clock.local(row.answered_at).date() if row else None, said=row.said if row else None,
            channel=row.channel if row else None,
        )  # fmt: skip


def _asked(moments: tuple[str, ...]) -> Iterator[tuple[int, str, str, date]]:
    """Participant, code, time and day of each time that has come."""
    opened = Assessment.objects.filter(
        occasion__in=moments, opens_on__lte=clock.today(), participant__in=_consented(), tells_arm=False
    )
    opened = opened.order_by("participant__code", "occasion")
    yield from opened.values_list("participant", "participant__code", "occasion", "opens_on").iterator(chunk_size=CHUNK)
    held = Visit.objects.filter(held_at__isnull=False, participant__in=_consented())
    held = held.order_by("participant__code", "number")
    rows = held.values_list("participant", "participant__code", "number", "held_at")
    for pk, code, number, at in rows.iterator(chunk_size=CHUNK):
        if at and f"visit_{number}" in moments:
            yield pk, code, f"visit_{number}", clock.local(at).date()


def _left_questions() -> dict[int, date]:
    """Since when somebody answers no questions any more, by participant."""
    found = Withdrawal.objects.filter(layer__in=(Layer.QUESTIONS, Layer.EVERYTHING)).order_by("-at")
    return {pk: clock.local(at).date() for pk, at in found.values_list("participant", "at")}
