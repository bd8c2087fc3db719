"""Correcting what was sent: one questionnaire at a time, with a reason; what stood before stays beside it.

All of a questionnaire is corrected at once, so every option has its button here, and the answers are held against each
other when they are kept.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import AnswerNotPossible
from stegvis.audit.errors import Refused
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web.answering import repeating
from stegvis.web.answering.fields import asked_in, form_class
from stegvis.web.answering.names import name_of
from stegvis.web.assessor import gate
from stegvis.web.assessor.answering import worry_address
from stegvis.web.assessor.forms import FindForm, ReasonForm
from stegvis.web.assessor.lead_texts import with_texts
from stegvis.web.components.shapes import Moment
from stegvis.web.coordinator.words import occasion_name
from stegvis.web.forms import answer, posted


@require_http_methods(["GET", "HEAD", "POST"])
@gate.corrects
def find(request: HttpRequest) -> HttpResponse:
    """Whose answers are to be corrected: by code, since names are not needed here."""
    form = FindForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        code, occasion = form.cleaned_data["code"].strip().upper(), form.cleaned_data["occasion"]
        if gate.may_see(request, code):
            return redirect("assessor:sent", code, occasion)
        form.add_error(
            "code", _("There is nobody with this code whose answers you can correct. Look at the code again.")
        )
    return answer(request, "assessor/corrections.html", form, {"tab": "corrections"})


@require_safe
@gate.corrects
def sent(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """The questionnaires of an occasion that were sent, with how often each was corrected and why."""
    found = gate.way(request, code, occasion, kind="answers")
    rows = []
    for instrument in found.assessment.instruments:
        response = assessments.response(found.assessment, instrument)
        if response is not None and response.submitted_at is not None:
            made = [Moment(c.corrected_at, c.reason, c.corrected_by) for c in assessments.corrections_of(response)]
            rows.append((protocols.questionnaire(instrument).title_in(found.lang), instrument, made))
    context = {"code": code, "occasion": occasion, "rows": rows, "name": occasion_name(found.protocol, occasion)}
    return render(request, "assessor/sent.html", context | {"tab": "corrections"})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.corrects
def correct(request: HttpRequest, code: str, occasion: str, instrument: str) -> HttpResponse:
    """One questionnaire as it counts now; what is changed is a new version."""
    found = gate.way(request, code, occasion, kind="answers")
    response = assessments.response(found.assessment, instrument)
    if response is None or response.submitted_at is None:
        raise Http404
    questionnaire = protocols.questionnaire_of(response.instrument_id)
    given = assessments.typed(questionnaire, assessments.answers(response))
    data, files = posted(request)
    shown = repeating.with_room(questionnaire, given)
    form = form_class(asked_in(questionnaire, shown), found.lang, written_down=True)(data, files, kept=given)
    why = ReasonForm(data)
    if data is not None and form.is_valid() and why.is_valid():
        try:
            fired = trial.correct_answers(
                assessment=found.assessment, instrument=instrument, answers=form.answers,
                reason=why.cleaned_data["reason"], by=gate.account(request),
            )  # fmt: skip
        except AnswerNotPossible as refused:
            name = name_of(refused.facts["position"])
            form.add_error(name if name in form.fields else None, str(refused))
        except Refused as refused:
            why.add_error(None, str(refused))
        else:
            messages.success(request, _("Corrected. What stood before is kept beside it."))
            here = f"{request.path.rsplit('/', 2)[0]}/"
            return redirect(worry_address(found, {rule.code for rule in fired}, here) if fired else here)
    context = {
        "code": code, "occasion": occasion, "form": form, "why": why, "lang": found.lang, "tab": "corrections",
        "rows": with_texts(form, questionnaire, found.lang, shown),
        "title": questionnaire.title_in(found.lang), "name": occasion_name(found.protocol, occasion),
    }  # fmt: skip
    return render(request, "assessor/correct.html", context, status=422 if form.errors or why.errors else 200)
