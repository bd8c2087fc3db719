"""Who moves a day and records a gift, and when."""

from datetime import date

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.methods.study.measurement import Occasion
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.physiotherapy.models import Visit
from stegvis.trial.scheduling.errors import (
    DayIsPast,
    IncentiveTooEarly,
    NoIncentive,
    NotAReasonToMove,
    NothingToMove,
    NotInWindow,
    SameDay,
    SentLater,
)
from stegvis.trial.scheduling.models import MoveReason


def check_plans(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is a coordinator at the person's site."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)


def check_move(before: date, to: date, reason: str) -> None:
    """Refuse a day that is over, the day it is planned for already, and what is no reason."""
    if to < clock.today():
        raise DayIsPast()
    if to == before:
        raise SameDay()
    if reason not in MoveReason.values:
        raise NotAReasonToMove()


def check_can_be_asked_later(asked: Assessment | None, to: date) -> None:
    """Refuse a day outside the window of an occasion, and an occasion that is answered or locked."""
    if asked is None or asked.tells_arm or asked.submitted_at or asked.minimum_at:
        raise NothingToMove()
    if assessments.closed_on(asked.occasion):
        raise NothingToMove()
    if not asked.opens_on <= to <= asked.closes_on:
        raise NotInWindow(opens_on=asked.opens_on, closes_on=asked.closes_on)


def check_visit_moves(booked: Visit | None) -> None:
    """Refuse a visit that has been held, or was never booked: that one is booked, not moved."""
    if booked is None or booked.held_at:
        raise NothingToMove()


def check_incentive(occasion: Occasion, asked: Assessment | None, sent_on: date | None) -> None:
    """Refuse a gift that the protocol does not plan, one that is not due yet, and a day that has not come."""
    if sent_on is not None and sent_on > clock.today():
        raise SentLater()
    if occasion.incentive is None or asked is None:
        raise NoIncentive()
    if occasion.incentive_when == "answered" and not (asked.submitted_at or asked.minimum_at):
        raise IncentiveTooEarly()
    if asked.opens_on > clock.today():
        raise IncentiveTooEarly()
