"""Days: what a made-up person's diary has beside things done and rests: flares, illness, smaller versions, how it felt.

Also the answer to a step that is proposed. Drawn from a random stream of its own, so that it changes nothing else in the
lives.
"""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from stegvis.audit import clock
from stegvis.demonstration.lives import Life
from stegvis.methods.activity.growth import GrowthRule
from stegvis.people.models import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import growing, growth
from stegvis.physiotherapy.models import DiaryEntry, PlannedActivity

FLARE, ILL, SMALLER, TELLS = 0.02, 0.01, 0.12, 0.25
"""Shares of evenings, of things left undone, and of things done that somebody is asked about; guesses."""

FELT = (("same", 0.6), ("better", 0.25), ("worse", 0.15))
ACCEPTS = 0.7
KEEPS_A_DIARY = 0.6
"""From this share logged on it is worth looking whether two weeks were met."""

SMALL_WORDS = {"sv": "Bara en bit, och hem igen", "en": "Just a little way, and home again"}
SMALL_MINUTES = 5
FLARE_WORDS = {
    "sv": "Halva tiden i tre dagar, inte ingenting. Sedan vidare som planerat.",
    "en": "Half the time for three days, not nothing. Then on as planned.",
}


def small_version(life: Life) -> tuple[str, int]:
    """What the person has agreed for a low-energy day."""
    return SMALL_WORDS.get(life.language, SMALL_WORDS["en"]), SMALL_MINUTES


def flare_rule(life: Life) -> str:
    """What is agreed for a flare."""
    return FLARE_WORDS.get(life.language, FLARE_WORDS["en"])


def evening(life: Life, person: Participant) -> None:
    """A flare or an illness, on some evenings."""
    chance = _chance(life, "evening")
    kind = _first(chance.random(), (("flare", FLARE), ("illness", ILL)))
    if kind:
        physiotherapy.log_setback(
            participant=person, on=clock.today(), setback=kind, key=_key(life, "setback"), by=person.account
        )


def smaller(life: Life, activity: PlannedActivity) -> bool:
    """Whether what was not done was done in its smaller version; then it is logged."""
    if _chance(life, "smaller", activity.position).random() >= SMALLER:
        return False
    physiotherapy.log_planned(
        activity=activity, on=clock.today(), smaller=True, minutes=activity.low_energy_minutes,
        key=_key(life, "smaller", activity.pk), by=activity.plan.participant.account,
    )  # fmt: skip
    return True


def afterwards(life: Life, entry: DiaryEntry) -> None:
    """On the next evening, perhaps, how the body felt since something was done a day or two ago."""
    chance = _chance(life, "after")
    if clock.today() - entry.on <= timedelta(days=growth.ASKED_AFTER[1]) and chance.random() < TELLS:
        effect = _first(chance.random(), FELT)
        physiotherapy.tell_after_effect(entry=entry, effect=effect, by=entry.participant.account)


def step(life: Life, person: Participant, rule: GrowthRule) -> bool:
    """Answer a step on a Monday, if one is proposed; whether the plan has a new version by it."""
    if clock.today().isoweekday() != 1 or life.diary_share < KEEPS_A_DIARY:
        return False
    found = growth.proposal(person, rule)
    if found is None or found.because:
        return False
    accepted = _chance(life, "step").random() < ACCEPTS
    growing.answer_step(
        participant=person, rule=rule, after_week=found.after_week, accepted=accepted, by=person.account
    )
    return accepted


def _first(drawn: float, shares: tuple[tuple[str, float], ...]) -> str:
    """The name in whose share a number from 0 to 1 falls; "" beyond them all."""
    for name, share in shares:
        if drawn < share:
            return name
        drawn -= share
    return ""


def _chance(life: Life, *parts: Any) -> Random:
    return Random(":".join(map(str, ("days", life.number, clock.today(), *parts))))  # noqa: S311 - made up on purpose


def _key(life: Life, *parts: Any) -> UUID:
    return UUID(int=_chance(life, "key", *parts).getrandbits(128), version=4)
