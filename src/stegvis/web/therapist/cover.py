"""Cover: which therapist is away from when to when, and who sees to their people in those days only."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.people import actions
from stegvis.people import queries as people
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.therapist.forms import CoverForm
from stegvis.web.therapist.gate import therapist

THERAPIST = "therapist"


@require_http_methods(["GET", "HEAD", "POST"])
@for_role(THERAPIST)
def cover(request: HttpRequest) -> HttpResponse:
    """Who is away now or soon at the own sites, and a form for another absence."""
    staff = _colleagues(request)
    form = CoverForm(
        request.POST if request.method == "POST" else None, initial={"away": therapist(request).code},
        colleagues=[(code, _label(request, each)) for code, each in staff.items()],
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.arrange_cover(
                clinician=staff[given["away"]], covering=staff[given["covering"]], first=given["first"],
                last=given["last"], key=given["key"], by=therapist(request),
            )  # fmt: skip
            messages.success(request, _("It is arranged. It ends by itself after the last day."))
            return redirect("therapist:cover")
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"absences": people.absences_at(_sites(request)), "has_colleagues": len(staff) > 1}
    return answer(request, "therapist/cover.html", form, context)


@require_POST
@for_role(THERAPIST)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody is back earlier, or another colleague is to cover."""
    found = people.absences_at(_sites(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.end_cover(absence=found, by=therapist(request))
    messages.success(request, _("The cover is ended."))
    return redirect("therapist:cover")


def _sites(request: HttpRequest) -> tuple[int, ...]:
    return cast(tuple[int, ...], request.acting.sites)  # type: ignore[attr-defined]


def _colleagues(request: HttpRequest) -> dict[str, Any]:
    """The therapists of the own sites by code, oneself first."""
    me = therapist(request)
    others = {each.code: each for site in people.sites_of(me) for each in people.staff_at(site, THERAPIST)}
    return {me.code: me, **dict(sorted(others.items()))}


def _label(request: HttpRequest, account: Any) -> str:
    if account.pk == therapist(request).pk:
        return _("I (%(code)s)") % {"code": account.code}
    return f"{account.name} ({account.code})"
