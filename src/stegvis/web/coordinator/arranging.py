"""What a coordinator arranges for one participant: a referral, a visit's day, the physiotherapist, a word to the rota."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.physiotherapy import actions as physiotherapy_actions
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial_actions
from stegvis.trial import queries as trial
from stegvis.trial.scheduling import actions as scheduling
from stegvis.web import concern as told
from stegvis.web.caseloads import caseload_moment
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import (
    BookForm,
    MissForm,
    MoveVisitForm,
    ReassignForm,
    ReferralForm,
    carry_out,
)
from stegvis.web.coordinator.person import PHYSIOTHERAPIST, head
from stegvis.web.coordinator.words import language, visit_name
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def referral(request: HttpRequest, code: str, rule: str) -> HttpResponse:
    """Keep that a referral was made which a rule of the protocol demands."""
    enrolment = gate.enrolment(request, code, kind="referral")
    screening = trial.screening_of(enrolment.participant)
    missing = {each.code: each for each in trial.referrals_missing(screening)} if screening else {}
    if rule not in missing:
        if not any(each.rule == rule for each in trial.referrals_of(enrolment.participant)):
            raise Http404
        messages.success(request, _("The referral is recorded."))  # pressed twice, or a colleague was first
        return redirect(reverse("coordinator:person", args=[code]) + "#criteria")
    form = ReferralForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        where = form.cleaned_data["referred_to"]
        by = gate.account(request)
        made = carry_out(
            form, trial_actions.keep_referral, participant=enrolment.participant, rule=rule, referred_to=where, by=by
        )
        if made is not None:
            messages.success(request, _("The referral is recorded."))
            return redirect(reverse("coordinator:person", args=[code]) + "#criteria")
    wording = missing[rule].referral
    what = wording.in_language(language()) if wording else ""
    return answer(request, "coordinator/referral.html", form, {**head(enrolment, "overview"), "what": what})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def concern(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the site's safety rota what one has heard about somebody."""
    enrolment = gate.enrolment(request, code, kind="concern")
    form = told.form_of(request)
    if told.is_told(request, form, enrolment.participant):
        messages.success(request, _("The safety rota has been told."))
        return redirect("coordinator:person", code)
    return answer(request, "coordinator/concern.html", form, head(enrolment, "overview"))


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def visit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Book a visit, or move one that has not been held."""
    enrolment = gate.enrolment(request, code, kind="visits")
    protocol = trial.protocol_of(enrolment)
    window = trial.windows(enrolment).get(f"visit_{number}")
    booked = physiotherapy.visit(enrolment.participant, number)
    if window is None:
        raise Http404
    if booked is not None and booked.held_at:
        return _as_it_is(request, code, _("%(visit)s has been held.") % {"visit": visit_name(protocol, number)})
    is_move = booked is not None and booked.state == "planned"
    initial = {"planned_on": _suggested(booked, window)}
    kind = MoveVisitForm if is_move else BookForm
    form = kind(request.POST if request.method == "POST" else None, initial=initial)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _book(request, form, enrolment.participant, number, is_move=is_move):
        late = form.cleaned_data["planned_on"] not in window
        if late:
            messages.warning(request, _("Saved. The day lies outside the window."))
        else:
            messages.success(request, _("Saved."))
        return redirect(reverse("coordinator:person", args=[code]) + "#visits")
    context = {
        **head(enrolment, "overview"),
        "visit": visit_name(protocol, number),
        "number": number,
        "window": window,
        "is_move": is_move,
        "can_miss": booked is not None and booked.state == "planned" and booked.planned_on <= clock.today(),
        "miss_form": MissForm(),
    }
    return answer(request, "coordinator/visit.html", form, context)


def _suggested(booked: Any, window: Any) -> date | None:
    """The day to begin from: the one it is booked for, or the planned one; none that is past, which nobody can come on."""
    if booked is not None and booked.state == "planned":
        return cast(date, booked.planned_on)
    return cast(date, window.due_on) if window.due_on >= clock.today() else None


def _book(request: HttpRequest, form: BookForm, person: Any, number: int, *, is_move: bool) -> bool:
    """Book the visit, or move it with the reason; whether it was done."""
    day, by = form.cleaned_data["planned_on"], gate.account(request)
    if not is_move:
        booked = physiotherapy_actions.book_visit
        return carry_out(form, booked, participant=person, number=number, planned_on=day, by=by) is not None
    given = {"reason": form.cleaned_data["reason"], "key": form.cleaned_data["key"], "by": by}
    return carry_out(form, scheduling.move_visit, participant=person, number=number, to=day, **given) is not None


@require_POST
@gate.coordinator
def miss(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep that a booked visit did not take place; it can be booked again."""
    enrolment = gate.enrolment(request, code, kind="visits")
    form = MissForm(request.POST)
    if form.is_valid():
        given = {"why_coded": form.cleaned_data["reason"], "why": form.cleaned_data["why"], "by": gate.account(request)}
        miss_visit = physiotherapy_actions.miss_visit
        if carry_out(form, miss_visit, participant=enrolment.participant, number=number, **given):
            messages.success(request, _("Saved."))
            return redirect(reverse("coordinator:person", args=[code]) + "#visits")
    return _as_it_is(request, code, " ".join(str(error) for errors in form.errors.values() for error in errors))


def _as_it_is(request: HttpRequest, code: str, why: str) -> HttpResponse:
    """Nothing was changed, and why; the person's visits."""
    messages.warning(request, why)
    return redirect(reverse("coordinator:person", args=[code]) + "#visits")


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def physiotherapist(request: HttpRequest, code: str) -> HttpResponse:
    """Give the person to a physiotherapist of the site, for example when one leaves."""
    enrolment = gate.enrolment(request, code, kind="clinicians")
    participant = enrolment.participant
    offered = list(people.staff_at(enrolment.site, PHYSIOTHERAPIST).order_by("code"))
    now = people.clinician_of(participant, PHYSIOTHERAPIST)
    initial = {"clinician": now.code if now else None}
    posted = request.POST if request.method == "POST" else None
    form = ReassignForm(offered, posted, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = next(each for each in offered if each.code == form.cleaned_data["clinician"])
        given = {"participant": participant, "clinician": chosen, "why": form.cleaned_data["why"]}
        by, change = gate.account(request), trial_actions.change_physiotherapist
        if now == chosen or carry_out(form, change, **given, by=by) is not None:
            messages.success(request, _("Saved."))
            return redirect("coordinator:person", code)
    so_far = [caseload_moment(each) for each in people.caseloads_of(participant, PHYSIOTHERAPIST)]
    return answer(request, "coordinator/physiotherapist.html", form, {**head(enrolment, "overview"), "given": so_far})
