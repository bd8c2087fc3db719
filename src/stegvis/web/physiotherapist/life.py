"""Life and body: what a person does now, what helps, what gets in the way; kept question by question, as somebody writes."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.errors import Refused
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.physiotherapy.visiting import half_written as halves
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.components import autosaving
from stegvis.web.components.shapes import Moment
from stegvis.web.components.times import clock_time
from stegvis.web.forms import StegForm, answer
from stegvis.web.physiotherapist import frame, half_written, noting
from stegvis.web.physiotherapist.visit_forms import FLAG, VERSION, FlagsForm, LifeForm, Noting, OnwardForm
from stegvis.web.physiotherapist.visits import ROLE, around

RARELY = ("resources_material", "obstacles_priorities", "obstacles_context")
"""Folded unless something stands there: of 133 such plans these came up least."""


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Life and body in the person's words."""
    participant = frame.whom(request, code, "visit")
    found = frame.visit_of(participant, number)
    known = queries.notes_of(found)
    form = LifeForm(request.POST or None, initial={name: each.words for name, each in known.items()})
    if request.method == "POST" and form.is_valid() and keep(request, form, found, known):
        return redirect(frame.next_address(participant, found, "talk"))
    context = around(request, participant, found, "talk") | {
        **_written(form, known, request.GET.get("at", "")),
        "autosave_url": reverse("physiotherapist:save", args=(code, number)),
    }
    return answer(request, "physiotherapist/talk.html", form, context)


def keep(request: HttpRequest, form: Noting, visit: Any, known: Any) -> bool:
    """Keep what was written anew; what a colleague wrote meanwhile stays, and a refusal is said on the form."""
    given = {name: words for name, words in form.given.items() if _is_own(request, form, name, known)}
    try:
        actions.write_notes(visit=visit, notes=given, by=frame.me(request))
    except (Refused, ValidationError) as refused:
        form.add_error(None, str(refused))
    return not form.errors


def _is_own(request: HttpRequest, form: Noting, name: str, known: Any) -> bool:
    """Whether a field was written on this page: not one that a colleague has filled since the page was opened."""
    seen, newest = request.POST.get(name + VERSION, ""), known.get(name)
    if newest is None or not seen or seen == str(newest.pk):
        return True
    return bool(form.given[name]) and form.given[name] not in {
        each.words for each in queries.history_of(newest.visit).filter(question=name, pk__lte=newest.pk)
    }


def _written(form: Noting, known: Any, at: str) -> dict[str, Any]:
    """The form's fields with the version that each shows and who wrote it; the one to go on at has the focus."""
    if at in form.fields:
        form.fields[at].widget.attrs["autofocus"] = True
    own = (each for name, each in known.items() if name in form.fields)
    newest = max(own, key=lambda each: each.written_at, default=None)
    return {
        "written": {name: known.get(name) for name in form.fields},
        "versions": [(name + VERSION, each.pk) for name, each in known.items() if name in form.fields],
        "open_rarely": any(known.get(name) and known[name].words for name in RARELY) or at in RARELY,
        "saved_at": newest.written_at if newest else None,
    }


@require_POST
@for_role(ROLE)
def save(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One field of the visit comes in by JavaScript: a question's words, or an answer about a warning sign."""
    participant = frame.whom(request, code, "visit")
    visit = frame.visit_of(participant, number)
    try:
        form = _form_with(request)
        name, value = autosaving.read(form)
        if name.startswith(FLAG):
            return _answered(request, visit, name, value)
        return noting.noted(request, visit, name, "" if value is None else str(value))
    except ValidationError as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))


def _form_with(request: HttpRequest) -> StegForm:
    """The form that the field belongs to."""
    asked = str(request.POST.get("field", ""))
    if asked.startswith(FLAG):
        return FlagsForm(request.POST, flags=protocols.current().physiotherapy.asked)
    found = next((each for each in (LifeForm, OnwardForm) if asked in each.base_fields), None)
    if found is None:
        raise Http404
    return found(request.POST)


def _answered(request: HttpRequest, visit: Any, name: str, said: str | None) -> HttpResponse:
    """Kept; a yes leads to the page anew, which says what follows from it."""
    if not said:
        return autosaving.saved(frame.now())
    trial.answer_red_flags(visit=visit, answers={name.removeprefix(FLAG): said}, by=frame.me(request))
    there = reverse("physiotherapist:check", args=(visit.participant.code, visit.number))
    go = {"go": f"{there}#held"} if said == queries.Said.YES else {}
    return JsonResponse({"saved_at": clock_time(frame.now()), **go})


@require_safe
@for_role(ROLE)
def history(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Everything that was written at a visit, by whom and when, newest first."""
    participant = frame.whom(request, code, "visit")
    visit = frame.visit_of(participant, number)
    moments = [
        Moment(each.written_at, f"{label}, {each.written_by.code if each.written_by else '–'}",
               each.words or _("(emptied)"))
        for each in queries.history_of(visit) if (label := _label(each))
    ]  # fmt: skip
    context = {"participant": participant, "visit": visit, "crumbs": frame.crumbs(participant), "moments": moments}
    return render(request, "physiotherapist/history.html", context)


def _label(note: Any) -> str:
    """What a note is about; "" for what was only chosen, and for what went when its form was sent."""
    form, name = halves.apart(note.question)
    if form:
        return half_written.label_of(form, name) if note.words else ""
    return str((LifeForm.base_fields | OnwardForm.base_fields)[name].label)
