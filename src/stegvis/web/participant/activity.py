"""Activity: this week, the log, the diary, the plan to read and to print."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.methods.activity.growth import halved
from stegvis.people.queries import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.devices import queries as devices
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.web import access, plan_changes
from stegvis.web.components.shapes import Tag
from stegvis.web.components.times import long_day
from stegvis.web.forms import WEEKDAYS, Chips, Hinted, KeyedForm, Stepper, answer
from stegvis.web.participant import away, plan_exercises, steps, week, words
from stegvis.web.participant.gate import own_page

DAYS_BACK = 14
LATEST = 5
A_PAGE = 50
PLANNED, KIND = "plan:", "kind:"
USUAL_MINUTES = 15


# This week ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class PlanLine:
    """An activity of the plan in words."""

    title: str
    days: str
    how: str
    when_where: str
    low_energy: str
    growth: str
    pk: int
    minutes: int

    @property
    def half(self) -> int:
        """A smaller number to begin with."""
        return halved(self.minutes)


@dataclass(frozen=True)
class Entry:
    """A line of the diary; `late` when it was written on a later day than the one it is about."""

    pk: int
    on: date
    what: str
    detail: str
    late: date | None
    key: str


@require_safe
@own_page
def activity(request: HttpRequest, person: Participant) -> HttpResponse:
    """This week beside the plan, the plan, and the last lines of the diary."""
    plan = plans.plan_now(person)
    rules = steps.rules_of(request, person)
    now = plans.week(person, clock.today())
    context = {
        "week": week.summary(now),
        "device": week.device_summary(devices.week(person, clock.today())),
        "open_days": _open_days(person),
        "grows": steps.step_of(person, rules),
        "advice": _advice(plan, now) if rules.advice_on_own_page and plan else None,
        "plan": [_line(each) for each in plan.activities.all()] if plan else [],
        "latest": (latest := [_entry(each) for each in plans.diary(person)[:LATEST]]),
        "keep": away.for_device(plan),
        "arrived": " ".join(each.key for each in latest),
    }
    return render(request, "participant/activity.html", context)


@dataclass(frozen=True)
class OpenDay:
    """A planned activity of this week, up to today, of which the diary says nothing yet: one tap is enough."""

    activity: int
    on: date
    what: str
    key: str


def _open_days(person: Participant) -> list[OpenDay]:
    """The newest day first; the plan of each day is the one that was in force on it."""
    today = clock.today()
    planned = plans.planned_between(person, plans.monday_of(today), today)
    return [
        OpenDay(each.activity.pk, day, words.activity(each.activity.label, each.activity.minutes), str(uuid4()))
        for day in reversed(planned)
        for each in planned[day]
        if each.entry is None
    ]


def _advice(plan: Any, week: plans.Week) -> dict[str, Any]:
    """The WHO's advice beside the own plan, where the protocol wants it on the own page."""
    planned = plans.minutes_planned(plans.as_draft(plan))
    return {"now": week.equivalent, "plan": planned.equivalent, "aim": plan.aim_minutes}


def _line(each: Any) -> PlanLine:
    return PlanLine(
        title=words.activity(each.label, each.minutes), days=words.days(each.days), how=words.talk_test(each.effort),
        when_where=each.when_where, low_energy=words.smaller(each), growth=each.growth, pk=each.pk, minutes=each.minutes,
    )  # fmt: skip


def _entry(entry: Any) -> Entry:
    said = [
        str(entry.get_effort_display()), str(entry.get_felt_display()) if entry.felt else "",
        _("the smaller version") if entry.smaller else "",
    ]  # fmt: skip
    late = entry.written_on if entry.backdated else None
    return Entry(entry.pk, entry.on, words.done(entry), " · ".join(one for one in said if one), late, str(entry.key))


