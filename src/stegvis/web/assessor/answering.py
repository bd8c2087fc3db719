"""Answers taken in a call: the participant's own questions, page by page, written down by whoever calls.

The questions stand in the participant's language and in their order; a line is a box for its number. A worrying answer is
told to the rota when it is saved, and the very next page says what to say and do.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.methods.instruments import filling
from stegvis.methods.study.safety import DECLINED
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.answering.fields import form_class
from stegvis.web.assessor import gate
from stegvis.web.assessor.calls import home
from stegvis.web.coordinator.words import occasion_name
from stegvis.web.forms import answer, posted
from stegvis.web.participant.occasions import Step, Walk, walk
from stegvis.web.public.pages import help_numbers

CHANNEL = "phone"


@require_safe
@gate.takes_answers
def begin(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """To the first question that waits."""
    found = gate.way(request, code, occasion, kind="answers")
    return redirect(found.go_on) if found.is_open else redirect("assessor:call", code, occasion)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def question(request: HttpRequest, code: str, occasion: str, instrument: str, key: str) -> HttpResponse:
    """One page of questions, read out; Next saves what was answered and goes on."""
    found = gate.way(request, code, occasion, kind="answers")
    if not found.is_open:
        return redirect("assessor:call", code, occasion)
    step = found.step(instrument, key)
    if step is None:
        if instrument not in found.assessment.instruments:
            raise Http404
        return redirect(found.go_on)
    asked = filling.with_offered(
        step.questionnaire, step.answers, zip(step.page.positions, step.page.items, strict=True)
    )
    kind = form_class(asked, found.lang, must_answer=step.must_answer, written_down=True)
    form = kind(*posted(request), kept=step.answers, complete=True)
    if form.is_bound and form.is_valid():
        try:
            fired = trial.save_answers(
                assessment=found.assessment, instrument=instrument, answers=form.answers, language=found.lang,
                channel=CHANNEL, by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            following = _after(found, step)
            return redirect(worry_address(found, {rule.code for rule in fired}, following) if fired else following)
    return answer(request, "assessor/question.html", form, _around(found, step, code))


def _after(found: Walk, step: Step) -> str:
    """On, in view of what has just been answered."""
    now = walk(found.assessment.participant, found.occasion.code, found.route, found.lang)
    here = now.step(step.instrument, step.page.key)
    following = now.after(here) if here else None
    return following.address if following else found.review


def worry_address(found: Walk, codes: set[str], following: str) -> str:
    """The page that says what to do about these rules, and then leads on."""
    address = reverse("assessor:worry", args=[*found.route.args, found.occasion.code])
    return f"{address}?{urlencode({'about': ','.join(sorted(codes)), 'next': following})}"


def _around(found: Walk, step: Step, code: str) -> dict[str, Any]:
    before = found.before(step)
    headings = step.page.headings
    return {
        "code": code, "step": step, "number": found.number(step), "of": len(found.steps),
        "name": occasion_name(found.protocol, found.occasion.code), "occasion": found.occasion.code,
        "title": headings[-1] if headings else step.questionnaire.title_in(found.lang),
        "with_map": any(item.is_body_map for item in step.page.items), "back": before.address if before else "",
        "lang": found.lang, "tab": "calls",
    }  # fmt: skip


@require_safe
@gate.is_told_of_worries
def worry(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """After an answer that worries: what to say now, what to do, whom to call, and that the rota has been told."""
    person = gate.person(request, code, kind="answers")
    language = get_language() or ""
    about = set(request.GET.get("about", "").split(","))
    rules = [rule for rule in protocols.current().safety.rules if rule.code in about]
    context = {
        "code": code,
        "declined": about == {DECLINED},
        "says": list(dict.fromkeys(rule.say.in_language(person.language) for rule in rules if rule.say)),
        "does": list(dict.fromkeys(rule.what.in_language(language) for rule in rules)),
        "numbers": help_numbers(),
        "site": person.site,
        "rota": safety.rota(person.site),
        "then": access.own_address(request.GET.get("next", "")) or reverse("assessor:sent", args=[code, occasion]),
        "tab": "calls",
    }
    return render(request, "assessor/worry.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def review(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """A look at it all: how much has no answer, and Send."""
    found = gate.way(request, code, occasion, kind="answers")
    if not found.is_open:
        return redirect("assessor:call", code, occasion)
    refusal = ""
    if request.method == "POST":
        try:
            trial.submit_assessment(
                assessment=found.assessment, minimum=found.route.short, channel=CHANNEL, by=access.actor(request)
            )
            trial.keep_call(
                participant=found.assessment.participant,
                occasion=occasion,
                outcome="answered",
                by=gate.account(request),
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The answers of %(code)s are sent, as given by telephone.") % {"code": code})
            return redirect(home(request))
    waiting = [step for step in found.steps if not step.is_done]
    context = {
        "code": code, "walk": found, "refusal": refusal, "tab": "calls",
        "name": occasion_name(found.protocol, found.occasion.code),
        "waiting": [(step.questionnaire.title_in(found.lang), step.address, len(step.unanswered)) for step in waiting],
    }  # fmt: skip
    return render(request, "assessor/review.html", context, status=422 if refusal else 200)
