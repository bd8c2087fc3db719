"""Screening: who waits, one person's criteria, an invitation or another end. Only a licensed clinician's findings count."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries
from stegvis.trial.queries import CriterionRow, Outcome
from stegvis.web import access
from stegvis.web.components.shapes import Fact
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import candidates, criteria, gate
from stegvis.web.coordinator.forms import (
    AnswersForm,
    CriteriaForm,
    EndForm,
    InviteForm,
    answers_form,
    carry_out,
    given_answers,
    new_screening_form,
)
from stegvis.web.coordinator.words import language
from stegvis.web.forms import answer

A_PAGE = 50
BEFORE_CONSENT = "screening"


@require_safe
@gate.deciding
def screenings(request: HttpRequest) -> HttpResponse:
    """Screenings under way at the own sites, the longest waiting first."""
    rows = queries.open_screenings(gate.sites(request))
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "coordinator/screenings.html", {"page": page, "adds": request.user.role == "coordinator"})  # type: ignore[union-attr]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@gate.coordinator
def add(request: HttpRequest) -> HttpResponse:
    """Somebody who called, or whom a clinic sent."""
    own = [site for site in people.sites() if site.pk in gate.sites(request)]
    form = new_screening_form(protocols.current(), own, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        site = next(site for site in own if site.code == given["site"])
        opened = carry_out(
            form, trial.open_screening, site=site, source=given["source"], language=given["language"],
            answers=form.answers(), name=given["name"], email=given["email"], phone=given["phone"], key=given["key"],
            born=given["born"], made_up=settings.MODE == "demo", by=gate.account(request),
        )  # fmt: skip
        if opened is not None:
            return redirect("coordinator:one_screening", opened.pk)
    return answer(request, "coordinator/screening_new.html", form, {})


@require_safe
@gate.deciding
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One screening: the person as far as known, and each criterion."""
    return _page(request, gate.screening(request, number))


@require_POST
@gate.deciding
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Keep a clinician's findings: all that were filled in, or none when one is refused."""
    found = gate.screening(request, number)
    form = CriteriaForm(_rows(found), request.POST)
    kept = carry_out(form, _decide_all, found, form, gate.account(request)) if form.is_valid() else None
    if kept is None:
        return _page(request, found, form)
    if kept:
        messages.success(request, _("Saved."))
    else:
        messages.warning(request, _("Nothing was saved: no finding is new. Choose an answer by a criterion first."))
    address = access.own_address(request.POST.get("next", ""))
    return redirect(address) if address else redirect("coordinator:one_screening", number)


def _decide_all(found: Any, form: CriteriaForm, by: Any) -> int:
    """How many findings were kept."""
    findings = list(form.findings())
    for code, verdict, source in findings:
        trial.decide_criterion(screening=found, criterion=code, verdict=verdict, source=source, by=by)
    return len(findings)


