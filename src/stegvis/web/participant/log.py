"""The log: something is written in the diary, planned or not, today or some days ago.

Beside one tap for what was planned, three are enough for anything else: “something else”, what it was, and how hard, which
is asked last and saves it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import queries as plans
from stegvis.web import access
from stegvis.web.components.times import long_day
from stegvis.web.forms import Chips, Hinted, KeyedForm, SavingButtons, Stepper, answer
from stegvis.web.participant.gate import own_page

DAYS_BACK = 14
PLANNED, KIND = "plan:", "kind:"
USUAL_MINUTES = 15


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
    effort = forms.ChoiceField(
        label=gettext_lazy("How hard was it?"),
        help_text=gettext_lazy("Your answer saves it."),
        widget=SavingButtons,
        choices=[
            ("easy", Hinted(gettext_lazy("Easy"), gettext_lazy("You could sing"))),
            ("medium", Hinted(gettext_lazy("Medium"), gettext_lazy("You can talk, not sing"))),
            ("hard", Hinted(gettext_lazy("Hard"), gettext_lazy("A few words at a time"))),
        ],
    )

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
