"""Meeting: a visit that is held moves the enrolment on; a goal is rated."""

from datetime import date, datetime
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as goals
from stegvis.physiotherapy.models import Goal, GoalRating, Visit
from stegvis.programme import queries as courses
from stegvis.trial import finding, moving, queries
from stegvis.trial.delegation import policies as duties
from stegvis.trial.models import (
    RatingContext,
    Stage,
)


@action("trial.visit_held", detail=("number",))
def hold_visit(
    *, participant: Participant, number: int, mode: str, held_at: datetime | None = None, by: Actor
) -> Visit:
    """Keep that a visit was held; the first one, at which goals are locked, moves the enrolment on.

    Goals set at a later visit are locked when that is held: set later, and so kept apart, but to be rated like the others.
    """
    duties.check_delegated(by, participant.site, "hold_visits")
    visit = physiotherapy.hold_visit(participant=participant, number=number, mode=mode, held_at=held_at, by=by)
    enrolment = moving.locked(participant)
    protocol = queries.protocol_of(enrolment)
    if protocol.goals and (f"visit_{number}" == protocol.goals.set_at or goals.waits_to_be_locked(participant)):
        physiotherapy.lock_goals(participant=participant, by=by)
    if number == 1 and enrolment.stage == Stage.BASELINE_DONE:
        enrolment.visit1_on = clock.local(visit.held_at or clock.now()).date()
        moving.move(enrolment, Stage.PLANNED)
    moving.book_visits(enrolment, protocol, by)
    finding.visit_outside_window(enrolment, visit)
    return visit


@action("trial.goal_rated", detail=("goal", "occasion"))
def rate_goal(
    *, goal: Goal, level: str, rater: str, mode: str, occasion: str, gas_level: int | None = None,
    given_on: date | None = None, corrects: GoalRating | None = None, reason_given: str = "", key: UUID, by: Actor,
) -> GoalRating:  # fmt: skip
    """Keep how far a goal was attained; how much of the programme was done by then is kept where raters cannot read."""
    rating = physiotherapy.rate_goal(
        goal=goal, level=level, rater=rater, mode=mode, occasion=occasion, gas_level=gas_level, given_on=given_on,
        corrects=corrects, reason_given=reason_given, key=key, by=by,
    )  # fmt: skip
    with acting_as(SYSTEM):
        RatingContext.objects.get_or_create(
            rating=rating, defaults={"modules_done": courses.modules_done(goal.participant)}
        )
    return rating
