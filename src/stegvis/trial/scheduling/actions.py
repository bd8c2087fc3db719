"""Writes of the schedule: a day is moved, a gift was sent or not."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Assessment
from stegvis.audit import clock
from stegvis.audit.action import action, note
from stegvis.audit.once import earlier, once
from stegvis.people import policies as people
from stegvis.people.models import Account, Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as visits
from stegvis.protocol import queries as protocols
from stegvis.reminders import actions as reminders
from stegvis.reminders.models import Round
from stegvis.trial.scheduling import policies, queries
from stegvis.trial.scheduling.models import Incentive, MovedDate


@action("trial.asking_moved", detail=("occasion", "reason"))
def move_asking(
    *, participant: Participant, occasion: str, to: date, reason: str, key: UUID, by: Account
) -> MovedDate:  # fmt: skip
    """Ask a person about an occasion from another day of its window on: reminders wait, and nobody calls before.

    The window stays as the protocol sets it, so that nothing of the analysis moves. The same key again gives that row.
    """
    policies.check_plans(by, participant)
    before = earlier(MovedDate, key, said={"activity": occasion, "reason": reason}, participant=participant)
    if before is not None:
        return before
    asked = assessments.assessment(participant, occasion)
    policies.check_can_be_asked_later(asked, to)
    planned = queries.asked_from(participant, occasion) or asked.due_on  # type: ignore[union-attr]
    policies.check_move(planned, to, reason)
    moved = _keep(participant, occasion, planned, to, reason, key, by)
    reminders.put_off(participant=participant, occasion=occasion, until=to, by=by)
    return moved


@action("trial.visit_moved", detail=("number", "reason"))
def move_visit(
    *, participant: Participant, number: int, to: date, reason: str, key: UUID, by: Account
) -> MovedDate:  # fmt: skip
    """Move a booked visit to another day and keep why; a day outside the window is taken and counts as late."""
    policies.check_plans(by, participant)
    activity = f"visit_{number}"
    before = earlier(MovedDate, key, said={"activity": activity, "reason": reason}, participant=participant)
    if before is not None:
        return before
    booked = visits.visit(participant, number)
    policies.check_visit_moves(booked)
    planned = booked.planned_on  # type: ignore[union-attr]
    policies.check_move(planned, to, reason)
    physiotherapy.book_visit(participant=participant, number=number, planned_on=to, by=by)
    return _keep(participant, activity, planned, to, reason, key, by)


def _keep(
    participant: Participant, activity: str, planned: date, to: date, reason: str, key: UUID, by: Account
) -> MovedDate:  # fmt: skip
    note(moved_from=planned.isoformat(), moved_to=to.isoformat())
    return once(
        MovedDate, key, about="participant", participant=participant, activity=activity, moved_from=planned,
        moved_to=to, reason=reason, moved_by=by, moved_at=clock.now(),
    )  # fmt: skip


@action("trial.incentive_kept", detail=("occasion",))
def keep_incentive(
    *, participant: Participant, occasion: str, sent_on: date | None, key: UUID, by: Account
) -> Incentive:
    """Keep on which day the gift of an occasion was sent, or with None that it was not; the newest row counts."""
    policies.check_plans(by, participant)
    planned = protocols.current().occasion(occasion)
    policies.check_incentive(planned, assessments.assessment(participant, occasion), sent_on)
    note(sent=sent_on is not None)
    return once(
        Incentive, key, about="participant", participant=participant, occasion=occasion, sent_on=sent_on, kept_by=by,
        kept_at=clock.now(),
    )  # fmt: skip


@action("trial.reminded_together", detail=("step",))
def remind_together(*, asked: Sequence[Assessment], step: str, key: UUID, by: Account) -> Round:
    """Remind several people of one occasion at once; those who cannot be reminded now are left out.

    `asked` come with participant and account (`queries.to_remind`), all at sites of the coordinator.
    """
    for site in {each.participant.site for each in asked}:
        people.check_at_site(by, site)
    later = queries.not_asked_yet(asked)
    return reminders.send_round(assessments=[each for each in asked if each.pk not in later], step=step, key=key, by=by)
