"""Goals: set in the person's words at the first visit, rated by the person at the last."""

from uuid import uuid5

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.forms import GoalForm, RatingForm
from stegvis.web.physiotherapist.visits import ROLE, around


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def goals(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The goals that stand, and a new one."""
    participant = frame.whom(request, code, "goals")
    found = frame.visit_of(participant, number)
    standing = physiotherapy.goals_of(participant)
    mains = [(str(each.goal.pk), each.goal.text) for each in standing if each.goal.kind == "main"]
    form = GoalForm(request.POST or None, mains=mains)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        parent = physiotherapy.goal(participant, int(given["parent"])) if given["parent"] else None
        try:
            physio.set_goal(
                participant=participant, kind="intermediate" if parent else "main", text=given["text"], parent=parent,
                goal_type=given["goal_type"], how_seen=given["how_seen"], target_week=given["target_week"],
                confidence=given["confidence"], key=given["key"], by=frame.me(request),
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("physiotherapist:goals", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(
        request, "physiotherapist/goals.html", form, {**around(participant, found, "goals"), "standing": standing}
    )


@for_role(ROLE)
@require_POST
def set_aside(request: HttpRequest, code: str, number: int, goal: int) -> HttpResponse:
    """Take back a goal that is not locked yet."""
    participant = frame.whom(request, code, "goals")
    found = physiotherapy.goal(participant, goal)
    if found is None:
        raise Http404
    try:
        physio.set_aside_goal(goal=found, by=frame.me(request))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("physiotherapist:goals", code, number)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Read each locked goal out, and keep how far the person says that it was attained."""
    participant = frame.whom(request, code, "ratings")
    found = frame.visit_of(participant, number)
    if not frame.rates_goals(participant, number):
        raise Http404
    locked = [each for each in physiotherapy.goals_of(participant) if each.goal.locked_at]
    form = RatingForm(request.POST or None, goals=locked)
    if request.method == "POST" and form.is_valid():
        try:
            count = _keep(request, form, locked, number)
            messages.success(request, ngettext("%(n)s goal rated.", "%(n)s goals rated.", count) % {"n": count})
            return redirect(frame.next_address(participant, found, "rate"))
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(request, "physiotherapist/rate.html", form, {**around(participant, found, "rate"), "locked": locked})


def _keep(request: HttpRequest, form: RatingForm, locked: list[physiotherapy.GoalNow], number: int) -> int:
    rated = [(each.goal, form.cleaned_data[f"goal_{each.goal.pk}"]) for each in locked]
    for goal, level in rated:
        if level:
            trial.rate_goal(
                goal=goal, level=level, rater="participant", mode="read_out", occasion=f"visit_{number}",
                key=uuid5(form.cleaned_data["key"], str(goal.pk)), by=frame.me(request),
            )  # fmt: skip
    return sum(bool(level) for _, level in rated)
