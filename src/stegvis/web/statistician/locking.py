"""The lock: its gates, the plan's signature, who asks and who agrees, and its undoing. Everything asks for the password."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.monitoring import data_queries
from stegvis.reporting import actions, locking, queries
from stegvis.web.access import for_role, password_fits
from stegvis.web.forms import answer
from stegvis.web.statistician.crumbs import crumbs
from stegvis.web.statistician.deciding_forms import PasswordForm, ProposalForm, ReasonedForm

READERS = ("data_manager", "statistician")


def open_queries() -> int:
    """How many data queries stand open of what the analysis reads."""
    return data_queries.open_queries(queries.read_by(queries.main_analysis()))


@for_role(*READERS)
@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """What stands before the lock, and the one step that is this role's: to ask for it, or to agree."""
    if queries.is_locked(queries.main_analysis()):
        return redirect("statistician:unlock")
    proposal = locking.proposal(queries.main_analysis())
    if _is_data_manager(request) and proposal is None:
        return _propose(request)
    return _agree(request, proposal, _lock, _("The data are locked. The report with the arms can be printed now."))


@for_role(*READERS)
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """Undo a lock, in the same two steps."""
    if not queries.is_locked(queries.main_analysis()):
        return redirect("statistician:lock")
    proposal = locking.proposal(queries.main_analysis())
    if _is_data_manager(request) and proposal is None:
        form = ReasonedForm(request.POST or None)
        return _stepped(
            request, form, _ask_to_unlock, _("You asked for the lock to be undone. The statistician agrees.")
        )
    return _agree(request, proposal, _unlock, _("The lock is undone. Answers are taken again."))


@for_role("statistician")
@require_http_methods(["GET", "POST"])
def sign_plan(request: HttpRequest) -> HttpResponse:
    """The statistician signs the analysis plan as its file is now."""
    form = PasswordForm(request.POST or None)
    return _stepped(request, form, _sign, _("You signed the analysis plan."), "statistician/sign_plan.html")


def _propose(request: HttpRequest) -> HttpResponse:
    open_gates = locking.standing_open(queries.main_analysis(), open_queries(), {})
    form = ProposalForm([each.code for each in open_gates if each.may_be_set_aside], request.POST or None)
    return _stepped(
        request, form, _ask_to_lock, _("You asked for the lock. The statistician agrees and the data close.")
    )


def _agree(request: HttpRequest, proposal: Any, do: Callable[..., object], said: str) -> HttpResponse:
    """The second step, for whoever is in another role than the one that asked."""
    is_mine = proposal is not None and proposal.proposed_as != request.user.role  # type: ignore[union-attr]
    return _stepped(request, PasswordForm(request.POST or None) if is_mine else None, do, said)


def _stepped(
    request: HttpRequest, form: Any, do: Callable[..., object], said: str, template: str = "statistician/lock.html"
) -> HttpResponse:
    """One step: the password, the action, the sentence; the page again where something is wrong."""
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            if password_fits(request, form.cleaned_data["password"]):
                do(form, cast(Actor, request.user))
                messages.success(request, said)
                return redirect("statistician:home")
            form.add_error("password", _("This is not your password. Nothing was done."))
        except Refused as refused:
            form.add_error(None, str(refused))
    around = _around(form)
    return answer(request, template, form, around) if form is not None else render(request, template, around)


def _around(form: Any) -> dict[str, object]:
    analysis = queries.main_analysis()
    return {
        "analysis": queries.name_of(analysis, get_language() or ""),
        "gates": locking.gates(analysis, open_queries()),
        "plan_sha256": locking.plan_sha256(),
        "signatures": locking.signatures(locking.plan_sha256()),
        "proposal": locking.proposal(analysis),
        "lock": queries.lock(analysis),
        "has_form": form is not None,
        "crumbs": crumbs(),
    }


def _ask_to_lock(form: Any, by: Actor) -> None:
    actions.propose_lock(
        analysis=queries.main_analysis(), reason=form.cleaned_data["reason"], open_queries=open_queries(),
        despite=form.despite(), by=by,
    )  # fmt: skip


def _lock(_form: Any, by: Actor) -> None:
    actions.lock_data(analysis=queries.main_analysis(), open_queries=open_queries(), by=by)


def _ask_to_unlock(form: Any, by: Actor) -> None:
    actions.propose_unlock(analysis=queries.main_analysis(), reason=form.cleaned_data["reason"], by=by)


def _unlock(_form: Any, by: Actor) -> None:
    actions.unlock_data(analysis=queries.main_analysis(), by=by)


def _sign(_form: Any, by: Actor) -> None:
    actions.sign_plan(by=by)


def _is_data_manager(request: HttpRequest) -> bool:
    return bool(request.user.role == "data_manager")  # type: ignore[union-attr]
