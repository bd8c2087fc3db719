"""Every write about safety."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords
from stegvis.audit.once import earlier, once
from stegvis.people import policies as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Site
from stegvis.safety import policies, queries
from stegvis.safety.errors import (
    AlertClosed,
    AlertTaken,
    NobodyToTest,
    NotToldOfTheTest,
    NotYetAcknowledged,
    RotaWouldBeEmpty,
)
from stegvis.safety.models import Alert, AlertNotice, AlertStep, AlertTest, AlertTestNotice, Rota, Step, Why


@action("safety.rota_joined")
def join_rota(*, site: Site, account: Account, by: Actor) -> Rota:
    """Put a clinician on a site's rota."""
    policies.check_can_change_rota(by, site)
    people.check_at_site(account, site)
    note(site=site.code, who=account.code)
    row, _ = Rota.objects.get_or_create(site=site, account=account, until_at=None, defaults={"from_at": clock.now()})
    return row


@action("safety.rota_left")
def leave_rota(*, site: Site, account: Account, by: Actor) -> Rota:
    """Take a clinician off a site's rota; the last one stays."""
    policies.check_can_change_rota(by, site)
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)  # of two at once, one sees who is left
    policies.check_on_rota(account, site)
    if [each.pk for each in queries.rota(site)] == [account.pk]:
        raise RotaWouldBeEmpty(code=account.code, site=site.code)
    note(site=site.code, who=account.code)
    row = Rota.objects.get(site=site, account=account, until_at=None)
    row.until_at = clock.now()
    row.save(update_fields=["until_at"])
    return row


@action("safety.test_sent")
def send_test(*, site: Site, key: UUID, by: Actor) -> AlertTest:
    """Test the way of an alert to everyone on a site's rota; the same key again gives the test that it made.

    Refused with nobody on the rota: a test that nobody gets shows nothing.
    """
    policies.check_can_change_rota(by, site)
    told = queries.rota(site)
    if not told:
        raise NobodyToTest(site=site.code)
    note(site=site.code, told=[each.code for each in told])
    test = once(AlertTest, key, about="site", site=site, sent_by_id=by.pk, sent_at=clock.now())
    notices = [AlertTestNotice(test=test, account=each, told_at=test.sent_at) for each in told]
    AlertTestNotice.objects.bulk_create(notices, ignore_conflicts=True)
    return test


@action("safety.test_answered")
def answer_test(*, test: AlertTest, by: Account) -> AlertTestNotice:
    """Keep that somebody got a test alert, and when; a second answer changes nothing."""
    note(site=test.site.code)
    notice = AlertTestNotice.objects.select_for_update(no_key=True).filter(test=test, account_id=by.pk).first()
    if notice is None:
        raise NotToldOfTheTest()
    if notice.answered_at is None:
        notice.answered_at = clock.now()
        notice.save(update_fields=["answered_at"])
    return notice


@action("safety.alert_raised", detail=("grade",))
def raise_alert(
    *, participant: Participant, trigger: str, source: str, grade: str, words: str = "",
    happened_at: datetime | None = None, respond_by: datetime | None = None, escalate_at: datetime | None = None,
    closed_by_two: bool = False, by: Actor,
) -> Alert:  # fmt: skip
    """Raise an alert and tell the site's rota, in any arm and at any stage; the same cause raises one alert.

    `source` names the cause (an answer, a message); `words` are the person's own, stored encrypted. `happened_at` is when
    it was typed, if it came later; `respond_by` and `escalate_at` are the grade's, None where it has no clock, and
    `closed_by_two` too is the grade's. With nobody on the rota the alert stands all the same, and the record says that
    nobody could be told.
    """
    with acting_as(SYSTEM):
        alert, is_new = Alert.objects.get_or_create(
            trigger=trigger, source=source,
            defaults={
                "participant": participant, "grade": grade, "note": words or None, "raised_at": clock.now(),
                "happened_at": happened_at, "respond_by": respond_by, "escalate_at": escalate_at,
                "closed_by_two": closed_by_two,
            },
        )  # fmt: skip
        if alert.participant_id != participant.pk:
            raise KeyUsedElsewhere()
        if words and alert.note != words:
            raise SentWithOtherWords()
        if is_new:
            told = queries.rota(participant.site)
            now = clock.now()
            AlertNotice.objects.bulk_create([AlertNotice(alert=alert, account=each, told_at=now) for each in told])
            note(told=[each.code for each in told])
        else:
            note(again=True)
    alert.is_new = is_new  # type: ignore[attr-defined]  # whoever plays on several rooms sends the notices of new ones
    return alert