def _under_way(view: Callable[[HttpRequest, Any], HttpResponse]) -> Callable[[HttpRequest, int], HttpResponse]:
    """Give a page the screening while it is open. Ended meanwhile, by a colleague or a second press: say so and show it."""

    @gate.coordinator
    @wraps(view)
    def page(request: HttpRequest, number: int) -> HttpResponse:
        found = gate.screening(request, number)
        if found.outcome == Outcome.OPEN:
            return view(request, found)
        ended = _("Screening %(number)d has ended already: %(how)s.") % {"number": number, "how": _ending(found)}
        messages.warning(request, ended)
        return redirect("coordinator:one_screening", number)

    return page


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@_under_way
def complete(request: HttpRequest, found: Any) -> HttpResponse:
    """Contact details and answers, put right while the screening is open."""
    stored = queries.answers_of(found)
    initial = {"name": found.name, "email": found.email, "phone": found.phone, **given_answers(stored)}
    form = answers_form(_asked(queries.criteria_of(found)), data=_posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        kept = carry_out(
            form, trial.complete_screening, screening=found, name=given["name"], email=given["email"],
            phone=given["phone"], answers=_merged(stored, form), born=given["born"], by=gate.account(request),
        )  # fmt: skip
        if kept is not None:
            return redirect("coordinator:one_screening", found.pk)
    return answer(request, "coordinator/screening_complete.html", form, {"screening": found})


def _merged(stored: dict[str, Any], form: AnswersForm) -> dict[str, Any]:
    """The form's answers over those that are there, so that what it did not ask about stays."""
    given = form.answers()
    return {**stored, **given, "answers": {**stored.get("answers", {}), **given["answers"]}}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@_under_way
def invite(request: HttpRequest, found: Any) -> HttpResponse:
    """End a screening as eligible: the person gets a code, an account and a letter."""
    form = InviteForm(_posted(request), initial={"name": found.name, "email": found.email, "phone": found.phone})
    if request.method == "POST" and form.is_valid():
        enrolment = carry_out(form, _complete_and_invite, found, form.cleaned_data, gate.account(request))
        if enrolment is not None:
            code = enrolment.participant.code
            messages.success(request, _("%(code)s is invited. A letter is on its way.") % {"code": code})
            return redirect("coordinator:person", code)
    rows = queries.criteria_of(found, at=BEFORE_CONSENT)
    context = {"screening": found, "undecided": criteria.undecided(rows), "against": criteria.against(rows)}
    return answer(request, "coordinator/invite.html", form, context)


def _complete_and_invite(found: Any, given: dict[str, Any], by: Any) -> Any:
    trial.complete_screening(
        screening=found, name=given["name"], email=given["email"], phone=given["phone"],
        answers=queries.answers_of(found), by=by,
    )  # fmt: skip
    return trial.invite(screening=found, sex=given["sex"], by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@_under_way
def end(request: HttpRequest, found: Any) -> HttpResponse:
    """End a screening otherwise; of the person nothing remains but the reason."""
    rows = queries.criteria_of(found, at=BEFORE_CONSENT)
    speaking = criteria.against(rows)
    initial = {"outcome": Outcome.EXCLUDED, "criterion": speaking[0].criterion.code} if speaking else {}
    initial |= {"outcome": Outcome.TWICE} if "twice" in request.GET else {}
    form = EndForm([row.criterion for row in rows], _posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        outcome, criterion = form.cleaned_data["outcome"], form.cleaned_data["criterion"]
        by = gate.account(request)
        if carry_out(form, trial.end_screening, screening=found, outcome=outcome, criterion=criterion, by=by):
            messages.success(request, _("Screening %(number)d has ended.") % {"number": found.pk})
            return redirect("coordinator:screening")
    return answer(request, "coordinator/screening_end.html", form, {"screening": found})


@require_POST
@_under_way
def go_on(request: HttpRequest, found: Any) -> HttpResponse:
    """Say that a screening open for long goes on; nobody is asked again for as long."""
    try:
        trial.say_it_goes_on(screening=found, by=gate.account(request))
        messages.success(request, _("It is recorded that screening %(number)d goes on.") % {"number": found.pk})
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("coordinator:one_screening", found.pk)


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _rows(found: Any) -> list[CriterionRow]:
    """The criteria to decide now: those before consent, and all of them once there is a participant."""
    return queries.criteria_of(found, at=None if found.participant is not None else BEFORE_CONSENT)


def _asked(rows: Sequence[CriterionRow]) -> list[Any]:
    return [row.criterion for row in rows if row.criterion.self_check]


def _page(request: HttpRequest, found: Any, form: CriteriaForm | None = None) -> HttpResponse:
    if form is None:
        form = CriteriaForm(_rows(found))
    answers = queries.answers_of(found)
    context = {
        "screening": found,
        "is_open": found.outcome == Outcome.OPEN,
        "coordinates": request.user.role == "coordinator",  # type: ignore[union-attr]
        "facts": _facts(found, answers),
        "marked": answers.get("pain_places") or [],
        "ending": _ending(found),
        "quiet": _quiet(found),
        "decides": request.user.licensed_clinician,  # type: ignore[union-attr]
        **(candidates.known(request, found) if found.outcome == Outcome.OPEN else {}),
        "can_decide": found.outcome == Outcome.OPEN or found.participant is not None,
        **criteria.context(form),
    }
    return answer(request, "coordinator/screening.html", form, context)


def _quiet(found: Any) -> str:
    """That nothing has been recorded of an open screening for long, and what comes of it; nothing otherwise."""
    kept = protocols.current().retention
    if found.outcome != Outcome.OPEN or not queries.is_quiet(found, kept.screening_asked_days):
        return ""
    return _(
        "Nothing has been recorded for %(asked)d days. If nobody says that it goes on, it is due after %(until)d days to end as "
        "not reached, and name, telephone, address and answers are erased."
    ) % {"asked": kept.screening_asked_days, "until": kept.screening_open_days}


def _facts(found: Any, answers: dict[str, Any]) -> list[Fact]:
    unknown = _("not known yet")
    facts = []
    if found.outcome == Outcome.OPEN:
        facts = [Fact(_("Name"), found.name or unknown), Fact(_("Phone number"), found.phone or unknown)]
        facts.append(Fact(_("E-mail address"), found.email or unknown))
    facts += [
        Fact(_("Site"), found.site.name if found.site else unknown),
        Fact(_("Came by"), found.get_source_display()),
        Fact(_("Since"), full_day(found.opened_at)),
    ]
    if answers:
        months = answers.get("pain_months")
        facts.append(Fact(_("Age"), answers.get("age") or unknown))
        duration = unknown if months is None else ngettext("%(n)d month", "%(n)d months", months) % {"n": months}
        facts.append(Fact(_("Pain for"), duration))
    return facts


def _ending(found: Any) -> str:
    """How it ended, in words; nothing while it is open."""
    if found.outcome == Outcome.OPEN:
        return ""
    label = str(Outcome(found.outcome).label)
    if not found.criterion:
        return label
    rule = {each.code: each for each in protocols.protocol_of(found.protocol_version_id).criteria}.get(found.criterion)
    return f"{label}: {rule.label.in_language(language()) if rule else found.criterion}"
