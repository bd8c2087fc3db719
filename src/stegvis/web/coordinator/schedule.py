"""The schedule: what is late, closing and open at the own sites, visits to record or to book again, a calendar, and moves."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.assessments import queries as assessments
from stegvis.audit import clock
from stegvis.methods.study.protocol import Protocol
from stegvis.protocol import queries as protocols
from stegvis.trial.scheduling import actions, days, queries
from stegvis.trial.scheduling.queries import MoveReason
from stegvis.web.components.shapes import Link
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.coordinator.words import in_days, occasion_name, visit_name
from stegvis.web.forms import DayField, KeyedForm, SavingButtons, answer

A_PAGE = 50
MOST_OF_A_DAY = 200


# Lists ----------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def schedule(request: HttpRequest) -> HttpResponse:
    """One list at a time, the one that needs most first; each line has its one thing to press."""
    sites, protocol = gate.sites(request), protocols.current()
    counts = queries.counts(sites)
    asked = request.GET.get("list", "")
    chosen = asked if asked in queries.STATES else next((each for each in queries.STATES if counts[each]), "late")
    is_visit = chosen in queries.VISITS
    rows: Any = queries.visits(sites, chosen) if is_visit else queries.awaited(sites, chosen)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "views": views("lists"),
        "lists": [Link(label, f"{_here()}?list={key}", key == chosen, counts[key]) for key, label in _labels().items()],
        "chosen": chosen,
        "about": _about()[chosen],
        "page": page,
        "rows": [_visit(each, protocol, chosen) if is_visit else _asked(each, protocol) for each in page],
        "is_visit": is_visit,
        "several_sites": len(sites) > 1,
    }
    return render(request, "coordinator/schedule.html", context)


def views(here: str) -> list[Link]:
    """The ways to look at the schedule."""
    places = [("lists", _("Lists"), "schedule"), ("calendar", _("Calendar"), "calendar"), ("grid", _("Grid"), "grid")]
    return [Link(label, reverse(f"coordinator:{page}"), key == here) for key, label, page in places]


def _here() -> str:
    return reverse("coordinator:schedule")


def _labels() -> dict[str, str]:
    return {
        "late": _("Late answers"),
        "closing": _("Closing soon"),
        "open": _("Window open"),
        "unrecorded": _("Visits to record"),
        "missed": _("Visits to book again"),
        "coming": _("Visits this week"),
    }


def _about() -> dict[str, str]:
    return {
        "late": _("Their window has closed. A late answer counts too, until the data are locked."),
        "closing": _("Their window closes within a week."),
        "open": _("They can answer, and there is time."),
        "unrecorded": _("The booked day is over and nothing is recorded: held, did not take place, or moved?"),
        "missed": _("They did not take place and have no new day."),
        "coming": _("They are booked for the next seven days."),
    }


def _asked(row: Any, protocol: Protocol) -> dict[str, Any]:
    code = row.participant.code
    return {
        "code": code, "site": row.participant.site.name, "what": occasion_name(protocol, row.occasion),
        "opens_on": row.opens_on, "on": row.closes_on, "when": in_days(row.closes_on), "action": _("Call"),
        "url": reverse("coordinator:call", args=[code, row.occasion]),
        "move_url": reverse("coordinator:move", args=[code, row.occasion]) if clock.today() <= row.closes_on else "",
    }  # fmt: skip


def _visit(row: Any, protocol: Protocol, chosen: str) -> dict[str, Any]:
    code = row.participant.code
    return {
        "code": code, "site": row.participant.site.name, "what": visit_name(protocol, row.number),
        "on": row.planned_on, "when": in_days(row.planned_on), "at": row.planned_time,
        "action": _("Book") if chosen == "missed" else _("Open"),
        "url": reverse("coordinator:visit", args=[code, row.number]),
    }  # fmt: skip


# Calendar -------------------------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def calendar(request: HttpRequest) -> HttpResponse:
    """A month or a week with what falls on each day; with `day`, everything of that day."""
    protocol, sites = protocols.current(), gate.sites(request)
    around, is_week = _day(request.GET.get("on", "")), request.GET.get("view") == "week"
    weeks = [days.week_of(around)] if is_week else days.weeks_of_month(around)
    found = days.calendar(sites, weeks[0][0], weeks[-1][-1])
    chosen = request.GET.get("day", "")
    context = {
        "views": views("calendar"),
        "weeks": [[_cell(day, found, protocol, around, is_week=is_week) for day in week] for week in weeks],
        "is_week": is_week,
        "around": around,
        "spans": _spans(around, is_week=is_week),
        **_steps(around, is_week=is_week),
        "day": _day(chosen) if chosen else None,
        "of_day": [_line(each, protocol) for each in days.on_day(sites, _day(chosen), MOST_OF_A_DAY)] if chosen else [],
    }
    return render(request, "coordinator/calendar.html", context)


def _day(text: str) -> date:
    """The day that an address names; today for nonsense, or for a day that no calendar here reaches."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if abs(day - clock.today()) < timedelta(days=365 * 20) else clock.today()