@require_safe
@own_page
def history(request: HttpRequest, person: Participant) -> HttpResponse:
    """The whole diary, newest first."""
    page = Paginator(plans.diary(person), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "participant/history.html", {"page": page, "entries": [_entry(each) for each in page]})


@require_POST
@own_page
def undo(request: HttpRequest, person: Participant, pk: int) -> HttpResponse:
    """Take a line of the diary back."""
    entry = plans.diary_entry(person, pk)
    if entry is None:
        raise Http404
    physiotherapy.undo_entry(entry=entry, by=access.actor(request))
    messages.success(request, _("Taken back."))
    return redirect(access.own_address(request.POST.get("next", "")) or reverse("participant:activity"))


# The log --------------------------------------------------------------------------------------------------------------
class LogForm(KeyedForm):
    """What, when, how long, how hard, how it felt. The plan's own activities come first."""

    what = forms.ChoiceField(
        label=gettext_lazy("What did you do?"),
        widget=Chips,
        error_messages={"required": gettext_lazy("Choose what you did.")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("How long?"), min_value=1, max_value=600, widget=Stepper(gettext_lazy("min"), step=5),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Write the minutes, from 1 to 600.")
        ),
    )  # fmt: skip
    effort = forms.ChoiceField(
        label=gettext_lazy("How hard was it?"),
        widget=forms.RadioSelect,
        choices=[
            ("easy", Hinted(gettext_lazy("Easy"), gettext_lazy("You could sing"))),
            ("medium", Hinted(gettext_lazy("Medium"), gettext_lazy("You can talk, not sing"))),
            ("hard", Hinted(gettext_lazy("Hard"), gettext_lazy("A few words at a time"))),
        ],
    )
    felt = forms.ChoiceField(
        label=gettext_lazy("How did it feel?"),
        help_text=gettext_lazy("You may leave this empty."),
        widget=Chips,
        required=False,
        choices=[
            ("easier", gettext_lazy("Easier than planned")),
            ("as_planned", gettext_lazy("As planned")),
            ("harder", gettext_lazy("Harder than planned")),
        ],
    )
    title = forms.CharField(
        label=gettext_lazy("What do you call it?"),
        help_text=gettext_lazy("Only needed for an activity of your own."),
        max_length=120,
        required=False,
    )
    on = forms.TypedChoiceField(label=gettext_lazy("Which day?"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, activities: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        planned = [(f"{PLANNED}{each.pk}", each.label[:1].upper() + each.label[1:]) for each in activities]
        kinds = [(f"{KIND}{kind.value}", str(kind.label).capitalize()) for kind in plans.ActivityKind]
        self.fields["what"].choices = [*planned, *kinds]  # type: ignore[attr-defined]
        self.fields["on"].choices = _days_back()  # type: ignore[attr-defined]
        for name in ("what", "effort", "felt", "on"):
            self.fields[name].error_messages["invalid_choice"] = _("Choose one of those shown.")

    def clean(self) -> dict[str, Any]:
        """An activity of one's own needs a name."""
        if self.cleaned_data.get("what") == f"{KIND}own" and not self.cleaned_data.get("title", "").strip():
            self.add_error("title", _("Write what you call it, in your own words."))
        return self.cleaned_data


def _days_back() -> list[tuple[str, str]]:
    today = clock.today()
    days = [today - timedelta(days=number) for number in range(DAYS_BACK)]
    said = {0: _("Today, %(day)s"), 1: _("Yesterday, %(day)s")}
    return [(day.isoformat(), said.get(number, "%(day)s") % {"day": long_day(day)}) for number, day in enumerate(days)]


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def log(request: HttpRequest, person: Participant) -> HttpResponse:
    """Write something in the diary: planned or not, today or some days ago."""
    plan = plans.plan_now(person)
    activities = list(plan.activities.all()) if plan else []
    if request.method == "POST":
        form = LogForm(request.POST, activities=activities)
        if form.is_valid():
            try:
                _keep(request, person, form.cleaned_data)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Saved in your diary."))
                return redirect("participant:activity")
    else:
        form = LogForm(initial=_likely(activities) | _asked_for(request), activities=activities)
    return answer(request, "participant/log.html", form, {"has_plan": bool(activities)})


def _likely(activities: list[Any]) -> dict[str, Any]:
    """What it probably is: an activity planned for today, else the first of the plan, as planned."""
    weekday = clock.today().isoweekday()
    likely = next((each for each in activities if weekday in each.days), activities[0] if activities else None)
    start = {"on": clock.today().isoformat(), "minutes": USUAL_MINUTES}
    if likely is None:
        return start
    return start | {"what": f"{PLANNED}{likely.pk}", "minutes": likely.minutes, "effort": likely.effort}


def _asked_for(request: HttpRequest) -> dict[str, Any]:
    """The kind that a page with an exercise asks to write down."""
    kind = request.GET.get("kind", "")
    return {"what": f"{KIND}{kind}"} if kind in plans.ActivityKind.values else {}


def _keep(request: HttpRequest, person: Participant, given: dict[str, Any]) -> None:
    """A planned activity that is not yet in the diary for the day stays tied to its plan."""
    what, by = given["what"], access.actor(request)
    planned = plans.planned_activity(person, int(what.removeprefix(PLANNED))) if what.startswith(PLANNED) else None
    free = planned is not None and not plans.is_logged(planned, given["on"])
    physiotherapy.log_activity(
        participant=person, on=given["on"], kind=planned.kind if planned else what.removeprefix(KIND),
        minutes=given["minutes"], effort=given["effort"], title=planned.title if planned else given["title"].strip(),
        felt=given["felt"], planned_activity=planned if free else None, key=given["key"], by=by,
    )  # fmt: skip


# The plan -------------------------------------------------------------------------------------------------------------
@require_safe
@own_page
def plan(request: HttpRequest, person: Participant) -> HttpResponse:
    """The plan as agreed, to read."""
    grows = steps.step_of(person, steps.rules_of(request, person))
    context = _plan_context(person) | {"exercises": plan_exercises.of_plan(person), "grows": grows}
    return render(request, "participant/plan.html", context)


@require_safe
@own_page
def print_plan(request: HttpRequest, person: Participant) -> HttpResponse:
    """The plan on one sheet, with boxes to tick."""
    context = _plan_context(person)
    if not context["lines"]:
        raise Http404
    goals = [each.goal.text for each in plans.goals_of(person) if each.parent is None]
    return render(request, "participant/plan_print.html", {**context, "goals": goals, "site": person.site})


@dataclass(frozen=True)
class SheetRow:
    """One activity in the week of the sheet: what, and on which days there is a box."""

    title: str
    detail: str
    boxes: list[bool]


def _changed(person: Participant) -> list[tuple[Tag, str]]:
    """What the version in force has that the one before had not."""
    found = visiting.newest_difference(person)
    return plan_changes.in_words(found[1]) if found else []


def _plan_context(person: Participant) -> dict[str, Any]:
    found = plans.plan_now(person)
    activities = list(found.activities.all()) if found else []
    return {
        "lines": [_line(each) for each in activities],
        "version": found.version if found else 0,
        "origin": found.origin if found else "",
        "agreed_on": clock.local(found.agreed_at).date() if found else None,
        "flare_rule": found.flare_rule if found else "",
        "limits": visiting.standing(person).limits,
        "changed": _changed(person),
        "aim_minutes": found.aim_minutes if found else None,
        "aim_strength_days": found.aim_strength_days if found else None,
        "weekdays": [str(name) for _number, _letter, name in WEEKDAYS],
        "sheet": [
            SheetRow(
                words.activity(each.label, each.minutes), words.talk_test(each.effort),
                [number + 1 in each.days for number, _letter, _name in WEEKDAYS],
            )
            for each in activities
        ],
    }  # fmt: skip
