"""Pages for what went wrong, in the frame of whoever asked, in calm words.

config/urls.py names them as handler403, handler404 and handler500; `too_many` is called by whatever throttles. What is
not yours and what does not exist get the very same page.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from stegvis.web.components import shell


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django gives it
    """404, word for word the same for a page of somebody else and a page that is not there."""
    return _page(request, "errors/404.html", 404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """403 raised by Django itself; wings answer 404 instead."""
    return _page(request, "errors/403.html", 403)


def too_many(request: HttpRequest, minutes: int = 0) -> HttpResponse:
    """429: too many tries; `minutes` until it works again, if known."""
    response = _page(request, "errors/429.html", 429, minutes=minutes)
    if minutes:
        response["Retry-After"] = str(minutes * 60)
    return response


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """500, without context processors: whatever failed may fail again there."""
    return HttpResponse(loader.get_template("errors/500.html").render({}), status=500)


def _page(request: HttpRequest, template: str, status: int, **context: object) -> HttpResponse:
    return render(request, template, {"shell_template": shell.template_for(request), **context}, status=status)
