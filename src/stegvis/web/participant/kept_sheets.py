"""A kept worksheet: to read, print, go on from, set aside, and share. What was kept stands; sharing is the person's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.errors import Refused
from stegvis.programme.worksheets import actions, queries
from stegvis.programme.worksheets.queries import PHYSIOTHERAPIST, THERAPIST
from stegvis.web import access
from stegvis.web.participant.programme import Own, with_course
from stegvis.web.participant.worksheets import begin_with, sheet_or_404
from stegvis.web.sheets import reading

AUDIENCES = (THERAPIST, PHYSIOTHERAPIST)


def _entry(own: Own, pk: int) -> Any:
    """A kept sheet of one's own; somebody else's is a page that does not exist."""
    found = queries.entry(pk, own.person)
    if found is None:
        raise Http404
    return found


# Reading --------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sharing:
    """How a kept sheet stands with one reader: since when they may read it, and what was before."""

    audience: str
    since: datetime | None
    read_at: datetime | None
    taken_back_at: datetime | None


def _kept(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """The sheet as it was kept, and who may read it."""
    entry = _entry(own, pk)
    sheet = queries.sheet_of(entry)
    rows = queries.shares(entry)
    audiences = AUDIENCES if sheet.physiotherapist else (THERAPIST,)
    context = {
        "entry": entry, "kept": reading.kept(entry, own.language), "unreviewed": own.unreviewed, "tab": "programme",
        "sharing": [_sharing(each, rows) for each in audiences], "stopped": own.course.stopped_at is not None,
    }  # fmt: skip
    return render(request, "participant/kept_sheet.html", context)


kept = require_safe(with_course(_kept, reads_only=True))


def _sharing(audience: str, rows: list[Any]) -> Sharing:
    newest = next((row for row in rows if row.audience == audience), None)
    if newest is None:
        return Sharing(audience, None, None, None)
    read = next((row.read_at for row in rows if row.audience == audience and row.read_at), None)
    since = newest.shared_at if newest.taken_back_at is None else None
    return Sharing(audience, since, read, newest.taken_back_at)


def _printed(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """The sheet on paper."""
    entry = _entry(own, pk)
    context = {"kept": reading.kept(entry, own.language), "back": entry.pk, "site": own.person.site}
    return render(request, "participant/sheet_print.html", context)


printed = require_safe(with_course(_printed, reads_only=True))


def _empty_paper(request: HttpRequest, own: Own, sheet: str) -> HttpResponse:
    """An empty sheet to write on by hand."""
    part = sheet_or_404(own, sheet).translations[own.language].part
    context = {"part": part, "sections": reading.on_paper(part), "back": sheet, "site": own.person.site}
    return render(request, "participant/sheet_paper.html", context)


empty_paper = require_safe(with_course(_empty_paper, reads_only=True))


# Going on, and setting aside ------------------------------------------------------------------------------------------
@require_POST
@with_course
def again(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """Begin a new sheet with the words of this one."""
    return begin_with(request, _entry(own, pk))


def _set_aside(request: HttpRequest, own: Own, pk: int) -> HttpResponse:
    """Out of the list and shared with nobody, or back into the list."""
    entry = _entry(own, pk)
    if request.POST.get("back"):
        actions.bring_back(entry=entry, by=access.actor(request))
        messages.success(request, _("It is back in your list. Nobody else can read it."))
        return redirect("participant:kept_sheet", pk)
    actions.set_aside(entry=entry, by=access.actor(request))
    messages.success(request, _("Set aside. It is not gone: you find it below your list."))
    return redirect("participant:worksheets")


set_aside = require_POST(with_course(_set_aside, reads_only=True))


# Sharing --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def share(request: HttpRequest, own: Own, pk: int, audience: str) -> HttpResponse:
    """What sharing means, said before it is done; then done."""
    entry = _entry(own, pk)
    if audience not in AUDIENCES or not (audience == THERAPIST or queries.sheet_of(entry).physiotherapist):
        raise Http404
    if request.method == "POST":
        try:
            actions.share(entry=entry, audience=audience, by=access.actor(request))
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _shared_words(audience))
        return redirect("participant:kept_sheet", pk)
    context = {"entry": entry, "audience": audience, "sheet_title": reading.title_of(entry, own.language)}
    return render(request, "participant/share_sheet.html", {**context, "tab": "programme"})


def _shared_words(audience: str) -> str:
    if audience == THERAPIST:
        return _("Shared. Your therapist can read it now.")
    return _("Shared. Your physiotherapist can read it now.")


def _take_back(request: HttpRequest, own: Own, pk: int, audience: str) -> HttpResponse:
    """Close it to them again, at any time."""
    if audience not in AUDIENCES:
        raise Http404
    actions.take_back(entry=_entry(own, pk), audience=audience, by=access.actor(request))
    messages.success(request, _("Taken back. Nobody new can read it; what has been read stays read."))
    return redirect("participant:kept_sheet", pk)


take_back = require_POST(with_course(_take_back, reads_only=True))
