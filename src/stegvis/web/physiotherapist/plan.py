"""The week plan: built as a draft, agreed as a version, printed."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.components.shapes import PlannedCell, PlannedItem, PlannedRow
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.forms import ActivityForm, AgreeForm, HoldForm
from stegvis.web.physiotherapist.visits import ROLE, around

EFFORT = {"easy": gettext_lazy("easy"), "medium": gettext_lazy("medium"), "hard": gettext_lazy("hard")}


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def builder(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The week as it stands, and one more activity."""
    participant = frame.whom(request, code, "plan")
    found = frame.visit_of(participant, number)
    draft = _draft(participant)
    form = ActivityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        days = tuple(day + 1 for day in given.pop("days"))
        activity = physiotherapy.DraftActivity(days=days, **given)
        try:
            with_it = replace(draft, activities=(*draft.activities, activity))
            physio.save_draft(participant=participant, draft=with_it, by=frame.me(request))
            messages.success(request, _("Added to the week."))
            return redirect("physiotherapist:plan", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = around(participant, found, "plan") | {"week": _week(draft), "activities": _listed(draft)} | _sums(draft)
    return answer(request, "physiotherapist/plan.html", form, context)


@for_role(ROLE)
@require_POST
def remove(request: HttpRequest, code: str, number: int, position: int) -> HttpResponse:
    """Take an activity out of the draft."""
    participant = frame.whom(request, code, "plan")
    draft = _draft(participant)
    if not 0 <= position < len(draft.activities):
        raise Http404
    left = draft.activities[:position] + draft.activities[position + 1 :]
    physio.save_draft(participant=participant, draft=replace(draft, activities=left), by=frame.me(request))
    return redirect("physiotherapist:plan", code, number)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Read the summary aloud, agree, and keep that the visit was held; the person sees the plan at once."""
    participant = frame.whom(request, code, "plan")
    found = frame.visit_of(participant, number)
    draft = physiotherapy.draft_of(participant)
    form: Any = AgreeForm(request.POST or None) if draft else HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _hold(request, participant, found, draft, form.cleaned_data)
            messages.success(request, _("Done. The plan is on the person’s own page now."))
            return redirect("physiotherapist:person", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    shown = draft or _draft(participant)
    context = around(participant, found, "agree") | {
        "week": _week(shown),
        "activities": _listed(shown),
        "has_draft": draft,
    }
    return answer(request, "physiotherapist/agree.html", form, context)


def _hold(request: HttpRequest, participant: Any, visit: Any, draft: physiotherapy.Draft | None, given: Any) -> None:
    """A new version of the plan when there is a draft, and the visit as held: both or neither."""
    by = frame.me(request)
    with transaction.atomic():
        if draft is not None:
            agreed = replace(draft, flare_rule=given["flare_rule"], aim_minutes=given["aim_minutes"])
            physio.agree_plan(participant=participant, draft=agreed, visit=visit, key=given["key"], by=by)
        if visit.held_at is None:
            trial.hold_visit(participant=participant, number=visit.number, mode=given["mode"], by=by)


@for_role(ROLE)
@require_GET
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """The plan and the goals on one sheet of paper."""
    participant = frame.whom(request, code, "plan")
    plan = physiotherapy.plan_now(participant)
    if plan is None:
        raise Http404
    draft = physiotherapy.as_draft(plan)
    context = {
        "participant": participant,
        "plan": plan,
        "activities": _listed(draft),
        "goals": frame.goal_cards(participant),
    }
    return render(request, "physiotherapist/print.html", context)


def _draft(participant: Any) -> physiotherapy.Draft:
    """What lies on the desk; else the plan in force as the beginning of its next version; else an empty week."""
    draft = physiotherapy.draft_of(participant)
    plan = None if draft else physiotherapy.plan_now(participant)
    return draft or (physiotherapy.as_draft(plan) if plan else physiotherapy.Draft())


def _name(activity: physiotherapy.DraftActivity) -> str:
    return activity.title or str(physiotherapy.ActivityKind(activity.kind).label).capitalize()


def _detail(activity: physiotherapy.DraftActivity) -> str:
    return _("%(minutes)s min, %(effort)s") % {"minutes": activity.minutes, "effort": EFFORT[activity.effort]}


def _listed(draft: physiotherapy.Draft) -> list[dict[str, Any]]:
    return [
        {
            "name": _name(each), "detail": _detail(each), "when_where": each.when_where, "low_energy": each.low_energy,
            "days": ", ".join(str(WEEKDAYS_ABBR[day - 1]) for day in each.days),
        }
        for each in draft.activities
    ]  # fmt: skip


def _week(draft: physiotherapy.Draft) -> list[PlannedRow]:
    """Two rows, moving and strength, with a cell for each day."""
    rows = []
    for label, strength in ((_("Moving"), False), (_("Strength"), True)):
        chosen = [each for each in draft.activities if (each.kind == "strength") is strength]
        cells = [
            PlannedCell([PlannedItem(_name(each), _detail(each)) for each in chosen if day in each.days])
            for day in range(1, 8)
        ]
        rows.append(PlannedRow(label, cells, strength=strength))
    return rows


def _sums(draft: physiotherapy.Draft) -> dict[str, int]:
    """Medium-equivalent minutes a week (hard counts twice), easy minutes apart, days with strength."""
    minutes = dict.fromkeys(EFFORT, 0)
    strength: set[int] = set()
    for each in draft.activities:
        if each.kind == "strength":
            strength |= set(each.days)
        elif each.kind in physiotherapy.MOVING:
            minutes[each.effort] += each.minutes * len(each.days)
    return {
        "equivalent": minutes["medium"] + physiotherapy.HARD_COUNTS * minutes["hard"],
        "easy": minutes["easy"],
        "strength_days": len(strength),
    }
