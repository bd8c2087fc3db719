"""Every write of goals and their ratings."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make, make_in_turn
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies as room
from stegvis.physiotherapy.goals import policies, queries
from stegvis.physiotherapy.models import Goal, GoalLevel, GoalRating, GoalType, Level, SetAside


@action("physiotherapy.goal_set", detail=("kind",))
def set_goal(
    *, participant: Participant, kind: str, text: str, goal_type: str, how_seen: str = "", parent: Goal | None = None,
    target_week: int | None = None, importance: int | None = None, difficulty: int | None = None,
    confidence: int | None = None, levels: Mapping[int, str] | None = None, starts_at: int | None = None,
    instead_of: Goal | None = None, key: UUID, by: Actor,
) -> Goal:  # fmt: skip
    """Keep a goal in the person's words; `instead_of` puts it in the place of one that is not locked yet.

    `target_week` counts from visit 1; importance, difficulty and confidence are 0–10. `levels` are texts by level of
    attainment, −2 to +2, where 0 is what is expected; `starts_at`, −2 or −1, is where the person is now.
    """
    levels = {value: words.strip() for value, words in (levels or {}).items() if words.strip()}
    room.check_own_physiotherapist(by, participant)
    room.check_written(text)
    room.check_lines(text, how_seen)
    room.check_choice(goal_type, GoalType)
    policies.check_scales(target_week, importance=importance, difficulty=difficulty, confidence=confidence)
    policies.check_levels(levels, starts_at)
    room.take_turns(participant)
    said = {
        "kind": kind, "text": text, "type": goal_type, "how_seen": how_seen, "target_week": target_week,
        "importance": importance, "difficulty": difficulty, "confidence": confidence, "starts_at": starts_at,
    }  # fmt: skip
    again = earlier(Goal, key, said=said | {"parent_id": parent and parent.pk}, participant=participant)
    if again is not None:
        policies.check_same_levels(again, levels)
        return again
    policies.check_place(participant, kind, parent)
    policies.check_replaceable(participant, kind, instead_of)
    goal = make(
        Goal, key, about="participant", participant=participant, parent=parent, set_at=clock.now(), set_by_id=by.pk,
        **said,
    )  # fmt: skip
    GoalLevel.objects.bulk_create(GoalLevel(goal=goal, value=value, text=words) for value, words in levels.items())
    if levels:
        note(levels=len(levels))
    if instead_of is not None:
        _set_aside(instead_of, replaced_by=goal)
    return goal


@action("physiotherapy.goal_set_aside")
def set_aside_goal(*, goal: Goal, by: Actor) -> SetAside:
    """Take back a goal that is not locked yet, and with a main goal the steps towards it. The rows stay."""
    room.check_own_physiotherapist(by, goal.participant)
    room.take_turns(goal.participant)
    for step in queries.steps_towards(goal):
        _set_aside(step)
    return _set_aside(goal)


@action("physiotherapy.goals_locked")
def lock_goals(*, participant: Participant, by: Actor) -> list[Goal]:
    """Lock the goals that stand and are not locked yet, for good; gives back all that are locked.

    Refused without a main goal. Goals set later are locked by calling it again and so have a later moment.
    """
    room.check_own_physiotherapist(by, participant)
    room.take_turns(participant)
    policies.check_lockable(participant)
    standing = queries.standing_goals(participant)
    note(goals=standing.filter(locked_at=None).update(locked_at=clock.now()))
    return list(standing.order_by("set_at", "pk"))


@action("physiotherapy.goal_rated", detail=("goal", "rater", "mode", "occasion", "corrects"))
def rate_goal(
    *, goal: Goal, level: str, rater: str, mode: str, occasion: str, gas_level: int | None = None,
    given_on: date | None = None, corrects: GoalRating | None = None, reason_given: str = "", key: UUID, by: Actor,
) -> GoalRating:  # fmt: skip
    """Keep how far a locked goal was attained. One rating an occasion and rater; a mistaken one is corrected.

    `gas_level`, −2 to +2, is for a goal that has levels; `given_on` for what was said by telephone or written on paper on
    an earlier day. A correction names the rating that it follows and why; both stay, and the last counts.
    """
    room.check_person_or_physiotherapist(by, goal.participant)
    policies.check_rater(by, goal.participant, rater, mode)
    room.check_choice(level, Level)
    room.check_written(occasion)
    policies.check_ratable(goal)
    policies.check_gas_level(goal, gas_level)
    policies.check_given_on(goal, mode, given_on)
    room.take_turns(goal.participant)
    values = {
        "level": level, "gas_level": gas_level, "rater": rater, "mode": mode, "occasion": occasion,
        "given_on": given_on, "reason": reason_given or None,
    }  # fmt: skip
    again = earlier(GoalRating, key, said=values | {"corrects_id": corrects and corrects.pk}, goal=goal)
    if again is not None:
        return again
    policies.check_follows(goal, rater, occasion, corrects, reason_given)
    return make_in_turn(
        GoalRating, key, goal=goal, corrects=corrects, rated_at=clock.now(), entered_by_id=by.pk, **values
    )


def _set_aside(goal: Goal, replaced_by: Goal | None = None) -> SetAside:
    current = Goal.objects.get(pk=goal.pk)
    policies.check_unlocked(current)
    return SetAside.objects.create(goal=current, replaced_by=replaced_by, at=clock.now())
