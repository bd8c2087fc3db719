"""This week beside the person's own plan: minutes, bars, strength days, and what counts by the WHO's advice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.physiotherapy.queries import Week
from stegvis.web.components.shapes import Day
from stegvis.web.forms import WEEKDAYS


@dataclass(frozen=True)
class Summary:
    """A week as `meter` and `week_bars` show it."""

    minutes: int
    target: int
    days: Sequence[Day]
    strength_days: int
    strength_target: int
    equivalent: int
    easy_minutes: int

    @property
    def text(self) -> str:
        """85 of 120 min, or the minutes alone where the plan names none."""
        if not self.target:
            return _("%(minutes)s min") % {"minutes": self.minutes}
        return _("%(minutes)s of %(target)s min") % {"minutes": self.minutes, "target": self.target}

    @property
    def strength_text(self) -> str:
        """1 of 2 days"""
        if not self.strength_target:
            return _("%(days)s days") % {"days": self.strength_days}
        return _("%(days)s of %(target)s days") % {"days": self.strength_days, "target": self.strength_target}


def has_anything(week: Week) -> bool:
    """Whether the week has anything to show: something planned, or something done."""
    return bool(week.target or week.strength_target or week.minutes or week.strength_days)


def summary(week: Week) -> Summary:
    """The same week, in the reader's language."""
    today = clock.today()
    return Summary(
        minutes=week.minutes,
        target=week.target,
        days=[
            Day(
                letter=str(WEEKDAYS[day.on.weekday()][1]), name=str(WEEKDAYS[day.on.weekday()][2]), minutes=day.minutes,
                planned=day.planned_minutes if day.on >= today else 0, today=day.on == today,
            )
            for day in week.days
        ],
        strength_days=week.strength_days,
        strength_target=week.strength_target,
        equivalent=week.equivalent,
        easy_minutes=week.easy_minutes,
    )  # fmt: skip
