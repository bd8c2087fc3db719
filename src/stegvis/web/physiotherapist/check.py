"""Before moving more: the warning signs, a clinician's decision where one is there, and the test of capacity."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.methods.capacity import Retest, measurement_error
from stegvis.methods.study.visiting import CapacityTest, RedFlag
from stegvis.physiotherapy.visiting import actions, queries
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web.access import for_role
from stegvis.web.deciding import DecideForm, is_decided
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.visit_forms import FLAG, CapacityForm, FlagsForm
from stegvis.web.physiotherapist.visits import ROLE, around


@dataclass(frozen=True)
class Group:
    """Warning signs of one kind, as fields of the form."""

    title: str
    fields: list[Any]


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The warning signs, and the test of capacity once they allow it; one form at a time is sent."""
    participant = frame.whom(request, code, "visit")
    visit = frame.visit_of(participant, number)
    asked, test = protocols.current().physiotherapy.asked, protocols.current().physiotherapy.capacity_test
    sent = request.POST.get("what", "") if request.method == "POST" else ""
    known = {FLAG + flag: each.said for flag, each in queries.flags_at(visit).items()}
    forms = {
        "flags": FlagsForm(request.POST if sent == "flags" else None, flags=asked, initial=known),
        "decide": DecideForm(request.POST if sent == "decide" else None, auto_id="decide_%s"),
        "capacity": CapacityForm(request.POST if sent == "capacity" else None, test=test, auto_id="capacity_%s"),
    }
    if sent in forms and forms[sent].is_valid():
        try:
            if way := _KEEP[sent](request, visit, forms[sent]):
                return redirect(way)
        except Refused as refused:
            forms[sent].add_error(None, str(refused))
    form: Any = forms.get(sent, forms["flags"])
    context = around(request, participant, visit, "check") | _about(visit, asked, test, forms)
    return answer(request, "physiotherapist/check.html", form, context)


def _keep_flags(request: HttpRequest, visit: Any, form: Any) -> str:
    """Keep the answers; with *no to the rest*, whatever has none yet was asked about and is no."""
    given = form.given
    if "rest" in request.POST:
        given = {name.removeprefix(FLAG): "no" for name in form.fields} | given
    trial.answer_red_flags(visit=visit, answers=given, by=frame.me(request))
    here = reverse("physiotherapist:check", args=(visit.participant.code, visit.number))
    return f"{here}#{'capacity' if queries.standing(visit.participant).is_open else 'held'}"


def _keep_decision(request: HttpRequest, visit: Any, form: Any) -> str:
    if is_decided(request, form, visit):
        messages.success(request, _("The decision is kept."))
        return reverse("physiotherapist:check", args=(visit.participant.code, visit.number))
    return ""


def _keep_capacity(request: HttpRequest, visit: Any, form: Any) -> str:
    given = form.cleaned_data
    actions.keep_capacity(
        visit=visit, value=given["value"], not_done=given["not_done"], key=given["key"], by=frame.me(request)
    )
    if frame.is_last(visit.participant, visit.number) and given["value"] is not None:
        return reverse("physiotherapist:check", args=(visit.participant.code, visit.number)) + "#capacity"
    return frame.next_address(visit.participant, visit, "check")


_KEEP = {"flags": _keep_flags, "decide": _keep_decision, "capacity": _keep_capacity}


def _about(visit: Any, asked: tuple[RedFlag, ...], test: CapacityTest, forms: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or ""
    standing = queries.standing(visit.participant)
    answers = queries.flags_at(visit)
    titles = {each.code: each.question.in_language(language) for each in asked}
    needed = protocols.current().physiotherapy.before_effort
    return {
        "groups": _groups(asked, forms["flags"]), "standing": standing, "answers": answers, "asked": len(asked),
        "all_answered": set(titles) <= set(answers), "waiting": [titles.get(each, each) for each in standing.waiting],
        "decisions": list(queries.decisions_about(visit.participant)), "decide_form": forms["decide"],
        "capacity_form": forms["capacity"], "test": _test(test, language), "result": queries.capacity_at(visit, test.code),
        "may_test": standing.is_open and not standing.unclear(needed, visit),
        "unclear": len(standing.unclear(needed, visit)), "retest": _retest(queries.retest_at(visit, test), test, language),
        "has_capacity": frame.tests_capacity(visit.participant, visit.number),
        "autosave_url": reverse("physiotherapist:save", args=(visit.participant.code, visit.number)),
        "after": frame.next_address(visit.participant, visit, "check"),
    }  # fmt: skip


def _groups(asked: tuple[RedFlag, ...], form: FlagsForm) -> list[Group]:
    titles = {
        "illness": _("Illness and injury"),
        "heart_lung": _("Heart and lungs"),
        "pregnancy": _("Pregnancy"),
        "falls": _("Falls"),
    }
    found = {kind: [form[FLAG + each.code] for each in asked if each.kind == kind] for kind in titles}
    return [Group(title, found[kind]) for kind, title in titles.items() if found[kind]]


def _test(test: CapacityTest, language: str) -> dict[str, Any]:
    """The test in words: what it is called, how it is done, how far two results differ by chance, and who says so."""
    return {
        "name": test.name.in_language(language), "how": test.how.in_language(language),
        "unit": test.unit.in_language(language), "seconds": test.seconds,
        "error": round(measurement_error(test.retest_sd), 1), "source": test.retest_source.in_language(language),
    }  # fmt: skip


def _retest(found: Retest | None, test: CapacityTest, language: str) -> str:
    """The two results and what their difference may mean; never that it is a success."""
    if found is None:
        return ""
    facts = {
        "first": round(found.first), "second": round(found.second), "unit": test.unit.in_language(language),
        "difference": f"{found.difference:+.0f}".replace("-", "−"),
    }  # fmt: skip
    if found.is_within_chance:
        sentence = _(
            "First %(first)s, now %(second)s %(unit)s: %(difference)s. This is within what a retest differs by chance."
        )
        return sentence % facts
    return (
        _("First %(first)s, now %(second)s %(unit)s: %(difference)s. This is more than a retest differs by chance.")
        % facts
    )
