"""What people are shown when something cannot be: beside the pages of `components.errors`, refusals as sentences."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stegvis.audit.errors import Refused
from stegvis.people.errors import TooManyAttempts
from stegvis.web.components import errors


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that no page caught: its sentence, as 422; too many attempts as 429. Pages with a form show it there."""
    if isinstance(refusal, TooManyAttempts):
        return errors.too_many(request, minutes=refusal.facts["minutes"])
    return render(request, "errors/refused.html", {"sentence": str(refusal)}, status=422)


def preparing(request: HttpRequest) -> HttpResponse:
    """503: this installation has not gone live yet."""
    response = render(request, "errors/preparing.html", status=503)
    response["Retry-After"] = "3600"
    return response
