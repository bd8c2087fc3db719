"""Who consents and who withdraws: the person; a withdrawal also by the site's coordinator, when asked by the person."""

import re
from collections.abc import Iterable

from stegvis.audit.action import SYSTEM, Actor
from stegvis.consent import queries
from stegvis.consent.errors import (
    NoSuchLayer,
    NoSuchReason,
    NotSigned,
    NotYourWithdrawal,
    OnlyThePersonConsents,
    TextNotNamed,
    TooLong,
    WithdrawnFromEverything,
)
from stegvis.consent.models import Layer
from stegvis.people import policies as people
from stegvis.people.models import Participant, Role
from stegvis.protocol import queries as protocols

MOST_IN_A_LINE = 200
MOST_CHARACTERS = 2000
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def check_may_consent(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person, who has not withdrawn from everything. Nobody else consents, nor the system."""
    if not people.is_own(by, participant):
        raise OnlyThePersonConsents(participant=participant.code)
    if not queries.goes_on(participant, Layer.EVERYTHING):
        raise WithdrawnFromEverything(participant=participant.code)


def check_may_withdraw(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is the person or a coordinator at their site."""
    if by.role == Role.COORDINATOR:
        people.check_at_site(by, participant.site)
    elif by.role != SYSTEM.role and not people.is_own(by, participant):
        raise NotYourWithdrawal(participant=participant.code)


def check_text(text_code: str, text_version: str, text_sha256: str) -> None:
    """Refuse a consent that does not say to what."""
    if not (text_code and text_version and _FINGERPRINT.fullmatch(text_sha256)):
        raise TextNotNamed()


def check_signature(signature: str) -> None:
    """Refuse an empty signature, and one without end."""
    if not signature.strip():
        raise NotSigned()
    check_length(signature, MOST_IN_A_LINE)


def check_layer(layer: str) -> None:
    """Refuse what is not a layer."""
    if layer not in Layer.values:
        raise NoSuchLayer()


def check_reasons(reasons: Iterable[str]) -> None:
    """Refuse a code that the protocol's list of reasons does not have; none at all is fine."""
    for reason in reasons:
        if reason not in {each.code for each in protocols.current().leaving_reasons}:
            raise NoSuchReason(reason=reason)


def check_length(text: str, most: int) -> None:
    """Refuse a text that is too long for its place."""
    if len(text) > most:
        raise TooLong(characters=len(text), most=most)
