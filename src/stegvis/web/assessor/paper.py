"""Paper: which forms are awaited, the blank form, and two entries by two people (`comparing` has what they read differently)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.audit.errors import Refused
from stegvis.methods.instruments import Item, Questionnaire
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.answering import repeating, rich
from stegvis.web.answering.fields import asked_in, can_be_given, form_class
from stegvis.web.assessor import gate
from stegvis.web.assessor.answering import worry_address
from stegvis.web.assessor.forms import BeginForm
from stegvis.web.assessor.lead_texts import before_each, with_texts
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import occasion_name
from stegvis.web.forms import answer, posted
from stegvis.web.participant.occasions import Walk

MOST = 200
ROOM = 3
"""How often a sheet of paper has what can be given several times; an entry page always has one more than is filled in."""


@require_safe
@gate.assessor
def forms(request: HttpRequest) -> HttpResponse:
    """The occasions whose answers are awaited, each with its form, blank or half entered."""
    protocol = protocols.current()
    awaited = trials.awaited(gate.sites(request))[:MOST]
    rows = [{"one": each, "occasion": occasion_name(protocol, each.occasion)} for each in awaited]
    return render(request, "assessor/paper.html", {"rows": rows})


# The blank form -------------------------------------------------------------------------------------------------------
@require_safe
@gate.takes_answers
def blank(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """The form to print: the questions that the screen asks, in the same order and with the same codes."""
    found = gate.way(request, code, occasion, kind="answers")
    with override(found.lang):
        return render(request, "assessor/paper_form.html", _form_of(found, code))


def _form_of(found: Walk, code: str) -> dict[str, Any]:
    parts = []
    for instrument, questionnaire, places in _asked(found, {}):
        before = before_each(questionnaire, found.lang, repeating.with_room(questionnaire, {}, ROOM))
        parts.append({
            "title": rich.spoken(questionnaire.title_in(found.lang), questionnaire.title, found.lang),
            "code": instrument,
            "worded": questionnaire.is_worded_in(found.lang),
            "items": [_printed(position, item, found.lang) | {"before": before[position]} for position, item in places],
            "shorter": bool(found.protocol.left_out_on_paper(instrument)),
        })  # fmt: skip
    occasion, site = found.occasion.code, found.assessment.participant.site
    return {
        "code": code, "occasion": occasion, "name": occasion_name(found.protocol, occasion), "parts": parts,
        "lang": found.lang, "site": site,
    }  # fmt: skip


def _asked(
    found: Walk, entered: Mapping[str, Mapping[str, Any]]
) -> list[tuple[str, Questionnaire, list[tuple[str, Item]]]]:
    """Each questionnaire with the questions that paper asks, by position; of what repeats there is room for some more.

    Those about danger are asked only where the post is opened daily; what is calculated or only shown is not asked.
    """
    asked = []
    for instrument in found.assessment.instruments:
        questionnaire = protocols.questionnaire(instrument)
        left_out = found.protocol.left_out_on_paper(instrument)
        shown = repeating.with_room(questionnaire, entered.get(instrument, {}), ROOM)
        places = [
            (position, item)
            for position, item in asked_in(questionnaire, shown)
            if item.link_id not in left_out and can_be_given(item)
        ]
        asked.append((instrument, questionnaire, places))
    return asked


def _printed(position: str, item: Item, lang: str) -> dict[str, Any]:
    """A question as paper shows it; words that are not in the form's language say which they are in."""
    kind = item.presentation
    return {
        "id": position,
        "prefix": item.prefix or "",
        "text": rich.words_of(item, lang),
        "help": _("Put a cross on the line, where it fits best.")
        if kind in {"line", "slider"}
        else _part(item, "help", lang),
        "only_if": bool(item.conditions),
        "kind": "line" if kind in {"line", "slider"} else "numbers" if kind == "numbers" else "other",
        "numbers": range(int(item.minimum or 0), int(item.maximum or 10) + 1) if kind == "numbers" else (),
        "ends": (_part(item, "lower", lang) or item.minimum, _part(item, "upper", lang) or item.maximum),
        "options": [
            (option.key, rich.spoken(option.shown.text_in(lang), option.shown, lang)) for option in item.options
        ],
        "yes_no": kind == "yes-no",
        "unit": rich.spoken(item.unit.text_in(lang), item.unit, lang) if item.unit else _part(item, "unit", lang),
        "long": kind == "long-text",
    }


def _part(item: Item, control: str, lang: str) -> SafeString:
    """The words of the first text inside the question that has the control; "" where there is none."""
    return next((rich.words_of(one, lang) for one in rich.parts(item, control)), SafeString(""))


