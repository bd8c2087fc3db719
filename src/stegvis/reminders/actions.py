"""Every write about letters."""

import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import override

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, conceal, note
from stegvis.audit.errors import Refused
from stegvis.consent import queries as consent
from stegvis.methods.study.schedule import Window, reminder_dates
from stegvis.people import actions as people
from stegvis.people import queries as who
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.protocol import queries as protocol
from stegvis.reminders import following, gateways, letters, policies, queries
from stegvis.reminders.errors import UnknownKind
from stegvis.reminders.models import PlannedMessage, Preference, Sent, State

DAY = "j F Y"
"""How a letter writes a day: 13 November 2026."""

logger = logging.getLogger(__name__)


@action("reminders.planned", detail=("kind",))
def plan(
    *, key: str, account: Account, kind: str, participant: Participant | None = None, text: str = "",
    due_at: datetime | None = None, occasion: str = "", step: str = "", target: str = "", by: Actor,
) -> PlannedMessage:  # fmt: skip
    """Plan a message; the same key again changes nothing. Without `due_at` it is due at once."""
    if kind in queries.TELLS_ARM:
        conceal()
    now = clock.now()
    row = PlannedMessage(
        key=key, account=account, participant=participant, kind=kind, text=text, due_at=due_at or now, occasion=occasion,
        step=step, target=target, state=State.PLANNED, state_since=now,
    )  # fmt: skip
    with acting_as(SYSTEM):
        # In one statement: a letter under this key stays as it is, and only its number comes back.
        PlannedMessage.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    return row


@action("reminders.ladder_planned")
def plan_ladder(*, assessment: Assessment, by: Actor) -> Assessment:
    """Plan the protocol's reminders for an occasion; a second call changes nothing. Calls are people's work, not ours."""
    ladder = protocol.current().reminders
    participant = assessment.participant
    window = Window(assessment.opens_on, assessment.due_on, assessment.closes_on)
    now = clock.now()
    rows = [
        PlannedMessage(
            key=f"reminder:{participant.code}:{assessment.occasion}:{each.step.code}", account=participant.account,
            participant=participant, kind=queries.REMINDER, text=each.step.text, occasion=assessment.occasion,
            step=each.step.code, due_at=clock.at(each.on, ladder.send_at.hour, ladder.send_at.minute),
            target=letters.short_way(participant.account.language, assessment.occasion)
            if each.step.offers == "primary_only" else "",
            state_since=now,
        )
        for each in reminder_dates(ladder, window)
        if each.step.kind == "message"
    ]  # fmt: skip
    with acting_as(SYSTEM):
        PlannedMessage.objects.bulk_create(rows, ignore_conflicts=True)
    return assessment


@action("reminders.stopped")
def stop(*, participant: Participant, occasions: Iterable[str] | None = None, by: Actor) -> int:
    """Cancel reminders that have not gone out: of some occasions, or of all. Returns how many."""
    with acting_as(SYSTEM):
        rows = queries.planned_for(participant).filter(kind=queries.REMINDER)
        if occasions is not None:
            rows = rows.filter(occasion__in=list(occasions))
        count = rows.update(state=State.CANCELLED, state_since=clock.now())
    note(count=count)
    return count


@action("reminders.taken_up")
def take_up(*, by: Actor) -> Sent | PlannedMessage | None:
    """Take the next due message and write it; None when there is nothing to do.

    Gives a `Sent` to hand over, or the planned row itself when it turned out to be no longer due. One that cannot be
    written, because the trial's text names something that is not there, is set aside and holds up no other.
    """
    message = queries.next_due()
    if message is None:
        return None
    note(kind=message.kind)
    if message.kind in queries.TELLS_ARM:
        conceal()
    if not queries.is_still_due(message):
        _move(message, State.NOT_DUE)
        return message
    if message.kind == queries.NEXT_STEP and not _follow(message):
        return message
    try:
        address, subject, body = _write(message)
    except (Refused, LookupError) as error:
        logger.exception("Message %s could not be written and was set aside.", message.pk)
        note(failed=type(error).__name__)
        _move(message, State.FAILED)
        return message
    _move(message, State.SENDING)
    if message.kind == queries.NEXT_STEP:
        _plan_the_next(message)
    return Sent.objects.create(planned=message, address=address, subject=subject, body=body, sent_at=clock.now())


@action("reminders.handed_over")
def confirm(*, sent: Sent, by: Actor) -> PlannedMessage:
    """Keep that a message was handed to the mail server."""
    _move(sent.planned, State.SENT)
    return sent.planned


@action("reminders.preferred", detail=("channel", "hour"), tells_arm=True)
def prefer(
    *, participant: Participant, channel: str, hour: int, quiet_from: date | None = None, quiet_until: date | None = None,
    by: Actor,
) -> Preference:  # fmt: skip
    """Keep how somebody wants to be reminded of the programme, at which hour, and when not; it holds from now on."""
    policies.check_is_own(by, participant)
    policies.check_preference(participant, channel, hour)
    policies.check_quiet(quiet_from, quiet_until)
    row = Preference.objects.create(
        participant=participant, channel=channel, hour=hour, quiet_from=quiet_from, quiet_until=quiet_until,
        set_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):  # what is planned is asked again whether it is due
        queries.planned_for(participant).filter(kind=queries.NEXT_STEP).update(due_at=clock.now())
    return row


def _follow(message: PlannedMessage) -> bool:
    """Whether a reminder of the programme goes out now; otherwise it waits, or ends."""
    decided = following.decide(message)
    if isinstance(decided, following.End):
        _move(message, State.NOT_DUE)
    elif isinstance(decided, following.Wait):
        message.due_at = decided.until
        message.save(update_fields=["due_at"])
    else:
        message.channel, message.target = decided.channel, decided.target
        message.save(update_fields=["channel", "target"])
    return isinstance(decided, following.Send)


def _plan_the_next(message: PlannedMessage) -> None:
    """After a reminder the person is followed on, by a row of its own."""
    stem, _colon, number = message.key.rpartition(":")
    PlannedMessage.objects.get_or_create(
        key=f"{stem}:{int(number) + 1}",
        defaults={
            "account": message.account, "participant": message.participant, "kind": message.kind, "text": "",
            "due_at": clock.now() + timedelta(days=1), "state": State.PLANNED, "state_since": clock.now(),
        },
    )  # fmt: skip


def _move(message: PlannedMessage, state: str) -> None:
    message.state = state
    message.state_since = clock.now()
    message.save(update_fields=["state", "state_since"])


def _write(message: PlannedMessage) -> tuple[str, str, str]:
    """Address, subject and body, in the reader's language, with a one-time link of its own."""
    language = message.account.language
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
    if message.text:
        subject, body = protocol.letter(message.text, language, {"link": address, **_places(message)})
        return subject, letters.plain(body)
    writers = {
        queries.SIGN_IN: lambda: letters.sign_in(address),
        "invitation": lambda: letters.invitation(address),
        "welcome": lambda: letters.welcome(address, protocol.current().trial.short_title.in_language(language)),
        "something_new": lambda: letters.something_new(address),
        queries.PROGRAMME_OPENS: lambda: letters.something_new(address),
        queries.NEXT_STEP: lambda: letters.next_step(address, short=message.channel == queries.Channel.SMS),
        "alert": lambda: letters.alert(address),
        "alert_test": lambda: letters.alert_test(address),
        queries.ALERT_COPY: lambda: letters.alert_copy(address),
        "alert_escalated": lambda: letters.alert_escalated(address),
    }
    if message.kind not in writers:
        raise UnknownKind(kind=message.kind)
    return writers[message.kind]()


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
