"""Schedule: when things are due, from the day they are counted from. Dates in, dates out.

An occasion, a visit and the programme are all `Scheduled`: `day` days after their anchor, with a window that opens
`before` days earlier and closes `after` days later, both days included. Anchors are "consent", "randomisation" and
"visit_<number>", given as a mapping from name to date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from stegvis.methods.study.conduct import BaselinePrimaryComplete, Gate, Reminders, ReminderStep, VisitHeld
from stegvis.methods.study.measurement import RANDOMISATION, ProgrammeSchedule, Scheduled
from stegvis.methods.study.protocol import Protocol

CLOSING_DAYS = 7
"""How long before its end a window is called closing."""


class AnchorMissing(LookupError):
    """The day that something is counted from is not known yet."""


class WindowState(StrEnum):
    """Where a day lies against a window."""

    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Window:
    """When something may be done (both ends included) and when it is planned."""

    opens_on: date
    due_on: date
    closes_on: date

    def state(self, on: date) -> WindowState:
        """Whether the window is yet to open, open, or closed on this day."""
        if on < self.opens_on:
            return WindowState.BEFORE
        return WindowState.OPEN if on <= self.closes_on else WindowState.CLOSED

    def __contains__(self, on: date) -> bool:
        return self.opens_on <= on <= self.closes_on

    def is_closing(self, on: date) -> bool:
        """Whether the window is open and in its last `CLOSING_DAYS` days, when people are told that it ends."""
        return on in self and (self.closes_on - on).days < CLOSING_DAYS


@dataclass(frozen=True)
class ReminderDate:
    """A step of the reminder ladder and its day."""

    step: ReminderStep
    on: date


def due(activity: Scheduled, anchors: Mapping[str, date]) -> Window:
    """The window of an occasion, a visit or the programme.

    Raises AnchorMissing when the day it is counted from is not among the anchors.
    """
    if activity.anchor not in anchors:
        raise AnchorMissing(
            f"This is counted from {activity.anchor}, whose day is not known yet. Ask again when it is."
        )
    due_on = anchors[activity.anchor] + timedelta(days=activity.day)
    return Window(due_on - timedelta(days=activity.before), due_on, due_on + timedelta(days=activity.after))


def programme_window(programme: ProgrammeSchedule, anchors: Mapping[str, date]) -> Window:
    """When the programme opens: as scheduled, and never before randomisation, which comes first even when it is late.

    Raises AnchorMissing when randomisation or the programme's own anchor is not among the anchors.
    """
    if RANDOMISATION not in anchors:
        raise AnchorMissing(
            "The programme opens after randomisation, whose day is not known yet. Ask again when it is."
        )
    planned = due(programme, anchors)
    randomised = anchors[RANDOMISATION]
    return Window(*(max(day, randomised) for day in (planned.opens_on, planned.due_on, planned.closes_on)))


def schedule(protocol: Protocol, anchors: Mapping[str, date]) -> dict[str, Window]:
    """The windows of all occasions and visits whose anchor is known, by their code, in the protocol's order."""
    activities: list[tuple[str, Scheduled]] = [(occasion.code, occasion) for occasion in protocol.occasions]
    activities += [(visit.code, visit) for visit in protocol.visits]
    return {code: due(activity, anchors) for code, activity in activities if activity.anchor in anchors}


def reminder_dates(reminders: Reminders, window: Window) -> Iterator[ReminderDate]:
    """The day of each step of the ladder for one window, earliest first.

    Whether a step is still due when its day comes is decided then, by whoever sends it.
    """
    start = window.opens_on if reminders.counted_from == "opens" else window.due_on
    for step in sorted(reminders.steps, key=lambda step: step.day):
        yield ReminderDate(step, start + timedelta(days=step.day))


def minimum_offered_from(reminders: Reminders, window: Window) -> date | None:
    """The day from which the primary outcomes alone will do: that of the first step that offers it; None without one."""
    days = [each.on for each in reminder_dates(reminders, window) if each.step.offers == "primary_only"]
    return min(days, default=None)


def randomise_by(gates: Iterable[Gate], answered_on: Mapping[str, date], held_on: Mapping[str, date]) -> date | None:
    """The last day on which the gates about time are still open, or None when something they need is missing.

    `answered_on`: by occasion code, when its primary outcomes were answered. `held_on`: by "visit_<number>", when the
    visit was held. With no gate about time it is `date.max`.
    """
    last_days = [date.max]
    for gate in gates:
        if isinstance(gate, BaselinePrimaryComplete):
            last_days.append(_days_after(answered_on.get(gate.occasion), gate.max_age_days))
        elif isinstance(gate, VisitHeld):
            last_days.append(_days_after(held_on.get(gate.visit), gate.within_days))
    last_day = min(last_days)
    return None if last_day == _NOT_KNOWN else last_day


_NOT_KNOWN = date.min


def _days_after(day: date | None, days: int) -> date:
    return _NOT_KNOWN if day is None else day + timedelta(days=days)
