"""Warning signs at a visit, for whoever is on the site's rota: what waits, and the decision of a licensed clinician."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.physiotherapy.visiting import queries
from stegvis.protocol import queries as protocols
from stegvis.trial.queries import RED_FLAG
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.words import language
from stegvis.web.deciding import DecideForm, is_decided
from stegvis.web.forms import answer


@require_http_methods(["GET", "HEAD", "POST"])
@gate.on_rotas
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """What was answered with yes, what was decided before, and the form for whoever may decide."""
    alert = gate.alert(request, number)
    if alert.trigger != RED_FLAG:
        raise Http404
    standing = queries.standing(alert.participant)
    form = DecideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        visits = [each.visit for each in standing.answers.values()]
        newest = max(visits, key=lambda visit: visit.number)
        if is_decided(request, form, newest):
            messages.success(request, _("The decision is kept."))
            return redirect("coordinator:alert", number)
    asked = {flag.code: flag.question.in_language(language()) for flag in protocols.current().physiotherapy.asked}
    context = {
        "alert": alert, "participant": alert.participant, "standing": standing,
        "waiting": [asked.get(each, each) for each in standing.waiting],
        "decisions": queries.decisions_about(alert.participant), "may_decide": gate.account(request).licensed_clinician,
    }  # fmt: skip
    return answer(request, "coordinator/warning_signs.html", form, context)
