"""How long data are kept: the trial's end, what is due to be deleted, who proposes and who agrees."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.protocol import queries as protocols
from stegvis.reporting.retention import actions, due
from stegvis.reporting.retention import queries as deletions
from stegvis.web.access import for_role, password_fits
from stegvis.web.components.shapes import Link
from stegvis.web.forms import answer
from stegvis.web.statistician.crumbs import crumbs
from stegvis.web.statistician.deciding_forms import DeletionForm, PasswordForm, TrialEndForm

READERS = ("data_manager", "administrator")
STORES = {
    "care": gettext_lazy("The care record: programme, activity plan, visits, messages, alerts"),
    "research": gettext_lazy("Research data: consents, answers, allocation, enrolment, reports"),
    "key": gettext_lazy("Who each code is: names, addresses, telephone numbers"),
    "log": gettext_lazy("The log of who opened whose record"),
    "screening": gettext_lazy(
        "What is left of screenings: digests of those that ended, and open ones without a sign for long"
    ),
}


@for_role(*READERS)
@require_http_methods(["GET", "HEAD", "POST"])
def retention(request: HttpRequest) -> HttpResponse:
    """What is kept for how long, what is due, and every deletion; the data manager keeps here when the trial ended."""
    form = TrialEndForm(request.POST or None)
    if request.method == "POST" and _is_data_manager(request) and form.is_valid():
        given = form.cleaned_data
        try:
            if password_fits(request, given["password"]):
                actions.end_trial(ended_on=given["ended_on"], reason=given["reason"], by=cast(Actor, request.user))
                messages.success(request, _("Kept. The years that data are kept count from this day."))
                return redirect("statistician:retention")
            form.add_error("password", _("This is not your password. Nothing was done."))
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(request, "statistician/retention.html", form, _around(request))


@for_role("data_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def propose_deletion(request: HttpRequest, store: str) -> HttpResponse:
    """Write down what is due of a store, and ask that it be deleted."""
    if store not in STORES:
        raise Http404
    form = DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if password_fits(request, form.cleaned_data["password"]):
                actions.propose_deletion(
                    of_store=store, reason=form.cleaned_data["reason"], by=cast(Actor, request.user)
                )
                messages.success(request, _("Written down. An administrator agrees, and then it is deleted."))
                return redirect("statistician:retention")
            form.add_error("password", _("This is not your password. Nothing was done."))
        except Refused as refused:
            form.add_error(None, str(refused))
    rule = next((each for each in due.rules() if each.store == store), None)
    return answer(
        request, "statistician/propose_deletion.html", form, _below(request, {"store": STORES[store], "rule": rule})
    )


@for_role("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def agree_to_deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """An administrator reads what is to go and agrees with the password."""
    deletion = deletions.waiting(pk)
    if deletion is None:
        raise Http404
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if password_fits(request, form.cleaned_data["password"]):
                actions.agree_to_deletion(deletion=deletion, by=cast(Actor, request.user))
                messages.success(request, _("You agreed. It is deleted within a minute, and the report stands here."))
                return redirect("statistician:retention")
            form.add_error("password", _("This is not your password. Nothing was done."))
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(
        request,
        "statistician/agree_to_deletion.html",
        form,
        _below(request, {"deletion": deletion, "store": STORES[deletion.of_store]}),
    )


def _around(request: HttpRequest) -> dict[str, Any]:
    return {
        "end": due.trial_end(),
        "rules": [(STORES[each.store], each) for each in due.rules()],
        "deletions": [(STORES[each.of_store], each) for each in deletions.all_deletions()],
        "open_days": protocols.current().retention.screening_open_days,
        "role": request.user.role,  # type: ignore[union-attr]
        "crumbs": _way_here(request),
    }


def _way_here(request: HttpRequest) -> list[Link]:
    """A data manager comes from *Data and report*; an administrator has a tab."""
    return crumbs() if _is_data_manager(request) else []


def _below(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    here = Link(_("How long data are kept"), reverse("statistician:retention"))
    return context | {"crumbs": [*_way_here(request), here]}


def _is_data_manager(request: HttpRequest) -> bool:
    return bool(request.user.role == "data_manager")  # type: ignore[union-attr]
