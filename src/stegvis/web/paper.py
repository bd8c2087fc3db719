"""Goals on paper: what the plan and the goals card print, for whoever takes them home."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as physiotherapy


@dataclass(frozen=True)
class GoalOnPaper:
    """A main goal, by when, how it will be seen, and the way-stations to it."""

    text: str
    when: str
    how_seen: str
    steps: list[str]


def goals(participant: Participant) -> list[GoalOnPaper]:
    """The main goals that stand, each with its way-stations; no rating, which is not for a pocket."""
    standing = physiotherapy.goals_of(participant)
    return [
        GoalOnPaper(
            each.goal.text,
            _when(each),
            each.goal.how_seen,
            [_step(step) for step in standing if step.parent == each.goal.pk],
        )
        for each in standing
        if each.goal.kind == physiotherapy.GoalKind.MAIN
    ]


def _when(each: physiotherapy.GoalNow) -> str:
    return _("by week %(week)s") % {"week": each.goal.target_week} if each.goal.target_week else ""


def _step(each: physiotherapy.GoalNow) -> str:
    if not each.goal.target_week:
        return str(each.goal.text)
    return _("Week %(n)s: %(what)s") % {"n": each.goal.target_week, "what": each.goal.text}
