"""Blind reads of the schedule: what is late, closing, open, to be recorded or to be booked again, at some sites.

Every list is one query set in the order in which it should be worked through, to be counted and sliced by whoever asks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment, Correction, Response
from stegvis.audit import clock
from stegvis.consent.models import Withdrawal
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.schedule import CLOSING_DAYS
from stegvis.people.life import queries as life
from stegvis.people.models import Participant
from stegvis.physiotherapy.models import Visit
from stegvis.trial.models import Enrolment, Incentive, MovedDate, Stage
from stegvis.trial.scheduling.models import MoveReason as MoveReason

ENDED = (Stage.NOT_RANDOMISED, Stage.WITHDRAWN)
AHEAD = timedelta(days=7)
"""How far ahead visits are listed."""
BOOKED_AGAIN_WITHIN = timedelta(days=56)
"""How long a visit that did not take place is asked about; after that it is part of what happened."""
NO_QUESTIONS, NO_VISITS = ("questions", "everything"), ("plan", "everything")
"""Layers of a withdrawal that end what is asked, and the visits."""

QUESTIONS = ("late", "closing", "open")
VISITS = ("unrecorded", "missed", "coming")
STATES = (*QUESTIONS, *VISITS)
"""The lists of the schedule, in the order in which they are worked through within each kind."""


# Lists ------------------------------------------------------------------------------------------------------------
def awaited(sites: Iterable[int], state: str, on: date | None = None) -> QuerySet[Assessment]:
    """Questions at some sites that are not answered: `late`, `closing` within a week, or `open` for longer.

    Whoever stopped the questions or left is not among them, nor whom something has happened to, nor what is locked. Those
    closing first come first.
    """
    day = on or clock.today()
    closing = day + timedelta(days=CLOSING_DAYS - 1)
    within = {
        "late": Q(closes_on__lt=day),
        "closing": Q(closes_on__range=(day, closing), opens_on__lte=day),
        "open": Q(closes_on__gt=closing, opens_on__lte=day),
    }
    rows = asked_at(sites).filter(within[state], submitted_at=None, minimum_at=None)
    return rows.select_related("participant__site").order_by("closes_on", "pk")


def asked_at(sites: Iterable[int]) -> QuerySet[Assessment]:
    """Questions of people at some sites who are still asked them."""
    return assessments.not_locked().filter(
        ~withdrew(NO_QUESTIONS), ~life.held_back(), goes_on(), participant__site__in=list(sites)
    )  # fmt: skip


def visits(sites: Iterable[int], state: str, on: date | None = None) -> QuerySet[Visit]:
    """Visits at some sites that were not held: `unrecorded` though their day is over, `missed`, or `coming` within a week.

    Of the missed those that can still be booked again: not long ago, and no later one held or missed since.
    """
    day = on or clock.today()
    missed = Q(missed_at__gt=F("booked_at"))
    planned = Q(missed_at=None) | Q(missed_at__lte=F("booked_at"))
    which = {
        "unrecorded": planned & Q(planned_on__lt=day),
        "missed": missed & Q(planned_on__gte=day - BOOKED_AGAIN_WITHIN) & ~Q(_overtaken()),
        "coming": planned & Q(planned_on__range=(day, day + AHEAD)),
    }
    rows = Visit.objects.filter(
        which[state], ~withdrew(NO_VISITS), ~life.held_back(), goes_on(), held_at=None,
        participant__site__in=list(sites),
    )  # fmt: skip
    return rows.select_related("participant__site").defer("missed_reason").order_by("planned_on", "pk")


def counts(sites: Iterable[int], on: date | None = None) -> dict[str, int]:
    """How many stand in each list."""
    own = list(sites)
    found = {state: awaited(own, state, on).count() for state in QUESTIONS}
    return found | {state: visits(own, state, on).count() for state in VISITS}


def _overtaken() -> Exists:
    """Whether a later visit of the same person was held or missed, after which nobody books this one again."""
    later = Visit.objects.filter(participant=OuterRef("participant"), number__gt=OuterRef("number"))
    return Exists(later.exclude(held_at=None, missed_at=None))


def withdrew(layers: Iterable[str]) -> Exists:
    """Whether the participant of a row has withdrawn from one of these layers."""
    return Exists(Withdrawal.objects.filter(participant=OuterRef("participant"), layer__in=list(layers)))


def goes_on() -> Exists:
    """Whether the participant of a row is still in the trial."""
    going = Enrolment.objects.filter(participant=OuterRef("participant"))
    return Exists(going.exclude(stage__in=ENDED))


def to_remind(sites: Iterable[int], occasion: str, codes: Iterable[str] = ()) -> QuerySet[Assessment]:
    """Questions of one occasion at some sites with participant and account: those of `codes`, or all not answered.

    Without `codes` only of those who are still asked; who was named is there in any case, so that a page can say why not.
    """
    named = list(codes)
    rows = Assessment.objects.filter(tells_arm=False, occasion=occasion, participant__site__in=list(sites))
    if named:
        rows = rows.filter(participant__code__in=named)
    else:
        today = clock.today()
        asked = (~withdrew(NO_QUESTIONS), ~life.held_back(), goes_on())
        rows = rows.filter(*asked, submitted_at=None, minimum_at=None, opens_on__lte=today)
    return rows.select_related("participant__account", "participant__site").order_by("closes_on", "pk")


def not_asked_yet(asked: Iterable[Assessment]) -> frozenset[int]:
    """Of these assessments, by key, those that were put off to a later day, or whose person has left."""
    keys = [each.pk for each in asked]
    rows = Assessment.objects.filter(pk__in=keys)
    return frozenset(rows.filter(Q(moved_later(clock.today())) | ~Q(goes_on())).values_list("pk", flat=True))


# Moved days -------------------------------------------------------------------------------------------------------
def asked_from(participant: Participant, occasion: str) -> date | None:
    """The day to which asking about an occasion was moved last; None where it was not."""
    rows = MovedDate.objects.filter(participant=participant, activity=occasion).order_by("-pk")
    return rows.values_list("moved_to", flat=True).first()


def put_off(participant: Participant) -> dict[str, date]:
    """For each occasion that was moved the day from which a person is asked about it."""
    rows = MovedDate.objects.filter(participant=participant).order_by("pk")
    return dict(rows.values_list("activity", "moved_to"))


def moved_later(day: date) -> Exists:
    """Of assessments: whether asking was moved to a day after `day`."""
    newer = MovedDate.objects.filter(
        participant=OuterRef("participant"), activity=OuterRef("activity"), pk__gt=OuterRef("pk")
    )
    moves = MovedDate.objects.filter(participant=OuterRef("participant"), activity=OuterRef("occasion"))
    return Exists(moves.filter(~Exists(newer), moved_to__gt=day))


def moves_of(participant: Participant) -> QuerySet[MovedDate]:
    """Every day of a person that was moved, newest first."""
    return MovedDate.objects.filter(participant=participant).select_related("moved_by").order_by("-pk")


# Answers ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class FormRow:
    """One questionnaire of one person: how far it is, never what was answered. `mode` is web, phone or paper."""

    occasion: str
    instrument: str
    started_on: date | None = None
    sent_on: date | None = None
    mode: str = ""
    corrected: int = 0


def forms_of(participant: Participant) -> list[FormRow]:
    """Every questionnaire that a person is or was asked, by occasion in the order in which it is asked; three queries."""
    rows = Response.objects.filter(assessment__participant=participant, assessment__tells_arm=False)
    corrections = Correction.objects.filter(response=OuterRef("pk")).order_by().values("response")
    times = corrections.annotate(n=Count("pk")).values("n")
    there = {(each.assessment_id, each.code): each for each in rows.annotate(corrected=Coalesce(Subquery(times), 0))}
    asked = [each for each in assessments.assessments_of(participant) if not each.tells_arm]
    return [_form(each, code, there.get((each.pk, code))) for each in asked for code in each.instruments]


def _form(asked: Assessment, code: str, found: Any) -> FormRow:
    if found is None:
        return FormRow(asked.occasion, code)
    sent = found.completed_on or (clock.local(found.submitted_at).date() if found.submitted_at else None)
    started = clock.local(found.started_at).date()
    return FormRow(asked.occasion, code, started, sent, found.mode, found.corrected)


# Gifts ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class GiftRow:
    """A gift that the protocol plans for one person: what it is, and what is recorded of it."""

    occasion: str
    what: Any
    is_due: bool
    kept: Incentive | None


def gifts_of(participant: Participant, protocol: Protocol) -> list[GiftRow]:
    """The gifts planned for one person's occasions, in the protocol's order."""
    there = {each.occasion: each for each in assessments.assessments_of(participant)}
    rows = Incentive.objects.filter(participant=participant).select_related("kept_by").order_by("pk")
    newest = {each.occasion: each for each in rows}
    return [
        GiftRow(each.code, each.incentive, _is_due(each, there[each.code]), newest.get(each.code))
        for each in protocol.occasions
        if each.incentive is not None and each.code in there
    ]


def _is_due(occasion: Any, asked: Assessment) -> bool:
    if occasion.incentive_when == "asked":
        return asked.opens_on <= clock.today()
    return bool(asked.submitted_at or asked.minimum_at)


def gifts_to_send(sites: Iterable[int], protocol: Protocol) -> QuerySet[Assessment]:
    """Occasions at some sites whose gift is due and of which nothing is recorded, the longest due first."""
    when = {each.code: each.incentive_when for each in protocol.occasions if each.incentive is not None}
    asked = [code for code, due in when.items() if due == "asked"]
    answered = [code for code, due in when.items() if due == "answered"]
    in_hand = Q(submitted_at__isnull=False) | Q(minimum_at__isnull=False)
    due = Q(occasion__in=asked, opens_on__lte=clock.today()) | (Q(occasion__in=answered) & in_hand)
    kept = Incentive.objects.filter(participant=OuterRef("participant"), occasion=OuterRef("occasion"))
    rows = Assessment.objects.filter(
        due, ~Exists(kept), ~withdrew(["everything"]), tells_arm=False, participant__site__in=list(sites)
    )
    return rows.select_related("participant__site").order_by("opens_on", "pk")
