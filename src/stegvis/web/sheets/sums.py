"""What was worked out of a kept sheet, in words: numbers with their names, and one sentence where they wait for more.

The numbers are not judged: no colour, no target, no comparison with others.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.methods.programme import sheet_sums
from stegvis.methods.programme.blocks import Field
from stegvis.methods.programme.content import Worksheet
from stegvis.web.components.shapes import Fact


def facts(sheet: Worksheet, fields: Iterable[Field], words: Mapping[str, str]) -> tuple[list[Fact], str]:
    """The sums of a sheet and a sentence below them; nothing for a sheet without."""
    if sheet.sum == "sleep":
        return _sleep(words)
    if sheet.sum == "balance":
        return _balance(sheet_sums.balance(fields, words)), _("Each box is two hours.")
    if sheet.sum == "activity":
        return _activity(sheet_sums.activity_days(words))
    return [], ""


def duration(minutes: float) -> str:
    """7 h 50 min"""
    whole = round(minutes)
    return _("%(h)s h %(min)s min") % {"h": whole // 60, "min": whole % 60}


def _sleep(words: Mapping[str, str]) -> tuple[list[Fact], str]:
    nights = sheet_sums.nights(words)
    in_bed = [Fact(_("In bed, night %(n)s") % {"n": night.number}, duration(night.in_bed or 0)) for night in nights]
    week = sheet_sums.sleep_week(nights)
    if week is None:
        whole = sum(night.efficiency is not None for night in nights)
        return in_bed, ngettext(
            "The averages come after seven whole nights. There is %(n)s so far.",
            "The averages come after seven whole nights. There are %(n)s so far.",
            whole,
        ) % {"n": whole}
    averages = [
        Fact(_("In bed, on average"), duration(week.in_bed)),
        Fact(_("Asleep, on average, as you guessed"), duration(week.asleep)),
        Fact(_("Asleep of the time in bed"), _("%(n)s per cent") % {"n": round(week.efficiency)}),
    ]
    return [*in_bed, *averages], _("One week is only one week. Look at it with your therapist if you like.")


def _balance(day: sheet_sums.Balance) -> list[Fact]:
    hours = (
        (_("Takes energy"), day.drains), (_("In between"), day.neutral), (_("Gives energy"), day.fills),
        (_("Sleep"), day.sleep), (_("Left empty"), day.open),
    )  # fmt: skip
    return [Fact(label, ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}) for label, n in hours]


def _activity(days: sheet_sums.ActivityDays | None) -> tuple[list[Fact], str]:
    if days is None:
        return [], ""
    counted = ngettext("Counted on %(n)s day that says both.", "Counted on %(n)s days that say both.", days.days)
    return [
        Fact(_("Active, in all"), duration(days.active)),
        Fact(_("Rest, in all"), duration(days.rest)),
        Fact(_("Least active day"), duration(days.least)),
        Fact(_("Most active day"), duration(days.most)),
    ], counted % {"n": days.days}
