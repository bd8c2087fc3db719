"""Consent texts: what a person reads and agrees to, in the version in force, and whose consent waits.

The information is read in pages; the consent is bound to the fingerprints of both texts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.consent.models import Consent, Countersignature, Question
from stegvis.methods.study.consenting import pages
from stegvis.methods.study.texts import StudyText
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.protocol import queries as protocols
from stegvis.reminders.models import PlannedMessage
from stegvis.reminders.queries import CONSENT_AGAIN
from stegvis.trial import queries
from stegvis.trial.models import Enrolment, Stage

BEFORE = (Stage.CONSENTED, Stage.BASELINE_DONE, Stage.PLANNED)
"""The stages between consent and randomisation."""


@dataclass(frozen=True)
class ConsentTexts:
    """The information and the consent text of one version in one language, and the information's pages."""

    sheet: StudyText
    text: StudyText

    @property
    def pages(self) -> list[str]:
        """The information as it is read, page by page; its placeholders not filled in yet."""
        return pages(self.sheet.body)

    def named(self) -> dict[str, str]:
        """What a consent keeps of them."""
        return {
            "text_code": self.text.code, "text_version": str(self.text.version), "text_sha256": self.text.sha256,
            "sheet_version": str(self.sheet.version), "sheet_sha256": self.sheet.sha256, "language": self.text.language,
        }  # fmt: skip


def of(enrolment: Enrolment, language: str, on: date | None = None) -> ConsentTexts:
    """The texts in force on a day (today), in a language or else the trial's first."""
    protocol = protocols.protocol_of(enrolment.protocol_version_id)
    sheet = protocols.text(protocol.text_code("information"), language, on)
    return ConsentTexts(sheet, protocols.text(protocol.text_code("consent"), language, on))


def not_yet_again(sites: Iterable[int]) -> QuerySet[Enrolment]:
    """Who at some sites has answered neither yes nor no to an amendment that asks them, the longest since consent first."""
    entry = protocols.current().asked_again(clock.today())
    if entry is None:
        return _consented(sites).none()
    refused = consents.refusals_to(entry).filter(participant=OuterRef("participant"))
    return _older(sites, entry.version).filter(~Exists(refused)).order_by("consented_on", "pk")


def said_no(sites: Iterable[int]) -> "QuerySet[Any]":
    """Enrolments at some sites of those who take part and have said no to the amendment, with `refused_at`; the newest first."""
    entry = protocols.current().asked_again(clock.today())
    if entry is None:
        return _consented(sites).none()
    refused = consents.refusals_to(entry).filter(participant=OuterRef("participant"))
    rows = _older(sites, entry.version).annotate(
        refused_at=Subquery(refused.order_by("-refused_at").values("refused_at")[:1])
    )
    return rows.filter(refused_at__isnull=False).order_by("-refused_at", "pk")


def cannot_be_randomised(sites: Iterable[int]) -> "QuerySet[Any]":
    """Of those the ones who have not been randomised, and will not be without a yes."""
    return said_no(sites).filter(stage__in=BEFORE)


def _older(sites: Iterable[int], version: int) -> QuerySet[Enrolment]:
    """Whose newest consent at some sites is to a version before this one."""
    newest = Consent.objects.filter(participant=OuterRef("participant")).order_by("-given_at", "-pk")
    agreed_to = Cast(Subquery(newest.values("text_version")[:1]), IntegerField())
    return _consented(sites).annotate(agreed_to=agreed_to).filter(agreed_to__lt=version)


def not_written_to(sites: Iterable[int], version: int) -> QuerySet[Enrolment]:
    """The same, without those who have been written to about this version."""
    letters = PlannedMessage.objects.filter(kind=CONSENT_AGAIN, key__startswith=f"{CONSENT_AGAIN}:{version}:")
    return not_yet_again(sites).filter(~Exists(letters.filter(participant=OuterRef("participant"))))


def not_countersigned(sites: Iterable[int]) -> QuerySet[Enrolment]:
    """Whose consent at some sites waits for the signature of whoever informed them, the longest waiting first."""
    rows = _consented(sites)
    if not protocols.current().consenting.countersigned:
        return rows.none()
    newest = Consent.objects.filter(participant=OuterRef("participant")).order_by("-given_at", "-pk")
    rows = rows.annotate(newest_consent=Subquery(newest.values("pk")[:1]))
    signed = Countersignature.objects.filter(consent=OuterRef("newest_consent"))
    return rows.filter(~Exists(signed), stage__in=BEFORE).order_by("consented_on", "pk")


def asked_of_physiotherapist(account: Account, sites: Iterable[int]) -> QuerySet[Question]:
    """Questions that wait at some sites for a physiotherapist: of their people, and of those whom no physiotherapist has."""
    return consents.unanswered(sites).filter(_theirs(account))


def unsigned_of_physiotherapist(account: Account, sites: Iterable[int]) -> QuerySet[Enrolment]:
    """The same of consents without the signature of whoever informed."""
    return not_countersigned(sites).filter(_theirs(account))


def can_answer(participant: Participant) -> list[Account]:
    """Who is told that a person has asked: those who inform people by the protocol, at the person's site.

    Of physiotherapists the person's own; all of the site where they have none and no coordinator informs.
    """
    informs = protocols.current().consenting.informed_by
    found = list(people.staff_at(participant.site, Role.COORDINATOR)) if Role.COORDINATOR in informs else []
    if Role.PHYSIOTHERAPIST in informs:
        with acting_as(SYSTEM):
            own = people.clinician_of(participant, Role.PHYSIOTHERAPIST)
            there = [own] if own else list(people.staff_at(participant.site, Role.PHYSIOTHERAPIST)) if not found else []
        found += [each for each in there if each.licensed_clinician]
    return found


def _theirs(account: Account) -> Q:
    given = people.with_clinician(Role.PHYSIOTHERAPIST).filter(participant=OuterRef("participant"))
    return Q(Exists(given.filter(clinician=account))) | Q(~Exists(given))


def _consented(sites: Iterable[int]) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.filter(site__in=list(sites), consented_on__isnull=False).exclude(stage__in=queries.ENDED)
    return rows.select_related("participant__site", "site")
