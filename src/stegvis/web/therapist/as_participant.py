"""A person's own pages, Today and the programme, as they see them: to look at, never to write.

The very views that answer the participant are asked, by a request that only looks and as the database knows the person;
whatever they would keep (that an answer was read) is undone. Links lead to the same pages below this address. That
nothing is written stands on three walls: only GET comes here, all of it is rolled back, and the page may neither run
scripts nor send forms (content-security policy).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, cast

from csp.constants import NONE
from csp.decorators import csp_replace
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse, set_script_prefix
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.people.acting import acting_as
from stegvis.web.access import for_role
from stegvis.web.therapist import gate

SHOWN = frozenset({"today", "programme", "part", "send", "answer", "picture"})
"""The participant's pages that can be looked at, by name: those of the treatment that the therapist guides."""


@require_safe
@csp_replace({"script-src": [NONE], "form-action": [NONE]})  # type: ignore[arg-type]  # it knows views without arguments
@for_role("therapist")
def as_participant(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of a person's; the look is kept in the record, once for each page."""
    found = _match(page)
    is_picture = found.url_name == "picture"  # a piece of a page whose reading is kept already
    person = gate.turned_to(request, code) if is_picture else gate.opened(request, code, kind="as_participant")
    if found.url_name not in SHOWN or found.namespace != "participant":
        context = {"code": code, "today_url": today_of(code, person.language)}
        return render(request, "therapist/not_shown.html", context, status=404)
    return _asked(request, person.participant, page, found)


def today_of(code: str, language: str) -> str:
    """Where looking begins: the person's Today, in the language that they read."""
    return reverse("therapist:as_participant", args=[code, f"{language}/today/"])


def _match(page: str) -> ResolverMatch:
    """What the participant's address leads to; an address that does not exist is a 404 here as well."""
    language = page.partition("/")[0]
    if language not in dict(settings.LANGUAGES):
        raise Http404
    try:
        with translation.override(language):
            return resolve(f"/{page}")
    except Resolver404:
        raise Http404 from None


def _asked(request: HttpRequest, participant: Any, page: str, found: ResolverMatch) -> HttpResponse:
    """The page as the participant's own request would be answered; nothing that it does stays."""
    prefix = request.path.removesuffix(page)
    inner = _request_of(request, participant, page, found)
    with translation.override(page.partition("/")[0]), _below(prefix), transaction.atomic():
        with acting_as(participant.account):
            response: HttpResponse = found.func(inner, *found.args, **found.kwargs)
        transaction.set_rollback(True)
    response.headers["Cache-Control"] = "no-store"
    return response


def _request_of(request: HttpRequest, participant: Any, page: str, found: ResolverMatch) -> HttpRequest:
    """A request of the participant for one of their pages, without a session to keep anything in."""
    inner: Any = copy(request)
    inner.user = participant.account
    inner.method = "GET"
    inner.path_info = f"/{page}"
    inner.resolver_match = found
    inner.session = {}
    inner._messages = []
    inner.looked_at = _looking(participant.code)
    return cast(HttpRequest, inner)


def _looking(code: str) -> dict[str, Any]:
    """What the bar above the page says, in the therapist's language and not in the page's."""
    said = _("You see the pages of %(code)s as they do. Nothing can be written or sent here.") % {"code": code}
    back = reverse("therapist:person", args=[code])
    return {"said": said, "back": _("Back to your page"), "back_url": back, "language": get_language()}


@contextmanager
def _below(prefix: str) -> Iterator[None]:
    """Within the block every address of the house begins with `prefix`."""
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
