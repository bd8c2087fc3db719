"""Consenting: a made-up person opens the information, signs, and whoever informed them signs as well."""

from uuid import UUID

from stegvis.consent import actions as consent
from stegvis.consent import queries as consents
from stegvis.demonstration.lives import Life
from stegvis.people.models import Account, Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import consent_texts
from stegvis.trial import queries as trials


def read_and_sign(life: Life, person: Participant, key: UUID) -> None:
    """Every page is opened, then the name is written."""
    pages = consent_texts.of(trials.enrolment_of(person), life.language).pages
    trial.read_pages(participant=person, language=life.language, pages=range(1, len(pages) + 1), by=person.account)
    trial.give_consent(
        participant=person, typed_name=f"Påhittad person {life.number}", language=life.language, key=key,
        by=person.account,
    )  # fmt: skip


def countersign(person: Participant, coordinator: Account, key: UUID) -> None:
    """The coordinator who informed the person by telephone signs, where the protocol asks for it."""
    given = consents.newest(person)
    if given is not None and protocols.current().consenting.countersigned:
        consent.countersign(consent=given, signature=coordinator.name, mode="telephone", key=key, by=coordinator)
