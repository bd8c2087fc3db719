"""Every write about adverse events. What tells the rota, and what looks at whether somebody is unmasked, is `trial`'s."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action
from stegvis.audit.once import earlier, make_in_turn
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.safety.harms import policies, queries
from stegvis.safety.harms.errors import AskedAlready, DescribedMeanwhile, NotAskedNow, UnknownWord
from stegvis.safety.harms.models import (
    CRITERIA,
    AdverseEvent,
    Channel,
    EventAssessment,
    EventVersion,
    EventWords,
    How,
    Place,
    SeriousClock,
    SolicitedAnswer,
    SponsorTold,
)


@action("safety.harms_answered", detail=("moment", "channel"))
def answer_question(
    *, participant: Participant, moment: str, said: bool, channel: str = Channel.WEB, key: UUID, by: Actor
) -> SolicitedAnswer:
    """Keep whether anything is new or worse, as it was asked at one of the protocol's times; one answer each time.

    The record says that the question was answered, and not how.
    """
    policies.check_kept()
    policies.check_may_tell(by, participant)
    if channel not in Channel.values:
        raise UnknownWord()
    _in_turn(participant)
    again = earlier(SolicitedAnswer, key, said={"moment": moment, "said": said}, participant=participant)
    if again is not None:
        return again
    there = queries.answer_to(participant, moment)
    if there is not None:
        raise AskedAlready(day=clock.local(there.answered_at).date())
    asked = queries.asked_of(participant)
    if asked is None or asked.moment != moment:
        raise NotAskedNow()
    return make_in_turn(
        SolicitedAnswer, key, participant=participant, moment=moment, asked_on=asked.asked_on, said=said,
        channel=channel, answered_at=clock.now(), answered_by_id=by.pk,
    )  # fmt: skip


@action("safety.event_noted", detail=("how",))
def note_event(
    *, participant: Participant, words: str, how: str, began_on: date | None = None, needed_care: bool = False,
    answer: SolicitedAnswer | None = None, key: UUID, by: Actor,
) -> AdverseEvent:  # fmt: skip
    """Keep that something bad happened, in the words in which it was told; one that needed care starts the clock.

    Words lie encrypted and stay out of the record. The same key again gives the event that it made.
    """
    said = policies.check_kept()
    policies.check_may_tell(by, participant)
    policies.check_told(words, began_on)
    if how not in How.values:
        raise UnknownWord()
    _in_turn(participant)
    again = earlier(AdverseEvent, key, said={"needed_care": needed_care}, participant=participant)
    if again is not None:
        return again
    last = AdverseEvent.objects.filter(participant=participant).order_by("-number").first()
    event = make_in_turn(
        AdverseEvent, key, participant=participant, number=last.number + 1 if last else 1, how=how, answer=answer,
        needed_care=needed_care, said_began_on=began_on, noticed_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):  # an outcome assessor who hears of it is not shown such words
        EventWords.objects.create(event=event, words=words.strip(), written_by_id=by.pk)
    if needed_care:
        _start_clock(event, said.serious_within_hours)
    return event


@action("safety.event_described", detail=("after",))
def describe_event(
    *, event: AdverseEvent, after: int, term: str, narrative: str, started_on: date, ended_on: date | None,
    expected: bool, severity: str, measure: str, course: str, changed_why: str = "", key: UUID, by: Account,
) -> EventVersion:  # fmt: skip
    """Write down what is known of an event: its kind, days, severity, what was done and how it went.

    `after` is the number of the version that was read before writing, 0 for none: whoever has not read the newest is
    refused and loses nothing. What stood before stays; a further version says why it is put otherwise.
    """
    policies.check_may_describe(by, event.participant)
    given = {
        "term": term, "narrative": narrative, "started_on": started_on, "ended_on": ended_on, "expected": expected,
        "severity": severity, "measure": measure, "course": course,
    }  # fmt: skip
    _in_turn(event.participant)
    again = earlier(EventVersion, key, said={"narrative": narrative, "term": term}, event=event)
    if again is not None:
        return again
    latest = queries.latest_version(event)
    if latest is not None and latest.version != after:
        raise DescribedMeanwhile(code=latest.written_by.code)
    policies.check_description(given, latest, changed_why)
    return make_in_turn(
        EventVersion, key, event=event, version=after + 1, changed_why=changed_why or None, written_at=clock.now(),
        written_by=by, **given,
    )  # fmt: skip


@action("safety.event_assessed", detail=("place",))
def assess_event(
    *, event: AdverseEvent, place: str, serious: Collection[str], relations: Mapping[str, str], reason_given: str = "",
    key: UUID, by: Account,
) -> EventAssessment:  # fmt: skip
    """Judge whether an event is serious, criterion by criterion, and its relation to each treatment and the procedures.

    `place` is `first` or `second`. A later judgement of the same place counts instead, and the earlier one stays. The first
    that ticks a criterion starts the clock. The record says that it was judged, and not how.
    """
    if place not in {Place.FIRST, Place.SECOND}:
        raise UnknownWord()
    policies.check_may_assess(by, event, place)
    policies.check_judgement(serious, relations)
    _in_turn(event.participant)
    again = earlier(EventAssessment, key, said={"place": place, "reason": reason_given}, event=event)
    if again is not None:
        return again
    latest = policies.check_described(queries.latest_version(event))
    if place == Place.SECOND:
        with acting_as(SYSTEM):  # whoever judges second is not shown the first judgement
            first = queries.newest(event).get(Place.FIRST)
        policies.check_second(by, first)
    return _keep(event, place, serious, relations, reason_given, latest.version, key, by)


@action("safety.event_settled", detail=("how",))
def settle_event(
    *, event: AdverseEvent, serious: Collection[str], relations: Mapping[str, str], how: str, words: str, key: UUID,
    by: Account,
) -> EventAssessment:  # fmt: skip
    """Settle in what the two judgements differ: both agreed, or a third person of the site decided; with the reason."""
    policies.check_may_assess(by, event, Place.SETTLED)
    policies.check_judgement(serious, relations)
    _in_turn(event.participant)
    again = earlier(EventAssessment, key, said={"settled_how": how, "reason": words}, event=event)
    if again is not None:
        return again
    latest = policies.check_described(queries.latest_version(event))
    policies.check_settling(by, queries.newest(event), how, words)
    return _keep(event, Place.SETTLED, serious, relations, words, latest.version, key, by, how)


@action("safety.sponsor_told")
def tell_sponsor(
    *, event: AdverseEvent, told_to: str, told_at: datetime | None = None, key: UUID, by: Account
) -> SponsorTold:
    """Keep that somebody outside was told of a serious event, whom and when; the clock stops for it."""
    policies.check_may_describe(by, event.participant)
    moment = told_at or clock.now()
    policies.check_telling(event, told_to, moment)
    _in_turn(event.participant)
    again = earlier(SponsorTold, key, said={"told_to": told_to}, event=event)
    if again is not None:
        return again
    return make_in_turn(SponsorTold, key, event=event, told_to=told_to, told_at=moment, told_by=by)


def _in_turn(participant: Participant) -> None:
    """Of two writes about one person's events the second waits for the first."""
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=participant.pk)


