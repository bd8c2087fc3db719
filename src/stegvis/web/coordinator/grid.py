"""The grid: participants down, occasions and visits across, a word in each box that leads to what can be done about it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial.queries import Enrolment, Stage
from stegvis.trial.scheduling import grid as grids
from stegvis.trial.scheduling.grid import Box, Column
from stegvis.web.components.shapes import Tone
from stegvis.web.components.times import short_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.schedule import views
from stegvis.web.coordinator.words import language, stage_tag, visit_name

A_PAGE = 50


@require_safe
@gate.coordinator
def grid(request: HttpRequest) -> HttpResponse:
    """A page of it, as the filters and the order in the address say."""
    protocol = protocols.current()
    columns = grids.columns(protocol)
    chosen = _chosen(request, columns)
    column = next((each for each in columns if each.code == chosen["what"]), None)
    own = gate.sites(request)
    places = {site.code: site for site in people.sites() if site.pk in own}
    sites = (places[chosen["site"]].pk,) if chosen["site"] in places else own
    rows = grids.people(sites, stage=chosen["stage"], column=column, word=chosen["word"], order=chosen["order"])
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    boxes = grids.boxes(list(page))
    context = {
        "views": views("grid"),
        "page": page,
        "columns": [_name(each) for each in columns],
        "rows": [_row(each, columns, boxes[each.participant_id]) for each in page],
        "choices": _choices(columns, places, chosen),
        "is_filtered": any(chosen[key] for key in ("stage", "what", "word", "site")),
        "remind_url": _remind(column, chosen),
    }
    return render(request, "coordinator/grid.html", context)


def _chosen(request: HttpRequest, columns: list[Column]) -> dict[str, str]:
    """What the address asks for, without what the grid does not know."""
    known = {
        "stage": Stage.values, "what": [each.code for each in columns], "word": grids.FILTERS, "order": grids.ORDERS,
    }  # fmt: skip
    asked = {key: request.GET.get(key, "") for key in known}
    found = {key: value if value in known[key] else "" for key, value in asked.items()}
    return {**found, "site": request.GET.get("site", "")}


def _choices(columns: list[Column], places: Mapping[str, Any], chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """The boxes to choose from, as the form above the grid shows them."""
    lists: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("stage", _("Stage"), [("", _("All"))] + [(each, capfirst(str(Stage(each).label))) for each in Stage.values]),
        ("what", _("What"), [("", _("Anything"))] + [(each.code, _name(each)) for each in columns]),
        ("word", _("Where it stands"), [("", _("All"))] + [(each, _words()[each]) for each in grids.FILTERS]),
        ("order", _("In which order"), [(each, _orders()[each]) for each in grids.ORDERS]),
    ]
    if len(places) > 1:
        lists.insert(0, ("site", _("Site"), [("", _("All"))] + [(code, site.name) for code, site in places.items()]))
    return [
        {"key": key, "label": label, "options": [(value, name, value == chosen[key]) for value, name in options]}
        for key, label, options in lists
    ]


def _name(column: Column) -> str:
    protocol = protocols.current()
    return visit_name(protocol, column.number) if column.number else str(column.name.in_language(language()))


def _words() -> dict[str, str]:
    return {
        "done": _("Done"), "short": _("Primary in"), "open": _("Window open"), "closing": _("Closing"), "late": _("Late"),
        "before": _("Not yet"), "planned": _("Booked"), "unrecorded": _("Not recorded"), "missed": _("Did not take place"),
        "stopped": _("Stopped"),
    }  # fmt: skip


_TONES: dict[str, Tone] = {
    "done": "ok", "short": "ok", "open": "fjord", "closing": "warn", "late": "warn", "planned": "fjord",
    "unrecorded": "warn", "missed": "warn",
}  # fmt: skip


def _orders() -> dict[str, str]:
    return {
        "newest": _("Newest first"), "code": _("By code"), "closing": _("Closing first"),
        "waiting": _("Longest at their stage"),
    }  # fmt: skip


def _row(enrolment: Enrolment, columns: list[Column], boxes: Mapping[str, Box]) -> dict[str, Any]:
    code = enrolment.participant.code
    return {
        "code": code, "site": enrolment.site.name, "stage": stage_tag(enrolment.stage),
        "boxes": [_box(code, each, boxes.get(each.code)) for each in columns],
    }  # fmt: skip


def _box(code: str, column: Column, box: Box | None) -> dict[str, Any]:
    """A word, its day, and where it leads: to the call or the visit where something can be done, nowhere otherwise."""
    if box is None:
        return {"what": _name(column)}
    url = ""
    if column.number and box.word in {"planned", "unrecorded", "missed"}:
        url = reverse("coordinator:visit", args=[code, column.number])
    elif box.word in {"open", "closing", "late"}:
        url = reverse("coordinator:call", args=[code, column.code])
    on = short_day(box.on) if box.on else ""
    tone = _TONES.get(box.word, "")
    return {"what": _name(column), "word": _words()[box.word], "on": on, "tone": tone, "url": url}


def _remind(column: Column | None, chosen: Mapping[str, str]) -> str:
    """Where those of an occasion who have not answered are reminded together."""
    if column is None or column.number or chosen["word"] not in {"open", "closing", "late"}:
        return ""
    return f"{reverse('coordinator:remind')}?{urlencode({'occasion': column.code})}"
