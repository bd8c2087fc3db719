"""Writing: what a message says and where it goes, in the reader's language, made at the moment of sending."""

from django.utils.formats import date_format
from django.utils.translation import override

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consent
from stegvis.people import actions as people
from stegvis.people import queries as who
from stegvis.people.models import Participant, Role
from stegvis.protocol import queries as protocol
from stegvis.reminders import gateways, letters, queries
from stegvis.reminders.errors import UnknownKind
from stegvis.reminders.models import PlannedMessage

DAY = "j F Y"
"""How a letter writes a day: 13 November 2026."""


def write(message: PlannedMessage) -> tuple[str, str, str]:
    """Address, subject and body, in the reader's language, with a one-time link of its own.

    A text message to staff leads to the page where one signs in: whoever holds the telephone is not let in by it.
    """
    language = message.account.language
    if message.participant is None and message.channel == queries.Channel.SMS:
        with override(language):
            _subject, body = _words(message, letters.sign_in_page(language), language)
        return gateways.number(message.account.phone or "") or "", "", body
    purpose = "invitation" if message.kind == "invitation" else "sign_in"
    _, token = people.make_link(account=message.account, purpose=purpose, target=message.target, by=SYSTEM)
    with override(language):
        subject, body = _words(message, letters.link(token, language), language)
    identity = who.identity_of(message.participant) if message.participant else None
    if message.channel == queries.Channel.SMS and identity is not None:
        return gateways.number(identity.phone) or "", "", body
    return identity.email if identity else message.account.email, subject, body


def _words(message: PlannedMessage, address: str, language: str) -> tuple[str, str]:
    if message.kind == queries.WITHDRAWAL and message.participant is not None:
        return _withdrawal(message, message.participant, language)
    by_text = message.channel == queries.Channel.SMS
    if message.kind == queries.REMINDER and by_text:
        return letters.questions_wait(address, **_places(message))
    if message.text:
        subject, body = protocol.letter(message.text, language, {"link": address, **_places(message)})
        return subject, letters.plain(body)
    writers = {
        queries.SIGN_IN: lambda: letters.sign_in(address),
        "invitation": lambda: letters.invitation(address),
        "welcome": lambda: letters.welcome(address, protocol.current().trial.short_title.in_language(language)),
        "something_new": lambda: letters.something_new(address),
        queries.PROGRAMME_OPENS: lambda: letters.something_new(address),
        queries.CONSENT_COPY: lambda: letters.consent_copy(address),
        queries.CONSENT_QUESTION: lambda: letters.consent_question(address),
        queries.CONSENT_REFUSED: lambda: letters.consent_refused(address),
        queries.CONSENT_AGAIN: lambda: letters.consent_again(address),
        queries.NEXT_STEP: lambda: letters.next_step(address, short=by_text),
        "alert": lambda: letters.alert(address, short=by_text),
        "alert_review": lambda: letters.alert_review(address),
        "alert_test": lambda: letters.alert_test(address, short=by_text),
        queries.ALERT_COPY: lambda: letters.alert_copy(address),
        queries.NEW_PHYSIOTHERAPIST: lambda: letters.new_physiotherapist(address, _physiotherapist(message)),
        queries.SITE_CHANGED: lambda: letters.site_changed(address, **_places(message)),
        queries.CONTACT_REFRESH: lambda: letters.contact_refresh(address),
        queries.PHYSIOTHERAPISTS_FULL: lambda: letters.caseloads_full(address, therapists=False),
        queries.THERAPISTS_FULL: lambda: letters.caseloads_full(address, therapists=True),
        "alert_escalated": lambda: letters.alert_escalated(address, short=by_text),
    }
    if message.kind not in writers:
        raise UnknownKind(kind=message.kind)
    return writers[message.kind]()


def _physiotherapist(message: PlannedMessage) -> str:
    """Whom the person meets now, by name; nobody when that has changed since and nobody has taken over."""
    found = who.clinician_of(message.participant, Role.PHYSIOTHERAPIST) if message.participant else None
    return found.name if found else ""


def _withdrawal(message: PlannedMessage, participant: Participant, language: str) -> tuple[str, str]:
    """All that the person has stopped by now, and the trial's text about what was given already: from its heading on."""
    stopped = [(row.layer, date_format(clock.local(row.at), DAY)) for row in consent.withdrawals_of(participant)]
    _title, body = protocol.letter(message.text, language, _places(message))
    return letters.withdrawal(stopped, letters.plain(protocol.from_first_heading(body)))


def _places(message: PlannedMessage) -> dict[str, str]:
    """What a text may name of the site and the occasion, in the language that is active."""
    places = {}
    if message.participant is not None:
        site = message.participant.site
        places = {"site_name": site.name, "site_phone": site.phone}
    if message.occasion:
        occasion = protocol.current().occasion(message.occasion)
        found = Assessment.objects.filter(participant=message.participant, occasion=message.occasion).first()
        closes_on = date_format(found.closes_on, DAY) if found else ""
        places |= {"minutes": str(occasion.minutes), "closes_on": closes_on}
    return places
