"""Questionnaires: cover, pages, a look at it all, send, thanks; and the read-only copy of what was sent.

Each answer is saved as it is given, and again when the page is sent. An answer that asks for help shows help on the very
next page; that alone never stops the person from going on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods import instruments
from stegvis.methods.instruments import Item, pain_map
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.components import autosaving
from stegvis.web.components.shapes import Tag, Task
from stegvis.web.forms import answer
from stegvis.web.participant import ahead, prose, questions
from stegvis.web.participant.gate import HELP_IS_DUE, enrolment_of, help_first, own_page, what_help_is_about
from stegvis.web.participant.occasions import (
    BEFORE,
    CLOSING,
    LATE,
    LOCKED,
    OPEN,
    SENT,
    STOPPED,
    Step,
    Walk,
    own_walk,
    walk,
)

TO_REVIEW = "review"
TYPED_AT = "typed-at"
"""What a device sends beside an answer that was typed earlier: the moment, in ISO 8601 with its offset."""


# Which questionnaires there are ---------------------------------------------------------------------------------------
@require_safe
@own_page
def occasions(request: HttpRequest, person: Participant) -> HttpResponse:
    """Every occasion planned for the person, with the word for where it stands."""
    walks = [walk(person, each.occasion) for each in assessments.assessments_of(person)]
    return render(request, "participant/occasions.html", {"tab": "more", "tasks": [_as_task(each) for each in walks]})


def _as_task(of: Walk) -> Task:
    words = {
        BEFORE: Tag(_("Not open yet")),
        OPEN: Tag(_("Started"), "fjord") if of.has_begun else Tag(_("Open now"), "fjord"),
        CLOSING: Tag(_("Closes soon"), "fjord"),
        LATE: Tag(_("Still open"), "fjord"),
        LOCKED: Tag(_("Closed")),
        SENT: Tag(_("Sent"), "ok"),
        STOPPED: Tag(_("Stopped")),
    }[of.state]
    return Task(
        of.occasion.name.in_language(of.lang), reverse("participant:occasion", args=[of.occasion.code]),
        status=words.label, tone=words.tone,
    )  # fmt: skip


@require_safe
@own_page
def occasion(request: HttpRequest, person: Participant, occasion: str) -> HttpResponse:
    """The cover: how long, why, what comes first; what was sent, once it is; or the sentence for when it is not open."""
    found = own_walk(request, person, occasion)
    if found.state == SENT:
        return render(
            request, "participant/sent.html", {"tab": "more", "walk": found, "parts": _copy(found), **_names(found)}
        )
    if found.route.short and not found.offers_minimum:
        return redirect("participant:occasion", occasion)
    intro = found.occasion.intro.in_language(found.lang) if found.occasion.intro else ""
    context = {"walk": found, "intro": intro, "site": person.site, "study": found.protocol.contact, **_names(found)}
    return render(request, "participant/cover.html", context)


def _names(found: Walk) -> dict[str, Any]:
    return {"name": found.occasion.name.in_language(found.lang), "minutes": found.occasion.minutes}


# A page ---------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def question(request: HttpRequest, person: Participant, occasion: str, instrument: str, key: str) -> HttpResponse:
    """One page of questions: Next saves and goes on, "come back later" saves and leaves."""
    found = own_walk(request, person, occasion)
    if not found.is_open:
        return redirect("participant:occasion", occasion)
    step = found.step(instrument, key)
    if step is None:
        _check_exists(found, instrument, key)
        return redirect(found.go_on)
    stops = request.POST.get("then") == "stop"
    form = _form(found, step, request, complete=not stops)
    if form.is_bound and form.is_valid():
        try:
            about = _save(found, step, form.answers, request)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            then = _where_next(request, person, found, step, stops=stops)
            return help_first(request, then, about) if about else redirect(then)
    return answer(request, "participant/question.html", form, _around(request, found, step))


def _check_exists(found: Walk, instrument: str, key: str) -> None:
    """A page that is not asked with these answers sends the person on; one that never existed is not there."""
    if instrument not in found.assessment.instruments:
        raise Http404
    if key not in protocols.questionnaire(instrument).by_link_id:
        raise Http404


def _form(found: Walk, step: Step, request: HttpRequest, *, complete: bool) -> questions.PageForm:
    kind = questions.form_class(step.page.items, found.lang, must_answer=step.must_answer)
    data = request.POST if request.method == "POST" else None
    return kind(data, initial=dict(step.answers), complete=complete)


def _save(found: Walk, step: Step, answers: dict[str, Any], request: HttpRequest) -> str:
    """Keep a page's answers; what help is about, if one of them asks for it."""
    fired = trial.save_answers(
        assessment=found.assessment, instrument=step.instrument, answers=answers, language=found.lang,
        by=access.actor(request),
    )  # fmt: skip
    return what_help_is_about(fired)


