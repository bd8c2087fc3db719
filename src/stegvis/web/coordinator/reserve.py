"""A place read out by telephone while the system was down is entered. It shows a group as `randomising` does: once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from stegvis.people.errors import TooManyAttempts
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.web import access
from stegvis.web.components import errors
from stegvis.web.coordinator import gate, randomising
from stegvis.web.coordinator.allocation_forms import ReserveForm
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import language
from stegvis.web.forms import answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "told_arm")
@sensitive_variables("revealed", "form")
@gate.coordinator
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """What was read out, and the password; then the group that the reserve holds there, this once."""
    enrolment = gate.enrolment(request, code, kind="randomisation")
    conditions = randomising.conditions(enrolment)
    if not conditions["is_open"]:
        return redirect("coordinator:randomise", code)  # which says what is missing
    arms = [(arm.code, arm.name.in_language(language())) for arm in trial.protocol_of(enrolment).arms]
    form = ReserveForm(request.POST if request.method == "POST" else None, arms=arms)
    if form.is_valid():
        given = form.cleaned_data
        try:
            fits = access.password_fits(request, given["password"])
        except TooManyAttempts as refused:
            return errors.too_many(request, minutes=refused.facts["minutes"])
        if not fits:
            form.add_error("password", _("That is not your password. Nobody has been randomised; try again."))
        elif revealed := carry_out(
            form, actions.randomise_from_reserve, participant=enrolment.participant, position=given["position"],
            read_by=given["read_by"], read_at=form.read_at, told_arm=given["told_arm"], key=given["key"],
            by=gate.account(request),
        ):  # fmt: skip
            return randomising.result(request, revealed, is_new=True)
    return answer(request, "coordinator/reserve.html", form, conditions)
