"""The worksheets that a person has chosen to show their physiotherapist. Where none is, nothing tells that there could be."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from stegvis.programme.worksheets import actions, queries
from stegvis.programme.worksheets.queries import PHYSIOTHERAPIST
from stegvis.web.access import for_role
from stegvis.web.physiotherapist import frame
from stegvis.web.sheets import reading
from stegvis.web.sheets.shared import Shared, lines

MOST = 20
"""The newest that are listed; a plan is made with the last few."""


def shown(participant: Any) -> list[Shared]:
    """What a person shares with their physiotherapist now, newest day first."""
    return lines(queries.shared_with(participant, PHYSIOTHERAPIST)[:MOST], get_language() or "")


@require_safe
@for_role("physiotherapist")
def sheet(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One shared sheet. The look is kept as any look at the person's page: the record tells nobody else of the sheet."""
    participant = frame.whom(request, code, "participant page")
    entry = queries.shared_entry(pk, participant, PHYSIOTHERAPIST)
    if entry is None:
        raise Http404
    by = cast(Any, request.user)
    share = actions.read(entry=entry, participant=participant, audience=PHYSIOTHERAPIST, by=by)
    context = {"participant": participant, "kept": reading.kept(entry, get_language() or ""), "share": share}
    return render(request, "physiotherapist/worksheet.html", context)
