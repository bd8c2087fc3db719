"""When goals are rated, and how: at the visit that the protocol names, and again with the primary outcomes.

The rating at a visit is open from the day its window opens, or the day it was held if that was earlier; the physiotherapist
then asks the person to take out their own screen. When the primary outcomes are asked, it is their turn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from stegvis.audit import clock
from stegvis.methods.study.schedule import WindowState
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import queries as trials


@dataclass(frozen=True)
class Open:
    """A rating that is open: on which occasion, what that is called, and which goals."""

    occasion: str
    name: str
    goals: Sequence[physiotherapy.GoalNow]

    @property
    def is_done(self) -> bool:
        """Whether the person has rated every goal on this occasion."""
        return all(self.given(each) for each in self.goals)

    def given(self, goal: physiotherapy.GoalNow) -> physiotherapy.GoalRating | None:
        """The person's own rating of a goal that counts on this occasion; None while there is none."""
        return goal.rated_at(self.occasion)


def asked_of(enrolment: trials.Enrolment, goals: Sequence[physiotherapy.GoalNow]) -> Open | None:
    """The rating of the person's `goals` to ask for today: open, not yet given, and its planned time not over."""
    rating = _open_among(enrolment, lambda: goals)
    if rating is None or rating.is_done:
        return None
    window = trials.windows(enrolment).get(rating.occasion)
    is_over = window is not None and window.state(clock.today()) is WindowState.CLOSED
    return None if is_over else rating


def open_for(enrolment: trials.Enrolment) -> Open | None:
    """The rating that is open for someone now; None when none is, or nothing is there to rate."""
    return _open_among(enrolment, lambda: physiotherapy.goals_of(enrolment.participant))


def _open_among(enrolment: trials.Enrolment, goals: Callable[[], Sequence[physiotherapy.GoalNow]]) -> Open | None:
    occasion = _occasion(enrolment)
    if occasion is None:
        return None
    locked = [each for each in goals() if each.goal.locked_at]
    return Open(*occasion, goals=locked) if locked else None


def _occasion(enrolment: trials.Enrolment) -> tuple[str, str] | None:
    """The occasion's code and name."""
    protocol = trials.protocol_of(enrolment)
    if protocol.goals is None:
        return None
    windows = trials.windows(enrolment)
    last = protocol.primary_outcomes[0].occasion if protocol.primary_outcomes else ""
    for code, table in ((last, protocol.occasions), (protocol.goals.rated_at, protocol.visits)):
        window = windows.get(code)
        planned: Any = next((each for each in table if each.code == code), None)
        if planned is None:
            continue
        has_begun = window is not None and window.state(clock.today()) is not WindowState.BEFORE
        if has_begun or code in trials.anchors(enrolment):
            return code, planned.name.in_language(get_language() or "")
    return None
