"""My data: all that is kept about me, to take away: one file for people to read, one for programs."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.exchange import actions as exchange
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial.queries import Verdict
from stegvis.web import access
from stegvis.web.components import bodymap, times
from stegvis.web.participant import study
from stegvis.web.participant.gate import always_open, enrolment_of
from stegvis.web.participant.occasions import own_walk
from stegvis.web.participant.questionnaires import Part, copy_of

Shown = tuple[str, list[list[tuple[str, Any]]]]
"""A table by its name, and its rows as fields and values."""

_ROOMS: dict[str, Any] = {
    "people": gettext_lazy("Who you are, and who cares for you"),
    "consent": gettext_lazy("What you have read, asked, agreed to and stopped"),
    "trial": gettext_lazy("Your way through the study"),
    "assessments": gettext_lazy("Your answers as they are stored"),
    "physiotherapy": gettext_lazy("Visits, plan, diary and goals"),
    "programme": gettext_lazy("The programme: what you read, wrote and were answered"),
    "messaging": gettext_lazy("Messages"),
    "reminders": gettext_lazy("Letters and text messages to you"),
    "safety": gettext_lazy("When somebody had to look at an answer"),
}
"""What each room's tables are called for whom they are about, in the order in which they are shown."""


@require_safe
@always_open
def page(request: HttpRequest, person: Participant) -> HttpResponse:
    """What the file holds, and the button that makes it."""
    contact = protocols.current().contact
    return render(request, "participant/my_data.html", {"tab": "more", "site": person.site, "contact": contact})


@require_POST
@always_open
def download(request: HttpRequest, person: Participant) -> HttpResponse:
    """Both files in one, made now; nothing of it is kept here."""
    found = exchange.take_own_data(participant=person, by=access.actor(request))
    enrolment = enrolment_of(request, person)
    context = {
        "found": found, "rooms": _rooms(found["tables"]), "answers": list(_answers(request, person)),
        "stage": enrolment.get_stage_display(), "language": get_language(), "at": clock.now(),
        "told": list(_told(found["screening"])), "reads": study.in_words(record.readings_of(person.code)),
    }  # fmt: skip
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(_("my-data.html"), render_to_string("participant/own_data_file.html", context))
        file.writestr("my-data.json", json.dumps(found, ensure_ascii=False, indent=1))
    named = {"Content-Disposition": f'attachment; filename="{person.code}.zip"', "Cache-Control": "no-store"}
    return HttpResponse(packed.getvalue(), content_type="application/zip", headers=named)


def _rooms(tables: dict[str, list[dict[str, Any]]]) -> list[tuple[str, list[Shown]]]:
    """The tables under what their room is called; within a row only what holds something."""
    by_room: dict[str, list[Shown]] = {}
    for label, rows in tables.items():
        room, _dot, name = label.partition(".")
        kept = [[(field, value) for field, value in row.items() if value not in (None, "", [], {})] for row in rows]
        by_room.setdefault(room, []).append((name, kept))
    ordered = [*(room for room in _ROOMS if room in by_room), *(room for room in by_room if room not in _ROOMS)]
    return [(str(_ROOMS.get(room, room)), by_room[room]) for room in ordered]


def _told(screening: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What was told before the person joined, and how each criterion was decided, in words."""
    answers = screening.get("answers", {})
    if answers.get("age") is not None:
        yield _("Age"), str(answers["age"])
    if (months := answers.get("pain_months")) is not None:
        yield _("Pain for"), ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
    if places := answers.get("pain_places"):
        named = [place.label for view in bodymap.views(places) for place in view.places if place.marked]
        yield _("Where it hurts"), ", ".join(named) or "–"
    labels = {each.code: each.label.in_language(get_language() or "") for each in protocols.current().criteria}
    for criterion, verdict, _source, at in screening.get("criteria", ()):
        day = times.full_day(datetime.fromisoformat(at))
        yield labels.get(criterion, criterion), f"{dict(Verdict.choices).get(verdict, verdict)}, {day}"


def _answers(request: HttpRequest, person: Participant) -> Iterator[tuple[str, list[Part]]]:
    """Every occasion that has answers, with the questions in words."""
    for each in assessments.assessments_of(person):
        walk = own_walk(request, person, each.occasion)
        if walk.has_begun:
            yield walk.protocol.occasion(each.occasion).name.in_language(walk.lang), copy_of(walk)
