"""Steps: a proposal to do a little more, to accept or decline; and making the plan smaller, at any time."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stegvis.audit.errors import Refused
from stegvis.methods.study.protocol import Activity as Rules
from stegvis.people.queries import Participant
from stegvis.physiotherapy import growing, growth
from stegvis.physiotherapy import queries as plans
from stegvis.trial import queries as trial
from stegvis.web import access
from stegvis.web.participant.gate import enrolment_of, own_page


@dataclass(frozen=True)
class Step:
    """A step that is proposed, or withheld `because` of something."""

    what: str
    minutes: int
    now: int
    after_week: date
    because: str


def rules_of(request: HttpRequest, person: Participant) -> Rules:
    """The rules of the protocol under which the person is enrolled."""
    return trial.protocol_of(enrolment_of(request, person)).activity


def step_of(person: Participant, rules: Rules) -> Step | None:
    """The step for somebody's page; None when none is due."""
    found = growth.proposal(person, rules.growth)
    if found is None:
        return None
    return Step(found.activity.label, found.minutes, found.activity.minutes, found.after_week, reason(found.because))


def reason(because: str) -> str:
    """Why a step is withheld, in a sentence for the person."""
    return {
        "red_flag": _("Your physiotherapist is looking at something first."),
        "flare": _("You have logged a flare. Let the body settle first."),
        "illness": _("You have been ill. Let the body settle first."),
        "worse": _("Your body felt worse after an activity. Stay where you are for now."),
    }.get(because, "")


@require_POST
@own_page
def answer(request: HttpRequest, person: Participant) -> HttpResponse:
    """Yes or no to the step that the page showed."""
    accepted = request.POST.get("answer") == "yes"
    try:
        after_week = date.fromisoformat(request.POST.get("after_week", ""))
    except ValueError:
        raise Http404 from None
    try:
        growing.answer_step(
            participant=person, rule=rules_of(request, person).growth, after_week=after_week, accepted=accepted,
            by=access.actor(request),
        )  # fmt: skip
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        said = _("Your plan has grown a little. You can make it smaller at any time.")
        messages.success(request, said if accepted else _("Your plan stays as it is. That is fine."))
    return redirect("participant:plan")


@require_POST
@own_page
def smaller(request: HttpRequest, person: Participant, pk: int) -> HttpResponse:
    """Make one activity shorter, or take it out."""
    activity = plans.planned_activity(person, pk)
    if activity is None:
        raise Http404
    typed = request.POST.get("minutes", "")
    try:
        minutes = int(typed) if typed.isascii() and typed.isdigit() else activity.minutes
        growing.reduce_plan(activity=activity, minutes=minutes, by=access.actor(request))
        messages.success(request, _("Your plan is smaller now. Your physiotherapist can see it."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("participant:plan")
