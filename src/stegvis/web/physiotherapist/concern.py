"""What a physiotherapist has heard that must not wait: told to the site's safety rota."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.web import concern as told
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.visits import ROLE


@for_role(ROLE)
@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the rota about a person of the own caseload."""
    participant = frame.whom(request, code, "concern")
    form = told.form_of(request)
    if told.is_told(request, form, participant):
        messages.success(request, _("The safety rota has been told."))
        return redirect("physiotherapist:person", code)
    context = {"participant": participant, "crumbs": frame.crumbs(participant)}
    return answer(request, "physiotherapist/concern.html", form, context)
