"""Goals: what some made-up people add to theirs, how goals with levels are rated, and what is believed of the arms.

Everything here is drawn from a stream of its own for each person, so that nothing else in a life changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.demonstration.parameters import Parameters
from stegvis.people.models import Account, Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import concealment
from stegvis.physiotherapy.models import Goal, Visit

AHEAD = 26
"""The target week of a goal that is not yet due when goals are rated."""
GAS = {"fully": (0, 0, 1, 2), "partly": (-1,), "not": (-2, -2, -1)}
"""Among which levels a rating is drawn, by how far the goal was attained."""


@dataclass(frozen=True)
class Belief:
    """What a physiotherapist believes when asked: the arm ("": does not know), how sure, and whether they were told."""

    arm: str
    sure: str
    told: bool


def _stream(life: Life, what: str) -> Random:
    return Random(f"goals:{life.number}:{what}")  # noqa: S311 - made up on purpose


def levels(model: Parameters, life: Life, words: dict[str, Any], spoken: str) -> dict[str, Any]:
    """The levels that some people write with a main goal, as the action takes them; nothing for the others."""
    written = words.get(f"levels_{spoken}")
    if not written or _stream(life, words["en"]).random() >= model.goals.with_levels:
        return {}
    return {"levels": dict(zip(range(-2, 3), written, strict=True)), "starts_at": -1}


def further(model: Parameters, life: Life, person: Participant, physio: Account, visit: int, key: UUID) -> Goal | None:
    """One more main goal, which a few set at a visit: at the first with a late week, afterwards since life went on."""
    stream = _stream(life, f"visit {visit}")
    unused = [each for n, each in enumerate(model.words["goals"]) if n not in {goal.words for goal in life.goals}]
    if not unused or stream.random() >= model.goals.further:
        return None
    words = stream.choice(unused)
    return physiotherapy.set_goal(
        participant=person, kind="main", text=words.get(life.language, words["en"]), goal_type=words["type"],
        target_week=AHEAD if visit == 1 else 12, importance=stream.randint(5, 10), difficulty=stream.randint(3, 8),
        confidence=stream.randint(4, 9), key=key, by=physio,
    )  # fmt: skip


def rated(life: Life, place: int) -> tuple[str, int | None]:
    """How far the goal in this place was attained: as drawn, or for one that was added, not or partly; and the level."""
    stream = _stream(life, f"rating {place}")
    level = life.goals[place].level if place < len(life.goals) else stream.choice(("not", "partly"))
    return level, stream.choice(GAS[level])


def belief(model: Parameters, life: Life, arms: Sequence[str]) -> Belief:
    """What the physiotherapist thinks at the visit at which goals are rated."""
    stream, shares = _stream(life, "belief"), model.goals.guesses
    told, knows, right, sure = (
        stream.random() < share for share in (shares.told, shares.named, shares.right, shares.sure)
    )
    if told:
        return Belief(life.arm, "strongly", told=True)
    others = [arm for arm in arms if arm != life.arm]
    named = life.arm if right or not others else stream.choice(others)
    return Belief(named if knows else "", ("strongly" if sure else "somewhat") if knows else "", told=False)


def keep_belief(found: Belief, visit: Visit, physio: Account, keys: Sequence[UUID]) -> None:
    """Keep it as the page does: that one was told first, and the guess then."""
    if found.told:
        concealment.keep_told(
            participant=visit.participant, told_by="participant", how="visit", told_on=clock.today(), key=keys[0],
            by=physio,
        )  # fmt: skip
    concealment.guess_arm(visit=visit, arm=found.arm, sure=found.sure, key=keys[1], by=physio)
