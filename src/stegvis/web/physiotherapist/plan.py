"""The week plan: built as a draft, agreed as a version."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.exercises import queries as library
from stegvis.web.access import for_role
from stegvis.web.exercises.showing import Shown
from stegvis.web.exercises.showing import shown as as_shown
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, half_written
from stegvis.web.physiotherapist.advice import advice_of
from stegvis.web.physiotherapist.forms import ActivityForm, activity_as_typed
from stegvis.web.physiotherapist.visits import ROLE, around
from stegvis.web.plan_sheet import week


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def builder(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The week as it stands, and one more activity."""
    participant = frame.whom(request, code, "plan")
    found = frame.visit_of(participant, number)
    draft = draft_on_desk(participant)
    changed = draft.marked(request.GET.get("change", ""))
    waiting = half_written.Waiting(found, changed.mark if changed else "activity")
    began = waiting.initial(ActivityForm.base_fields)
    form = ActivityForm(request.POST or None, initial=_begins_with(request, changed, began))
    if request.method == "POST" and form.is_valid():
        try:
            with_it = draft.having(form.activity(), instead_of=changed)
            physio.save_draft(participant=participant, draft=with_it, by=frame.me(request))
            waiting.sent(frame.me(request))
            messages.success(request, _("The activity is changed.") if changed else _("Added to the week."))
            return redirect("physiotherapist:plan", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    here = reverse("physiotherapist:plan", args=(code, number))
    context = around(request, participant, found, "plan") | {
        "week": week.week_of(draft, here, changed), "activities": week.listed(draft), "changed": changed,
        "advice": advice_of(participant, draft), "changed_since": _changed_since(participant),
        "exercises": chosen_of(draft, participant),
    } | waiting.context(form, after=len(draft.activities))  # fmt: skip
    half_written.go_on_at(form, request.GET.get("at", ""))
    return answer(request, "physiotherapist/plan.html", form, context)


@for_role(ROLE)
@require_POST
def remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take an activity out of the draft. It is named by its mark: a second press, or an old page, takes out no other."""
    participant = frame.whom(request, code, "plan")
    found, draft = frame.visit_of(participant, number), draft_on_desk(participant)
    activity = draft.marked(request.POST.get("activity", ""))
    if activity is not None:
        physio.save_draft(participant=participant, draft=draft.without(activity), by=frame.me(request))
        messages.success(request, _("Taken out of the week."))
    return redirect("physiotherapist:plan", code, found.number)


def draft_on_desk(participant: Any) -> physiotherapy.Draft:
    """What lies on the desk; else the plan in force as the beginning of its next version; else an empty week."""
    draft = physiotherapy.draft_of(participant)
    plan = None if draft else physiotherapy.plan_now(participant)
    return draft or (physiotherapy.as_draft(plan) if plan else physiotherapy.Draft())


def chosen_of(draft: physiotherapy.Draft, participant: Any) -> list[Shown]:
    """The exercises of a draft as the person will see them: in their language, from the release in use."""
    return [as_shown(each) for each in library.of_draft(draft, participant.language)]


def _changed_since(participant: Any) -> str:
    """How the person changed the plan after the draft on the desk was saved, if they did."""
    saved_at, plan = physiotherapy.draft_saved_at(participant), physiotherapy.plan_now(participant)
    if saved_at is None or plan is None or plan.agreed_at <= saved_at:
        return ""
    return frame.said_of(plan)


def _begins_with(
    request: HttpRequest, changed: physiotherapy.DraftActivity | None, began: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    """What the form has: the activity that is changed, or what a plus asked for, with what was half written before."""
    return activity_as_typed(changed) | began if changed else began | _asked_for(request)


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """What a plus in the week says about the activity to add: its day, and that it is one of strength."""
    day, kind = request.GET.get("day", ""), request.GET.get("kind", "")
    asked: dict[str, Any] = {"days": [int(day)]} if len(day) == 1 and day in "0123456" else {}
    return asked | ({"kind": week.STRENGTH} if kind == week.STRENGTH else {})
