"""Pace: what a therapist agrees with a person, how fast, with which pauses, and whether the next step waits.

One page with a form for each decision, and below it every decision with its reason: they belong to the record, and the
participant is not shown the reasons. The page says what does not change, the day of the questions that the trial is about.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.programme import arrangements, arranging
from stegvis.protocol import queries as protocols
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Cell
from stegvis.web.components.times import short_day
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.therapist import gate, head
from stegvis.web.therapist.forms import HoldForm, PaceForm, PauseForm
from stegvis.web.therapist.gate import Person, therapist

FORMS: dict[str, type[KeyedForm]] = {"agree": PaceForm, "pause": PauseForm, "hold": HoldForm}


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def pace(request: HttpRequest, code: str) -> HttpResponse:
    """What was agreed with one person, and the forms for agreeing something else."""
    person = gate.opened(request, code, kind="pace")
    sent = next((name for name in FORMS if f"{name}-key" in request.POST), "")
    forms = {name: form(request.POST if name == sent else None) for name, form in FORMS.items()}
    if sent != "agree":
        forms["agree"].initial = _agreed_now(person)
    if sent in forms and forms[sent].is_valid():
        try:
            messages.success(request, _decide(request, person, sent, forms[sent].cleaned_data))
            return redirect("therapist:pace", code)
        except Refused as refused:
            forms[sent].add_error(None, str(refused))
    context = {**head.around(request, person, "pace"), "forms": forms, **_arranged(person)}
    return answer(request, "therapist/pace.html", forms.get(sent, forms["agree"]), context)


@require_POST
@for_role("therapist")
def end_pause(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a pause before its last day."""
    person = gate.turned_to(request, code)
    found = arrangements.pauses_of(person.course).filter(pk=pk).first()
    if found is None:
        raise Http404
    try:
        arranging.end_pause(pause=found, by=therapist(request))
        messages.success(request, _("The pause has ended."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("therapist:pace", code)


@require_POST
@for_role("therapist")
def release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Release the next step."""
    person = gate.turned_to(request, code)
    found = arrangements.holds_of(person.course).filter(pk=pk).first()
    if found is None:
        raise Http404
    schedule = protocols.current().programme
    try:
        arranging.release(hold=found, next_opens=schedule.next_opens if schedule else "", by=therapist(request))
        messages.success(request, _("The next step is released."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("therapist:pace", code)


def _agreed_now(person: Person) -> dict[str, Any]:
    arranged = arrangements.arrangement_of(person.course)
    return {"per_week": arranged.per_week, "core_only": arranged.core_only}


def _decide(request: HttpRequest, person: Person, what: str, given: dict[str, Any]) -> str:
    """Keep one decision; what the page says then."""
    about = {"course": person.course, "by": therapist(request)}
    if what == "agree":
        arranging.agree_pace(**given, **about)
        return _("The pace is kept.")
    if what == "pause":
        arranging.plan_pause(**given, **about)
        return _("The pause is kept. Reminders rest until it is over.")
    arranging.hold_next(**given, **about)
    return _("The next step is held.")


def _arranged(person: Person) -> dict[str, Any]:
    """What stands now, and every decision there was."""
    today = person.worklist.aims.today
    arranged = arrangements.arrangement_of(person.course)
    pauses = list(arrangements.pauses_of(person.course))
    holds = list(arrangements.holds_of(person.course))
    agreed = list(arrangements.agreements_of(person.course))
    rows = [_row(*each) for each in sorted(_decisions(agreed, pauses, holds), key=lambda each: each[0], reverse=True)]
    return {
        "arranged": arranged,
        "pauses": [each for each in pauses if each.last_on >= max(today, each.from_on)],
        "hold": next((each for each in holds if each.released_at is None), None),
        "decisions_head": (_("Day"), _("What was decided"), _("Reason"), _("By")),
        "decisions": rows,
    }


def _decisions(agreed: list[Any], pauses: list[Any], holds: list[Any]) -> list[tuple[Any, str, str, str]]:
    """Each decision: when, what, why, by whom."""
    return [
        *((each.agreed_at, _pace_words(each), each.reason or "", each.account.code) for each in agreed),
        *((each.decided_at, _pause_words(each), each.reason, each.account.code) for each in pauses),
        *((each.held_at, _hold_words(each), each.reason, each.account.code) for each in holds),
    ]


def _row(at: Any, what: str, why: str, who: str) -> list[object]:
    return [short_day(at), what, Cell(why), who]


def _pace_words(each: Any) -> str:
    said = ngettext("%(n)s step a week", "%(n)s steps a week", each.per_week) % {"n": each.per_week}
    return _("%(pace)s, core steps only") % {"pace": said} if each.core_only else said


def _pause_words(each: Any) -> str:
    days = {"first": short_day(each.from_on), "last": short_day(each.until_on)}
    said = _("Pause from %(first)s to %(last)s") % days
    return _("%(what)s, ended %(day)s") % {"what": said, "day": short_day(each.ended_at)} if each.ended_at else said


def _hold_words(each: Any) -> str:
    said = _("Next step held, look again %(day)s") % {"day": short_day(each.look_again_on)}
    if each.released_at is None:
        return said
    return _("%(what)s, released %(day)s") % {"what": said, "day": short_day(each.released_at)}
