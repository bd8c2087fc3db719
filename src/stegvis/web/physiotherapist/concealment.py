"""Whether concealment held: the guess at the visit at which goals are rated, and that a group became known at any time."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.physiotherapy import concealment
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.goal_forms import GuessForm, ToldForm
from stegvis.web.physiotherapist.visits import ROLE, around


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def guess(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Before any goal is shown as rated: which group, how sure, and whether it has become known.

    Who says that it has is asked through whom first, so that the guess is kept as one of somebody who knew.
    """
    participant = frame.whom(request, code, "visit")
    found = frame.visit_of(participant, number)
    if not frame.rates_goals(participant, number):
        raise Http404
    by = frame.me(request)
    has_guessed = physiotherapy.guess_of(by, found) is not None
    is_asked = not (has_guessed or physiotherapy.is_held_by_another(by, found))
    if not is_asked and request.method == "GET":
        return redirect("physiotherapist:rate", code, number)
    form = GuessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["told"] == "yes" and not (has_guessed or physiotherapy.told_of(by, participant)):
            return redirect("physiotherapist:told_at", code, number)
        try:
            concealment.guess_arm(visit=found, key=form.cleaned_data["key"], by=by, **form.guess)
            return redirect("physiotherapist:rate", code, number)
        except Refused as refused:
            form.add_error(None, str(refused))
    context = around(request, participant, found, "rate")
    begun_by = context["left"].by if context["left"] else ""
    context["begun_by"] = begun_by if begun_by != getattr(by, "code", "") else ""
    return answer(request, "physiotherapist/guess.html", form, context)


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
    """Keep that a group became known: through whom, how, when. From a visit, on to its guess."""
    participant = frame.whom(request, code, "participant page")
    form = ToldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            concealment.keep_told(
                participant=participant, told_by=given["told_by"], how=given["how"], told_on=given["told_on"],
                words=given["words"], key=given["key"], by=frame.me(request),
            )  # fmt: skip
            messages.success(request, _("Kept. It changes nothing for the person."))
            return (
                redirect("physiotherapist:guess", code, number) if number else redirect("physiotherapist:person", code)
            )
        except Refused as refused:
            form.add_error(None, str(refused))
    context = {
        "participant": participant, "crumbs": frame.crumbs(participant),
        "before": physiotherapy.told_of(frame.me(request), participant),
    }  # fmt: skip
    return answer(request, "physiotherapist/told.html", form, context)
