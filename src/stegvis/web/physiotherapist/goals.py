"""Goals: set in the person's words at a visit, and all of them with their ratings on one page."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import goal_standing
from stegvis.trial import queries as trial
from stegvis.web import attainment
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, goals_beside, half_written, smart
from stegvis.web.physiotherapist.goal_forms import GoalForm
from stegvis.web.physiotherapist.visits import ROLE, around


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def goals(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The goals that stand, with hints for those that are not locked, and a new one."""
    participant = frame.whom(request, code, "goals")
    found = frame.visit_of(participant, number)
    standing = physiotherapy.goals_of(participant)
    mains = [(str(each.goal.pk), each.goal.text) for each in standing if each.goal.kind == "main"]
    waiting = half_written.Waiting(found, "goal")
    form = GoalForm(request.POST or None, mains=mains, with_levels=frame.uses_levels(participant))
    form.initial = waiting.initial(form.fields)
    if request.method == "POST" and form.is_valid():
        try:
            _set(request, participant, form)
            waiting.sent(frame.me(request))
            messages.success(request, _("Saved."))
            return redirect("physiotherapist:goals", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    shown = [(each, [] if each.goal.locked_at else smart.hints(each)) for each in standing]
    half_written.go_on_at(form, request.GET.get("at", ""))
    newest = max((each.goal.pk for each in standing), default=0)
    context = around(request, participant, found, "goals") | waiting.context(form, after=newest) | {"standing": shown}
    return answer(request, "physiotherapist/goals.html", form, context)


def _set(request: HttpRequest, participant: Any, form: GoalForm) -> None:
    given = form.cleaned_data
    parent = physiotherapy.goal(participant, int(given["parent"])) if given["parent"] else None
    scales = {name: given[name] for name in ("target_week", "importance", "difficulty", "confidence")}
    physio.set_goal(
        participant=participant, kind="intermediate" if parent else "main", text=given["text"], parent=parent,
        goal_type=given["goal_type"], how_seen=given["how_seen"], levels=form.levels, starts_at=given.get("starts_at"),
        key=given["key"], by=frame.me(request), **scales,
    )  # fmt: skip


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
@require_GET
def every_goal(request: HttpRequest, code: str) -> HttpResponse:
    """Every goal of a person: those locked before randomisation, those set later, those not yet due, each apart."""
    participant = frame.whom(request, code, "goals")
    standing = goal_standing.standings(participant)
    groups = [
        (_("Locked before randomisation"), [each for each in standing if each.counts]),
        (_("Not yet due"), [each for each in standing if each.not_due and not each.later and each.now.goal.locked_at]),
        (_("Set later"), [each for each in standing if each.later]),
        (_("Not locked yet"), [each for each in standing if not each.now.goal.locked_at and not each.later]),
    ]
    enrolment = trial.enrolment(participant)
    sees = goals_beside.may_see_ratings(request, participant)
    context = {
        "participant": participant, "crumbs": frame.crumbs(participant), "sees_ratings": sees,
        "groups": [(title, found) for title, found in groups if found],
        "unrated": sum(each.counts and not each.now.ratings for each in standing),
        "locked": sum(each.counts for each in standing),
        "rating": attainment.open_for(enrolment) if enrolment and sees else None,
    }  # fmt: skip
    return render(request, "physiotherapist/every_goal.html", context)
