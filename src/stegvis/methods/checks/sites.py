"""Sites: how completeness stands to the limits of a protocol, and whether a site differs from the others by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

FEWEST_DUE = 10
"""With fewer answers due a share jumps with each of them, so that no site is warned yet."""
FAR = 3.0
"""Standard errors from the whole trial: the outer limit of a funnel plot (99.8 per cent)."""

Standing = Literal["few", "good", "near", "below"]


@dataclass(frozen=True)
class Completeness:
    """Answers in hand of those due, and how many more can still come.

    in_hand, due: numbers of answers. to_come: those due whose window is open, so that they can still come in time.
    """

    in_hand: int
    due: int
    to_come: int = 0

    @property
    def share(self) -> float | None:
        """In hand of those due; None where none is due."""
        return self.in_hand / self.due if self.due else None

    @property
    def reachable(self) -> float | None:
        """The share when all that can still come in time has come."""
        return (self.in_hand + self.to_come) / self.due if self.due else None

    def standing(self, least: float, warn: float) -> Standing:
        """How it stands to the least share and to the share below which a site is warned.

        What can still come counts as not lost: a warning is about what is gone. Triggers of monitoring:
        Stenning et al., Clin Trials 2018;15:600–609.
        """
        reachable = self.reachable
        if reachable is None or self.due < FEWEST_DUE:
            return "few"
        return "below" if reachable < least else "near" if reachable < warn else "good"


def distance(site: Completeness, trial: Completeness) -> float | None:
    """How many standard errors a site's share lies from the whole trial's; None where that cannot be told.

    z = (p_i − p) / √(p (1 − p) / n_i), with p of all sites together: Spiegelhalter, Stat Med 2005;24:1185–1202.
    """
    p = trial.share
    if p is None or site.share is None or site.due < FEWEST_DUE or p in (0.0, 1.0):
        return None
    return (site.share - p) / sqrt(p * (1 - p) / site.due)
