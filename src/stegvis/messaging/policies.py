"""Who may see and write messages: the participant, and in each channel one role.

The therapist and the physiotherapist of the person's caseload, each in their own channel; in the study's channel the
coordinators of the person's site. Nobody reads in the channel of another.
"""

from stegvis.audit.action import Actor
from stegvis.messaging.errors import NobodyReadsThis, NothingWritten, NotYourConversation, TooLong
from stegvis.messaging.models import ANSWERED_BY, Channel
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.people.queries import clinician_of, in_caseload, sites_of

MOST_CHARACTERS = 10_000


def can_read(by: Actor, participant: Participant, channel: str) -> bool:
    """Whether `by` is one of the two sides of this conversation. The system has none of its own."""
    if people.is_own(by, participant):
        return channel in Channel.values
    if ANSWERED_BY.get(channel) != by.role:
        return False
    if by.role == Role.COORDINATOR:
        return participant.site in sites_of(by)  # type: ignore[arg-type]  # whoever has a role has an account
    return in_caseload(by, participant)


def check_may_read(by: Actor, participant: Participant, channel: str) -> None:
    """Refuse unless `by` is one of the two sides of this conversation."""
    if not can_read(by, participant, channel):
        raise NotYourConversation(participant=participant.code)


def check_may_send(by: Actor, participant: Participant, channel: str) -> None:
    """Refuse unless `by` is one of the two sides, and somebody is there to read what a participant writes."""
    check_may_read(by, participant, channel)
    if people.is_own(by, participant) and not is_read(participant, channel):
        raise NobodyReadsThis()


def check_may_answer(by: Actor, participant: Participant, channel: str) -> None:
    """Refuse unless `by` is the side that answers."""
    check_may_read(by, participant, channel)
    if people.is_own(by, participant):
        raise NotYourConversation(participant=participant.code)


def is_read(participant: Participant, channel: str) -> bool:
    """Whether somebody reads this channel now: always the study's, a clinician's while the person is in a caseload."""
    return channel == Channel.STUDY or clinician_of(participant, ANSWERED_BY[channel]) is not None


def check_body(body: str) -> None:
    """Refuse an empty message and one without end."""
    if not body.strip():
        raise NothingWritten()
    if len(body) > MOST_CHARACTERS:
        raise TooLong(characters=len(body), most=MOST_CHARACTERS)
