"""Reads of consents and withdrawals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet
from django.db.models.functions import Cast

from stegvis.audit import clock
from stegvis.audit.asked import asked_once
from stegvis.consent.models import Answer, Consent, Countersignature, PageSeen, Refusal, Withdrawal
from stegvis.consent.models import Layer as Layer
from stegvis.consent.models import Question as Question
from stegvis.consent.models import Way as Way
from stegvis.methods.study.conduct import TextEntry
from stegvis.methods.study.consenting import seal_of
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols


def consents_of(participant: Participant) -> QuerySet[Consent]:
    """What a person has agreed to, newest first."""
    return Consent.objects.filter(participant=participant).order_by("-given_at", "-pk")


def has_consented(participant: Participant, text_code: str | None = None, text_version: str | None = None) -> bool:
    """Whether a person has agreed (to this text, in this version, when told) and not withdrawn from everything."""
    rows = Consent.objects.filter(participant=participant)
    if text_code is not None:
        rows = rows.filter(text_code=text_code)
    if text_version is not None:
        rows = rows.filter(text_version=text_version)
    return rows.exists() and not _rows(participant).filter(layer=Layer.EVERYTHING).exists()


@asked_once
def newest(participant: Participant) -> Consent | None:
    """The newest consent with the signature of whoever informed the person, if there is one; one query."""
    return consents_of(participant).select_related("countersignature__signed_by", "entered_by").first()


def countersignature_of(given: Consent) -> Countersignature | None:
    """The signature of whoever informed the person, if they have signed."""
    return getattr(given, "countersignature", None)


def consent(pk: int) -> Consent | None:
    """One consent, if row-level security lets the actor see it."""
    return Consent.objects.select_related("participant__site", "countersignature").filter(pk=pk).first()


def facts_of(given: Consent) -> dict[str, str]:
    """What the person's signature binds together, as the seal is made of it."""
    return {
        "participant": given.participant.code, "text": given.text_sha256, "sheet": given.sheet_sha256,
        "language": given.language, "way": given.way, "name": given.signature, "drawing": given.drawing or "",
        "on": (given.signed_on or clock.local(given.given_at).date()).isoformat(),
    }  # fmt: skip


def facts_of_countersignature(signed: Countersignature) -> dict[str, str]:
    """What the signature of whoever informed the person binds together: the consent's own seal among it."""
    return {
        "consent": signed.consent.seal or signed.consent.text_sha256, "by": signed.signed_by.code, "mode": signed.mode,
        "name": signed.signature, "drawing": signed.drawing or "",
        "on": clock.local(signed.signed_at).date().isoformat(),
    }  # fmt: skip


def is_intact(given: Consent) -> bool:
    """Whether the consent still is what was signed; one from before seals were made has none to compare with."""
    return not given.seal or given.seal == seal_of(facts_of(given))


def asked_again(participant: Participant) -> TextEntry | None:
    """The consent text of an amendment about which the person is asked and has said neither yes nor no; None usually.

    Who withdrew from everything is not asked.
    """
    entry = not_agreed_to(participant)
    return entry if entry is not None and refusal_of(participant, entry) is None else None


def not_agreed_to(participant: Participant) -> TextEntry | None:
    """The consent text of an amendment that the person has not agreed to, whether or not they have said no; None usually."""
    entry = protocols.current().asked_again(clock.today())
    if entry is None:
        return None
    given = newest(participant)
    is_older = given is not None and given.text_code == entry.code and int(given.text_version) < entry.version
    return entry if is_older and goes_on(participant, Layer.EVERYTHING) else None


def refusal_of(participant: Participant, entry: TextEntry) -> Refusal | None:
    """The person's no to this version of a consent text, or to a later one, if they said it."""
    said = refusals_of(participant).filter(text_code=entry.code)
    return next((each for each in said if int(each.text_version) >= entry.version), None)


def refusals_of(participant: Participant) -> QuerySet[Refusal]:
    """To which newer texts a person has said no, the newest first."""
    return Refusal.objects.filter(participant=participant).select_related("entered_by").order_by("-refused_at", "-pk")


def refusals_to(entry: TextEntry) -> QuerySet[Refusal]:
    """Every no to this version of a consent text or a later one, whether or not a yes has followed."""
    said = Refusal.objects.filter(text_code=entry.code).annotate(version=Cast("text_version", IntegerField()))
    return said.filter(version__gte=entry.version)


@dataclass(frozen=True)
class AnsweredAgain:
    """What people who had consented said to an amendment that asked them: how many yes, how many no. Never who."""

    version: int
    agreed: int
    refused: int


