"""The week of a plan in words and as a grid: for the desk, the agreement and the paper."""

from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stegvis.physiotherapy import queries as physiotherapy
from stegvis.web.components.shapes import PlannedCell, PlannedItem, PlannedRow
from stegvis.web.participant import words

STRENGTH = physiotherapy.ActivityKind.STRENGTH.value
EFFORT = {"easy": gettext_lazy("easy"), "medium": gettext_lazy("medium"), "hard": gettext_lazy("hard")}


def _name(activity: physiotherapy.DraftActivity) -> str:
    return activity.title or str(physiotherapy.ActivityKind(activity.kind).label).capitalize()


def _detail(activity: physiotherapy.DraftActivity) -> str:
    return _("%(minutes)s min, %(effort)s") % {"minutes": activity.minutes, "effort": EFFORT[activity.effort]}


def listed(draft: physiotherapy.Draft) -> list[dict[str, Any]]:
    """The activities in words."""
    return [
        {
            "name": _name(each), "detail": _detail(each), "when_where": each.when_where, "low_energy": words.smaller(each),
            "days": ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in each.days), "growth": each.growth,
            "mark": each.mark, "minutes": each.minutes,
        }
        for each in draft.activities
    ]  # fmt: skip


def week_of(
    draft: physiotherapy.Draft, here: str = "", changed: physiotherapy.DraftActivity | None = None
) -> list[PlannedRow]:
    """Two rows, moving and strength, with a cell for each day; at the builder, `here`, each leads to the form."""
    rows = []
    for label, strength in ((_("Moving"), False), (_("Strength"), True)):
        chosen = [each for each in draft.activities if (each.kind == STRENGTH) is strength]
        kind = f"&kind={STRENGTH}" if strength else ""
        cells = [
            PlannedCell(
                [_item(each, here, changed) for each in chosen if day in each.days],
                add_url=f"{here}?day={day - 1}{kind}#activity" if here else "",
            )
            for day in range(1, physiotherapy.DAYS + 1)
        ]
        rows.append(PlannedRow(label, cells, strength=strength))
    return rows


def _item(each: physiotherapy.DraftActivity, here: str, changed: physiotherapy.DraftActivity | None) -> PlannedItem:
    url = f"{here}?change={each.mark}#activity" if here else ""
    return PlannedItem(_name(each), _detail(each), url, current=each == changed)
