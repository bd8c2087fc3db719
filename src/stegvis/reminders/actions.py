"""Every write about letters."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, conceal, note
from stegvis.audit.errors import Refused
from stegvis.audit.once import earlier, make, once
from stegvis.methods.study.schedule import Window, reminder_dates
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.protocol import queries as protocol
from stegvis.reminders import asking, following, letters, policies, queries, reports, retrying, together, writing
from stegvis.reminders.errors import NoSuchReminder
from stegvis.reminders.models import ClosingLetter, PlannedMessage, Preference, Round, Sent, State

logger = logging.getLogger(__name__)


@action("reminders.planned", detail=("kind",))
def plan(
    *, key: str, account: Account, kind: str, participant: Participant | None = None, text: str = "",
    due_at: datetime | None = None, occasion: str = "", step: str = "", target: str = "",
    channel: str = queries.Channel.EMAIL, by: Actor,
) -> PlannedMessage:  # fmt: skip
    """Plan a message; the same key again changes nothing. Without `due_at` it is due at once."""
    if kind in queries.TELLS_ARM:
        conceal()
    now = clock.now()
    row = PlannedMessage(
        key=key, account=account, participant=participant, kind=kind, text=text, due_at=due_at or now, occasion=occasion,
        step=step, target=target, channel=channel, state=State.PLANNED, state_since=now,
    )  # fmt: skip
    with acting_as(SYSTEM):
        # In one statement: a letter under this key stays as it is, and only its number comes back.
        PlannedMessage.objects.bulk_create([row], update_conflicts=True, unique_fields=["key"], update_fields=["key"])
    return row


@action("reminders.planned_for_staff", detail=("kind",))
def plan_for_staff(*, key: str, account: Account, kind: str, by: Actor) -> PlannedMessage:
    """Plan a message about an alert to a member of staff: an e-mail, and a text message as well where they can be texted."""
    letter = plan(key=key, account=account, kind=kind, by=by)
    if policies.can_be_alerted_by_text(account):
        plan(key=f"{key}:sms", account=account, kind=kind, channel=queries.Channel.SMS, by=by)
    return letter


@action("reminders.ladder_planned")
def plan_ladder(*, assessment: Assessment, by: Actor) -> Assessment:
    """Plan the protocol's reminders for an occasion, at the hour that the person has chosen; a second call changes nothing.

    Calls are people's work, not ours. By which way each goes is decided when it does (`asking`).
    """
    ladder = protocol.current().reminders
    participant = assessment.participant
    window = Window(assessment.opens_on, assessment.due_on, assessment.closes_on)
    now = clock.now()
    with acting_as(SYSTEM):  # how a person wants to be reminded is hidden from staff
        chosen = queries.newest_preference(participant)
    rows = [
        PlannedMessage(
            key=f"reminder:{participant.code}:{assessment.occasion}:{each.step.code}", account=participant.account,
            participant=participant, kind=queries.REMINDER, text=each.step.text, occasion=assessment.occasion,
            step=each.step.code, due_at=queries.moment_on(each.on, chosen),
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


@action("reminders.caught_up")
def catch_up(*, participant: Participant, by: Actor) -> int:
    """After a time in which nothing was sent, let go of reminders that a later one of the same occasion has overtaken.

    Otherwise all of them would arrive at once. Returns how many.
    """
    with acting_as(SYSTEM):
        rows = queries.planned_for(participant).filter(kind=queries.REMINDER, due_at__lte=clock.now())
        newest = {row.occasion: row.pk for row in rows}
        count = rows.exclude(pk__in=newest.values()).update(state=State.NOT_DUE, state_since=clock.now())
    note(count=count)
    return count


@action("reminders.put_off", detail=("occasion",))
def put_off(*, participant: Participant, occasion: str, until: date, by: Actor) -> int:
    """Let the reminders of an occasion that have not gone out wait until a day; returns how many.

    All of them move by as many days as the first; none goes past the end of the window, on which one at most is left.
    """
    with acting_as(SYSTEM):
        asked = Assessment.objects.get(participant=participant, occasion=occasion)
        rows = list(queries.planned_for(participant).filter(kind=queries.REMINDER, occasion=occasion, again_of=None))
        days = {each.pk: clock.local(each.due_at).date() for each in rows}
        later = until - min(days.values(), default=until)
        note(count=len(rows) if later.days > 0 else 0)
        if later.days <= 0:
            return 0
        chosen, last = queries.newest_preference(participant), asked.closes_on
        at_the_end = [each for each in rows if days[each.pk] + later >= last]
        for each in at_the_end[:-1]:
            _move(each, State.CANCELLED)
        for each in [row for row in rows if row not in at_the_end[:-1]]:
            each.due_at = queries.moment_on(min(days[each.pk] + later, last), chosen)
            each.save(update_fields=["due_at"])
    return len(rows)


@action("reminders.round_sent", detail=("step",))
def send_round(*, assessments: Sequence[Assessment], step: str, key: UUID, by: Account) -> Round:
    """Remind people of one occasion at once, with the text of a step of the ladder; whoever cannot be, is left out.

    `assessments` are of one occasion and come with participant and account. The same key again gives that round and
    plans nothing. Whether each is still due is asked once more when it goes out.
    """
    before = earlier(Round, key, said={"step": step}, by=by)
    if before is not None:
        return before
    chosen = next((each for each in together.steps(protocol.current()) if each.code == step), None)
    if chosen is None:
        raise NoSuchReminder(step=step)
    goes = [each.assessment for each in together.recipients(assessments, chosen) if not each.why_not]
    policies.check_round(by, len(assessments), len(goes), together.MOST)
    occasion = goes[0].occasion
    note(occasion=occasion, reminded=len(goes))
    made = make(Round, key, about="by", occasion=occasion, step=step, reminded=len(goes), by=by, at=clock.now())
    with acting_as(SYSTEM):
        PlannedMessage.objects.bulk_create([_of_round(made, each, chosen.text, chosen.offers) for each in goes])
    return made


def _of_round(made: Round, asked: Assessment, text: str, offers: str) -> PlannedMessage:
    person, now = asked.participant, clock.now()
    way = letters.short_way(person.account.language, asked.occasion) if offers == "primary_only" else ""
    return PlannedMessage(
        key=f"round:{made.pk}:{person.code}", account=person.account, participant=person, kind=queries.REMINDER,
        text=text, occasion=asked.occasion, step=made.step, due_at=now, target=way, state_since=now,
    )  # fmt: skip


@action("reminders.taken_up")
def take_up(*, message: PlannedMessage, by: Actor) -> Sent | PlannedMessage:
    """Take a due message, locked by whoever calls (`queries.next_due`), and write it.

    Gives a `Sent` to hand over, or the planned row itself when it turned out to be no longer due. One that cannot be
    written, because the trial's text names something that is not there, is set aside and holds up no other.
    """
    note(kind=message.kind)
    if message.kind in queries.TELLS_ARM:
        conceal()
    if not queries.is_still_due(message):
        _move(message, State.NOT_DUE)
        return message
    is_first = message.again_of_id is None
    if message.kind in _DECIDE and is_first and not _is_sent_now(message):
        return message
    if not _has_a_way(message):
        _move(message, State.NOT_DUE)
        return message
    try:
        address, subject, body = writing.write(message)
    except (Refused, LookupError) as error:
        logger.exception("Message %s could not be written and was set aside.", message.pk)
        note(failed=type(error).__name__)
        _move(message, State.FAILED)
        return message
    _move(message, State.SENDING)
    if message.kind == queries.NEXT_STEP and is_first:
        _plan_the_next(message)
    return Sent.objects.create(planned=message, address=address, subject=subject, body=body, sent_at=clock.now())


@action("reminders.handed_over")
def confirm(*, sent: Sent, by: Actor) -> PlannedMessage:
    """Keep that a message was handed to the mail server, or the gateway; what did not arrive this way before is settled.

    Unless the provider's report was faster and has said what became of it.
    """
    planned, now = sent.planned, clock.now()
    being_sent = PlannedMessage.objects.filter(pk=planned.pk, state=State.SENDING)
    if not being_sent.update(state=State.SENT, state_since=now):
        return planned
    planned.state, planned.state_since = State.SENT, now
    earlier = PlannedMessage.objects.filter(
        account=planned.account_id, channel=planned.channel, state=State.UNDELIVERED
    )
    earlier.update(state=State.REFUSED, state_since=clock.now())
    return planned


@action("reminders.refused")
def refuse(*, sent: Sent, by: Actor) -> PlannedMessage:
    """Keep that a message was not taken, and try again after a pause; after the last, a participant's goes by e-mail.

    Each try is a row of its own with words and link of its own. The last one by a way says that it was not delivered,
    until a later one is or somebody has seen to it. Gives the row that was refused.
    """
    message, following_try = sent.planned, retrying.again(sent.planned)
    if message.kind in queries.TELLS_ARM:
        conceal()
    note(kind=message.kind, tried=message.tried + 1)
    goes_on = following_try is not None and following_try.channel == message.channel
    _move(message, State.REFUSED if goes_on else State.UNDELIVERED)
    if following_try is not None:
        _try_again(message, following_try)
    return message


@action("reminders.reported")
def report(*, sent: Sent, status: str, by: Actor) -> PlannedMessage:
    """Keep what the provider reports of a text message that it had taken; said again it changes nothing.

    One that it could not deliver stands where those stand that no try brought through. It is not tried again by this
    way, since the provider has tried for hours; a participant's goes by e-mail. Raises `UnknownReport`.
    """
    policies.check_report(status)
    message = PlannedMessage.objects.select_for_update().get(pk=sent.planned_id)
    if message.kind in queries.TELLS_ARM:
        conceal()
    note(kind=message.kind, status=status)
    if status != reports.NOT_DELIVERED:
        return confirm(sent=sent, by=by) if message.state == State.SENDING else message
    if message.state in {State.SENDING, State.SENT}:
        _move(message, State.UNDELIVERED)
        if message.participant_id is not None:
            _try_again(message, retrying.by_email())
    return message


def _try_again(message: PlannedMessage, then: retrying.Again) -> None:
    first = message.again_of or message
    PlannedMessage.objects.get_or_create(
        key=f"{first.key}~{then.channel}{then.tried}",
        defaults={
            "account": message.account, "participant": message.participant, "kind": message.kind, "text": message.text,
            "occasion": message.occasion, "step": message.step, "target": message.target, "channel": then.channel,
            "due_at": then.at, "again_of": first, "tried": then.tried, "state": State.PLANNED,
            "state_since": clock.now(),
        },
    )  # fmt: skip


@action("reminders.seen_to")
def see_to(*, participant: Participant, by: Actor) -> int:
    """Keep that a coordinator has seen to what did not reach somebody. Returns how many messages it was."""
    policies.check_can_see_to(by, participant)
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(participant=participant, state=State.UNDELIVERED)
        return rows.update(state=State.REFUSED, state_since=clock.now())


@action("reminders.closing_letter_kept", detail=("way", "sent_on"))
def keep_closing_letter(
    *, participant: Participant, recipient: str, body: str, way: str, sent_on: date, key: UUID, by: Account
) -> ClosingLetter:
    """Keep the letter to a participant's clinic as it was sent; the same key again gives the letter that it made."""
    policies.check_can_see_to(by, participant)
    policies.check_sent_on(sent_on)
    return once(
        ClosingLetter, key, about="participant", participant=participant, recipient=recipient, body=body, way=way,
        sent_on=sent_on, recorded_by=by, recorded_at=clock.now(),
    )  # fmt: skip


