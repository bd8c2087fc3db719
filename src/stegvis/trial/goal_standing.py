"""Where a goal stands in the trial: set before the arm could be known or later, and whether its week has come.

Only times are compared, the same in every arm, so that a physiotherapist may see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stegvis.audit import clock
from stegvis.methods.instruments.goal_attainment import is_due
from stegvis.people.models import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.queries import GoalNow
from stegvis.trial import queries


@dataclass(frozen=True)
class Standing:
    """A goal with what sets it apart: `later`, set when the arm could be known; `not_due` when rated (or today, unrated)."""

    now: GoalNow
    later: bool
    not_due: bool

    @property
    def counts(self) -> bool:
        """Whether it is locked, and neither later nor not yet due."""
        return self.now.goal.locked_at is not None and not (self.later or self.not_due)


def standings(participant: Participant, goals: Sequence[GoalNow] | None = None) -> list[Standing]:
    """The goals that stand, in their order (`goals` when they are known already), each with what sets it apart."""
    enrolment = queries.enrolment(participant)
    randomised_at = enrolment.randomised_at if enrolment else None
    held = [visit.held_at for visit in physiotherapy.visits_of(participant) if visit.number == 1 and visit.held_at]
    found = []
    for each in physiotherapy.goals_of(participant) if goals is None else goals:
        start = clock.local(held[0] if held else each.goal.set_at).date()
        day = each.ratings[0].on if each.ratings else clock.today()
        locked = each.goal.locked_at
        later = randomised_at is not None and (locked is None or locked >= randomised_at)
        found.append(Standing(each, later, not_due=not is_due(each.goal.target_week, start, day)))
    return found
