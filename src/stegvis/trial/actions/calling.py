"""Calling: what is wrong reaches the rota; calls about late answers, and that an arm became known in one."""

from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.once import once
from stegvis.people import policies as who
from stegvis.people.models import Account, Participant, Site
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.safety import actions as safety
from stegvis.safety import queries as alerts
from stegvis.safety.models import Alert, AlertTest
from stegvis.trial import moving, policies, worries
from stegvis.trial.models import (
    CallAttempt,
    Unmasking,
)


@action("trial.something_is_wrong")
def something_is_wrong(*, participant: Participant, words: str, key: UUID, by: Actor) -> Alert:
    """A participant says that something is wrong; the site's rota is told, at every stage and in every arm."""
    policies.check_own(by, participant)
    grade = protocols.current().safety.something_is_wrong
    return worries.alert(participant, "something_is_wrong", f"key:{key}", grade, by, words=words)


@action("trial.concern_reported")
def report_concern(*, participant: Participant, words: str, key: UUID, by: Account) -> Alert:
    """A member of staff at the site heard something that must be looked at, in a call for example; the rota is told."""
    who.check_at_site(by, participant.site)
    grade = protocols.current().safety.something_is_wrong
    return worries.alert(participant, "concern_reported", f"key:{key}", grade, by, words=words)


@action("trial.alert_escalated")
def escalate_alert(*, alert: Alert, by: Actor) -> Alert:
    """Tell a further person of an alert that nobody has taken in time, and write to them; the protocol says whom."""
    told = alerts.next_to_tell(alert, protocols.current().safety.escalate_to)
    safety.escalate(alert=alert, told=told, by=by)
    for account in told:
        key = f"escalated:{alert.pk}:{account.code}"
        reminders.plan_for_staff(key=key, account=account, kind=worries.ESCALATED, by=by)
    return alert


@action("trial.test_alert_sent")
def send_test_alert(*, site: Site, key: UUID, by: Actor) -> AlertTest:
    """Send a test alert to a site's rota, by the way that real ones take: a row on their page, and a message to each."""
    test = safety.send_test(site=site, key=key, by=by)
    note(site=site.code)
    for account in alerts.rota(site):
        key_of_one = f"alert_test:{test.pk}:{account.code}"
        reminders.plan_for_staff(key=key_of_one, account=account, kind="alert_test", by=SYSTEM)
    return test


@action("trial.called", detail=("occasion", "outcome"))
def keep_call(
    *, participant: Participant, occasion: str, outcome: str, try_again_on: date | None = None,
    key: UUID | None = None, by: Account,
) -> CallAttempt:  # fmt: skip
    """Keep that someone was called about late answers, and what came of it; the same key again gives that call."""
    who.check_at_site(by, participant.site)
    called = {
        "participant": participant, "occasion": occasion, "outcome": outcome, "try_again_on": try_again_on,
        "called_by": by, "called_at": clock.now(),
    }  # fmt: skip
    if key is None:
        return CallAttempt.objects.create(**called)
    return once(CallAttempt, key, about="participant", **called)


@action("trial.asked_for_contact", detail=("occasion",))
def ask_for_contact(*, participant: Participant, occasion: str, by: Actor) -> Participant:
    """Write to somebody before an occasion that lies far off: are number and address still right? Once for each occasion."""
    moving.ask_for_contact(participant, occasion, clock.today(), by)
    return participant


@action("trial.unmasked", detail=("occasion",))
def keep_unmasking(
    *, participant: Participant, occasion: str, said: str, guessed_arm: str = "", key: UUID, by: Account
) -> Unmasking:
    """Keep that an outcome assessor learnt or guessed an arm: who, when, what was said; the record has no word of it.

    The same key again gives the row that it made.
    """
    policies.check_unmasking(by, participant, said, guessed_arm)
    return once(
        Unmasking, key, about="participant", participant=participant, occasion=occasion, said=said,
        guessed_arm=guessed_arm or None, assessor=by, at=clock.now(),
    )  # fmt: skip
