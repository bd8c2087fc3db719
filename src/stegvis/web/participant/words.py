"""What the diary and the plan say, in a few words."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from stegvis.physiotherapy.queries import Effort
from stegvis.web.forms import WEEKDAYS


def activity(label: str, minutes: int) -> str:
    """Easy walk, 20 minutes"""
    return _("%(what)s, %(minutes)s minutes") % {"what": _capital(label), "minutes": minutes}


def logged(entry: Any) -> str:
    """Saved: easy walk, 20 minutes."""
    if entry.rested:
        return _("Saved: you are resting today. Rest is part of the plan.")
    if entry.smaller:
        return _("Saved: %(what)s, %(minutes)s minutes. Small counts.") % {
            "what": entry.label, "minutes": entry.minutes
        }  # fmt: skip
    return _("Saved: %(what)s, %(minutes)s minutes.") % {"what": entry.label, "minutes": entry.minutes}


def done(entry: Any) -> str:
    """What was done, for a list: Easy walk, 20 minutes; or rest."""
    if entry.setback:
        return dict(setbacks())[entry.setback]
    if entry.rested:
        return _("Rest instead of %(what)s") % {"what": entry.label} if entry.label else _("Rest")
    return activity(entry.label, entry.minutes)


def setbacks() -> list[tuple[str, str]]:
    """Illness and flares, as the diary names them."""
    return [("flare", _("A flare")), ("illness", _("Ill"))]


def smaller(activity: Any) -> str:
    """The low-energy version: 5 minutes. To the bench and back."""
    if not activity.low_energy_minutes:
        return str(activity.low_energy)
    minutes = _("%(minutes)s minutes") % {"minutes": activity.low_energy_minutes}
    return f"{minutes}. {activity.low_energy}" if activity.low_energy else minutes


def talk_test(effort: str) -> str:
    """How hard, by what one can do meanwhile."""
    return {
        Effort.EASY.value: _("easy: you could sing"),
        Effort.MEDIUM.value: _("medium: you can talk, not sing"),
        Effort.HARD.value: _("hard: a few words at a time"),
    }.get(effort, "")


def days(chosen: Sequence[int]) -> str:
    """Days of the plan: Monday, Wednesday and Friday; every day. ISO weekdays, Monday 1."""
    if len(set(chosen)) == len(WEEKDAYS):
        return _("every day")
    names = [str(name) for number, _letter, name in WEEKDAYS if number + 1 in chosen]
    if len(names) < 2:
        return "".join(names)
    return pgettext("the last two of a list", "%(first)s and %(last)s") % {
        "first": ", ".join(names[:-1]), "last": names[-1],
    }  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