def _where_next(request: HttpRequest, person: Participant, found: Walk, step: Step, *, stops: bool) -> str:
    """On, in view of what has just been answered."""
    if stops:
        messages.success(request, _("Saved. You can go on whenever you like."))
        return reverse("participant:today")
    if TO_REVIEW in request.GET:
        return found.review
    now = walk(person, found.occasion.code, found.route, found.lang)
    here = now.step(step.instrument, step.page.key)
    following = now.after(here) if here else None
    return following.address if following else found.review


def _around(request: HttpRequest, found: Walk, step: Step) -> dict[str, Any]:
    """What stands around the questions of a page."""
    number, of = found.number(step), len(found.steps)
    before = found.before(step)
    to_review = TO_REVIEW in request.GET
    headings = step.page.headings
    stacked = len(step.page.items) != 1
    title = headings[-1] if headings else step.questionnaire.title_in(found.lang)
    return {
        **_names(found),
        "step": step, "number": number, "of": of, "last": number == of, "to_review": to_review, "stacked": stacked,
        "title": title if stacked else step.page.items[0].text_in(found.lang),
        "above": title if stacked else (headings[-1] if headings else ""),
        "with_map": any(item.is_body_map for item in step.page.items),
        "not_worded": not step.questionnaire.is_worded_in(found.lang),
        "back": found.review if to_review else before and before.address,
        "autosave_url": reverse("participant:autosave_answers", args=[found.occasion.code, step.instrument]),
    }  # fmt: skip


# Saving as one goes ---------------------------------------------------------------------------------------------------
@require_POST
@own_page
def autosave(request: HttpRequest, person: Participant, occasion: str, instrument: str) -> HttpResponse:
    """One answer comes in by JavaScript; a worrying one makes help the very next page."""
    found = walk(person, occasion)
    if instrument not in found.assessment.instruments:
        raise Http404
    items = protocols.questionnaire(instrument).questions
    form = questions.form_class(items, found.lang)(request.POST)
    try:
        name, value = autosaving.read(form)
        fired = trial.save_answers(
            assessment=found.assessment, instrument=instrument, answers={name: value}, language=found.lang,
            typed_at=_typed_at(request), by=access.actor(request),
        )  # fmt: skip
    except ValidationError as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))
    if fired:
        request.session[HELP_IS_DUE] = what_help_is_about(fired)
    return autosaving.saved(clock.now())


def _typed_at(request: HttpRequest) -> datetime | None:
    """When the device says that the answer was typed; what cannot be read costs nobody an answer."""
    try:
        moment = parse_datetime(request.POST.get(TYPED_AT, ""))
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


# The end --------------------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def review(request: HttpRequest, person: Participant, occasion: str) -> HttpResponse:
    """A look at it all: what has no answer, and Send."""
    found = own_walk(request, person, occasion)
    if not found.is_open:
        return redirect("participant:occasion", occasion)
    refusal = ""
    if request.method == "POST":
        try:
            trial.submit_assessment(
                assessment=found.assessment, minimum=found.route.short, by=access.actor(request)
            )  # fmt: skip
        except Refused as refused:
            refusal = str(refused)
        else:
            then = reverse("participant:done", args=[occasion])
            return help_first(request, then) if _scores_ask_for_help(person, found) else redirect(then)
    context = {
        "walk": found, "refusal": refusal, "waiting": _waiting(found),
        **_names(found),
    }  # fmt: skip
    return render(request, "participant/review.html", context, status=422 if refusal else 200)


