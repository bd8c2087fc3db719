"""Since the last visit: planned beside done week by week, and what is to be kept, changed or dropped."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, half_written
from stegvis.web.physiotherapist.visit_forms import ReviewForm
from stegvis.web.physiotherapist.visits import ROLE, around

MOST_WEEKS = 14
"""As many weeks as are shown: from one visit to the next."""


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def since(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How it went, and what becomes of each activity; the week plan begins with what is kept."""
    participant = frame.whom(request, code, "plan")
    visit = frame.visit_of(participant, number)
    if number == 1:
        raise Http404
    plan = physiotherapy.plan_now(participant)
    kept = queries.kept_since(plan, visit, frame.today()) if plan else []
    names = [(each.activity.pk, each.activity.label) for each in kept]
    waiting = half_written.Waiting(visit, "since")
    form = ReviewForm(request.POST if request.method == "POST" else None, activities=names)
    form.initial = _initial(kept) | waiting.initial(form.fields)
    if request.method == "POST" and form.is_valid() and plan is not None:
        try:
            draft = _review(request, visit, plan, form.given)
            waiting.sent(frame.me(request))
            messages.success(request, _("Kept. The week plan begins with what stays."))
            is_left = any(verdict == queries.Verdict.CHANGE for verdict, _why in form.given.values())
            way = f"?change={_first_to_change(plan, form.given, draft)}#activity" if is_left else ""
            return redirect(frame.address(participant, visit, "plan") + way)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = around(request, participant, visit, "since") | {
        "plan": plan, "weeks": queries.weeks_since(plan, frame.today())[-MOST_WEEKS:] if plan else [],
        "rows": [(each, form[f"verdict_{each.activity.pk}"], form[f"why_{each.activity.pk}"]) for each in kept],
        "after": frame.next_address(participant, visit, "since"),
    } | waiting.context(form, after=plan.pk if plan else 0)  # fmt: skip
    half_written.go_on_at(form, request.GET.get("at", ""))
    return answer(request, "physiotherapist/since.html", form, context)


def _initial(kept: list[queries.Kept]) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in kept:
        if each.review is not None:
            found |= {
                f"verdict_{each.activity.pk}": each.review.verdict, f"why_{each.activity.pk}": each.review.why
            }  # fmt: skip
    return found


def _review(request: HttpRequest, visit: Any, plan: Any, given: dict[int, tuple[str, str]]) -> physiotherapy.Draft:
    """Keep the verdicts, and put what is not dropped on the desk as the beginning of the next version."""
    actions.review_activities(visit=visit, verdicts=given, by=frame.me(request))
    whole = physiotherapy.as_draft(plan)
    stays = tuple(
        drafted
        for drafted, each in zip(whole.activities, plan.activities.all(), strict=True)
        if given[each.pk][0] != queries.Verdict.DROP
    )
    draft = replace(whole, activities=stays)
    physio.save_draft(participant=visit.participant, draft=draft, by=frame.me(request))
    return draft


def _first_to_change(plan: Any, given: dict[int, tuple[str, str]], draft: physiotherapy.Draft) -> str:
    """The mark of the first activity that is to be changed: its form stands open on the week plan."""
    whole = physiotherapy.as_draft(plan)
    for drafted, each in zip(whole.activities, plan.activities.all(), strict=True):
        if given[each.pk][0] == queries.Verdict.CHANGE and drafted in draft.activities:
            return drafted.mark
    return ""
