"""What a therapist has read or heard that must not wait: told to the site's safety rota, never kept by one alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.web import concern as told
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.therapist import gate, head


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def concern(request: HttpRequest, code: str) -> HttpResponse:
    """Tell the rota about a person of the own caseload."""
    person = gate.opened(request, code, kind="concern")
    form = told.form_of(request)
    if told.is_told(request, form, person.participant):
        messages.success(request, _("The safety rota has been told."))
        return redirect("therapist:person", code)
    return answer(request, "therapist/concern.html", form, head.around(request, person, ""))
