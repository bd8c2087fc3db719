"""How far a person has come: modules, parts read, the dose."""

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.programme import queries as programme
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Cell, Tone
from stegvis.web.components.times import short_day
from stegvis.web.therapist import gate, head, words
from stegvis.web.therapist.gate import Person

STATUS: dict[str, tuple[Any, Tone]] = {
    programme.NOT_OPEN: (gettext_lazy("Not open yet"), ""),
    programme.NOT_STARTED: (gettext_lazy("Not started"), ""),
    programme.STARTED: (gettext_lazy("Started"), "fjord"),
    programme.SENT: (gettext_lazy("Sent"), "plum"),
    programme.ANSWERED: (gettext_lazy("Answered"), "ok"),
}


@require_safe
@for_role("therapist")
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """Modules with their state and parts, and how many of the core are done."""
    person = gate.opened(request, code, kind="progress")
    way = programme.way(person.course)
    core = [step for step in way.steps if step.module.core]
    schedule = person.worklist.protocol.programme
    shown = {
        "done": way.done,
        "of": len(way.steps),
        "core_done": way.core_done,
        "core_of": len(core),
        "minimum_dose": schedule.minimum_dose if schedule else 0,
        "modules_head": (_("Step"), _("Where it stands"), _("Parts read"), _("Short version"), _("Homework")),
        "modules": _rows(person, way),
        **_said(person),
    }
    return render(request, "therapist/progress.html", {**head.around(request, person, "progress"), **shown})


def _said(person: Person) -> dict[str, list[Any]]:
    """What the person answered to the questions of the programme, a row a day, the newest first.

    No outcome of the trial is among it, and a column is there for what was answered at all.
    """
    titles = {
        "checkin_stress": _("Stress this week"),
        "checkin_pain": _("How much pain got in the way"),
        "checkin_confidence": _("Confidence"),
        "programme_credibility": _("How sensible the programme seems"),
        "programme_expectancy": _("How much they expect it to help"),
    }
    days: dict[date, dict[str, str]] = {}
    for each in assessments.scores_of_programme(person.participant):
        if each.value is not None:
            days.setdefault(clock.local(each.scored_at).date(), {}).setdefault(each.name, f"{each.value:g}")
    asked = [name for name in titles if any(name in given for given in days.values())]
    return {
        "said_head": [_("Answered"), *(Cell(titles[name], number=True) for name in asked)],
        "said": [
            [short_day(day), *(Cell(given.get(name, ""), number=True) for name in asked)] for day, given in days.items()
        ],
    }


def _rows(person: Person, way: programme.Way) -> list[list[object]]:
    short = Counter(each.module for each in programme.parts_read(person.course) if each.length == "short")
    sent = {each.module: each for each in programme.homework_of(person.course).defer("content")}
    return [_row(person, step, short[step.module.code], sent.get(step.module.code)) for step in way.steps]


def _row(person: Person, step: programme.Step, short: int, homework: Any) -> list[object]:
    module = step.module
    label, tone = STATUS[step.status]
    parts = len(module.parts(person.standing.language))
    title = f"{module.number}. {module.title(words.reading_language(person.standing.programme))}"
    name = title if module.core else _("%(title)s (not core)") % {"title": title}
    if not module.written:
        return [name, Cell(_("Not written yet"), tone=""), "", "", ""]
    url = reverse("therapist:homework_of", args=[person.standing.code, module.number]) if homework else ""
    when = _("Sent %(day)s") % {"day": short_day(homework.sent_at)} if homework else ""
    read = _("%(n)s of %(parts)s") % {"n": len(step.parts_read), "parts": parts}
    return [name, Cell(str(label), tone=tone), read, str(short) if short else "", Cell(when, url=url)]
