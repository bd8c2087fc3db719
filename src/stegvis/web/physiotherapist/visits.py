"""The visits: which come next, the first thing at each, booking, a visit that did not take place."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from stegvis.audit.errors import Refused
from stegvis.consent import queries as consents
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import half_written
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.protocol import queries as protocol
from stegvis.trial import consent_texts
from stegvis.web.access import for_role
from stegvis.web.coordinator import gate
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, goals_beside
from stegvis.web.physiotherapist.visit_forms import BookForm, MissedForm

ROLE = "physiotherapist"
MOST_ABOUT_CONSENT = 10


@for_role(ROLE)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Visits that come, the earliest first, and the people to book one for."""
    visits = protocol.current().visits
    found = physiotherapy.visits_board(frame.me(request), visits_in_all=len(visits))
    minutes = {each.number: each.minutes for each in visits}
    rows = [
        (row, minutes.get(row.visit.number, 0)) for row in found.upcoming if row.visit and row.visit.state != "missed"
    ]
    missed = [row for row in found.upcoming if row.visit and row.visit.state == "missed"]
    return render(
        request,
        "physiotherapist/board.html",
        {
            "rows": rows,
            "missed": missed,
            "to_book": found.to_book,
            "today": frame.today(),
            "visits": len(visits),
            **_about_consent(request),
        },
    )


def _about_consent(request: HttpRequest) -> dict[str, Any]:
    """Questions about taking part, the overdue ones first since they are oldest, and consents to sign; for who informs."""
    if not gate.informs(request):
        return {"asked": [], "unsigned": []}
    me, sites = frame.me(request), gate.sites(request)
    asked = consent_texts.asked_of_physiotherapist(me, sites)[:MOST_ABOUT_CONSENT]
    return {
        "asked": [(each, consents.answer_by(each), consents.is_overdue(each)) for each in asked],
        "unsigned": consent_texts.unsigned_of_physiotherapist(me, sites)[:MOST_ABOUT_CONSENT],
    }


@for_role(ROLE)
@require_GET
def visit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A visit goes on where somebody wrote last, at the very question; a new one begins where its conversation begins."""
    participant = frame.whom(request, code, "visit")
    found = frame.visit_of(participant, number)
    there, left = frame.parts(participant, number), frame.left(found)
    if left is None or left.part not in there:
        return redirect(frame.address(participant, found, there[0]))
    return redirect(frame.address(participant, found, left.part) + _at(left.question))


def _at(question: str) -> str:
    """The place of a question on its page; of an activity that is being changed, with which one that is."""
    form, field = half_written.apart(question)
    if not field:
        return ""
    change = f"change={form}&" if form and form not in half_written.PARTS else ""
    return f"?{change}at={field}#id_{field}"


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Book a visit, or move one."""
    participant = frame.whom(request, code, "booking")
    frame.planned_visit(participant, number)
    known, window = physiotherapy.visit(participant, number), frame.window_of(participant, number)
    first = known.planned_on if known else window.due_on if window else frame.today()
    initial: dict[str, Any] = {"planned_on": first}
    if known is not None:
        initial |= {"planned_time": known.planned_time, "planned_mode": known.planned_mode}
    form = BookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            physio.book_visit(participant=participant, number=number, by=frame.me(request), **form.cleaned_data)
            messages.success(request, _("The visit is booked."))
            return redirect("physiotherapist:person", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"participant": participant, "number": number, "crumbs": frame.crumbs(participant), "window": window}
    return answer(request, "physiotherapist/book.html", form, context)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def missed(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Keep that a visit did not take place."""
    participant = frame.whom(request, code, "booking")
    frame.visit_of(participant, number)
    form = MissedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            physio.miss_visit(
                participant=participant, number=number, why_coded=form.cleaned_data["reason"],
                why=form.cleaned_data["why"], by=frame.me(request),
            )  # fmt: skip
            messages.success(request, _("Kept. Book a new day when it suits the person."))
            return redirect("physiotherapist:book", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"participant": participant, "number": number, "crumbs": frame.crumbs(participant)}
    return answer(request, "physiotherapist/missed.html", form, context)


def around(request: HttpRequest, participant: Any, found: physiotherapy.Visit, section: str) -> dict[str, Any]:
    """What every part of a visit shows around itself."""
    return {
        "participant": participant,
        "visit": found,
        "crumbs": frame.crumbs(participant),
        "steps": frame.steps(participant, found.number),
        "sections": frame.sections(participant, found, section),
        "part": section,
        "halves": frame.halves(participant, found, section),
        "left": frame.left(found),
        "standing": visiting.standing(participant),
        "goals": goals_beside.cards(request, participant),
        "outside": frame.outside_its_window(participant, found),
    }
