"""The time that guidance takes: measured while a page was looked at, entered for a call, set right, shown by week.

How many minutes a person and week are usual (10 to 20 in guided internet treatment) stands in the protocol. It is an
orientation: the page says where a week lies and asks for nothing.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.audit.reading import record_reading
from stegvis.messaging import queries as messaging
from stegvis.people import queries as people
from stegvis.physiotherapy.queries import monday_of
from stegvis.programme import actions
from stegvis.programme import queries as programme
from stegvis.programme.queries import ADJUSTED, CALL, PAGE
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Cell
from stegvis.web.components.times import short_day
from stegvis.web.forms import answer
from stegvis.web.messages import punctuality_in_words
from stegvis.web.therapist import caseload, gate, head, worklist
from stegvis.web.therapist.caseload import Worklist
from stegvis.web.therapist.forms import AdjustForm, CallForm, SecondsForm
from stegvis.web.therapist.gate import Person, therapist

WEEKS_SHOWN = 12
_A_MINUTE = 60


@dataclass(frozen=True)
class Week:
    """One week of guidance, in seconds."""

    monday: date
    page: int
    call: int
    adjusted: int = 0

    @property
    def seconds(self) -> int:
        """All together; never less than none."""
        return max(self.page + self.call + self.adjusted, 0)

    @property
    def minutes(self) -> int:
        """All together, in whole minutes."""
        return round(self.seconds / _A_MINUTE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def guidance(request: HttpRequest, code: str) -> HttpResponse:
    """The time for one person by week, and the place to enter a call (`?call=1` shows whom and which number)."""
    person = gate.opened(request, code, kind="time")
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.keep_time(
                course=person.course, seconds=form.cleaned_data["minutes"] * _A_MINUTE, kind=CALL,
                key=form.cleaned_data["key"], by=therapist(request),
            )  # fmt: skip
            messages.success(request, _("The call is kept."))
            return redirect("therapist:guidance", code)
        except Refused as refused:
            form.add_error("minutes", str(refused))
    return _page(request, person, form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def adjust(request: HttpRequest, code: str) -> HttpResponse:
    """Set a day's time right: a number, and why. What was measured stays."""
    person = gate.opened(request, code, kind="time")
    form = AdjustForm(request.POST if request.method == "POST" else None, initial={"on": person.worklist.aims.today})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.adjust_time(
                course=person.course, on=given["on"], minutes=given["minutes"], reason=given["reason"],
                key=given["key"], by=therapist(request),
            )  # fmt: skip
            messages.success(request, _("The time is set right. What was measured is kept beside it."))
            return redirect("therapist:guidance", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(request, "therapist/adjust.html", form, head.around(request, person, "guidance"))


@require_POST
@for_role("therapist")
def looking(request: HttpRequest, code: str) -> HttpResponse:
    """The clock of a person's page: so many seconds of looking since last time."""
    return keep_seconds(request, gate.turned_to(request, code).course)


def keep_seconds(request: HttpRequest, course: Any) -> HttpResponse:
    """Keep what a page's clock sent; 422 for what is no number of seconds."""
    form = SecondsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    actions.keep_time(course=course, seconds=form.cleaned_data["seconds"], kind=PAGE, by=therapist(request))
    return HttpResponse(status=204)


@require_safe
@for_role("therapist")
def time_log(request: HttpRequest) -> HttpResponse:
    """This week's guidance for everyone in the caseload, and what replies were like in the last weeks."""
    found = caseload.of(request)
    today = found.aims.today
    monday = monday_of(today)
    courses = [row.person.course for row in found.everyone]
    this_week = programme.guidance_seconds(courses, monday)
    before = programme.guidance_seconds(courses, monday - timedelta(weeks=4))
    shown = [row for row in found.everyone if row.person.is_under_way(today) or before.get(row.person.course.pk)]
    usual = usual_minutes(found)
    rows = [_person_row(row, this_week, before, today, usual) for row in shown]
    return render(
        request, "therapist/time_log.html",
        {
            "time_head": _person_head(),
            "time_rows": rows,
            "usual": usual,
            "total": round(sum(this_week.values()) / _A_MINUTE),
            "replies": worklist.replies(request, found),
            "reply_days": found.aims.reply_days,
            "punctuality": punctuality_in_words(messaging.waits_for(therapist(request), clock.now() - worklist.LOOKED_BACK)),
        },
    )  # fmt: skip


def _page(request: HttpRequest, person: Person, form: CallForm) -> HttpResponse:
    today = person.worklist.aims.today
    kept = list(programme.guidance_of(person.course))
    weeks, usual = by_week(kept, today), usual_minutes(person.worklist)
    contact = None
    if request.method != "POST" and request.GET.get("call"):
        contact = people.identity_of(person.participant)
        record_reading(participant_code=person.standing.code, kind="identity", by=therapist(request))
    shown = {
        "weeks_head": _week_head(),
        "weeks": [_week_row(week, usual if number else None) for number, week in enumerate(weeks)],
        "this_week": weeks[0],
        "usual": usual,
        "adjusted": [_adjusted(row) for row in reversed(kept) if row.kind == ADJUSTED],
        "contact": contact,
    }
    return answer(request, "therapist/guidance.html", form, {**head.around(request, person, "guidance"), **shown})


def by_week(rows: Any, today: date) -> list[Week]:
    """Time by week, this week first, as far back as there is any; at most `WEEKS_SHOWN`."""
    seconds: dict[tuple[date, str], int] = defaultdict(int)
    for row in rows:
        seconds[monday_of(row.on), row.kind] += row.seconds
    now = monday_of(today)
    first = min((monday for monday, _kind in seconds), default=now)
    count = min((now - first).days // 7 + 1, WEEKS_SHOWN)
    mondays = [now - timedelta(weeks=n) for n in range(count)]
    return [Week(monday, *(seconds[monday, kind] for kind in (PAGE, CALL, ADJUSTED))) for monday in mondays]


def usual_minutes(found: Worklist) -> tuple[int, int] | None:
    """The least and the most minutes that the protocol calls usual for a person and week, if it does."""
    schedule = found.protocol.programme
    return schedule.guidance_minutes if schedule else None


def standing_of(minutes: int, usual: tuple[int, int] | None) -> str:
    """Where a number of minutes lies beside the usual ones; nothing where the protocol names none."""
    if usual is None:
        return ""
    if minutes < usual[0]:
        return _("less")
    return _("more") if minutes > usual[1] else _("as usual")


def _adjusted(row: Any) -> dict[str, Any]:
    """A day that was set right: by how many minutes, by whom and why."""
    minutes = round(row.seconds / _A_MINUTE)
    said = _("%(n)s min more") if minutes > 0 else _("%(n)s min less")
    return {"on": row.on, "by": row.account.code, "minutes": said % {"n": abs(minutes)}, "reason": row.reason}


def _week_head() -> tuple[object, ...]:
    labels = (_("On pages"), _("In calls"), _("Set right"), _("Together"))
    numbers = (Cell(label, number=True) for label in labels)
    return (_("Week from"), *numbers, _("Beside the usual"))


def _week_row(week: Week, usual: tuple[int, int] | None) -> list[object]:
    """One week; `usual` is given for a week that is over."""
    numbers = [_minutes(week.page), _minutes(week.call), _minutes(week.adjusted) if week.adjusted else ""]
    return [short_day(week.monday), *numbers, _n_minutes(week.minutes), standing_of(week.minutes, usual)]


def _person_head() -> tuple[object, ...]:
    return (
        _("Participant"),
        Cell(_("This week"), number=True),
        Cell(_("A week, on average"), number=True),
        _("Beside the usual"),
    )


def _person_row(
    row: Any, this_week: dict[int, int], before: dict[int, int], today: date, usual: tuple[int, int] | None
) -> list[object]:
    """One person; the mean is over the weeks that they have had, of the four before this one."""
    person = row.person
    now = this_week.get(person.course.pk, 0)
    weeks = min(max((monday_of(today) - person.course.opens_on).days // 7, 0), 4)
    mean = round((before.get(person.course.pk, 0) - now) / _A_MINUTE / weeks) if weeks else None
    url = reverse("therapist:guidance", args=[person.code])
    said = "" if mean is None else standing_of(mean, usual)
    return [Cell(person.code, url=url), _minutes(now), "" if mean is None else _n_minutes(mean), said]


def _minutes(seconds: int) -> str:
    return _n_minutes(round(seconds / _A_MINUTE))


def _n_minutes(minutes: int) -> str:
    return _("%(n)s min") % {"n": minutes}
