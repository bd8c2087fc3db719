"""Writes of retention: the end of the trial, a deletion proposed, agreed to, and carried out."""

from datetime import date
from typing import Any

from django.db import connection

from stegvis.allocation import queries as allocation
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.stores import KEY
from stegvis.people import actions as people
from stegvis.people import policies as roles
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant, Role
from stegvis.reporting import policies
from stegvis.reporting.errors import NothingDue, NothingProposed, SameRole, TrialGoesOn
from stegvis.reporting.models import Deletion, DeletionAgreement, DeletionDone, TrialEnd
from stegvis.reporting.retention import due
from stegvis.trial import actions as screenings
from stegvis.trial.models import Outcome, Screening

Doomed = dict[type[Any], list[int]]


@action("reporting.trial_ended", detail=("ended_on",))
def end_trial(*, ended_on: date, reason: str, by: Actor) -> TrialEnd:
    """Keep the day on which the trial ended; a mistaken one is corrected by keeping another. Nothing closes by it."""
    roles.check_role(by, Role.DATA_MANAGER)
    policies.check_reason(reason)
    if ended_on > clock.today():
        raise TrialGoesOn(on=ended_on)
    return TrialEnd.objects.create(ended_on=ended_on, reason=reason, kept_at=clock.now(), kept_by=by.code)


@action("reporting.deletion_proposed")
def propose_deletion(*, of_store: str, reason: str, by: Actor) -> Deletion:
    """Write down what is due of a store, table by table, with the hash of each list; it takes another role to agree."""
    roles.check_role(by, Role.DATA_MANAGER)
    policies.check_reason(reason)
    rule = next((each for each in due.rules() if each.store == of_store), None)
    rows = _due(of_store)
    if rule is None or not rows:
        raise NothingDue()
    listed = {model._meta.db_table: {"rows": len(keys), "sha256": due.digest(keys)} for model, keys in rows.items()}
    period = {"days": rule.days} if of_store == due.SCREENING else {"years": rule.years}
    note(store=of_store, rows=sum(each["rows"] for each in listed.values()), **period)
    return Deletion.objects.create(
        of_store=of_store, years=rule.years, days=rule.days, due_on=rule.due_on, tables=listed, reason=reason,
        proposed_at=clock.now(), proposed_by=by.code, proposed_as=by.role,
    )  # fmt: skip


@action("reporting.deletion_agreed")
def agree_to_deletion(*, deletion: Deletion, by: Actor) -> DeletionAgreement:
    """Agree to a deletion that somebody in another role proposed. The worker carries it out in its next round."""
    roles.check_role(by, Role.ADMINISTRATOR)
    if by.role in (deletion.proposed_as, SYSTEM.role) or by.code == deletion.proposed_by:
        raise SameRole(code=by.code, role=by.role)
    if DeletionAgreement.objects.filter(deletion=deletion).exists():
        raise NothingProposed(days=0)
    note(store=deletion.of_store, rows=deletion.rows)
    return DeletionAgreement.objects.create(deletion=deletion, agreed_at=clock.now(), agreed_by=by.code)


@action("reporting.deletion_done")
def carry_out(*, deletion: Deletion, by: Actor) -> DeletionDone:
    """Delete what was agreed to, if exactly that is still due; otherwise nothing, and the record says that it had changed.

    Of the key to who people are, the sign-in address goes along with the identity. Screenings that nobody has heard of for long
    end as not reached, which erases what is known of the person.
    """
    roles.check_role(by)
    rows = _due(deletion.of_store)
    listed = {model._meta.db_table: due.digest(keys) for model, keys in rows.items()}
    changed = listed != {table: each["sha256"] for table, each in deletion.tables.items()}
    note(store=deletion.of_store, rows=0 if changed else deletion.rows, changed=changed)
    if not changed:
        _erase(deletion, rows)
    return DeletionDone.objects.create(
        deletion=deletion, done_at=clock.now(), rows=0 if changed else deletion.rows, changed=changed
    )


def _due(of_store: str) -> Doomed:
    """As the system, with the room of allocation opened: whoever looks after retention sees no person's rows."""
    with acting_as(SYSTEM), allocation.opened("all"):
        return due.due_rows(of_store)


def _erase(deletion: Deletion, rows: Doomed) -> None:
    if deletion.of_store == KEY:
        for participant in Participant.objects.filter(pk__in=next(iter(rows.values()))):
            people.erase_identity(participant=participant, reason=deletion.reason, by=SYSTEM)
        return
    for screening in (
        Screening.objects.filter(pk__in=rows.pop(Screening, ())) if deletion.of_store == due.SCREENING else ()
    ):
        screenings.end_screening(screening=screening, outcome=Outcome.NO_REPLY, by=SYSTEM)
    with allocation.opened("all"), connection.cursor() as cursor:
        for model, keys in rows.items():
            cursor.execute("SELECT stegvis_delete_due(%s, %s, %s)", [deletion.pk, model._meta.db_table, keys])
