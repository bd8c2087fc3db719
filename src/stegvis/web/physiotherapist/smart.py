"""Hints for a goal that can be seen, reached and dated (SMART): what is there already, and a question about what is not.

Hints are hints: a goal without any of it is kept as the person said it.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from stegvis.physiotherapy.queries import GoalNow

UNSURE, UNIMPORTANT, SHORT = 5, 5, 3


@dataclass(frozen=True)
class Hint:
    """One of the five: what it is called, whether the goal has it, and what to ask when it has not."""

    label: str
    has_it: bool
    ask: str


def hints(now: GoalNow) -> list[Hint]:
    """The five in their order. What was not asked (importance, confidence) is neither there nor missing."""
    goal = now.goal
    seen = bool(goal.how_seen.strip()) or bool(now.levels)
    found = [
        Hint(_("Specific"), len(goal.text.split()) >= SHORT, _("What exactly, where and with whom?")),
        Hint(
            _("Measurable"), seen or bool(re.search(r"\d", goal.text)), _("How will you both see that it is reached?")
        ),
        Hint(_("Dated"), goal.target_week is not None, _("By which week?")),
    ]
    if goal.confidence is not None:
        found.insert(2, Hint(_("Within reach"), goal.confidence >= UNSURE, _("Would a smaller step feel surer?")))
    if goal.importance is not None:
        found.insert(-1, Hint(_("Wanted"), goal.importance >= UNIMPORTANT, _("Is there something that matters more?")))
    return found
