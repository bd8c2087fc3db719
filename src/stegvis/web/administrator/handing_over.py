"""Whose participants have nobody: a whole caseload goes to a colleague. Numbers only, since who has a therapist tells the arm."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.people import actions as people
from stegvis.people import queries as accounts
from stegvis.people.acting import acting_as
from stegvis.people.queries import Account, InCare, Site
from stegvis.web import access
from stegvis.web.access import for_role
from stegvis.web.administrator.forms import HandOverForm
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("administrator")
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Give everybody for whom someone cares at a site to a colleague there."""
    account = accounts.staff_member(code)
    if account is None:
        raise Http404
    caseload = in_care_of(account)
    offered = [(each.site, colleague) for each in caseload for colleague in _colleagues(account, each.site)]
    form = HandOverForm(request.POST if request.method == "POST" else None, offered=offered)
    if form.is_valid():
        site, to = form.chosen
        try:
            count = people.hand_over(account=account, site=site, to=to, by=access.actor(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, said(count, to))
            return redirect("administrator:member", code)
    context = {
        "member": account,
        "caseload": [in_words(each) for each in caseload],
        "alone": [each.site for each in caseload if not _colleagues(account, each.site)],
        "can": bool(offered),
        "back": reverse("administrator:member", args=[code]),
    }
    return answer(request, "administrator/hand_over.html", form, context)


def in_care_of(account: Account) -> list[InCare]:
    """Where someone cares for participants, and for how many."""
    with acting_as(SYSTEM):
        return accounts.in_care_of(account)


def in_words(each: InCare) -> str:
    """A part of a caseload: the site and a number."""
    return ngettext("%(site)s: %(n)s participant", "%(site)s: %(n)s participants", each.count) % {
        "site": each.site.name, "n": each.count,
    }  # fmt: skip


def said(count: int, to: Account) -> str:
    """What was done."""
    return ngettext(
        "%(n)s participant is in the care of %(code)s now.",
        "%(n)s participants are in the care of %(code)s now.",
        count,
    ) % {"n": count, "code": to.code}


def left_behind() -> list[InCare]:
    """Caseloads of people who do not work there any more."""
    with acting_as(SYSTEM):
        return accounts.left_behind()


def _colleagues(account: Account, site: Site) -> list[Account]:
    return [each for each in accounts.staff_at(site, account.role).order_by("code") if each.pk != account.pk]