def answered_again() -> AnsweredAgain | None:
    """How an amendment that asks again was answered, at all sites together; None without one. Two queries.

    Whoever said no and then yes counts as agreed.
    """
    entry = protocols.current().asked_again(clock.today())
    if entry is None:
        return None
    all_given = Consent.objects.filter(text_code=entry.code).annotate(version=Cast("text_version", IntegerField()))
    theirs = all_given.filter(participant=OuterRef("participant"))
    newer = all_given.filter(Exists(theirs.filter(version__lt=entry.version)), version__gte=entry.version)
    agreed = newer.aggregate(n=Count("participant", distinct=True))["n"]
    stands = refusals_to(entry).filter(~Exists(theirs.filter(version__gte=entry.version)))
    return AnsweredAgain(entry.version, agreed, stands.aggregate(n=Count("participant", distinct=True))["n"])


def questions_wait(participant: Participant) -> bool:
    """Whether questionnaires wait until the person has answered about an amendment."""
    entry = asked_again(participant)
    return entry is not None and entry.meanwhile == "questions_wait"


def pages_seen(participant: Participant, sha256: str | None = None) -> QuerySet[PageSeen]:
    """The pages of the information that a person has opened (of one text, when told), as they came."""
    rows = PageSeen.objects.filter(participant=participant)
    return (rows if sha256 is None else rows.filter(text_sha256=sha256)).order_by("seen_at", "page")


def pages_unread(participant: Participant, sha256: str, of: int) -> list[int]:
    """The numbers of the pages of one text, of `of` in all, that a person has not opened."""
    seen = set(pages_seen(participant, sha256).values_list("page", flat=True))
    return [number for number in range(1, of + 1) if number not in seen]


def questions_of(participant: Participant) -> QuerySet[Question]:
    """What a person asked about taking part, with the answers, in the order in which they came."""
    rows = Question.objects.filter(participant=participant)
    return rows.select_related("written_by", "answer__answered_by").order_by("asked_at", "pk")


def question(pk: int) -> Question | None:
    """One question, if row-level security lets the actor see it."""
    return Question.objects.select_related("participant__site").filter(pk=pk).first()


def unanswered(sites: Iterable[int]) -> QuerySet[Question]:
    """Questions at some sites that wait for an answer, the longest waiting first."""
    rows = Question.objects.filter(~Exists(Answer.objects.filter(question=OuterRef("pk"))))
    return rows.filter(participant__site__in=list(sites)).select_related("participant__site").order_by("asked_at", "pk")


def answer_by(asked: Question) -> date:
    """The working day until which a question is to be answered, by the protocol; it is overdue from the next day on."""
    protocol = protocols.current()
    day = clock.local(asked.asked_at).date()
    return protocol.workdays().after(day, protocol.consenting.answer_within_working_days)


def is_overdue(asked: Question) -> bool:
    """Whether an unanswered question has waited longer than the protocol says."""
    return clock.today() > answer_by(asked)


def withdrawals_of(participant: Participant) -> QuerySet[Withdrawal]:
    """A person's withdrawals in the order in which they came."""
    return _rows(participant).order_by("at", "pk")


@asked_once
def withdrawn_layers(participant: Participant) -> frozenset[str]:
    """The layers a person has withdrawn from; whoever withdrew from everything has withdrawn from each.

    A physiotherapist and a data manager, who must not learn the arm, are not shown the layer `programme` by the database
    unless everything was withdrawn.
    """
    return _spread(_rows(participant).values_list("layer", flat=True))


def withdrawn_layers_of(participants: Iterable[int]) -> dict[int, frozenset[str]]:
    """The same for many people, by the participants' primary keys, in one query; people without any are left out."""
    layers: dict[int, set[str]] = {}
    for pk, layer in Withdrawal.objects.filter(participant__in=list(participants)).values_list("participant", "layer"):
        layers.setdefault(pk, set()).add(layer)
    return {pk: _spread(found) for pk, found in layers.items()}


def goes_on(participant: Participant, layer: str) -> bool:
    """Whether a layer goes on for this person: neither it nor everything was withdrawn."""
    return layer not in withdrawn_layers(participant)


def _rows(participant: Participant) -> QuerySet[Withdrawal]:
    return Withdrawal.objects.filter(participant=participant)


def _spread(layers: Iterable[str]) -> frozenset[str]:
    found = frozenset(layers)
    return frozenset(Layer.values) if Layer.EVERYTHING in found else found