@action("reminders.preferred", detail=("channel", "hour"))
def prefer(
    *, participant: Participant, channel: str, hour: int, quiet_from: date | None = None, quiet_until: date | None = None,
    by: Actor,
) -> Preference:  # fmt: skip
    """Keep how somebody wants to be reminded, at which hour, and when not of the programme; it holds from now on."""
    policies.check_is_own(by, participant)
    policies.check_preference(participant, channel, hour)
    policies.check_quiet(quiet_from, quiet_until)
    row = Preference.objects.create(
        participant=participant, channel=channel, hour=hour, quiet_from=quiet_from, quiet_until=quiet_until,
        set_at=clock.now(),
    )  # fmt: skip
    with acting_as(SYSTEM):  # what is planned is asked again whether it is due
        planned = queries.planned_for(participant).filter(again_of=None)
        planned.filter(kind=queries.NEXT_STEP).update(due_at=clock.now())
        for each in planned.filter(kind=queries.REMINDER):  # on the same day, so that none passes its window
            each.due_at = queries.moment_on(clock.local(each.due_at).date(), row)
            each.save(update_fields=["due_at"])
    return row


_DECIDE: dict[str, Callable[[PlannedMessage], following.Decision]] = {
    queries.NEXT_STEP: following.decide,
    queries.REMINDER: asking.decide,
}
"""Kinds of message of which it is decided at the moment of sending whether, when and by which way they go."""


def _is_sent_now(message: PlannedMessage) -> bool:
    """Whether a reminder goes out now; otherwise it waits, or ends."""
    decided = _DECIDE[message.kind](message)
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


def _has_a_way(message: PlannedMessage) -> bool:
    """Whether a message has a number or an address to go to. A participant's without a number becomes an e-mail."""
    if message.channel != queries.Channel.SMS:
        return True
    if message.participant is None:
        return policies.can_be_alerted_by_text(message.account)
    if not policies.can_be_texted(message.participant):
        message.channel = queries.Channel.EMAIL
        message.save(update_fields=["channel"])
    return True


def _move(message: PlannedMessage, state: str) -> None:
    message.state = state
    message.state_since = clock.now()
    message.save(update_fields=["state", "state_since"])
