"""Exercises of the plan: found in the library, chosen for the draft, given a form and a dose, printed.

Everything is a plain form or a link, so that a keyboard and a browser without scripts do. The filter stands in the
address; what is chosen stands in the draft of the plan and reaches the person when the plan is agreed.
"""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.methods.exercises.content import Exercise
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.exercises import queries as library
from stegvis.web.access import for_role
from stegvis.web.exercises.showing import described, shown
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.exercise_forms import DoseForm, FindForm
from stegvis.web.physiotherapist.plan import draft_on_desk
from stegvis.web.physiotherapist.visits import ROLE, around


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def exercises(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What is chosen, with its forms and doses to set, and the library to choose from."""
    participant = frame.whom(request, code, "plan")
    visit, draft = frame.visit_of(participant, number), draft_on_desk(participant)
    chosen = library.of_draft(draft, participant.language)
    form = DoseForm(request.POST or None, chosen=[shown(each) for each in chosen])
    if request.method == "POST" and form.is_valid():
        try:
            changed = replace(draft, exercises=form.applied_to(draft.exercises))
            physio.save_draft(participant=participant, draft=changed, by=frame.me(request))
            messages.success(request, _("The exercises are saved in the plan."))
            return redirect("physiotherapist:plan", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = around(request, participant, visit, "plan") | _to_find(request, participant, draft)
    return answer(request, "physiotherapist/exercises.html", form, context | {"query": request.GET.urlencode()})


@for_role(ROLE)
@require_POST
def add(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Choose an exercise for the draft, as described and with the dose to begin with."""
    participant = frame.whom(request, code, "plan")
    frame.visit_of(participant, number)
    draft, release = draft_on_desk(participant), library.release_in_use(participant.language)
    exercise = library.content(release.pk).exercise(request.POST.get("exercise", "")) if release else None
    if exercise is None:
        raise Http404
    try:
        with_it = replace(draft, exercises=(*draft.exercises, library.begin(exercise)))
        physio.save_draft(participant=participant, draft=with_it, by=frame.me(request))
        name = exercise.words[_language(exercise, participant.language)].name
        messages.success(request, _("“%(name)s” is in the plan.") % {"name": name})
    except Refused as refused:
        messages.error(request, str(refused))
    return _back(request, code, number)


@for_role(ROLE)
@require_POST
def remove(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Take an exercise out of the draft; a second press takes out no other."""
    participant = frame.whom(request, code, "plan")
    frame.visit_of(participant, number)
    draft = draft_on_desk(participant)
    kept = tuple(each for each in draft.exercises if each.code != request.POST.get("exercise", ""))
    if kept != draft.exercises:
        physio.save_draft(participant=participant, draft=replace(draft, exercises=kept), by=frame.me(request))
        messages.success(request, _("Taken out of the plan."))
    return _back(request, code, number)


@for_role(ROLE)
@require_GET
def sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The exercises of the plan in force on paper, in the person's language."""
    participant = frame.whom(request, code, "plan")
    with override(participant.language):
        found = library.in_the_plan_of(participant, participant.language)
        if not found:
            raise Http404
        planned = [{"shown": shown(each), "reviewed": each.reviewed} for each in found]
        context = {
            "exercises": planned, "site": participant.site,
            "back_url": reverse("physiotherapist:person", args=(code,)),
        }  # fmt: skip
        return render(request, "exercises/sheet.html", context)


def _to_find(request: HttpRequest, participant: Any, draft: physiotherapy.Draft) -> dict[str, Any]:
    """The library as the filter in the address has it; nothing of it while there is none for this person's language."""
    release = library.release_in_use(participant.language)
    find = FindForm(request.GET)
    if release is None:
        return {"find": find, "has_library": False, "found": [], "lost": draft.exercises, "is_full": False}
    content, chosen = library.content(release.pk), {each.code for each in draft.exercises}
    found = [each for each in content.exercises if find.fits(each, _language(each, participant.language))]
    return {
        "find": find, "has_library": True, "reviewed": library.is_reviewed(release.pk, participant.language),
        "found": [(described(each, _language(each, participant.language)), each.code in chosen) for each in found],
        "lost": [each for each in draft.exercises if content.exercise(each.code) is None],
        "is_full": len(draft.exercises) >= library.MOST_EXERCISES, "most": library.MOST_EXERCISES,
    }  # fmt: skip


def _language(exercise: Exercise, otherwise: str) -> str:
    """The language of the page, where the library has it; else the person's, which it has."""
    asked = (get_language() or "")[:2]
    return asked if asked in exercise.words else otherwise


def _back(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The page with the filter that it had."""
    query = QueryDict(request.POST.get("query", "")).urlencode()
    address = reverse("physiotherapist:exercises", args=(code, number))
    return redirect(f"{address}?{query}#chosen" if query else f"{address}#chosen")
