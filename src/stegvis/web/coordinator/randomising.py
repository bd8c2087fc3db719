"""Randomising, and looking an allocation up. The only two pages that show a coordinator a group.

The group stands in the answer to the form and nowhere else: no address shows it again, neither session nor log nor
message holds it, and nothing keeps the page. Whoever needs it later looks it up, with a reason that stays in the record.
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from stegvis.allocation import queries as allocation
from stegvis.allocation.queries import Accident, Disclosure
from stegvis.audit import clock
from stegvis.methods.study.strata import StratumUnknown
from stegvis.people.errors import TooManyAttempts
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.trial.errors import AlreadyRandomised
from stegvis.trial.queries import Enrolment
from stegvis.web import access
from stegvis.web.components import errors
from stegvis.web.components.shapes import Moment
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.allocation_forms import SeeForm
from stegvis.web.coordinator.forms import PasswordForm, carry_out
from stegvis.web.coordinator.person import BEFORE_RANDOMISATION, gates, head
from stegvis.web.coordinator.words import language, stratum_name
from stegvis.web.forms import answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@sensitive_variables("revealed")
@gate.coordinator
def randomise(request: HttpRequest, code: str) -> HttpResponse:
    """The conditions, the stratum, the password once more; then the group, this once."""
    enrolment = gate.enrolment(request, code, kind="randomisation")
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            fits = access.password_fits(request, form.cleaned_data["password"])
        except TooManyAttempts as refused:
            return errors.too_many(request, minutes=refused.facts["minutes"])
        if not fits:
            form.add_error("password", _("That is not your password. Nobody has been randomised; try again."))
        else:
            revealed = carry_out(form, _randomise_or_show, request, enrolment, form.cleaned_data["key"])
            if revealed is not None:
                return result(request, revealed, is_new=True)
            if _is_randomised(enrolment):  # by a colleague, or from another page: this one says since when
                return redirect("coordinator:randomise", code)
    return answer(request, "coordinator/randomise.html", form, conditions(enrolment))


@sensitive_variables()
def _randomise_or_show(request: HttpRequest, enrolment: Enrolment, key: UUID) -> actions.Revealed:
    """Randomise; or, when the button was pressed twice and nobody saw the first answer, show what it said."""
    participant, by = enrolment.participant, gate.account(request)
    try:
        return actions.randomise(participant=participant, key=key, by=by)
    except AlreadyRandomised:
        return actions.show_again(participant=participant, key=key, by=by)


def _is_randomised(enrolment: Enrolment) -> bool:
    """Whether the person has been randomised by now."""
    now = trial.enrolment(enrolment.participant)
    return now is not None and now.randomised_at is not None


def conditions(enrolment: Enrolment) -> dict[str, Any]:
    """What a page about the randomisation of somebody shows: gates, stratum, and whether all is open."""
    before = enrolment.stage in BEFORE_RANDOMISATION
    states = trial.gates(enrolment) if before else []
    stratum, unknown = "", ""
    try:
        stratum = stratum_name(trial.protocol_of(enrolment), trial.stratum(enrolment))
    except StratumUnknown as error:
        unknown = str(error)
    return {
        **head(enrolment, "overview"),
        "is_before": before,
        "gates": gates(enrolment, states),
        "is_open": before and not unknown and all(state.is_open for state in states),
        "stratum": stratum,
        "stratum_unknown": unknown,
    }


@sensitive_variables("revealed")
def result(request: HttpRequest, revealed: actions.Revealed, *, is_new: bool) -> HttpResponse:
    """The group, in this answer and nowhere else."""
    context = {
        **head(revealed.enrolment, "overview"),
        "arm": revealed.arm.name.in_language(language()),
        "is_new": is_new,
        "as_told": revealed.as_told,
        "at": clock.now(),
        "by": gate.account(request),
    }
    return render(request, "coordinator/allocation_shown.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("revealed")
@gate.coordinator
def look_up(request: HttpRequest, code: str) -> HttpResponse:
    """Who has seen the group so far; and to see it again, with a reason."""
    enrolment = gate.enrolment(request, code, kind="allocation")
    if enrolment.randomised_at is None:
        raise Http404
    form = SeeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, urgent = form.cleaned_data["reason"], form.cleaned_data["kind"] == "emergency"
        person, by = enrolment.participant, gate.account(request)
        revealed = carry_out(form, actions.look_up_arm, participant=person, reason=reason, emergency=urgent, by=by)
        if revealed is not None:
            return result(request, revealed, is_new=False)
    context = {**head(enrolment, "overview"), **_facts(enrolment)}
    return answer(request, "coordinator/look_up.html", form, context)


def _facts(enrolment: Enrolment) -> dict[str, Any]:
    """Who has seen the group, by accident too; and the stratum, then and as it would be now."""
    shown = allocation.disclosures_of(enrolment.participant)
    given, protocol = allocation.stratum_given(enrolment.participant), trial.protocol_of(enrolment)
    try:
        now = trial.stratum(enrolment)
    except StratumUnknown:
        now = given
    events = [(each.at, _moment(each)) for each in shown]
    events += [(each.at, _accident(each)) for each in allocation.accidents_of(enrolment.participant)]
    return {
        "shown": [moment for _at, moment in sorted(events, key=lambda event: event[0])],
        "untold": [each.pk for each in shown if each.kind == "emergency" and not hasattr(each, "informing")],
        "mistakes": [
            Moment(
                each.at,
                capfirst(each.get_kind_display()),
                _("%(how)s · What follows: %(follows)s · %(by)s")
                % {"how": each.how, "follows": each.what_follows, "by": each.by_code},
            )
            for each in allocation.mistakes_of(enrolment.participant)
        ],
        "stratum": stratum_name(protocol, given),
        "stratum_now": stratum_name(protocol, now) if now != given else "",
    }


def _moment(each: Disclosure) -> Moment:
    words = {
        "at_allocation": _("Shown when randomised"),
        "told_participant": _("Told to the participant"),
        "lookup": _("Looked up"),
        "emergency": _("Looked up in an emergency"),
    }
    informing = getattr(each, "informing", None)
    who = each.by_code
    if informing:
        who = _("%(by)s · told of it: %(whom)s") % {"by": who, "whom": informing.whom}
    return Moment(each.at, words.get(each.kind, each.kind), who)


def _accident(each: Accident) -> Moment:
    words = {"who": each.get_learner_display(), "how": each.how, "follows": each.what_follows, "by": each.by_code}
    return Moment(
        each.at, _("Became known by accident"), _("%(who)s · %(how)s · What follows: %(follows)s · %(by)s") % words
    )