def _waiting(found: Walk) -> list[Task]:
    """The questionnaires with open questions: how many, and the way to the first of them.

    From a page that is the only one of its questionnaire, saving leads back here; otherwise the pages follow each other.
    """
    open_pages: dict[str, list[Step]] = {}
    for step in found.steps:
        if not step.is_done:
            open_pages.setdefault(step.instrument, []).append(step)
    tasks = []
    for pages in open_pages.values():
        questions_left = sum(len(step.unanswered) for step in pages)
        mark = "&" if "?" in pages[0].address else "?"
        back = f"{mark}{TO_REVIEW}" if len(pages) == 1 else ""
        status = ngettext("%(n)s not answered", "%(n)s not answered", questions_left) % {"n": questions_left}
        tasks.append(Task(pages[0].questionnaire.title_in(found.lang), f"{pages[0].address}{back}", status=status))
    return tasks


def _scores_ask_for_help(person: Participant, found: Walk) -> bool:
    """Whether a score of what was just sent sets off a rule of the protocol."""
    rows = assessments.score_rows(person).filter(occasion=found.occasion.code)
    rules = found.protocol.safety
    return any(row.value is not None and rules.fired_by_score(row.response.code, row.name, row.value) for row in rows)


@require_safe
@own_page
def done(request: HttpRequest, person: Participant, occasion: str) -> HttpResponse:
    """Thanks, and what comes next."""
    found = walk(person, occasion)
    if found.state != SENT and found.assessment.minimum_at is None:
        return redirect("participant:occasion", occasion)
    more = reverse("participant:occasion", args=[occasion]) if found.is_open else ""
    is_drawn = enrolment_of(request, person).randomised_on is not None
    way = [] if is_drawn else ahead.steps_of(request, person)
    context = {**_thanks(person, found), "next": _next_date(person, found), "ahead": way, "more": more}
    return render(request, "participant/done.html", context)


def _thanks(person: Participant, found: Walk) -> dict[str, Any]:
    if not found.occasion.thanks:
        return {"title": _("Thank you for your answers"), "text": ""}
    values = {"site_name": person.site.name, "site_phone": person.site.phone}
    title, body = protocols.letter(found.occasion.thanks, found.lang, values)
    return {"title": title, "text": prose.as_html(body)}


@dataclass(frozen=True)
class NextDate:
    """What the person may look out for."""

    name: str
    on: date


def _next_date(person: Participant, found: Walk) -> NextDate | None:
    """The next occasion that is planned for the person."""
    today = clock.today()
    coming = [each for each in assessments.assessments_of(person) if each.opens_on > today and not each.submitted_at]
    if not coming:
        return None
    first = min(coming, key=lambda each: each.opens_on)
    return NextDate(found.protocol.occasion(first.occasion).name.in_language(found.lang), first.opens_on)


# What was sent --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A question with its answer in words; `places` instead, where the body map was the answer."""

    question: str
    answer: str
    places: list[str] | None = None


@dataclass(frozen=True)
class Part:
    """One questionnaire of the copy."""

    title: str
    lines: list[Line]


def _copy(found: Walk) -> list[Part]:
    """What was sent, questionnaire by questionnaire, with what was not answered."""
    parts: dict[str, Part] = {}
    for step in found.steps:
        part = parts.setdefault(step.instrument, Part(step.questionnaire.title_in(found.lang), []))
        part.lines.extend(_line(item, step.answers.get(item.link_id), found.lang) for item in step.page.items)
    return list(parts.values())


def _line(item: Item, value: Any, lang: str) -> Line:
    said = questions.in_words(item, value, lang) or _("Not answered")
    if item.is_body_map and value is not None and not instruments.declined(value):
        return Line(item.text_in(lang), "", [place for place in value if place != pain_map.NO_PAIN])
    return Line(item.text_in(lang), said)