@action("safety.alerts_followed")
def follow(*, participant: Participant, by: Actor) -> list[tuple[Alert, list[Account]]]:
    """A person goes on at another site: its rota is told of every alert that is open. Each with whom was not told before."""
    with acting_as(SYSTEM):
        rota, now = queries.rota(participant.site), clock.now()
        found = []
        for alert in queries.open_alerts_of(participant):
            told = set(queries.notices_of(alert).values_list("account", flat=True))
            new = [each for each in rota if each.pk not in told]
            AlertNotice.objects.bulk_create([AlertNotice(alert=alert, account=each, told_at=now) for each in new])
            found.append((alert, new))
    note(alerts=len(found), told=sorted({each.code for _alert, new in found for each in new}))
    return found


@action("safety.alert_escalated")
def escalate(*, alert: Alert, told: Sequence[Account], by: Actor) -> Alert:
    """Keep that further people were told of an alert that nobody has taken; they may deal with it from then on."""
    now = clock.now()
    AlertNotice.objects.bulk_create(
        [AlertNotice(alert=alert, account=each, told_at=now, why=Why.ESCALATED) for each in told]
    )
    note(told=[each.code for each in told])
    return alert


@action("safety.alert_handled", detail=("step",))
def take_step(
    *, alert: Alert, step: str, words: str = "", key: UUID | None = None, confirms: int | None = None, by: Account
) -> AlertStep:
    """Acknowledge an alert, keep what was done, close it; closing needs an acknowledgement first.

    One person has it: whoever acknowledges second is told who was first. What is closed stays as it is, but for an
    assessment, for which randomisation may wait: that is a licensed clinician's, and needs words. Where two people close
    it, one writes why it can be closed, and the other closes it by confirming that step (`confirms`, its number), as long
    as nothing was done after it. The same key again gives the step that it made.
    """
    policies.check_may_handle(by, alert)
    policies.check_step(step)
    if step == Step.ASSESSED:
        policies.check_assessment(by, words)
    if step == Step.TO_CLOSE:
        policies.check_to_close(alert, words)
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=alert.participant_id)
    again = earlier(AlertStep, key, said={"step": step, "note": words}, alert=alert) if key else None
    if again is not None:
        return again
    _check_order(alert, step)
    standing = queries.to_confirm(alert) if step == Step.CLOSED else None
    if step == Step.CLOSED:
        policies.check_closing(by, alert, standing, confirms)
    return AlertStep.objects.create(
        alert=alert, step=step, note=words or None, account=by, taken_at=clock.now(), key=key, confirms=standing
    )


@action("safety.checklist_kept")
def keep_checklist(*, alert: Alert, answers: Mapping[str, str], key: UUID, by: Account) -> AlertStep:
    """Keep what was asked in a call about an alert and what the answers were, by the checklist's codes, as a step.

    Answers lie encrypted and stay out of the record; a later checklist is a step of its own. The same key again gives the
    step that it made.
    """
    policies.check_may_handle(by, alert)
    policies.check_answers(answers)
    written = json.dumps({code: text.strip() for code, text in answers.items() if text.strip()}, ensure_ascii=False)
    Participant.objects.select_for_update(no_key=True).values_list("pk").get(pk=alert.participant_id)
    again = earlier(AlertStep, key, said={"answers": written}, alert=alert)
    if again is not None:
        return again
    _check_order(alert, Step.ASKED)
    return AlertStep.objects.create(
        alert=alert, step=Step.ASKED, answers=written, account=by, taken_at=clock.now(), key=key
    )


def _check_order(alert: Alert, step: str) -> None:
    """Refuse what does not come next: a second acknowledgement, anything before the first, anything after the closing."""
    done = {each.step: each.account for each in queries.steps_of(alert)}
    if Step.CLOSED in done and step != Step.ASSESSED:
        raise AlertClosed(code=done[Step.CLOSED].code)
    if step != Step.ACKNOWLEDGED and Step.ACKNOWLEDGED not in done:
        raise NotYetAcknowledged()
    if step == Step.ACKNOWLEDGED and Step.ACKNOWLEDGED in done:
        raise AlertTaken(code=done[Step.ACKNOWLEDGED].code)
