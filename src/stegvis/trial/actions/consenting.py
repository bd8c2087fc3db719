"""Consenting: reading and asking come before, consent opens the questions; withdrawing stops a part or everything."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, conceal
from stegvis.consent import actions as consent
from stegvis.consent import policies as rules
from stegvis.consent import queries as consents
from stegvis.consent.models import Answer, Consent, Question, Refusal
from stegvis.messaging import actions as messaging
from stegvis.messaging.models import Channel, Message
from stegvis.methods.study.protocol import CONSENT
from stegvis.people import policies as who
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders import letters
from stegvis.reminders.queries import CONSENT_AGAIN, CONSENT_COPY, CONSENT_QUESTION, CONSENT_REFUSED, WITHDRAWAL
from stegvis.trial import consent_texts, moving, policies, queries, worries
from stegvis.trial.models import (
    Enrolment,
    Leaving,
    Stage,
)


@action("trial.pages_read", detail=("pages",))
def read_pages(*, participant: Participant, language: str, pages: Sequence[int], by: Actor) -> int:
    """The person opens pages of the information in force, in the language they read."""
    texts = consent_texts.of(queries.enrolment_of(participant), language)
    return consent.keep_pages_seen(
        participant=participant, text_version=str(texts.sheet.version), text_sha256=texts.sheet.sha256,
        language=texts.sheet.language, pages=pages, of=len(texts.pages), by=by,
    )  # fmt: skip


@action("trial.asked_about_consent")
def ask_about_consent(*, participant: Participant, words: str, key: UUID, by: Account) -> Question:
    """A question about taking part; the trial's words are looked for in it, as in whatever else a person writes.

    Whoever can answer is written to, once a day each: coordinators of the site and the person's physiotherapist, as far
    as the protocol lets them inform people.
    """
    question = consent.ask(participant=participant, words=words, key=key, by=by)
    worries.raise_on_words(participant, words, key, by)
    if by.role == Role.PARTICIPANT:
        for account in consent_texts.can_answer(participant):
            told = f"{CONSENT_QUESTION}:{account.code}:{clock.today()}"
            reminders.plan(key=told, account=account, kind=CONSENT_QUESTION, by=SYSTEM)
    return question


@action("trial.answered_about_consent")
def answer_about_consent(*, question: Question, words: str, key: UUID, by: Account) -> Answer:
    """Staff answer it; a letter says that there is something to read."""
    given = consent.answer(question=question, words=words, key=key, by=by)
    participant = question.participant
    way = letters.PATH_OF_CONSENT.format(language=participant.language)
    moving.write_to(participant, kind="something_new", key=f"consent_answer:{question.pk}", target=way, by=by)
    return given


@action("trial.consented")
def give_consent(
    *, participant: Participant, typed_name: str, language: str, drawing: str = "", key: UUID, by: Actor
) -> Enrolment:  # fmt: skip
    """The person consents to the text in force, in the language they read; the baseline questions open.

    Whoever is asked again after an amendment consents to the new text, and goes on from where they were. Where the
    amendment adds occasions, they come under it, and the occasions open.
    """
    policies.check_own(by, participant)
    enrolment = moving.locked(participant)
    texts = consent_texts.of(enrolment, language)
    if protocols.current().consenting.read_through:
        rules.check_all_read(participant, texts.sheet.sha256, len(texts.pages))
    given = consent.give_consent(
        participant=participant, **texts.named(), signature=typed_name, drawing=drawing, key=key, by=by
    )
    return _goes_on(enrolment, given, clock.today(), by)


@action("trial.consent_entered_from_paper")
def enter_paper_consent(
    *, participant: Participant, name: str, language: str, signed_on: date, key: UUID, by: Account
) -> Enrolment:  # fmt: skip
    """The coordinator enters a consent that was signed on paper, to the text in force on the day of signing."""
    enrolment = moving.locked(participant)
    texts = consent_texts.of(enrolment, language, signed_on)
    given = consent.enter_paper_consent(
        participant=participant, **texts.named(), signature=name, signed_on=signed_on, key=key, by=by
    )
    return _goes_on(enrolment, given, signed_on, by)


def _goes_on(enrolment: Enrolment, given: Consent, day: date, by: Actor) -> Enrolment:
    """What follows a consent: the first opens the baseline, counted from `day`; each sends word of the copy."""
    if enrolment.consented_on is None:
        enrolment.consented_on = day
        moving.move(enrolment, Stage.CONSENTED)
        moving.open_occasions(enrolment, queries.protocol_of(enrolment), CONSENT, by)
    else:
        _come_under(enrolment, given, by)
    copy = letters.PATH_OF_COPY.format(language=enrolment.participant.language)
    key = f"{CONSENT_COPY}:{given.pk}"
    moving.write_to(enrolment.participant, kind=CONSENT_COPY, key=key, target=copy, by=by)
    return enrolment


def _come_under(enrolment: Enrolment, given: Consent, by: Actor) -> None:
    """Whoever agrees to an amendment that adds occasions comes under it; one that adds none leaves the protocol as it was."""
    entry = protocols.current().asked_again(clock.today())
    if entry is None or not entry.adds or int(given.text_version) < entry.version:
        return
    enrolment.protocol_version = protocols.version()
    enrolment.save(update_fields=["protocol_version"])
    moving.open_added(enrolment, protocols.current(), entry.adds, by)


@action("trial.refused_consent")
def refuse_consent(*, participant: Participant, language: str, key: UUID, by: Actor) -> Refusal:
    """The person says no to the newer text; what follows is what the protocol says, and the page said before.

    A coordinator writes down a no that was said in a call. Whoever says no keeps the text that they agreed to. A second no
    gives back the first.
    """
    if by.role != Role.COORDINATOR:
        policies.check_own(by, participant)
    enrolment = moving.locked(participant)
    entry = policies.check_is_asked_again(enrolment)
    earlier = consents.refusal_of(participant, entry)
    if earlier is not None:
        return earlier
    named = consent_texts.of(enrolment, language).named()
    text = {name: named[name] for name in ("text_code", "text_version", "text_sha256", "language")}
    said = consent.refuse(
        participant=participant, **text, follows=entry.if_refused, ends=entry.ends or "", key=key, by=by
    )
    if said.ends == "programme":
        _end_programme(participant)
    elif said.ends:
        _stop(enrolment, [said.ends], by)
    if said.ends in {"", "programme"}:  # what else ends is confirmed by the letter of a withdrawal
        moving.write_to(participant, kind=CONSENT_REFUSED, key=f"{CONSENT_REFUSED}:{said.pk}", by=by)
    return said


def _end_programme(participant: Participant) -> None:
    """Done by the system, and without a letter of its own, so that nobody is shown by it who had a programme."""
    with acting_as(SYSTEM):
        course = courses.course_of(participant)
        if course is not None and course.stopped_at is None:
            consent.withdraw(participant=participant, layer="programme", by=SYSTEM)
            moving.stop_course(participant)


@action("trial.asked_to_consent_again", detail=("version",))
def ask_to_consent_again(*, participant: Participant, version: int, by: Actor) -> Participant:
    """Write to somebody that an amendment asks for their consent once more; the same version asks once."""
    way = letters.PATH_OF_CONSENT.format(language=participant.language)
    key = f"{CONSENT_AGAIN}:{version}:{participant.code}"
    moving.write_to(participant, kind=CONSENT_AGAIN, key=key, target=way, by=by)
    return participant


@action("trial.withdrew")
def withdraw(
    *, participant: Participant, layers: Iterable[str], why: str = "", reasons: Sequence[str] = (), by: Actor
) -> Enrolment:  # fmt: skip
    """Stop a treatment, the questions, or everything; a letter confirms it. What the law requires to be kept is kept.

    The record does not name the layers, one of which can tell the arm, nor why: codes of the
    protocol's list and the person's own words.
    """
    if by.role != Role.COORDINATOR:
        policies.check_own(by, participant)
    enrolment = moving.locked(participant)
    _stop(enrolment, layers, by, why=why, reasons=reasons)
    return enrolment


def _stop(
    enrolment: Enrolment, layers: Iterable[str], by: Actor, *, why: str = "", reasons: Sequence[str] = ()
) -> None:
    """Withdraw from these layers, with all that follows."""
    participant = enrolment.participant
    chosen = sorted(set(layers))
    rows = [consent.withdraw(participant=participant, layer=layer, why=why, reasons=reasons, by=by) for layer in chosen]
    if {"questions", "everything"} & set(chosen):
        reminders.stop(participant=participant, by=by)
    if {"programme", "everything"} & set(chosen):
        moving.stop_course(participant)
    if "everything" in chosen:
        moving.end(enrolment, Leaving.WITHDREW)
    if rows:
        key = f"{WITHDRAWAL}:{participant.code}:{max(row.pk for row in rows)}"
        text = queries.protocol_of(enrolment).text_code("withdrawal")
        moving.write_to(participant, kind=WITHDRAWAL, text=text, key=key, by=by)


@action("trial.left_before_randomisation", detail=("why",))
def leave_before_randomisation(*, participant: Participant, why: str, by: Actor) -> Enrolment:
    """Keep that someone will not be randomised, and why (a code of the flow); a plan already made stays theirs.

    A referral that a rule of the protocol demands comes first: it is a duty of care, not a filter.
    """
    who.check_role(by, Role.COORDINATOR)
    who.check_at_site(by, participant.site)
    policies.check_leaving(why)
    enrolment = moving.locked(participant)
    screening = queries.screening_of(participant)
    if screening is not None:
        policies.check_referrals_made(screening)
    reminders.stop(participant=participant, by=by)
    moving.move(enrolment, Stage.NOT_RANDOMISED, reason=why)
    return enrolment


@action("trial.wrote")
def write(*, participant: Participant, channel: str, body: str, key: UUID, by: Actor) -> Message:
    """A participant writes where somebody still answers them; the trial's words are looked for in it, where it has any."""
    policies.check_own(by, participant)
    policies.check_still_answered(participant, channel)
    if channel == Channel.THERAPIST:
        conceal()
    message = messaging.send(participant=participant, channel=channel, body=body, key=key, by=by)
    worries.raise_on_words(participant, body, key, by)
    return message
