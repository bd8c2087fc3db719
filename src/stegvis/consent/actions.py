"""The writes of this room: a person reads, asks, consents and withdraws; staff answer, sign, and enter what is on paper."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, conceal, note
from stegvis.audit.once import make_in_turn, once
from stegvis.consent import policies, queries
from stegvis.consent.models import (
    Answer,
    Consent,
    Countersignature,
    Layer,
    PageSeen,
    Question,
    Refusal,
    Way,
    Withdrawal,
)
from stegvis.methods.study.consenting import seal_of
from stegvis.people.models import Account, Participant


@action("consent.pages_seen", detail=("text_version", "language", "pages"))
def keep_pages_seen(
    *, participant: Participant, text_version: str, text_sha256: str, language: str, pages: Sequence[int], of: int,
    by: Actor,
) -> int:  # fmt: skip
    """Keep that the person has opened pages of the information; one that was opened before keeps its first time."""
    policies.check_may_read(by, participant, pages, of)
    now = clock.now()
    rows = [
        PageSeen(
            participant=participant, text_version=text_version, text_sha256=text_sha256, language=language, page=page,
            of=of, seen_at=now,
        )
        for page in pages
    ]  # fmt: skip
    return len(PageSeen.objects.bulk_create(rows, ignore_conflicts=True))


@action("consent.asked")
def ask(*, participant: Participant, words: str, key: UUID, by: Account) -> Question:
    """Keep a question about taking part: the person's own, or one that staff were asked in a call."""
    policies.check_may_ask(by, participant, words)
    return once(
        Question, key, about="participant", participant=participant, words=words.strip(), written_by=by,
        asked_at=clock.now(),
    )  # fmt: skip


@action("consent.answered")
def answer(*, question: Question, words: str, key: UUID, by: Account) -> Answer:
    """Answer a question about taking part."""
    if not Answer.objects.filter(key=key, question=question).exists():
        policies.check_may_answer(by, question, words)
    return once(
        Answer, key, about="question", question=question, participant=question.participant, words=words.strip(),
        answered_by=by, answered_at=clock.now(),
    )  # fmt: skip


@action("consent.given", detail=("text_code", "text_version", "text_sha256", "language"))
def give_consent(
    *, participant: Participant, text_code: str, text_version: str, text_sha256: str, language: str, signature: str,
    sheet_version: str = "", sheet_sha256: str = "", drawing: str = "", key: UUID, by: Actor,
) -> Consent:  # fmt: skip
    """Keep that the person agreed to a text, signed with their typed name, and a drawn one if they like."""
    policies.check_may_consent(by, participant)
    policies.check_text(text_code, text_version, text_sha256)
    policies.check_signature(signature)
    policies.check_drawing(drawing)
    row = Consent(
        participant=participant, text_code=text_code, text_version=text_version, text_sha256=text_sha256,
        sheet_version=sheet_version, sheet_sha256=sheet_sha256, language=language, signature=signature.strip(),
        drawing=drawing or None, given_at=clock.now(),
    )  # fmt: skip
    return _keep(row, key)


@action("consent.entered_from_paper", detail=("text_code", "text_version", "text_sha256", "language"))
def enter_paper_consent(
    *, participant: Participant, text_code: str, text_version: str, text_sha256: str, language: str, signature: str,
    sheet_version: str = "", sheet_sha256: str = "", signed_on: date, key: UUID, by: Account,
) -> Consent:  # fmt: skip
    """Keep a consent that the person signed on paper: the name and the day as they stand there. The paper is kept as well."""
    policies.check_may_enter_paper(by, participant, signed_on)
    policies.check_text(text_code, text_version, text_sha256)
    policies.check_signature(signature)
    row = Consent(
        participant=participant, text_code=text_code, text_version=text_version, text_sha256=text_sha256,
        sheet_version=sheet_version, sheet_sha256=sheet_sha256, language=language, way=Way.PAPER,
        signature=signature.strip(), signed_on=signed_on, entered_by=by, given_at=clock.now(),
    )  # fmt: skip
    return _keep(row, key)


def _keep(row: Consent, key: UUID) -> Consent:
    """Seal a consent and keep it, once."""
    row.seal = seal_of(queries.facts_of(row))
    names = [field.name for field in Consent._meta.concrete_fields if field.name not in {"id", "key", "participant"}]
    values = {name: getattr(row, name) for name in names}
    return once(Consent, key, about="participant", participant=row.participant, **values)


@action("consent.countersigned", detail=("mode",))
def countersign(
    *, consent: Consent, signature: str, mode: str, drawing: str = "", key: UUID, by: Account
) -> Countersignature:  # fmt: skip
    """Keep that whoever informed the person signs the same consent: that they told of the trial and answered what was asked."""
    if not Countersignature.objects.filter(key=key, consent=consent).exists():
        policies.check_may_countersign(by, consent)
    policies.check_signature(signature)
    policies.check_drawing(drawing)
    row = Countersignature(
        consent=consent, participant=consent.participant, mode=mode, signature=signature.strip(),
        drawing=drawing or None, signed_by=by, signed_at=clock.now(),
    )  # fmt: skip
    seal = seal_of(queries.facts_of_countersignature(row))
    return once(
        Countersignature, key, about="consent", consent=consent, participant=consent.participant, mode=mode,
        signature=row.signature, drawing=row.drawing, seal=seal, signed_by=by, signed_at=row.signed_at,
    )  # fmt: skip


@action("consent.refused", detail=("text_code", "text_version", "text_sha256", "language", "follows"))
def refuse(
    *, participant: Participant, text_code: str, text_version: str, text_sha256: str, language: str, follows: str,
    ends: str = "", key: UUID, by: Actor,
) -> Refusal:  # fmt: skip
    """Keep that the person says no to a newer text, and what follows by the protocol; a second no gives back the first.

    `follows` and `ends` are the protocol's words of that day. No reason is asked for.
    """
    policies.check_may_refuse(by, participant, text_code, text_version)
    policies.check_text(text_code, text_version, text_sha256)
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=participant.pk)
    said = Refusal.objects.filter(participant=participant, text_code=text_code, text_version=text_version).first()
    if said is not None:
        note(repeated=True)
        return said
    own = by.pk is not None and by.pk == participant.account_id
    return make_in_turn(
        Refusal, key, participant=participant, text_code=text_code, text_version=text_version, text_sha256=text_sha256,
        language=language, follows=follows, ends=ends, entered_by_id=None if own else by.pk, refused_at=clock.now(),
    )  # fmt: skip


@action("consent.withdrawn")
def withdraw(
    *, participant: Participant, layer: str, why: str = "", reasons: Sequence[str] = (), by: Actor
) -> Withdrawal:  # fmt: skip
    """Take back a layer, or everything. No reason is needed; withdrawing again gives back the first withdrawal.

    The record does not name the layer, which can tell the arm, nor the reasons (codes of
    the protocol's list).
    """
    policies.check_may_withdraw(by, participant)
    policies.check_layer(layer)
    policies.check_length(why, policies.MOST_CHARACTERS)
    policies.check_reasons(reasons)
    if layer == Layer.PROGRAMME and by.role == SYSTEM.role:
        conceal()  # it follows from a no that people of every arm can say: the line alone would tell who had a programme
    everything = Withdrawal.objects.filter(participant=participant, layer=Layer.EVERYTHING).first()
    if everything is not None:
        return everything
    row, _ = Withdrawal.objects.get_or_create(
        participant=participant,
        layer=layer,
        defaults={"reason": why or None, "reasons": list(reasons), "at": clock.now(), "entered_by_id": by.pk},
    )
    return row