def _spans(around: date, *, is_week: bool) -> list[Link]:
    here = reverse("coordinator:calendar")
    return [
        Link(_("Month"), f"{here}?on={around}", not is_week),
        Link(_("Week"), f"{here}?view=week&on={around}", is_week),
    ]


def _steps(around: date, *, is_week: bool) -> dict[str, str]:
    """Where earlier, today and later lead."""
    here, more = reverse("coordinator:calendar"), "view=week&" if is_week else ""
    week = timedelta(days=7)
    before = around - week if is_week else (around.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = around + week if is_week else (around.replace(day=1) + timedelta(days=31)).replace(day=1)
    return {"before": f"{here}?{more}on={before}", "after": f"{here}?{more}on={after}", "now": f"{here}?{more}"}


def _cell(
    day: date, found: dict[date, days.CalendarDay], protocol: Protocol, around: date, *, is_week: bool
) -> dict[str, Any]:
    this = found.get(day, days.CalendarDay(day))
    address = f"{reverse('coordinator:calendar')}?{'view=week&' if is_week else ''}on={around}&day={day}#day"
    return {
        "on": day, "is_today": day == clock.today(), "is_other": not is_week and day.month != around.month,
        "lines": [_line(each, protocol) for each in this.happenings], "more": this.more, "count": this.count,
        "url": address, "is_off": not protocol.workdays().is_working_day(day),
    }  # fmt: skip


def _line(each: days.Happening, protocol: Protocol) -> dict[str, Any]:
    """One happening in a few words, and where it leads."""
    words = {"visit": "{what}", "opens": _("opens: {what}"), "closes": _("closes: {what}")}
    if each.kind == "visit":
        number = int(each.activity.removeprefix("visit_"))
        what, url = visit_name(protocol, number), reverse("coordinator:visit", args=[each.participant, number])
    else:
        what = occasion_name(protocol, each.activity)
        url = reverse("coordinator:person", args=[each.participant]) + "#occasions"
    tone = {"visit": "fjord", "closes": "warn"}.get(each.kind, "")
    return {
        "code": each.participant, "what": words[each.kind].format(what=what), "url": url, "at": each.at, "tone": tone
    }  # fmt: skip


# Moves ----------------------------------------------------------------------------------------------------------------
class MoveForm(KeyedForm):
    """Another day, and why."""

    to = DayField(label=gettext_lazy("Which day?"))
    reason = forms.ChoiceField(
        label=gettext_lazy("Why?"), help_text=gettext_lazy("Your answer saves it."), widget=SavingButtons,
        choices=MoveReason.choices,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def move(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """Ask somebody about an occasion from another day of its window on, with the reason."""
    enrolment = gate.enrolment(request, code, kind="occasions")
    asked = assessments.assessment(enrolment.participant, occasion)
    if asked is None or asked.tells_arm:
        raise Http404
    planned = queries.asked_from(enrolment.participant, occasion) or asked.due_on
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"to": max(planned, clock.today())})
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        if carry_out(form, actions.move_asking, participant=enrolment.participant, occasion=occasion, by=by, **given):
            messages.success(request, _("Saved. Reminders and calls wait until that day."))
            return redirect(reverse("coordinator:person", args=[code]) + "#occasions")
    name = occasion_name(protocols.current(), occasion)
    context = {**head(enrolment, "overview"), "name": name, "window": asked, "planned": planned}
    return answer(request, "coordinator/move.html", form, context)
