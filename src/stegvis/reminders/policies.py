"""Who may say how they are reminded, and what of it can be kept."""

from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.audit.errors import NotPermitted
from stegvis.people import policies as people
from stegvis.people import queries as who
from stegvis.people.models import Account, Participant, Role
from stegvis.reminders import gateways, reports
from stegvis.reminders.errors import (
    NobodyToRemind,
    NoTextMessages,
    NotQuietWeeks,
    NotSentYet,
    TooManyAtOnce,
    UnknownReport,
    UnlikelyHour,
)
from stegvis.reminders.models import Channel

FIRST_HOUR, LAST_HOUR = 8, 20
"""Never before the day has begun, nor at night."""

MOST_QUIET_DAYS = 56


def check_is_own(by: Actor, participant: Participant) -> None:
    """Refuse unless it is the participant's own."""
    if by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotPermitted()


def check_preference(participant: Participant, channel: str, hour: int) -> None:
    """Refuse an hour of the night, and text messages where none can be sent."""
    if not FIRST_HOUR <= hour <= LAST_HOUR:
        raise UnlikelyHour(first=FIRST_HOUR, last=LAST_HOUR)
    if channel == Channel.SMS and not can_be_texted(participant):
        raise NoTextMessages()


def check_quiet(quiet_from: date | None, quiet_until: date | None) -> None:
    """Refuse quiet weeks with one end, in the past, backwards or without end."""
    if quiet_from is None and quiet_until is None:
        return
    if quiet_from is None or quiet_until is None:
        raise NotQuietWeeks(most=MOST_QUIET_DAYS)
    days = (quiet_until - quiet_from).days + 1
    if quiet_until < clock.today() or not 1 <= days <= MOST_QUIET_DAYS:
        raise NotQuietWeeks(most=MOST_QUIET_DAYS)


def check_can_see_to(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is a coordinator at the participant's site."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)


def check_sent_on(day: date) -> None:
    """Refuse a letter that has not gone yet."""
    if day > clock.today():
        raise NotSentYet()


def check_round(by: Actor, chosen: int, goes: int, most: int) -> None:
    """Refuse a round by anybody but a coordinator, one to nobody, and one to more than `most` people."""
    people.check_role(by, Role.COORDINATOR)
    if chosen > most:
        raise TooManyAtOnce(most=most)
    if not goes:
        raise NobodyToRemind()


def check_report(status: str) -> None:
    """Refuse a word that the provider has for nothing that becomes of a message."""
    if status != reports.NOT_DELIVERED and status not in reports.ARRIVED:
        raise UnknownReport(known=", ".join(sorted({reports.NOT_DELIVERED, *reports.ARRIVED})))


def sends_texts() -> bool:
    """Whether this installation sends text messages."""
    return gateways.gateway() is not None


def is_textable(phone: str) -> bool:
    """Whether a text message can go to a number, written in any usual way."""
    return gateways.number(phone) is not None


def can_be_alerted_by_text(account: Account) -> bool:
    """Whether this installation sends text messages, and a member of staff has left a number for alerts."""
    return sends_texts() and is_textable(account.phone or "")


def can_be_texted(participant: Participant) -> bool:
    """Whether this installation sends text messages, and the person has a number that one can go to."""
    identity = who.identity_of(participant)
    return sends_texts() and identity is not None and is_textable(identity.phone)
