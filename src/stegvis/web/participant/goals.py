"""Goals: what the person wants to be able to do, and how far it has come, in their own judgement."""

from typing import Any
from uuid import uuid5

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.trial import actions as trial
from stegvis.trial import goal_standing
from stegvis.web import access, attainment, paper
from stegvis.web.components.shapes import Goal, Tag
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.participant.gate import enrolment_of, own_page

LEVELS = (
    ("not", gettext_lazy("Not reached")),
    ("partly", gettext_lazy("Partly reached")),
    ("fully", gettext_lazy("Fully reached")),
)
GAS = (
    (-2, gettext_lazy("Much less than I expected")),
    (-1, gettext_lazy("Somewhat less than I expected")),
    (0, gettext_lazy("As I expected")),
    (1, gettext_lazy("Somewhat more than I expected")),
    (2, gettext_lazy("Much more than I expected")),
)
_TONES = {"not": "", "partly": "fjord", "fully": "ok"}


@require_safe
@own_page
def goals(request: HttpRequest, person: Participant) -> HttpResponse:
    """The goals that stand, each main goal with the way-stations towards it."""
    standing = goal_standing.standings(person)
    mains = [each for each in standing if each.now.parent is None]
    groups = [
        (_shown(main), [_shown(each) for each in standing if each.now.parent == main.now.goal.pk]) for main in mains
    ]
    rating = attainment.open_for(enrolment_of(request, person))
    return render(request, "participant/goals.html", {"tab": "more", "groups": groups, "rating": rating})


@require_safe
@own_page
def card(request: HttpRequest, person: Participant) -> HttpResponse:
    """The goals on a card to carry in the pocket."""
    found = paper.goals(person)
    if not found:
        raise Http404
    return render(request, "participant/goals_card.html", {"goals": found, "site": person.site})


def _shown(standing: goal_standing.Standing) -> Goal:
    now = standing.now
    goal, last = now.goal, now.last
    is_main = now.parent is None
    when = _("Main goal") if is_main else _("On the way")
    if goal.target_week:
        when = _("%(what)s, by week %(week)s") % {"what": when, "week": goal.target_week}
    tags = [Tag(str(dict(LEVELS)[last.level]), _TONES[last.level])] if last else []  # type: ignore[arg-type]
    if standing.later:
        tags.append(Tag(_("Set later")))
    return Goal(goal.text, when, main=is_main, tags=tags, level=last.gas_level if last else None)


class RatingForm(KeyedForm):
    """Not, partly or fully, for each goal, and its level where it has levels. Made for the goals at hand by `rating_form`."""

    rating: attainment.Open

    def clean(self) -> dict[str, Any]:
        """At least one goal; any may be left out. Who changes an answer says why."""
        if self.errors:
            return self.cleaned_data
        if not any(self.level(each) for each in self.rating.goals):
            raise forms.ValidationError(_("Choose for at least one goal. You can leave the others out."))
        corrects = any(self.rating.given(each) for each in self.changed)
        if corrects and not self.cleaned_data.get("why", "").strip():
            self.add_error("why", _("You have changed an answer. Write a few words about why; both answers are kept."))
        return self.cleaned_data

    def level(self, each: physiotherapy.GoalNow) -> str:
        """What was chosen for a goal, "" when nothing was."""
        return str(self.cleaned_data.get(f"goal_{each.goal.pk}") or "")

    def gas_level(self, each: physiotherapy.GoalNow) -> int | None:
        """Which of its levels was chosen."""
        return self.cleaned_data.get(f"gas_{each.goal.pk}")

    @property
    def changed(self) -> list[physiotherapy.GoalNow]:
        """The goals about which something is said that was not said on this occasion before."""
        return [each for each in self.rating.goals if self.level(each) and not self._is_as_before(each)]

    def _is_as_before(self, each: physiotherapy.GoalNow) -> bool:
        before = self.rating.given(each)
        return before is not None and (before.level, before.gas_level) == (self.level(each), self.gas_level(each))


def rating_form(rating: attainment.Open, data: Any = None) -> RatingForm:
    """The form for these goals, each main goal before its way-stations, with what was rated on this occasion before."""
    mains = {each.goal.pk: each.goal.text for each in rating.goals if each.parent is None}
    places = {pk: place for place, pk in enumerate(mains)}
    fields: dict[str, Any] = {"rating": rating}
    for each in sorted(rating.goals, key=lambda each: places.get(each.parent or each.goal.pk, len(places))):
        fields[f"goal_{each.goal.pk}"] = forms.ChoiceField(
            label=each.goal.text,
            help_text=_which(each, mains),
            choices=LEVELS,
            widget=forms.RadioSelect,
            required=False,
        )
        if each.levels:
            fields[f"gas_{each.goal.pk}"] = _nearest(each)
    given = {each.goal.pk: rating.given(each) for each in rating.goals}
    if any(given.values()):
        fields["why"] = forms.CharField(
            label=_("If you change an answer: why?"), max_length=300, required=False,
            help_text=_("A few words are enough. Both answers are kept, and the new one counts."),
        )  # fmt: skip
    kind = type("OwnRatingForm", (RatingForm,), fields)
    initial: dict[str, Any] = {f"goal_{pk}": before.level for pk, before in given.items() if before}
    initial |= {f"gas_{pk}": before.gas_level for pk, before in given.items() if before}
    return kind(data, initial=initial)


def _nearest(each: physiotherapy.GoalNow) -> forms.TypedChoiceField:
    """Which of the levels that the person described comes nearest."""
    words = {level.value: level.text for level in each.levels}
    return forms.TypedChoiceField(
        label=_("Which of these comes nearest?"), help_text=each.goal.text, coerce=int, empty_value=None, required=False,
        choices=[(value, words.get(value, label)) for value, label in GAS], widget=forms.RadioSelect,
    )  # fmt: skip


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
        for each in form.changed:
            before = rating.given(each)
            trial.rate_goal(
                goal=each.goal, level=form.level(each), gas_level=form.gas_level(each), rater="participant",
                mode="own_screen", occasion=rating.occasion, corrects=before,
                reason_given=form.cleaned_data["why"] if before else "",
                key=uuid5(form.cleaned_data["key"], str(each.goal.pk)), by=access.actor(request),
            )  # fmt: skip
