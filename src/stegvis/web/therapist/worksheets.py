"""The worksheets that a person shares with their therapist: a list, and each to read. Nothing here asks for an answer."""

from typing import Any, cast

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stegvis.programme.worksheets import actions, queries
from stegvis.programme.worksheets.queries import THERAPIST
from stegvis.web.access import for_role
from stegvis.web.sheets import reading
from stegvis.web.sheets.shared import lines
from stegvis.web.therapist import gate, head

A_PAGE = 20


@require_safe
@for_role("therapist")
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """What the person shares now, newest day first; what was taken back is not here."""
    person = gate.opened(request, code, kind="worksheets")
    rows = queries.shared_with(person.participant, THERAPIST)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    found = {"page": page, "sheets": lines(page, get_language() or "")}
    return render(request, "therapist/worksheets.html", {**head.around(request, person, "worksheets"), **found})


@require_safe
@for_role("therapist")
def sheet(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One shared sheet; opening it is reading it, and the person sees that."""
    person = gate.opened(request, code, kind="worksheets")
    entry = queries.shared_entry(pk, person.participant, THERAPIST)
    if entry is None:
        raise Http404
    by = cast(Any, gate.therapist(request))
    share = actions.read(entry=entry, participant=person.participant, audience=THERAPIST, by=by)
    context = {"kept": reading.kept(entry, get_language() or ""), "share": share}
    return render(request, "therapist/worksheet.html", {**head.around(request, person, "worksheets"), **context})
