"""What people are shown when something cannot be: beside the pages of `components.errors`, refusals as sentences.

Settings name `form_expired` as CSRF_FAILURE_VIEW.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stegvis.audit.errors import Refused
from stegvis.people.errors import TooManyAttempts
from stegvis.web import unsent
from stegvis.web.components import errors, shell


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A refusal that no page caught: its sentence, as 422; too many attempts as 429. Pages with a form show it there."""
    if isinstance(refusal, TooManyAttempts):
        return errors.too_many(request, minutes=refusal.facts["minutes"])
    return render(request, "errors/refused.html", {"sentence": str(refusal)}, status=422)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's own words, not shown
    """403 for a form whose token is missing or old. The page holds what was typed and leads back to it, filled in.

    Only for a form of this site: what another site made a browser send is neither shown nor offered.
    """
    typed = unsent.typed(request) if unsent.is_from_own_page(request) else {}
    context = {
        "shell_template": shell.template_for(request),
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "sentences": [value for values in typed.values() for value in values if " " in value.strip()],
        "address": request.get_full_path(), "look_again": unsent.LOOK_AGAIN, "old": unsent.OLD,
    }  # fmt: skip
    return render(request, "errors/403_form.html", context, status=403)


def preparing(request: HttpRequest) -> HttpResponse:
    """503: this installation has not gone live yet."""
    return _not_open(request, "errors/preparing.html")


def restored_copy(request: HttpRequest) -> HttpResponse:
    """503: this is a copy, restored from a backup, and nothing written here would be kept."""
    return _not_open(request, "errors/restored_copy.html")


def _not_open(request: HttpRequest, template: str) -> HttpResponse:
    response = render(request, template, status=503)
    response["Retry-After"] = "3600"
    return response