def _keep(
    event: AdverseEvent, place: str, serious: Collection[str], relations: Mapping[str, str], reason: str,
    of_version: int, key: UUID, by: Account, how: str = "",
) -> EventAssessment:  # fmt: skip
    with acting_as(SYSTEM):  # whoever judges second is not shown the other judgement, only that they differ is kept
        judged = queries.newest(event)
    other = judged.get({Place.FIRST: Place.SECOND, Place.SECOND: Place.FIRST}.get(Place(place), Place.SETTLED))
    ticked = {name: name in serious for name in CRITERIA}
    row = EventAssessment(place=place, serious=any(ticked.values()), relations=dict(relations), **ticked)
    differs = place != Place.SETTLED and bool(queries.differences(row, other))
    kept = make_in_turn(
        EventAssessment, key, event=event, place=place, number=judged[place].number + 1 if place in judged else 1,
        relations=dict(relations), serious=row.serious, differs=differs, reason=reason or None, settled_how=how,
        of_version=of_version, assessed_at=clock.now(), assessed_by=by, **ticked,
    )  # fmt: skip
    if kept.serious:
        _start_clock(event, policies.check_kept().serious_within_hours)
    return kept


def _start_clock(event: AdverseEvent, hours: int) -> None:
    """From now on, unless it runs already; as the system, since neither participant nor assessor sees it."""
    now = clock.now()
    with acting_as(SYSTEM):
        SeriousClock.objects.get_or_create(
            event=event, defaults={"started_at": now, "tell_by": now + timedelta(hours=hours)}
        )
