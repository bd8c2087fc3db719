"""Tags of the staff's pages: worklist and reply, plan builder, trial overview."""

from collections.abc import Sequence
from typing import Any

from django.template import Library
from django.utils.translation import gettext as _

from stegvis.methods.activity import minutes
from stegvis.web.components import charts
from stegvis.web.components.shapes import (
    FlowStep,
    Look,
    PlannedRow,
    Point,
    Share,
    SiteRow,
    Snippet,
    Todo,
    Visit,
    Vital,
    WorklistRow,
)
from stegvis.web.forms import WEEKDAYS

register = Library()


# Worklist and reply ---------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/worklist.html")
def worklist(rows: Sequence[WorklistRow], label: str = "") -> dict[str, Any]:
    """Everybody who waits, in the order given: safety first, then the longest wait."""
    return {"rows": rows, "label": label}


@register.inclusion_tag("components/worklist_row.html")
def worklist_row(row: WorklistRow) -> dict[str, Any]:
    """One of them: an <li>."""
    return {"row": row}


@register.inclusion_tag("components/use_dots.html")
def use_dots(use: Sequence[bool]) -> dict[str, Any]:
    """Days in use, oldest first."""
    dots = [(round(3.5 + 9 * i, 1), bool(used)) for i, used in enumerate(use)]
    return {"dots": dots, "used": sum(map(bool, use)), "days": len(use), "width": max(9 * len(use) - 2, 1)}


@register.inclusion_tag("components/reply_box.html")
def reply_box(field: Any, snippets: Sequence[Snippet] = (), looks: Sequence[Look] = ()) -> dict[str, Any]:
    """The answer's text field with snippets above and the reply check below; stands inside the page's own form."""
    return {"field": field, "snippets": snippets, "looks": looks}


@register.inclusion_tag("components/reply_check.html")
def reply_check(looks: Sequence[Look]) -> dict[str, Any]:
    """What this answer has; ticks itself while it is written. It helps the eye and stops nothing."""
    return {"looks": [(look.label, "|".join(look.words)) for look in looks]}


@register.inclusion_tag("components/timer.html")
def timer(url: str = "", start: int = 0, label: str = "", shown: bool = True) -> dict[str, Any]:
    """Time on this page, which pauses by itself; posts `seconds` to `url`. `shown` is False where it only counts."""
    so_far = _("{minutes} min {seconds} s").format(minutes=start // 60, seconds=start % 60)  # where no script counts on
    return {"url": url, "start": start, "so_far": so_far, "label": label, "shown": shown}


# Plan builder ---------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/visit_steps.html")
def visit_steps(visits: Sequence[Visit], label: str = "") -> dict[str, Any]:
    """The fixed visits in a row, this one marked."""
    return {"visits": visits, "label": label}


@register.inclusion_tag("components/week_grid.html")
def week_grid(rows: Sequence[PlannedRow], caption: str = "") -> dict[str, Any]:
    """The week's plan, Monday to Sunday; each activity and each plus is a link."""
    names = [name for _number, _letter, name in WEEKDAYS]
    laid_out = [(row, list(zip(names, row.cells, strict=True))) for row in rows]
    return {"days": names, "rows": laid_out, "caption": caption}


@register.inclusion_tag("components/who_bar.html")
def who_bar(now: int | None, plan: int, aim: int | None = None, aim_label: str = "") -> dict[str, Any]:
    """Medium-effort minutes a week: now, if known, this plan, the agreed aim (`aim_label` says by when), the WHO's range."""
    who, who_to = minutes.ADVISED_FROM, minutes.ADVISED_TO
    bar = charts.who_bar(now, plan, aim, who, who_to)
    return {"bar": bar, "now": now, "plan": plan, "aim": aim, "aim_label": aim_label, "who": who, "who_to": who_to}


# Trial overview -------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/vital_strip.html")
def vital_strip(vitals: Sequence[Vital]) -> dict[str, Any]:
    """The few numbers that say how the trial is doing."""
    return {"vitals": vitals}


@register.inclusion_tag("components/flow.html")
def flow(steps: Sequence[FlowStep], label: str = "") -> dict[str, Any]:
    """The participant flow, from assessed to followed up."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/flow_box.html")
def flow_box(step: FlowStep) -> dict[str, Any]:
    """One step of the flow: an <li>."""
    return {"step": step}


@register.inclusion_tag("components/stack_bar.html")
def stack_bar(shares: Sequence[Share]) -> dict[str, Any]:
    """Parts of a whole side by side, with a legend that says their numbers."""
    return {"slices": charts.stack(shares), "shares": shares}


@register.inclusion_tag("components/todo_list.html")
def todo_list(rows: Sequence[Todo]) -> dict[str, Any]:
    """Do today: each line has its one thing to press."""
    return {"rows": rows}


@register.inclusion_tag("components/todo_row.html")
def todo_row(row: Todo) -> dict[str, Any]:
    """One line of it: an <li>."""
    return {"row": row}


@register.inclusion_tag("components/site_table.html")
def site_table(rows: Sequence[SiteRow], part_label: str, visits_label: str, caption: str = "") -> dict[str, Any]:
    """Sites side by side; `part_label` heads the column with the bar, `visits_label` the one after it."""
    return {"rows": rows, "caption": caption, "part_label": part_label, "visits_label": visits_label}


@register.inclusion_tag("components/site_row.html")
def site_row(row: SiteRow) -> dict[str, Any]:
    """One site: a <tr>."""
    return {"row": row}


@register.inclusion_tag("components/recruitment_chart.html")
def recruitment_chart(actual: Sequence[Point], plan: Sequence[Point], label: str, last: str = "") -> dict[str, Any]:
    """Randomised over months beside the plan, with the same numbers as a table in a fold."""
    planned = charts.line_chart(actual, plan, last_label=last)
    table = [(point.label or f"{point.x:g}", f"{point.y:g}") for point in actual]
    return {"chart": planned, "label": label, "points": table}
