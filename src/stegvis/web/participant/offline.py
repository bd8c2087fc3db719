"""What a device asks for beforehand, so that answering goes on without a connection: pages, and the worker that shows them.

The worker acts only when the network has failed. Pages without anybody's answers are all it has.
"""

from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from stegvis.people.queries import Participant
from stegvis.web import access
from stegvis.web.participant import answering, kept_pages
from stegvis.web.participant.gate import own_page
from stegvis.web.participant.occasions import Step, Walk, own_walk

_WORKER = Path(__file__).parents[1] / "static" / "js" / "worker.js"


@require_safe
@gzip_page
@own_page
def untouched(request: HttpRequest, person: Participant, occasion: str) -> HttpResponse:
    """Pages of questions as they are before anybody answers, for the device to keep: JSON, address → sign and HTML.

    `page` in the address names each by its sign. What is answered by now, or looks different, is left out.
    """
    found = own_walk(request, person, occasion)
    pages = {
        step.address: {"sign": sign, "html": _as_kept(request, found, step)}
        for sign, step in kept_pages.wanted(found, request.GET.getlist("page"))
    }
    _leave_no_trace(request)
    return JsonResponse(pages)


def _as_kept(request: HttpRequest, found: Walk, step: Step) -> str:
    form = answering.form_of(found, step, request, complete=False)
    context = answering.around(request, found, step, form) | {"form": form, "is_kept": True}
    return render_to_string("participant/question.html", context, request)


def _leave_no_trace(request: HttpRequest) -> None:
    """Nobody was at the device for this; and a session written now could forget that help is due."""
    request.session.modified = False


@require_safe
@access.for_role("participant")
def no_connection(request: HttpRequest) -> HttpResponse:
    """What stands in the place of a page that cannot be fetched, in the language of the address."""
    response = render(request, "participant/no_connection.html", {"tab": "more"})
    _leave_no_trace(request)
    return response


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """The service worker. It lies among the questions, and has therefore no say over any other page."""
    return HttpResponse(_worker_text(), content_type="text/javascript", headers={"Cache-Control": "no-cache"})


@lru_cache(maxsize=1)
def _worker_text() -> bytes:
    return _WORKER.read_bytes()