# Entering -------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def form(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """One form: where it stands, the day it was completed, and the questionnaires to enter."""
    found = gate.way(request, code, occasion, kind="answers")
    begin = BeginForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and begin.is_valid():
        kept = carry_out(
            begin, paper.begin, assessment=found.assessment, completed_on=begin.cleaned_data["completed_on"],
            initials=begin.cleaned_data["initials"], by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            return redirect("assessor:paper_entry", code, occasion, found.assessment.instruments[0])
    return answer(request, "assessor/paper_one.html", begin, _standing(request, found, code))


def _standing(request: HttpRequest, found: Walk, code: str) -> dict[str, Any]:
    entries = paper.entries(found.assessment)
    own = _own(request, entries)
    given = paper.entered(own) if own else {}
    differences = paper.differences(found.assessment)
    finished = len(entries) == 2 and all(each.finished_at for each in entries)
    return {
        "code": code, "occasion": found.occasion.code, "name": occasion_name(found.protocol, found.occasion.code),
        "walk": found, "entries": entries, "own": own, "tab": "paper",
        "may_begin": found.is_open and own is None and len(entries) < 2 and all(each.finished_at for each in entries),
        "entered_by_you": own is not None and own.finished_at is not None and len(entries) < 2,
        "parts": [
            (questionnaire.title_in(found.lang), instrument, len(given.get(instrument, {})), len(places))
            for instrument, questionnaire, places in _asked(found, given)
        ],
        "differences": len(differences), "left": sum(each.decision is None for each in differences),
        "finished": finished,
    }  # fmt: skip


def _own(request: HttpRequest, entries: list[paper.PaperEntry]) -> paper.PaperEntry | None:
    return next((each for each in entries if each.entered_by_id == gate.account(request).pk), None)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def entry(request: HttpRequest, code: str, occasion: str, instrument: str) -> HttpResponse:
    """One questionnaire of a form, as it stands on the paper; what has no cross is left empty."""
    found = gate.way(request, code, occasion, kind="answers")
    own = _own(request, paper.entries(found.assessment))
    on_paper = paper.entered(own) if own else {}
    asked = {each: places for each, _questionnaire, places in _asked(found, on_paper)}
    if own is None or own.finished_at is not None or instrument not in asked:
        return redirect("assessor:paper_form", code, occasion)
    questionnaire = protocols.questionnaire(instrument)
    given = assessments.typed(questionnaire, on_paper.get(instrument, {}))
    kind = form_class(asked[instrument], found.lang, written_down=True)
    entered = kind(*posted(request), kept=given)
    if entered.is_bound and entered.is_valid():
        try:
            fired = trial.enter_paper(
                entry=own, instrument=instrument, answers=entered.answers, by=gate.account(request)
            )
        except Refused as refused:
            entered.add_error(None, str(refused))
        else:
            following = request.path if request.POST.get("then") == "stay" else _following(found, code, instrument)
            return redirect(worry_address(found, {rule.code for rule in fired}, following) if fired else following)
    context = {
        "code": code, "occasion": occasion, "name": occasion_name(found.protocol, occasion), "lang": found.lang,
        "title": questionnaire.title_in(found.lang), "tab": "paper", "repeats": questionnaire.repeats,
        "number": list(asked).index(instrument) + 1, "of": len(asked),
        "rows": with_texts(entered, questionnaire, found.lang, repeating.with_room(questionnaire, given, ROOM)),
    }  # fmt: skip
    return answer(request, "assessor/paper_entry.html", entered, context)


def _following(found: Walk, code: str, instrument: str) -> str:
    """The next questionnaire of the form, or the form itself after the last."""
    codes = found.assessment.instruments
    after = codes[codes.index(instrument) + 1 :]
    if not after:
        return reverse("assessor:paper_form", args=[code, found.occasion.code])
    return reverse("assessor:paper_entry", args=[code, found.occasion.code, after[0]])


@require_POST
@gate.takes_answers
def finish(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """An entry is complete: what is not crossed stays empty."""
    found = gate.way(request, code, occasion, kind="answers")
    own = _own(request, paper.entries(found.assessment))
    if own is None:
        raise Http404
    paper.finish(entry=own, by=gate.account(request))
    return redirect("assessor:paper_form", code, occasion)


# Sending --------------------------------------------------------------------------------------------------------------
@require_POST
@gate.takes_answers
def send(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """Both entries agree, or every difference is settled: the form becomes the answers."""
    found = gate.way(request, code, occasion, kind="answers")
    try:
        trial.send_paper(assessment=found.assessment, by=gate.account(request))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("assessor:paper_form", code, occasion)
    messages.success(request, _("The form of %(code)s is sent.") % {"code": code})
    return redirect("assessor:paper" if access.actor(request).role == "outcome_assessor" else "coordinator:calls")
