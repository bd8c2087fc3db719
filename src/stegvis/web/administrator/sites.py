"""Where the trial takes place: how a site is reached, and who is told of its alerts."""

from typing import cast

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.people import actions as people
from stegvis.people import queries as accounts
from stegvis.people.queries import Account, Site
from stegvis.safety import actions as safety
from stegvis.safety import queries as rotas
from stegvis.safety.errors import RotaWouldBeEmpty
from stegvis.trial.delegation import actions as delegation
from stegvis.trial.delegation import queries as duties
from stegvis.web import access
from stegvis.web.access import for_role
from stegvis.web.administrator.forms import LeadForm, PhonesForm, RotaForm, SwitchForm
from stegvis.web.components.shapes import Cell
from stegvis.web.coordinator import trying
from stegvis.web.coordinator.sites import closed
from stegvis.web.forms import answer


@require_safe
@for_role("administrator")
def everywhere(request: HttpRequest) -> HttpResponse:
    """All sites with their numbers and their rotas."""
    head = [_("Site"), _("Number for participants"), _("Safety phone"), _("On the safety rota")]
    return render(
        request, "administrator/sites.html", {"head": head, "rows": [_row(each) for each in accounts.sites()]}
    )


def _row(site: Site) -> tuple[object, ...]:
    on_rota = ", ".join(each.name for each in rotas.rota(site))
    return (
        Cell(site.name, url=reverse("administrator:site", args=[site.code])),
        site.phone or Cell(_("Missing"), tone="bad"),
        site.safety_phone or Cell(_("Missing"), tone="bad"),
        on_rota or Cell(_("Nobody"), tone="bad"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One site: change its numbers, see and change its rota."""
    site = _site(code)
    now = {"name": site.name, "phone": site.phone, "safety_phone": site.safety_phone}
    form = PhonesForm(request.POST) if request.method == "POST" else PhonesForm(initial=now)
    if request.method == "POST" and form.is_valid():
        people.open_site(code=site.code, by=access.actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("administrator:site", site.code)
    return answer(request, "administrator/site.html", form, {**_around(request, site), "phones_form": form})


@require_POST
@for_role("administrator")
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Put someone on the rota."""
    site = _site(code)
    form = RotaForm(request.POST, free=_free(site))
    if form.is_valid():
        account = accounts.staff_member(form.cleaned_data["account"])
        assert account is not None  # it was among the choices
        safety.join_rota(site=site, account=account, by=access.actor(request))
        messages.success(request, _("%(name)s is on the rota now.") % {"name": account.name})
    return redirect("administrator:site", site.code)


@require_POST
@for_role("administrator")
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Take someone off the rota; the last one stays."""
    site = _site(code)
    account = next((each for each in rotas.rota(site) if each.code == request.POST.get("account")), None)
    if account is None:
        return redirect("administrator:site", site.code)
    try:
        safety.leave_rota(site=site, account=account, by=access.actor(request))
    except RotaWouldBeEmpty as refused:
        context = {**_around(request, site), "form": _form_of(site), "refused": str(refused)}
        return render(request, "administrator/site.html", context, status=422)
    messages.success(request, _("%(name)s is off the rota.") % {"name": account.name})
    return redirect("administrator:site", site.code)


@require_POST
@for_role("administrator")
def send_test(request: HttpRequest, code: str) -> HttpResponse:
    """Send a test alert to the site's rota."""
    site = _site(code)
    trying.say_sent(request, site)
    return redirect("administrator:site", site.code)


@require_POST
@for_role("administrator")
def name_lead(request: HttpRequest, code: str) -> HttpResponse:
    """Name who answers for the site and signs its delegations."""
    site = _site(code)
    form = LeadForm(request.POST, staff=_clinicians(site))
    if form.is_valid():
        account = accounts.staff_member(form.cleaned_data["lead"])
        assert account is not None  # it was among the choices
        delegation.name_lead(site=site, account=account, by=access.actor(request))
        messages.success(request, _("%(name)s leads the site now.") % {"name": account.name})
    return redirect("administrator:site", site.code)


@require_http_methods(["POST"])
@for_role("administrator")
def switch(request: HttpRequest, code: str) -> HttpResponse:
    """Open or close the site to new people, or to randomisation."""
    site = _site(code)
    form = SwitchForm(request.POST)
    if form.is_valid():
        delegation.switch(site=site, by=access.actor(request), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("administrator:site", site.code)
    context = {**_around(request, site), "switch_form": form}
    return answer(request, "administrator/site.html", form, context)


def _clinicians(site: Site) -> list[Account]:
    """The licensed clinicians who work at the site."""
    return [each for each in accounts.staff_working_at(site) if each.licensed_clinician]


def _switch_form(site: Site) -> SwitchForm:
    now = duties.switch_of(site)
    return SwitchForm(
        initial={"recruits": now is None or now.recruits, "randomises": now is None or now.randomises},
        auto_id="switch_%s",
    )


def _site(code: str) -> Site:
    try:
        return accounts.site_by_code(code)
    except ObjectDoesNotExist:
        raise Http404 from None


def _form_of(site: Site) -> PhonesForm:
    return PhonesForm(initial={"name": site.name, "phone": site.phone, "safety_phone": site.safety_phone})


def _around(request: HttpRequest, site: Site) -> dict[str, object]:
    free = _free(site)
    return {
        "lead": duties.lead_of(site), "lead_form": LeadForm(staff=_clinicians(site)), "closed": closed(site),
        "switch_form": _switch_form(site), "phones_form": _form_of(site),
        "site": site, "on_rota": rotas.rota(site), "rota_form": RotaForm(free=free), "free": free,
        "tried": trying.tried([site], cast(Account, request.user), "administrator:send_test"),
    }  # fmt: skip


def _free(site: Site) -> list[Account]:
    """Who works at the site and is not on its rota."""
    taken = {each.pk for each in rotas.rota(site)}
    return [each for each in accounts.staff_working_at(site) if each.pk not in taken]
