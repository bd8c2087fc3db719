"""Tags of the participant's pages, many of them used by staff too: today, reading, week, goals."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.template import Library
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from stegvis.methods.programme.blocks import Paced
from stegvis.web.components import charts
from stegvis.web.components.shapes import Day, Goal, Point

register = Library()


# Today ----------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/step_card.html")
def step_card(
    title: str,
    url: str,
    done: int,
    total: int,
    position: str = "",
    minutes: str = "",
    eyebrow: str = "",
    action: str = "",
    now: bool = True,
) -> dict[str, Any]:
    """The next step of the programme with the stones of all steps. `now` half-fills the stone after the last done one."""
    names = ("title", "url", "done", "total", "position", "minutes", "eyebrow", "action", "now")
    return dict(zip(names, (title, url, done, total, position, minutes, eyebrow, action, now), strict=True))


@register.inclusion_tag("components/stones.html")
def stones(done: int, total: int, now: bool = True, small: bool = False) -> dict[str, Any]:
    """Rising stones: so many of so many done."""
    kinds = ["done" if n < done else "now" if now and n == done else "" for n in range(total)]
    return {"kinds": kinds, "done": done, "total": total, "small": small}


@register.inclusion_tag("components/activity_card.html")
def activity_card(
    title: str,
    url: str,
    note: str = "",
    other_url: str = "",
    logged: str = "",
    hidden: Mapping[str, Any] | None = None,
    eyebrow: str = "",
) -> dict[str, Any]:
    """Today's planned activity: Done (one tap), Something else, Resting today; or `logged`, what was written down.

    Done and Resting post to `url`: `what` is "done" or "rested", beside the pairs in `hidden` (a key, the activity).
    """
    return {
        "title": title,
        "url": url,
        "note": note,
        "other_url": other_url,
        "logged": logged,
        "hidden": hidden or {},
        "eyebrow": eyebrow,
    }


@register.inclusion_tag("components/message_card.html")
def message_card(eyebrow: str, when: str, text: str, url: str, action: str = "") -> dict[str, Any]:
    """An unread message: from whom, when, how it begins."""
    return {"eyebrow": eyebrow, "when": when, "text": text, "url": url, "action": action}


@register.inclusion_tag("components/switch.html")
def switch(name: str, label: str, url: str, checked: bool = False, hint: str = "") -> dict[str, Any]:
    """A switch that posts itself to `url` when it is turned; without JavaScript it has a button."""
    return {"name": name, "label": label, "url": url, "checked": checked, "hint": hint}


@register.inclusion_tag("components/week_bars.html")
def week_bars(days: Sequence[Day], label: str = "") -> dict[str, Any]:
    """Minutes of seven days; today's plan is dashed."""
    return {"bars": charts.week_bars(days), "label": label}


@register.inclusion_tag("components/meter.html")
def meter(value: int, of: int, label: str, text: str = "", tone: str = "", small: bool = False) -> dict[str, Any]:
    """How much of a whole, with its words above; fuller than full stays full."""
    return {"value": min(value, of), "of": of or 1, "label": label, "text": text, "tone": tone, "small": small}


# Reading and answering ------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/parts_bar.html")
def parts_bar(part: int, of: int, text: str = "", tone: str = "plum", label: str = "") -> dict[str, Any]:
    """Which part of how many (from 1): plum for the programme, fjord for questions. `text` stands below."""
    kinds = ["done" if n < part else "now" if n == part else "" for n in range(1, of + 1)]
    return {"kinds": kinds, "part": part, "of": of, "text": text, "tone": tone, "label": label}


@register.simple_block_tag
def key_box(content: SafeString, title: str = "") -> str:
    """The main thing of a part."""
    return render_to_string("components/key_box.html", {"content": content, "title": title})


@register.simple_block_tag
def exercise(content: SafeString, title: str, note: str = "", id: str = "exercise") -> str:  # noqa: A002
    """Your turn: a frame around the fields of an exercise."""
    return render_to_string("components/exercise.html", {"content": content, "title": title, "note": note, "id": id})


@register.inclusion_tag("components/paced.html")
def paced(guide: Paced) -> dict[str, Any]:
    """A guide that paces breathing or a round: a list of steps, which the script `paced` shows one at a time."""
    return {"guide": guide}


@register.inclusion_tag("components/sticky_nav.html")
def sticky_nav(
    next: str,  # noqa: A002
    next_url: str = "",
    back_url: str = "",
    back: str = "",
    tone: str = "",
    stop_url: str = "",
    stop: str = "",
    form: str = "",
) -> dict[str, Any]:
    """Back and Next at the foot of the screen. Without `next_url` Next is the submit button (of the form with id `form`)."""
    names = ("next", "next_url", "back_url", "back", "tone", "stop_url", "stop", "form")
    return dict(zip(names, (next, next_url, back_url, back, tone, stop_url, stop, form), strict=True))


@register.inclusion_tag("components/listen_button.html")
def listen_button(target: str = "#text") -> dict[str, Any]:
    """Reads `target` aloud with a voice on the device; hidden where there is none."""
    return {"target": target}


# Goals ----------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/goal_card.html")
def goal_card(goal: Goal) -> dict[str, Any]:
    """A goal in the person's own words, with its week, tags and perhaps its attainment level."""
    return {"goal": goal}


@register.inclusion_tag("components/gas_scale.html")
def gas_scale(level: int | None = None) -> dict[str, Any]:
    """The five levels of goal attainment scaling, -2 to +2; 0 is what was expected."""
    return {"levels": [(number, gas_level(number)) for number in range(-2, 3)], "level": level}


@register.filter
def gas_level(number: int) -> str:
    """A level of goal attainment with its sign: −2, −1, 0, +1, +2."""
    return f"{'−' if number < 0 else '+' if number > 0 else ''}{abs(number)}"


# Charts ---------------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/line_chart.html")
def line_chart(
    points: Sequence[Point], label: str, value_label: str, plan: Sequence[Point] = (), last: str = "", tone: str = ""
) -> dict[str, Any]:
    """A line over time with its sentence (`label`) and the same numbers as a table in a fold."""
    return {
        "chart": charts.line_chart(points, plan, last_label=last),
        "label": label,
        "value_label": value_label,
        "plan": {point.x: point.y for point in plan},
        "points": [(point.label or f"{point.x:g}", f"{point.y:g}", _planned(point, plan)) for point in points],
        "tone": tone,
    }


def _planned(point: Point, plan: Sequence[Point]) -> str:
    """The planned value at a point, read off the planned line between its corners; "" outside it."""
    for left, right in pairwise(plan):
        if left.x <= point.x <= right.x:
            share = (point.x - left.x) / ((right.x - left.x) or 1)
            return f"{left.y + share * (right.y - left.y):.0f}"
    return ""
