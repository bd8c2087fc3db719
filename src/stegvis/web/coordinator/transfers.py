"""People who change their site: handing over, taking over, and what waits at which end. By code alone until they are here."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.trial import actions as trial
from stegvis.trial.transfers import queries
from stegvis.trial.transfers.queries import Transfer, TransferEnding, TransferReason
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import PHYSIOTHERAPIST, head
from stegvis.web.forms import Chips, DayField, KeyedForm, StegForm, answer

A_PAGE = 50
REASONS = [(code, capfirst(label)) for code, label in TransferReason.choices]


class HandOverForm(KeyedForm):
    """To which site, from which day, and why."""

    to = forms.ChoiceField(label=gettext_lazy("To which site?"), widget=forms.RadioSelect)
    moves_on = DayField(label=gettext_lazy("From which day?"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), choices=REASONS, widget=Chips,
        help_text=gettext_lazy("Reasons are counted, so there is no room for words."),
    )  # fmt: skip

    def __init__(self, *args: Any, sites: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(each.code, each.name) for each in sites]  # type: ignore[attr-defined]


class TakeOverForm(StegForm):
    """Whom the person meets here."""

    clinician = forms.ChoiceField(
        label=gettext_lazy("Who meets the person?"), required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("Only for somebody who has come so far as to meet one."),
    )  # fmt: skip

    def __init__(self, offered: list[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nobody = [("", _("Whoever has fewest people"))]
        named = [(each.code, f"{each.name}, {each.code}") for each in offered]
        self.fields["clinician"].choices = [*nobody, *named]  # type: ignore[attr-defined]


@require_safe
@gate.coordinator
def transfers(request: HttpRequest) -> HttpResponse:
    """Who is to be taken over here, who waits for another site, and how earlier ones ended."""
    sites = gate.sites(request)
    context = {
        "to_take_over": queries.waiting_for(sites)[:A_PAGE],
        "elsewhere": queries.waiting_elsewhere(sites)[:A_PAGE],
        "ended": Paginator(queries.ended(sites), A_PAGE).get_page(request.GET.get("page")),
        "today": clock.today(),
    }
    return render(request, "coordinator/transfers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def hand_over(request: HttpRequest, code: str) -> HttpResponse:
    """Hand a person over to another site; whoever works there too moves them at once."""
    enrolment = gate.enrolment(request, code, kind="overview")
    person, by = enrolment.participant, gate.account(request)
    others = [site for site in people.sites() if site.pk != person.site_id]
    posted = request.POST if request.method == "POST" else None
    form = HandOverForm(posted, sites=others, initial={"moves_on": clock.today()})
    waits = queries.open_of(person)
    if form.is_valid():
        given = form.cleaned_data
        to = next(site for site in others if site.code == given["to"])
        at_once = to.pk in gate.sites(request) and given["moves_on"] == clock.today()
        common = {"participant": person, "to": to, "reason": given["reason"], "key": given["key"], "by": by}
        if at_once and carry_out(form, trial.move_to_site, **common) is not None:
            said = {"code": code, "site": to.name}
            messages.success(request, _("%(code)s goes on at %(site)s. A letter tells them so.") % said)
            return redirect("coordinator:person", code)
        if not at_once and carry_out(form, trial.hand_over_to_site, moves_on=given["moves_on"], **common) is not None:
            said = {"site": to.name}
            messages.success(request, _("Handed over. You see to the person until %(site)s has taken over.") % said)
            return redirect("coordinator:hand_over", code)
    own = [site.name for site in others if site.pk in gate.sites(request)]
    context = {**head(enrolment, "overview"), "waits": waits, "own": ", ".join(own)}
    return answer(request, "coordinator/hand_over.html", form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def transfer(request: HttpRequest, number: int) -> HttpResponse:
    """Take a person over from another site, with whom they meet here."""
    found = _transfer(request, number)
    offered = list(people.staff_at(found.to_site, PHYSIOTHERAPIST).order_by("code"))
    form = TakeOverForm(offered, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = next((each for each in offered if each.code == form.cleaned_data["clinician"]), None)
        by, take_over = gate.account(request), trial.take_over_from_site
        if carry_out(form, take_over, transfer=found, physiotherapist=chosen, by=by) is not None:
            messages.success(request, _("The person is yours from now on. A letter tells them so."))
            return redirect("coordinator:person", found.participant.code)
    return _page(request, found, form)


@require_POST
@gate.coordinator
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Not take a person over, or take back whom one has handed over."""
    found = _transfer(request, number)
    form = StegForm(request.POST)
    here = found.from_site_id in gate.sites(request)
    how = TransferEnding.TAKEN_BACK if request.POST.get("how") == "taken_back" and here else TransferEnding.DECLINED
    if form.is_valid():
        by = gate.account(request)
        if carry_out(form, trial.end_transfer, transfer=found, how=how, by=by) is not None:
            messages.success(request, _("Kept. The person stays where they are."))
            return redirect("coordinator:transfers")
    return _page(request, found, form)


def _transfer(request: HttpRequest, number: int) -> Transfer:
    """A transfer from or to an own site; any other is one that does not exist."""
    found = queries.transfer(number)
    if found is None or not {found.from_site_id, found.to_site_id} & set(gate.sites(request)):
        raise Http404
    return found


def _page(request: HttpRequest, found: Transfer, form: Any) -> HttpResponse:
    sites = gate.sites(request)
    if not isinstance(form, TakeOverForm):
        offered = list(people.staff_at(found.to_site, PHYSIOTHERAPIST).order_by("code"))
        refusal, form = form, TakeOverForm(offered)
        form.errors.update(refusal.errors)
    context = {
        "transfer": found, "end": getattr(found, "end", None), "takes_over": found.to_site_id in sites,
        "takes_back": found.from_site_id in sites, "too_early": found.moves_on > clock.today(),
    }  # fmt: skip
    return answer(request, "coordinator/transfer.html", form, context)
