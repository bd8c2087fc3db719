"""Agree: what was decided is read aloud in the person's words, shared, and kept; the next visit is booked."""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import queries
from stegvis.trial import actions as trial
from stegvis.web import plan_changes
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame, half_written, plan
from stegvis.web.physiotherapist.visit_forms import AgreeForm
from stegvis.web.physiotherapist.visits import ROLE, around
from stegvis.web.plan_sheet import week


@dataclass(frozen=True)
class Aloud:
    """A paragraph to read aloud: its heading and its lines."""

    heading: str
    lines: list[str]


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Read the summary aloud, agree, and keep that the visit was held; the person sees the plan at once."""
    participant = frame.whom(request, code, "plan")
    visit = frame.visit_of(participant, number)
    draft, in_force = physiotherapy.draft_of(participant), physiotherapy.plan_now(participant)
    following = frame.following(participant, visit)
    lacks_plan = draft is None and visit.held_at is None and in_force is None
    waiting = half_written.Waiting(visit, "agree")
    form = AgreeForm(
        request.POST or None, has_draft=draft is not None, lacks_plan=lacks_plan, is_held=visit.held_at is not None,
        has_next=following is not None,
        initial=_initial(draft, following, visit) | waiting.initial(AgreeForm.base_fields),
    )  # fmt: skip
    shown = draft or (physiotherapy.as_draft(in_force) if in_force else physiotherapy.Draft())
    summary = aloud(participant, shown)
    if request.method == "POST" and form.is_valid():
        try:
            _agree(request, visit, draft, form.cleaned_data, summary, following)
            waiting.sent(frame.me(request))
            shared, held = _("Done. The plan is on the person’s own page now."), _("The visit is kept as held.")
            messages.success(request, shared if draft else held)
            return redirect("physiotherapist:person", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = around(request, participant, visit, "agree") | {
        "summary": summary, "has_draft": draft is not None, "lacks_plan": lacks_plan, "following": following,
        "changed": plan_changes.in_words(queries.difference(physiotherapy.as_draft(in_force), draft))
        if draft and in_force else [],
        "agreed": queries.agreement_of(visit), "nothing_planned": not shown.activities,
        "growth_rule": frame.growth_rule(participant),
        "exercises": plan.chosen_of(shown, participant),
    } | waiting.context(form)  # fmt: skip
    half_written.go_on_at(form, request.GET.get("at", ""))
    return answer(request, "physiotherapist/agree.html", form, context)


def _initial(draft: physiotherapy.Draft | None, following: frame.Following | None, visit: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"mode": visit.planned_mode or "in_person"}
    if draft is not None:
        found |= {
            "flare_rule": draft.flare_rule or frame.flare_rule(visit.participant),
            "aim_minutes": draft.aim_minutes,
        }
    if following is not None:
        found |= {"next_on": following.on, "next_time": following.at, "next_mode": following.mode or "in_person"}
    return found


def _agree(
    request: HttpRequest, visit: Any, draft: physiotherapy.Draft | None, given: dict[str, Any], summary: list[Aloud],
    following: frame.Following | None,
) -> None:  # fmt: skip
    """Everything that the page's one button does, in one action."""
    if draft is not None:
        draft = replace(draft, flare_rule=given["flare_rule"], aim_minutes=given["aim_minutes"])
    booked = None
    if following is not None and given.get("next_on"):
        booked = trial.Next(following.number, given["next_on"], given["next_time"], given["next_mode"])
    trial.agree_visit(
        visit=visit, draft=draft, mode=given.get("mode", ""), summary=as_text(summary), read_aloud=given["read_aloud"],
        app_shown=given["app_shown"], following=booked, key=given["key"], by=frame.me(request),
    )  # fmt: skip


def aloud(participant: Any, draft: physiotherapy.Draft) -> list[Aloud]:
    """What was decided, paragraph by paragraph, in the person's words."""
    standing = physiotherapy.goals_of(participant)
    found = []
    for each in (each for each in standing if each.goal.kind == physiotherapy.GoalKind.MAIN):
        steps = [_with_week(step) for step in standing if step.parent == each.goal.pk]
        found.append(Aloud(_("What you want to be able to do"), [_with_week(each), *steps]))
    listed = week.listed(draft)
    lines = [_line(each) for each in listed]
    words, limits = queries.words_about(participant), queries.standing(participant).limits
    rest = [
        (_("Your week"), lines),
        (_("Your exercises"), [each.words.name for each in plan.chosen_of(draft, participant)]),
        (_("On a low-energy day"), [f"{each['name']}: {each['low_energy']}" for each in listed if each["low_energy"]]),
        (_("If there is a flare"), [draft.flare_rule] if draft.flare_rule else []),
        (_("Limits for now"), [limits] if limits else []),
        (_("What helps you"), words.resources.splitlines() if words else []),
        (_("The support you want"), words.support_wanted.splitlines() if words else []),
    ]
    return found + [Aloud(heading, lines) for heading, lines in rest if lines]


def as_text(summary: list[Aloud]) -> str:
    """The same as it is kept."""
    return "\n\n".join("\n".join([each.heading, *each.lines]) for each in summary)


def _with_week(each: physiotherapy.GoalNow) -> str:
    if not each.goal.target_week:
        return str(each.goal.text)
    return _("%(what)s, by week %(n)s") % {"what": each.goal.text, "n": each.goal.target_week}


def _line(each: Any) -> str:
    where = f". {each['when_where']}" if each["when_where"] else ""
    return f"{each['name']}: {each['days']}, {each['detail']}{where}"
