"""What somebody typed and could not send: it stands in its fields again when the page is shown next.

Two ways lead back. **In the request**: a form sent with `LOOK_AGAIN` is not sent but shown again, filled in; so do the
language switch and the page that explains an old form. Nothing is stored on that way. **In the session**: what comes from
a page whose session has ended is sealed and kept until the same person has signed in again in the same browser, `LASTS` at
most. Both need no JavaScript. Passwords and one-time codes are never given back.

Views take no part in it: `forms.answer` calls `give_back` for every form that it shows.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from stegvis.audit import clock
from stegvis.audit.fields import seal, unseal
from stegvis.web.components import shell

LOOK_AGAIN = "look_again"
"""Name of the button (or hidden field) with which a form is shown again instead of being sent."""

OLD, LANGUAGE = "old", "language"
"""Its values: the form was too old; another language was chosen."""

LASTS = timedelta(hours=12)
MOST_CHARACTERS = 200_000  # far beyond any form of ours; a session is no place for more

_SESSION_KEY = "unsent"
_BOUND_TO = b"session.unsent"
_SALT = "stegvis.web.unsent"
_NEVER = frozenset({"csrfmiddlewaretoken", LOOK_AGAIN, "password", "present", "code"})

Typed = Mapping[str, list[str]]


class UnsentMiddleware:
    """Marks whose browser this is, shows a form again that asks for it, and forgets what has been sent since.

    The mark is a cookie that names the account last signed in here by the key that pages file unsent text under. Each
    sign-in makes tokens of forms anew, so a form whose token fits was shown to that account.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request. A page that can only be sent, never shown, has nothing to fill in: back to the start."""
        response = self.get_response(request)
        if response.status_code == 405 and hasattr(request, "typed"):
            response = redirect("/")
        whose = shell.device_key(request)
        if whose and whose != _whose_browser(request):
            response.set_signed_cookie(
                _cookie(), whose, salt=_SALT, secure=settings.LIVE, httponly=True, samesite="Lax"
            )
        return response

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """After the token of the form was checked."""
        if request.method != "POST":
            return
        if LOOK_AGAIN in request.POST:
            request.method = "GET"
            request.typed = typed(request)  # type: ignore[attr-defined]
        elif _kept(request).get("page") == _page(request.path):
            del request.session[_SESSION_KEY]


def typed(request: HttpRequest) -> dict[str, list[str]]:
    """What was typed, by the names of fields, without passwords and codes. Files are not among it."""
    return {str(name): list(values) for name, values in request.POST.lists() if name not in _NEVER}


def is_from_own_page(request: HttpRequest) -> bool:
    """Whether a form comes from a page of this site, by what the browser says of it; another site's is not filled in."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return bool(source) and urlsplit(source).netloc == request.get_host()


def keep(request: HttpRequest) -> str:
    """Keep what comes from a page whose session has ended; gives the address of that page, or "" when nothing is kept.

    Nothing is when the browser's last account is not known, and of what a script saves: its page keeps that itself.
    """
    whose, fields = _whose_browser(request), typed(request)
    if request.method != "POST" or not whose or not fields or request.headers.get("Accept") == "application/json":
        return ""
    address = _address_of_page(request)
    kept = {"whose": whose, "page": _page(urlsplit(address).path), "at": clock.wall().timestamp(), "typed": fields}
    text = json.dumps(kept)
    if len(text) > MOST_CHARACTERS:
        return ""
    request.session[_SESSION_KEY] = b64encode(seal(text, _BOUND_TO)).decode()
    messages.warning(
        request,
        _("You had been signed out. What you wrote is kept: sign in, and it stands where you wrote it."),
    )
    return address


def give_back(request: HttpRequest, form: forms.BaseForm) -> None:
    """Fill an empty form with what was typed into it before; a form that was just sent stays as it is."""
    fields, why = _to_give_back(request)
    if form.is_bound or not fields:
        return
    data: MultiValueDict[str, str] = MultiValueDict(fields)
    for name, field in form.fields.items():
        key = form.add_prefix(name)
        if not isinstance(field, forms.FileField) and not field.widget.value_omitted_from_data(data, {}, key):
            form.initial[name] = field.widget.value_from_datadict(data, {}, key)
    if why != LANGUAGE:
        messages.warning(request, _("This has not been sent yet. Look it through, and send it when you are ready."))


def _to_give_back(request: HttpRequest) -> tuple[Typed, str]:
    if hasattr(request, "typed"):
        return request.typed, str(request.POST.get(LOOK_AGAIN))
    kept = _kept(request)
    if request.method != "GET" or kept.get("page") != _page(request.path) or kept["whose"] != shell.device_key(request):
        return {}, ""
    return kept["typed"], OLD


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What the session holds, if it is not too old."""
    session = getattr(request, "session", None)
    sealed = session.get(_SESSION_KEY) if session is not None else None
    if not sealed:
        return {}
    kept: dict[str, Any] = json.loads(unseal(b64decode(sealed), _BOUND_TO))
    return kept if clock.wall().timestamp() - kept["at"] < LASTS.total_seconds() else {}


def _address_of_page(request: HttpRequest) -> str:
    """Where the form stood: a button on Today is sent elsewhere, and can only be sent."""
    source = urlsplit(request.headers.get("Referer", ""))
    address = f"{source.path}?{source.query}" if source.query else source.path
    is_own = source.netloc == request.get_host() and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_own and address else request.get_full_path()


def _page(path: str) -> str:
    """A page without its language: /en/messages/study/ and /sv/messages/study/ are one."""
    return path.strip("/").partition("/")[2]


def _whose_browser(request: HttpRequest) -> str:
    return str(request.get_signed_cookie(_cookie(), default="", salt=_SALT))


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-whose"
