"""Ratings: how far each goal was attained, as the person says; entered at the visit, by telephone or from paper; corrected."""

from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web import attainment
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, goals_beside
from stegvis.web.physiotherapist.goal_forms import CorrectionForm, RatingForm
from stegvis.web.physiotherapist.visits import ROLE, around

PARTICIPANT = "participant"


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """At the visit: read each locked goal out, and keep how far the person says that it was attained."""
    participant = frame.whom(request, code, "ratings")
    found = frame.visit_of(participant, number)
    if not frame.rates_goals(participant, number):
        raise Http404
    if not goals_beside.may_see_ratings(request, participant):
        return redirect("physiotherapist:guess", code, number)
    occasion = f"visit_{number}"
    waiting, done = _apart(physiotherapy.goals_of(participant), occasion)
    form = RatingForm(request.POST or None, goals=[*waiting, *done] if request.method == "POST" else waiting)
    if request.method == "POST" and form.is_valid() and _kept(request, form, [*waiting, *done], occasion):
        return redirect(frame.next_address(participant, found, "rate"))
    context = {**around(request, participant, found, "rate"), "waiting": waiting, "done": done}
    return answer(request, "physiotherapist/rate.html", form, context)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def rate_now(request: HttpRequest, code: str) -> HttpResponse:
    """Between visits: what the person said by telephone or wrote on paper, on the occasion that is open."""
    participant = frame.whom(request, code, "ratings")
    enrolment = trials.enrolment(participant)
    rating = attainment.open_for(enrolment) if enrolment else None
    if rating is None or not goals_beside.may_see_ratings(request, participant):
        raise Http404
    waiting, done = _apart(rating.goals, rating.occasion)
    shown = [*waiting, *done] if request.method == "POST" else waiting
    form = RatingForm(request.POST or None, goals=shown, initial={"mode": "telephone"})
    if request.method == "POST" and form.is_valid() and _kept(request, form, shown, rating.occasion):
        return redirect("physiotherapist:every_goal", code)
    context = {
        "participant": participant, "crumbs": frame.crumbs(participant), "rating": rating, "waiting": waiting, "done": done,
    }  # fmt: skip
    return answer(request, "physiotherapist/rate_now.html", form, context)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, code: str, rating: int) -> HttpResponse:
    """Correct the rating that counts, with a reason; both stay."""
    participant = frame.whom(request, code, "ratings")
    if not goals_beside.may_see_ratings(request, participant):
        raise Http404
    wrong, goal = _counting(participant, rating)
    form = CorrectionForm(request.POST or None, goal=goal, initial={"mode": wrong.mode})
    if request.method == "POST" and form.is_valid():
        try:
            trial.rate_goal(
                goal=wrong.goal, rater=wrong.rater, occasion=wrong.occasion, corrects=wrong,
                reason_given=form.cleaned_data["why"], key=form.cleaned_data["key"], by=frame.me(request),
                **form.given(goal),
            )  # fmt: skip
            messages.success(request, _("Corrected. Both ratings are kept."))
            return redirect("physiotherapist:every_goal", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"participant": participant, "crumbs": frame.crumbs(participant), "wrong": wrong, "goal": goal.goal}
    return answer(request, "physiotherapist/correct_rating.html", form, context)


def _apart(goals: Any, occasion: str) -> tuple[list[physiotherapy.GoalNow], list[physiotherapy.GoalNow]]:
    """The locked goals that the person has not rated on an occasion, and those that they have."""
    locked = [each for each in goals if each.goal.locked_at]
    return [e for e in locked if not e.rated_at(occasion)], [e for e in locked if e.rated_at(occasion)]


def _counting(participant: Any, pk: int) -> tuple[Any, physiotherapy.GoalNow]:
    """The person's own rating with this number, if it is the one that counts on its occasion, and its goal; else 404."""
    for each in physiotherapy.goals_of(participant):
        for rating in each.ratings:
            if rating.pk == pk and rating.rater == PARTICIPANT:
                rating.goal = each.goal
                return rating, each
    raise Http404


def _kept(request: HttpRequest, form: RatingForm, goals: list[physiotherapy.GoalNow], occasion: str) -> bool:
    """Keep what was filled in, all or nothing; the form then says why not.

    Goals rated since the page was made are among them: the same form again makes nothing, and another rating is refused.
    """
    count = 0
    try:
        with transaction.atomic():
            for each in goals:
                given = form.given(each)
                if given["level"]:
                    count += 1
                    trial.rate_goal(
                        goal=each.goal, rater=PARTICIPANT, occasion=occasion, by=frame.me(request),
                        key=uuid5(form.cleaned_data["key"], str(each.goal.pk)), **given,
                    )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, ngettext("%(n)s goal rated.", "%(n)s goals rated.", count) % {"n": count})
    return True
