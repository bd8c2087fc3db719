"""Goals: what the person wants to be able to do, and how far it has come, in their own judgement."""

from typing import Any
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.components.shapes import Goal, Tag
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.participant import attainment
from stegvis.web.participant.gate import enrolment_of, own_page

LEVELS = (
    ("not", gettext_lazy("Not reached")),
    ("partly", gettext_lazy("Partly reached")),
    ("fully", gettext_lazy("Fully reached")),
)
_TONES = {"not": "", "partly": "fjord", "fully": "ok"}


@require_safe
@own_page
def goals(request: HttpRequest, person: Participant) -> HttpResponse:
    """The goals that stand, each main goal with the way-stations towards it."""
    standing = physiotherapy.goals_of(person)
    mains = [each for each in standing if each.parent is None]
    groups = [(_shown(main), [_shown(each) for each in standing if each.parent == main.goal.pk]) for main in mains]
    rating = attainment.open_for(enrolment_of(request, person))
    return render(request, "participant/goals.html", {"tab": "more", "groups": groups, "rating": rating})


def _shown(now: physiotherapy.GoalNow) -> Goal:
    goal, last = now.goal, now.last
    is_main = now.parent is None
    when = _("Main goal") if is_main else _("On the way")
    if goal.target_week:
        when = _("%(what)s, by week %(week)s") % {"what": when, "week": goal.target_week}
    rated = (Tag(str(dict(LEVELS)[last.level]), _TONES[last.level]),) if last else ()  # type: ignore[arg-type]
    return Goal(goal.text, when, main=is_main, tags=rated)


class RatingForm(KeyedForm):
    """Not, partly or fully, for each goal. Made for the goals at hand by `rating_form`."""

    def clean(self) -> dict[str, Any]:
        """At least one goal; any may be left out."""
        if not self.errors and not self.levels:
            raise forms.ValidationError(_("Choose for at least one goal. You can leave the others out."))
        return self.cleaned_data

    @property
    def levels(self) -> dict[int, str]:
        """What was chosen, by the goal's number."""
        chosen = {name: level for name, level in self.cleaned_data.items() if name.startswith("goal_") and level}
        return {int(name.removeprefix("goal_")): level for name, level in chosen.items()}


def rating_form(rating: attainment.Open, data: Any = None) -> RatingForm:
    """The form for these goals, each main goal before its way-stations, with what was rated on this occasion before."""
    mains = {each.goal.pk: each.goal.text for each in rating.goals if each.parent is None}
    places = {pk: place for place, pk in enumerate(mains)}
    fields = {
        f"goal_{each.goal.pk}": forms.ChoiceField(
            label=each.goal.text, help_text=_which(each, mains), choices=LEVELS, widget=forms.RadioSelect,
            required=False,
        )
        for each in sorted(rating.goals, key=lambda each: places.get(each.parent or each.goal.pk, len(places)))
    }  # fmt: skip
    kind = type("OwnRatingForm", (RatingForm,), fields)
    initial = {f"goal_{each.goal.pk}": rating.level_of(each) for each in rating.goals}
    return kind(data, initial=initial)


def _which(goal: physiotherapy.GoalNow, mains: dict[int, str]) -> str:
    """Which of them it is: the main goal, or a way-station to it."""
    if goal.parent is None:
        return _("Main goal")
    return _("A way-station to: %(goal)s") % {"goal": mains[goal.parent]} if goal.parent in mains else _("Way-station")


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def rate(request: HttpRequest, person: Participant) -> HttpResponse:
    """Rate one's goals, on a page without tabs: whoever looks on learns nothing else."""
    rating = attainment.open_for(enrolment_of(request, person))
    if rating is None:
        return redirect("participant:goals")
    form = rating_form(rating, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _keep(rating, form, request)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. Your answers about your goals are saved."))
            return redirect(f"{reverse('participant:rate')}?done")
    context = {"rating": rating, "done": "done" in request.GET and not form.is_bound}
    return answer(request, "participant/rate.html", form, context)


def _keep(rating: attainment.Open, form: RatingForm, request: HttpRequest) -> None:
    """All of it or nothing; the form's key makes one of each goal's own, so that sending twice is sending once."""
    with transaction.atomic():
        for each in rating.goals:
            level = form.levels.get(each.goal.pk)
            if level and level != rating.level_of(each):
                trial.rate_goal(
                    goal=each.goal, level=level, rater="participant", mode="own_screen", occasion=rating.occasion,
                    key=uuid5(form.cleaned_data["key"], str(each.goal.pk)), by=access.actor(request),
                )  # fmt: skip
