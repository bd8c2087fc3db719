"""The own sites: telephones, who works there, and the safety rota, which somebody must always be on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.people.queries import Account, Site
from stegvis.safety import actions
from stegvis.safety import queries as safety
from stegvis.trial.delegation import queries as delegation
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import RotaForm, carry_out
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD"])
@gate.coordinator
def sites(request: HttpRequest) -> HttpResponse:
    """The own sites, each with its rota."""
    return _page(request)


@require_POST
@gate.coordinator
def join(request: HttpRequest, site: str) -> HttpResponse:
    """Put somebody of a site on its rota."""
    place = _own(request, site)
    form = RotaForm(_could_join(place, list(people.staff())), request.POST)
    if form.is_valid():
        account = people.account_by_code(form.cleaned_data["account"])
        if account and carry_out(form, actions.join_rota, site=place, account=account, by=gate.account(request)):
            messages.success(request, _("%(code)s is on the rota.") % {"code": account.code})
            return redirect("coordinator:sites")
    return _page(request, {place.pk: form})


@require_POST
@gate.coordinator
def leave(request: HttpRequest, site: str, code: str) -> HttpResponse:
    """Take somebody off the rota; the last one stays."""
    place = _own(request, site)
    account = people.account_by_code(code)
    if account is None or account not in safety.rota(place):
        raise Http404
    try:
        actions.leave_rota(site=place, account=account, by=gate.account(request))
    except Refused as refusal:
        return _page(request, refusal=str(refusal))
    messages.success(request, _("%(code)s is off the rota.") % {"code": code})
    return redirect("coordinator:sites")


def _own(request: HttpRequest, code: str) -> Site:
    """A site where whoever is signed in works."""
    for site in people.sites():
        if site.code == code and site.pk in gate.sites(request):
            return site
    raise Http404


def _page(request: HttpRequest, forms: dict[int, RotaForm] | None = None, refusal: str = "") -> HttpResponse:
    staff = list(people.staff())
    rows = [_row(site, staff, (forms or {}).get(site.pk)) for site in people.sites() if site.pk in gate.sites(request)]
    wrong = next(iter((forms or {}).values()), None)
    context = {"rows": rows, "refusal": refusal}
    response = answer(request, "coordinator/sites.html", wrong or RotaForm([]), context)
    if refusal:
        response.status_code = 422
    return response


def _row(site: Site, staff: list[Account], form: RotaForm | None) -> dict[str, Any]:
    could = _could_join(site, staff)
    return {
        "site": site,
        "rota": safety.rota(site),
        "closed": closed(site),
        "staff": _working_at(site, staff),
        "form": form or (RotaForm(could, auto_id=f"id_{site.code}_%s") if could else None),
    }


def closed(site: Site) -> str:
    """What the site is closed to, since when and why, in words; nothing where it is open."""
    found = delegation.switch_of(site)
    if found is None or (found.recruits and found.randomises):
        return ""
    said = _("Closed to new people since %(day)s: %(why)s") if not found.recruits else ""
    said = said if found.randomises else _("No randomisation since %(day)s: %(why)s")
    said = (
        said
        if found.recruits or found.randomises
        else _("Closed to new people and to randomisation since %(day)s: %(why)s")
    )
    return said % {"day": full_day(found.set_at), "why": found.why}


def _could_join(site: Site, staff: list[Account]) -> list[Account]:
    on_rota = {account.pk for account in safety.rota(site)}
    able = [each for each in _working_at(site, staff) if each.role in gate.ON_ROTAS]
    return [each for each in able if each.pk not in on_rota]


def _working_at(site: Site, staff: list[Account]) -> list[Account]:
    return [
        each
        for each in staff
        if each.is_active and any(post.site_id == site.pk and post.until_at is None for post in each.postings.all())
    ]
