"""What stands on the printed plan. A long one takes smaller letters, then says what it left out: one page it stays."""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.exercises import queries as library
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web import paper
from stegvis.web.components.shapes import PlannedRow
from stegvis.web.components.times import long_day
from stegvis.web.exercises.showing import shown
from stegvis.web.plan_sheet import fitting
from stegvis.web.plan_sheet import week as week_of_plan


@dataclass(frozen=True)
class Lines:
    """A part below the week: its heading, and its lines, each with the name of the activity it is about, if any."""

    title: str
    lines: list[tuple[str, str]]
    note: str = ""


def of(participant: Any, agreed: Any) -> dict[str, Any]:
    draft, goals = physiotherapy.as_draft(agreed), paper.goals(participant)
    shown = len(draft.activities)
    week, parts, sheet = _laid_out(participant, agreed, draft, goals)
    while not sheet.fits and shown > 1:
        shown -= 1
        fewer = replace(draft, activities=draft.activities[:shown])
        week, parts, sheet = _laid_out(participant, agreed, fewer, goals)
    without = [each["name"] for each in week_of_plan.listed(draft)[shown:]]
    return {
        "participant": participant, "plan": agreed, "week": week, "sheet": sheet, "goals": goals,
        "days": [str(name) for name in WEEKDAYS_ABBR.values()], "planned": _planned(week),
        "weeks": range(1, sheet.weeks + 1), "parts": [part for part in parts if part.title in sheet.parts],
        "left_out": [*without, *sheet.left_out, *([] if sheet.steps else [_("the way-stations")])],
        "next_visit": next_visit(participant),
    }  # fmt: skip


def _laid_out(
    participant: Any, agreed: Any, draft: physiotherapy.Draft, goals: list[paper.GoalOnPaper]
) -> tuple[list[PlannedRow], list[Lines], fitting.Sheet]:
    week, parts = week_of_plan.week_of(draft), _parts(participant, agreed, draft)
    sheet = fitting.fitted(
        [(f"{goal.text}\n{goal.how_seen}".strip(), goal.steps) for goal in goals],
        [["\n".join(f"{item.title}\n{item.detail}" for item in cell.items) for cell in row.cells] for row in week],
        [fitting.Part(part.title, [f"{name}\n{text}" for name, text in part.lines] + [part.note]) for part in parts],
    )
    return week, parts, sheet


def _parts(participant: Any, agreed: Any, draft: physiotherapy.Draft) -> list[Lines]:
    """What stands below the week, from what is needed most."""
    listed, talk = week_of_plan.listed(draft), visiting.words_about(participant)

    def of(name: str) -> list[tuple[str, str]]:
        return [(each["name"], each[name]) for each in listed if each[name]]

    small = _("Small counts. Doing less is part of the plan.")
    limits = visiting.standing(participant).limits
    chosen = library.chosen(agreed, (get_language() or participant.language)[:2])
    exercises = [(each.words.name, "") for each in map(shown, chosen)]
    flare = [("", agreed.flare_rule)] if agreed.flare_rule else []
    helps = [("", talk.resources)] if talk and talk.resources else []
    parts = [
        Lines(_("Limits for now"), [("", limits)] if limits else []),
        Lines(_("On a low-energy day"), of("low_energy"), small), Lines(_("If there is a flare"), flare),
        Lines(_("When and where"), of("when_where")),
        Lines(_("My exercises"), exercises), Lines(_("How it grows"), of("growth")),
        Lines(_("What helps me"), helps),
    ]  # fmt: skip
    return [part for part in parts if part.lines or part.note]


def _planned(week: list[PlannedRow]) -> list[bool]:
    """For each day, whether there is something to tick."""
    return [any(row.cells[day].items for row in week) for day in range(physiotherapy.DAYS)]


def next_visit(participant: Any) -> str:
    """The first visit that is booked and has not been; nothing when there is none."""
    for visit in physiotherapy.visits_of(participant):
        if visit.state == "planned" and visit.planned_on >= clock.today():
            at = visit.planned_time.strftime(" %H.%M") if visit.planned_time else ""
            return _("Next: visit %(n)s, %(day)s") % {"n": visit.number, "day": long_day(visit.planned_on) + at}
    return ""
