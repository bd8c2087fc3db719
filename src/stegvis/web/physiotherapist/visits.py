"""The visits: which come next, the first thing at each, booking, a visit that did not take place."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import actions as physio
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.protocol import queries as protocol
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.forms import BookForm, MissedForm, TalkForm

ROLE = "physiotherapist"


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
        {"rows": rows, "missed": missed, "to_book": found.to_book, "today": frame.today(), "visits": len(visits)},
    )


@for_role(ROLE)
@require_GET
def visit(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A visit begins where its conversation begins: with life and body, or with the goals that are to be rated."""
    participant = frame.whom(request, code, "visit")
    frame.visit_of(participant, number)
    first = "rate" if frame.rates_goals(participant, number) else "talk"
    return redirect(f"physiotherapist:{first}", code, number)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Life and body: what helps, what is in the way, what support is wanted."""
    participant = frame.whom(request, code, "visit")
    found = frame.visit_of(participant, number)
    noted = physiotherapy.conversation_of(participant)
    known = {name: getattr(noted, name) for name in ("resources", "obstacles", "support_wanted")} if noted else {}
    form = TalkForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("resources", "obstacles", "support_wanted")}
        try:
            if any(words.values()) and words != known:
                physio.note_conversation(visit=found, key=form.cleaned_data["key"], by=frame.me(request), **words)
            return redirect("physiotherapist:goals", code, number)
        except (Refused, ValidationError) as refused:
            form.add_error(None, str(refused))
    return answer(request, "physiotherapist/talk.html", form, around(participant, found, "talk"))


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def book(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Book a visit, or move one."""
    participant = frame.whom(request, code, "booking")
    frame.planned_visit(participant, number)
    known, window = physiotherapy.visit(participant, number), frame.window_of(participant, number)
    first = known.planned_on if known else window.due_on if window else frame.today()
    form = BookForm(request.POST or None, initial={"planned_on": first})
    if request.method == "POST" and form.is_valid():
        try:
            physio.book_visit(
                participant=participant, number=number, planned_on=form.cleaned_data["planned_on"], by=frame.me(request)
            )
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
                participant=participant, number=number, why=form.cleaned_data["why"], by=frame.me(request)
            )
            messages.success(request, _("Kept. Book a new day when it suits the person."))
            return redirect("physiotherapist:book", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {"participant": participant, "number": number, "crumbs": frame.crumbs(participant)}
    return answer(request, "physiotherapist/missed.html", form, context)


def around(participant: object, found: physiotherapy.Visit, section: str) -> dict[str, object]:
    return {
        "participant": participant,
        "visit": found,
        "crumbs": frame.crumbs(participant),
        "steps": frame.steps(participant, found.number),
        "sections": frame.sections(participant, found, section),
        "goals": frame.goal_cards(participant),
        "outside": frame.outside_its_window(participant, found),
    }
