"""Who consents and who withdraws: the person; a withdrawal also by the site's coordinator, when asked by the person."""

import re
from collections.abc import Iterable
from datetime import date

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.consent import queries
from stegvis.consent.errors import (
    AnsweredAlready,
    CountersignedAlready,
    DrawingUnclear,
    InformedByOthers,
    NoAnswerGiven,
    NoSuchLayer,
    NoSuchReason,
    NothingAsked,
    NothingNewToRefuse,
    NotSigned,
    NotThatPage,
    NotYourRefusal,
    NotYourWithdrawal,
    OnlyThePersonConsents,
    PagesUnread,
    PaperNotDated,
    TextNotNamed,
    TooLong,
    WithdrawnFromEverything,
)
from stegvis.consent.models import Answer, Consent, Countersignature, Layer, Question
from stegvis.methods.study.consenting import DRAWN
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


def check_may_refuse(by: Actor, participant: Participant, text_code: str, text_version: str) -> None:
    """Refuse unless it is the text about which the person is asked, and `by` is the person or their site's coordinator."""
    if by.role == Role.COORDINATOR:
        people.check_at_site(by, participant.site)
    elif not people.is_own(by, participant):
        raise NotYourRefusal(participant=participant.code)
    entry = queries.not_agreed_to(participant)
    if entry is None or text_code != entry.code or int(text_version) < entry.version:
        raise NothingNewToRefuse(participant=participant.code)


def check_may_enter_paper(by: Actor, participant: Participant, signed_on: date) -> None:
    """Refuse a paper consent unless the site's coordinator enters it, dated no earlier than the invitation nor ahead."""
    people.check_role(by, Role.COORDINATOR)
    people.check_at_site(by, participant.site)
    if not queries.goes_on(participant, Layer.EVERYTHING):
        raise WithdrawnFromEverything(participant=participant.code)
    if not clock.local(participant.created_at).date() <= signed_on <= clock.today():
        raise PaperNotDated()


def check_may_read(by: Actor, participant: Participant, pages: Iterable[int], of: int) -> None:
    """Refuse a page that the text does not have, and one that anybody but the person opened."""
    if not people.is_own(by, participant):
        raise OnlyThePersonConsents(participant=participant.code)
    if not all(1 <= page <= of for page in pages):
        raise NotThatPage()


def check_all_read(participant: Participant, sheet_sha256: str, of: int) -> None:
    """Refuse while pages of the information (of `of` in all) have not been opened."""
    missing = queries.pages_unread(participant, sheet_sha256, of)
    if missing:
        raise PagesUnread(pages=", ".join(map(str, missing)))


def check_drawing(drawing: str) -> None:
    """Refuse a drawing that is no path of a pen; none at all is fine, since the name is written too."""
    if drawing and not DRAWN.fullmatch(drawing):
        raise DrawingUnclear()


def check_may_ask(by: Actor, participant: Participant, words: str) -> None:
    """Refuse an empty question, and one by anybody but the person or whoever informs at their site."""
    if not people.is_own(by, participant):
        check_informs(by, participant)
    if not words.strip():
        raise NothingAsked()
    check_length(words, MOST_CHARACTERS)


def check_may_answer(by: Actor, question: Question, words: str) -> None:
    """Refuse an empty answer, a second one, and one by anybody but whoever informs at the site."""
    check_informs(by, question.participant)
    if Answer.objects.filter(question=question).exists():
        raise AnsweredAlready()
    if not words.strip():
        raise NoAnswerGiven()
    check_length(words, MOST_CHARACTERS)


def check_may_countersign(by: Actor, consent: Consent) -> None:
    """Refuse a second signature, and one by anybody but whoever informs at the site."""
    check_informs(by, consent.participant)
    if Countersignature.objects.filter(consent=consent).exists():
        raise CountersignedAlready()


def check_informs(by: Actor, participant: Participant) -> None:
    """Refuse unless `by` is of a role that informs people about the trial by its protocol, at this person's site."""
    informs = protocols.current().consenting.informed_by
    if by.role not in informs:
        raise InformedByOthers(roles=", ".join(str(Role(role).label) for role in informs))
    people.check_at_site(by, participant.site)
    if by.role == Role.PHYSIOTHERAPIST:
        people.check_licensed_clinician(by)


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
