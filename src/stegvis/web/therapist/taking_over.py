"""People of the programme whom no therapist guides, since an account was closed: a colleague at the site takes them over.

Only therapists see this page: that somebody lacks a therapist tells the group as much as that somebody has one.
"""

from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.people import actions as people_actions
from stegvis.people import queries as people
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.therapist import gate

THERAPIST = "therapist"
EVERYBODY = "everybody"


@require_http_methods(["GET", "HEAD", "POST"])
@for_role(THERAPIST)
def take_over(request: HttpRequest) -> HttpResponse:
    """Who has no therapist at the own sites; take over one of them, or everybody."""
    left = list(left_alone(request))
    if request.method == "POST":
        wanted = request.POST.get("participant", "")
        chosen = [each.participant for each in left if wanted in {each.participant.code, EVERYBODY}]
        _take(request, chosen)
        return redirect("therapist:worklist" if len(chosen) == len(left) else "therapist:take_over")
    had = people.clinicians_of([each.pk for each in left], THERAPIST)
    rows = [(each.participant, had.get(each.pk)) for each in left]
    return render(request, "therapist/take_over.html", {"rows": rows})


def left_alone(request: HttpRequest) -> Any:
    """Courses at the own sites that nobody who works there guides."""
    sites = cast(tuple[int, ...], request.acting.sites)  # type: ignore[attr-defined]
    return programme.without_therapist(sites)


def _take(request: HttpRequest, chosen: list[Any]) -> None:
    """All of them or none; a colleague who was quicker is named."""
    me = gate.therapist(request)
    try:
        with transaction.atomic():
            for participant in chosen:
                people_actions.assign_clinician(participant=participant, clinician=me, role=THERAPIST, by=me)
    except Refused as refused:
        messages.warning(request, str(refused))
        return
    said = ngettext("%(n)s person is yours now.", "%(n)s people are yours now.", len(chosen))
    messages.success(request, said % {"n": len(chosen)} if chosen else _("Nobody waits for a therapist any more."))
