"""Questionnaires: cover, a look at it all, send, thanks; and the read-only copy of what was sent.

The pages of questions themselves are in `answering`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods import instruments
from stegvis.methods.instruments import Item, pain_map
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.answering import rich
from stegvis.web.answering.words import in_words
from stegvis.web.components.shapes import Tag, Task
from stegvis.web.participant import ahead, kept_pages, prose
from stegvis.web.participant.answering import TO_REVIEW
from stegvis.web.participant.gate import enrolment_of, help_first, own_page
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


# Which questionnaires there are ---------------------------------------------------------------------------------------
@require_safe
@own_page
def occasions(request: HttpRequest, person: Participant) -> HttpResponse:
    """Every occasion planned for the person, with the word for where it stands."""
    shown = [each for each in assessments.assessments_of(person) if _is_listed(each)]
    walks = [walk(person, each.occasion) for each in shown]
    return render(request, "participant/occasions.html", {"tab": "more", "tasks": [_as_task(each) for each in walks]})


def _is_listed(each: Any) -> bool:
    """Whether an occasion is in the list: a question of the programme while it can be answered, and once it was."""
    today = clock.today()
    return not each.tells_arm or each.submitted_at is not None or each.opens_on <= today <= each.closes_on


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
            request, "participant/sent.html", {"tab": "more", "walk": found, "parts": copy_of(found), **_names(found)}
        )
    if found.route.short and not found.offers_minimum:
        return redirect("participant:occasion", occasion)
    intro = found.occasion.intro.in_language(found.lang) if found.occasion.intro else ""
    context = {"walk": found, "intro": intro, "site": person.site, "study": found.protocol.contact, **_names(found)}
    if found.is_open:
        context["keep"] = kept_pages.to_keep(found)
    return render(request, "participant/cover.html", context)


def _names(found: Walk) -> dict[str, Any]:
    return {"name": found.occasion.name.in_language(found.lang), "minutes": found.occasion.minutes}


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
            return help_first(request, then) if _scores_ask_for_help(found) else redirect(then)
    context = {
        "walk": found, "refusal": refusal, "waiting": _waiting(found), "keep": kept_pages.to_keep(found),
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


def _scores_ask_for_help(found: Walk) -> bool:
    """Whether a score of what was just sent sets off a rule of the protocol."""
    rules = found.protocol.safety
    return any(
        value is not None and rules.fired_by_score(instrument, name, value)
        for instrument, scores in assessments.kept_scores(found.assessment).items()
        for name, value in scores.items()
    )


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
    coming = [
        each
        for each in assessments.assessments_of(person)
        if each.opens_on > today and not each.submitted_at and not each.tells_arm
    ]
    if not coming:
        return None
    first = min(coming, key=lambda each: each.opens_on)
    return NextDate(found.protocol.occasion(first.occasion).name.in_language(found.lang), first.opens_on)


# What was sent --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """A question with its answer in words; `places` instead, where the body map was the answer."""

    question: SafeString
    answer: str
    places: list[str] | None = None


@dataclass(frozen=True)
class Part:
    """One questionnaire of the copy."""

    title: str
    lines: list[Line]


def copy_of(found: Walk) -> list[Part]:
    """What was sent, questionnaire by questionnaire, with what was not answered."""
    parts: dict[str, Part] = {}
    for step in found.steps:
        part = parts.setdefault(step.instrument, Part(step.questionnaire.title_in(found.lang), []))
        asked = zip(step.page.positions, step.page.items, strict=True)
        part.lines.extend(_line(item, step.answers.get(position), found.lang) for position, item in asked)
    return list(parts.values())


def _line(item: Item, value: Any, lang: str) -> Line:
    said = in_words(item, value, lang) or _("Not answered")
    if item.is_body_map and value is not None and not instruments.declined(value):
        return Line(rich.words_of(item, lang), "", [place for place in value if place != pain_map.NO_PAIN])
    return Line(rich.words_of(item, lang), said)
