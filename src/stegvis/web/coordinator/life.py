"""What happened to a person: one form holds back every letter, reminder and call, another lets them go on."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit import clock
from stegvis.people.life import actions
from stegvis.people.life import queries as life
from stegvis.trial import actions as trial
from stegvis.trial.queries import Enrolment
from stegvis.web.components.shapes import Moment
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.forms import Chips, DayField, KeyedForm, StegForm, answer

KINDS = [(code, capfirst(label)) for code, label in life.LifeKind.choices]


class LifeEventForm(KeyedForm):
    """What happened, when, and when to ask again."""

    kind = forms.ChoiceField(label=gettext_lazy("What has happened?"), choices=KINDS, widget=Chips)
    since = DayField(label=gettext_lazy("Since which day?"))
    ask_again_on = DayField(
        label=gettext_lazy("When should somebody ask again?"),
        required=False,
        help_text=gettext_lazy("It then stands on the list of what to do today. Leave it empty if nobody should."),
    )
    words = forms.CharField(
        label=gettext_lazy("More, if somebody needs it"),
        required=False,
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("Who told you, and what was agreed. Those who work at the site can read it."),
    )


class GoOnForm(StegForm):
    """Why letters go out again."""

    reason = forms.CharField(
        label=gettext_lazy("Why does it go on?"),
        max_length=200,
        help_text=gettext_lazy("For example: home again, or recorded for the wrong person."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def life_event(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what happened; what is kept holds everything back at once."""
    enrolment = gate.enrolment(request, code, kind="life")
    initial = {"since": clock.today()}
    form = LifeEventForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        if carry_out(form, actions.keep, participant=enrolment.participant, by=by, **given):
            messages.success(request, _("Kept. No letters go out from now on, and nobody is asked to call."))
            return redirect("coordinator:person", code)
    return answer(
        request, "coordinator/life.html", form, {**_about(enrolment), "life_form": form, "go_on_form": GoOnForm()}
    )


@require_POST
@gate.coordinator
def go_on(request: HttpRequest, code: str) -> HttpResponse:
    """Let letters, reminders and calls go on."""
    enrolment = gate.enrolment(request, code, kind="life")
    form = GoOnForm(request.POST)
    if form.is_valid():
        reason, by = form.cleaned_data["reason"], gate.account(request)
        if carry_out(form, trial.go_on, participant=enrolment.participant, reason=reason, by=by):
            messages.success(request, _("Letters, reminders and calls go on."))
            return redirect("coordinator:person", code)
    context = {**_about(enrolment), "go_on_form": form, "life_form": LifeEventForm(initial={"since": clock.today()})}
    return answer(request, "coordinator/life.html", form, context)


def _about(enrolment: Enrolment) -> dict[str, Any]:
    """What holds everything back now, and what did before."""
    events = list(life.events_of(enrolment.participant))
    now = next((each for each in events if each.ended_at is None), None)
    return {**head(enrolment, "overview"), "event": now, "moments": [_moment(each) for each in events]}


def _moment(event: Any) -> Moment:
    places = {"since": full_day(event.since), "who": event.recorded_by.code}
    said = _("since %(since)s. Recorded by %(who)s.") % places
    if event.ended_at:
        until = {"until": full_day(event.ended_at)}
        said = _("since %(since)s, until %(until)s. Recorded by %(who)s.") % (places | until)
    title = capfirst(str(event.get_kind_display()))
    return Moment(event.recorded_at, title, " ".join(filter(None, [capfirst(said), event.note])))
