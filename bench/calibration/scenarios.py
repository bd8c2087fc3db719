"""Scenarios: the worlds in which methods are tried, each once without an effect and once with the effect that matters.

129 people (64 + 65) in four sites. The outcome has SD 20 and correlates 0.5 over time; it is measured at 3 and 6 months,
and by 6 months 36 per cent are lost (or 27 and 46), half of them before 3 months. Slopes are per SD: with 1 in one arm
and −1 in the other, the arms lose opposite people. Goals: the published 37 v 19 and 54 v 36 per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from stegvis.methods.analysis.simulated.worlds import GoalWorld, Loss, OutcomeWorld, World

POINTS = -10.0
CONTINUOUS, THERAPISTS, GOALS = "continuous", "therapists", "goals"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world, what is tried in it, its true difference, and whether methods that take long are tried too."""

    family: str
    name: str
    world: World
    truth: float
    slow: bool = True

    @property
    def null(self) -> bool:
        """Whether there is no effect, so that a rejection is an error."""
        return self.truth == 0


LOSSES = {
    "nobody lost": Loss(),
    "MCAR, 36 % v 36 %": Loss(0.36, 0.36),
    "MCAR, 27 % v 46 %": Loss(0.27, 0.46),
    "MAR on the baseline, 36 % v 36 %": Loss(0.36, 0.36, "MAR", (1, 1)),
    "MAR on the baseline, opposite by arm, 27 % v 46 %": Loss(0.27, 0.46, "MAR", (1, -1)),
    "MNAR, alike in both arms, 36 % v 36 %": Loss(0.36, 0.36, "MNAR", (1, 1)),
    "MNAR, opposite by arm, 27 % v 46 %": Loss(0.27, 0.46, "MNAR", (1, -1)),
}


def scenarios() -> tuple[Scenario, ...]:
    """Every cell, in the order in which it is printed."""
    return (*_continuous(), *_therapists(), *_goals())


def _continuous() -> list[Scenario]:
    found = []
    for (name, loss), effect in product(LOSSES.items(), (0.0, POINTS)):
        world = World(
            outcomes={"pain": OutcomeWorld(20, 50, effect)}, times=(0.5, 1.0), loss=loss, strata=4, strata_sd=0.2
        )
        slow = effect == 0 or name.startswith("MCAR, 36")
        found.append(Scenario(CONTINUOUS, f"{name}, {_words(effect)}", world, effect, slow))
    return found


def _therapists() -> list[Scenario]:
    found = []
    for count, icc, effect in product((4, 5, 6), (0.0, 0.02, 0.05), (0.0, POINTS)):
        if effect and count != 5:
            continue
        world = World(
            outcomes={"pain": OutcomeWorld(20, 50, effect)}, loss=Loss(0.36, 0.36), therapists=count, therapist_icc=icc
        )
        found.append(Scenario(THERAPISTS, f"{count} therapists, ICC {icc:g}, {_words(effect)}", world, effect))
    return found


def _goals() -> list[Scenario]:
    found = []
    published = ((1.6, 0.37, 0.19), (2.2, 0.54, 0.36))
    for (number, p1, p0), (lost, loss) in product(
        published, (("36 % v 36 %", (0.36, 0.36)), ("27 % v 46 %", (0.27, 0.46)))
    ):
        for effect in (False, True):
            found.append(_of_goals(64, 65, number, (p1, p0), loss, lost, 0.35, effect=effect))
    for number, p1, p0 in published:
        found.append(_of_goals(64, 65, number, (p1, p0), (0.36, 0.36), "36 % v 36 %", 0.01, effect=False))
        found.append(_of_goals(12, 12, number, (p1, p0), (0.0, 0.0), "nobody lost", 0.35, effect=False))
    return found


def _of_goals(
    n1: int, n0: int, number: float, p: tuple[float, float], loss: tuple[float, float], lost: str, icc: float, *,
    effect: bool,
) -> Scenario:  # fmt: skip
    mean = round((p[0] + p[1]) / 2, 3)
    one, zero = p if effect else (mean, mean)
    world = World(n1, n0, goals={"goal": GoalWorld(one, zero, number, icc)}, loss=Loss(*loss))
    words = f"{100 * one:.0f} % v {100 * zero:.0f} %" if effect else f"no effect ({100 * mean:.0f} %)"
    name = f"{n1} + {n0} people, {number:g} goals a person, correlation {icc:g}, {lost} lost, {words}"
    return Scenario(GOALS, name.replace("nobody lost lost", "nobody lost"), world, one - zero)


def _words(effect: float) -> str:
    return f"{effect:g} points".replace("-", "−") if effect else "no effect"
