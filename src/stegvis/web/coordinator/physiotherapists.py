"""Who has no physiotherapist, for example since an account was closed: one person at a time, or all of them to a colleague.

Therapists are not here. Who has one tells the group, and so does who lacks one: therapists of the site see to that among
themselves, and administrators by numbers (decision 0019).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stegvis.people import actions as people_actions
from stegvis.people import queries as people
from stegvis.people.queries import Account, Site
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.web.components.shapes import Link
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import PhysiotherapistForm, carry_out
from stegvis.web.coordinator.person import PHYSIOTHERAPIST


@dataclass(frozen=True)
class Group:
    """People of one site whom the same colleague met who works there no more; or, without one, whom nobody ever met."""

    former: Account | None
    site: Site
    people: list[Link]
    form: PhysiotherapistForm | None

    @property
    def key(self) -> str:
        """Which group a form is about."""
        return f"{self.site.code}:{self.former.code if self.former else ''}"


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def without(request: HttpRequest) -> HttpResponse:
    """Everybody at the own sites who has no physiotherapist."""
    found = groups(request)
    posted = request.POST if request.method == "POST" else None
    for group in found:
        if posted and group.former and group.form and posted.get("group") == group.key and group.form.is_valid():
            to = people.staff_member(group.form.cleaned_data["clinician"])
            assert to is not None  # it was among the choices
            by, hand_over = gate.account(request), people_actions.hand_over
            count = carry_out(group.form, hand_over, account=group.former, site=group.site, to=to, by=by)
            if count is not None:
                messages.success(request, _said(count, to))
                return redirect("coordinator:physiotherapists")
    refused = any(group.form and group.form.errors for group in found)
    return render(request, "coordinator/physiotherapists.html", {"groups": found}, status=422 if refused else 200)


def groups(request: HttpRequest) -> list[Group]:
    """Those without a physiotherapist, by site and by whom they had."""
    lacking = without_any(gate.sites(request))
    had = people.clinicians_of([each.participant_id for each in lacking], PHYSIOTHERAPIST)
    sorted_by: dict[tuple[Site, Account | None], list[Link]] = {}
    for enrolment in lacking:
        code = enrolment.participant.code
        way = Link(code, reverse("coordinator:physiotherapist", args=[code]))
        sorted_by.setdefault((enrolment.site, had.get(enrolment.participant_id)), []).append(way)
    return [
        Group(former, site, links, _form(request, site, former) if former else None)
        for (site, former), links in sorted_by.items()
    ]


def without_any(sites: Iterable[int], limit: int | None = None) -> list[trial.Enrolment]:
    """Enrolments at these sites that lack a physiotherapist; nobody lacks one in a trial without visits."""
    return list(trial.without_physiotherapist(sites)[:limit]) if protocols.current().visits else []


def _form(request: HttpRequest, site: Site, former: Account) -> PhysiotherapistForm | None:
    """To whom a group may go; None when nobody else works there."""
    offered = list(people.staff_at(site, PHYSIOTHERAPIST).order_by("code"))
    is_this = request.method == "POST" and request.POST.get("group") == f"{site.code}:{former.code}"
    return PhysiotherapistForm(offered, request.POST if is_this else None) if offered else None


def _said(count: int, to: Account) -> str:
    said = ngettext("%(n)s person now meets %(who)s.", "%(n)s people now meet %(who)s.", count)
    return said % {"n": count, "who": f"{to.name}, {to.code}"}
