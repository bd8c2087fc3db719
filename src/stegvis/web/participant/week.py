"""This week beside the person's own plan: minutes, bars, strength days, and what counts by the WHO's advice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.audit import clock
from stegvis.physiotherapy.devices.queries import DeviceKind, DeviceWeek
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
    planned: int = 0
    done: int = 0

    @property
    def done_text(self) -> str:
        """3 of 4 times, whether in full or smaller."""
        return _("%(done)s of %(planned)s times") % {"done": self.done, "planned": self.planned}

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
        planned=week.planned,
        done=week.done,
    )  # fmt: skip


@dataclass(frozen=True)
class DeviceSummary:
    """A week as devices counted it, in words: 12 345 steps on 5 days; walking 90 min."""

    steps: str
    activities: str


def device_summary(week: DeviceWeek) -> DeviceSummary | None:
    """What phone and watch counted, beside the diary and never in it; None where they counted nothing."""
    steps, activities = device_steps(week), by_kind(week)
    return DeviceSummary(steps, activities) if steps or activities else None


def device_steps(week: DeviceWeek) -> str:
    """12 345 steps on 5 days: a day without a count is not a day without steps."""
    if not week.days_counted:
        return ""
    days = ngettext("%(steps)s steps on %(n)s day", "%(steps)s steps on %(n)s days", week.days_counted)
    return days % {"steps": thousands(week.total_steps), "n": week.days_counted}


def by_kind(week: DeviceWeek) -> str:
    """Walking 90 min, cycling 30 min."""
    return ", ".join(
        _("%(kind)s %(minutes)s min") % {"kind": kind.label, "minutes": week.minutes[kind.value]}
        for kind in DeviceKind
        if week.minutes[kind.value]
    )


def thousands(number: int) -> str:
    """12 345, with a space that does not break."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")
