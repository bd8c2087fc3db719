"""The one gate between a request and a person: who may open which page.

What is not theirs is the same 404 as what does not exist. A member of staff who opens something of a participant's
leaves a reading in the record. Every wing's views begin with one of these:

    @for_role("therapist")                      # or several roles; `signed_in` for anybody with an account
    def homework(request: HttpRequest, code: str) -> HttpResponse:
        participant = in_own_caseload(request, code, kind="homework")

A view that anyone may open and that writes passes `actor(request)` as `by`. One that asks for the password again (to
randomise, to lock) calls `password_fits`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from stegvis.audit.action import ANYONE, Actor
from stegvis.audit.reading import record_reading
from stegvis.people import actions as people_actions
from stegvis.people import queries as people
from stegvis.web import unsent

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

SECOND_FACTOR = "second_factor"
"""Session key: this member of staff has given a one-time code since signing in."""

_OWN = "own_participant"


# Who may open a page ----------------------------------------------------------------------------------------------
def for_role(*roles: str) -> Callable[[View[P]], View[P]]:
    """Let only these roles open a view: the signed-out are asked to sign in, everyone else finds nothing."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _and_then("public:sign_in", request)
            if roles and request.user.role not in roles:
                raise Http404
            if not is_signed_in(request):
                return _and_then("public:second_factor", request)
            return view(request, *args, **kwargs)

        gate.roles = roles  # type: ignore[attr-defined]  # for tests that open whatever a role may open
        return gate

    return decorate


def signed_in(view: View[P]) -> View[P]:
    """Let anybody open a view who has signed in completely, whatever their role."""
    return for_role()(view)


def is_signed_in(request: HttpRequest) -> bool:
    """Whether somebody has signed in completely: staff only once they have given a one-time code."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    return not user.is_staff_member or bool(request.session.get(SECOND_FACTOR))


def _and_then(page: str, request: HttpRequest) -> HttpResponse:
    """Send someone to `page`, and afterwards back to what they asked for, or to the page they were writing on."""
    wanted = request.get_full_path() if request.method in {"GET", "HEAD"} else unsent.keep(request)
    query = f"?{urlencode({'next': wanted})}" if wanted else ""
    return redirect(f"{reverse(page)}{query}")


def own_address(address: str) -> str:
    """`address` if it is a path on this site, otherwise nothing: where a form asks to be sent afterwards."""
    is_own = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_own else ""


# Whose page it is -------------------------------------------------------------------------------------------------
def own(request: HttpRequest) -> Any:
    """The participant who is signed in; asked of the database once a request."""
    participant = own_or_none(request)
    if participant is None:
        raise Http404
    return participant


def own_or_none(request: HttpRequest) -> Any:
    """As `own`, but None for staff and for the signed-out."""
    if not hasattr(request, _OWN):
        is_participant = request.user.is_authenticated and request.user.role == "participant"
        setattr(request, _OWN, people.participant_of(cast(Actor, request.user)) if is_participant else None)
    return getattr(request, _OWN)


def in_own_caseload(request: HttpRequest, code: str, *, kind: str) -> Any:
    """A participant in the caseload of the clinician who is signed in; the reading is kept as `kind`."""
    participant = people.participant_by_code(code)
    if participant is None or not people.in_caseload(cast(Actor, request.user), participant):
        raise Http404
    record_reading(participant_code=participant.code, kind=kind, by=cast(Actor, request.user))
    return participant


def at_own_site(request: HttpRequest, code: str, *, kind: str) -> Any:
    """A participant at a site of the member of staff who is signed in; the reading is kept as `kind`."""
    participant = people.participant_by_code(code)
    if participant is None or participant.site_id not in request.acting.sites:  # type: ignore[attr-defined]
        raise Http404
    record_reading(participant_code=participant.code, kind=kind, by=cast(Actor, request.user))
    return participant


# Who asks, and from where -----------------------------------------------------------------------------------------
def actor(request: HttpRequest) -> Actor:
    """Who acts on a page that is open to all: whoever is signed in, or anyone."""
    return cast(Actor, request.user) if request.user.is_authenticated else ANYONE


def origin(request: HttpRequest) -> str:
    """The network address that a request comes from, for throttling.

    Behind the proxy of a live installation it is what that proxy, the last of them, added to X-Forwarded-For; what stands
    before it may be invented by whoever asks.
    """
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.SECURE_PROXY_SSL_HEADER and forwarded:
        return forwarded.rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def password_fits(request: HttpRequest, password: str) -> bool:
    """Whether this is the password of whoever is signed in, asked again before something that cannot be undone.

    Every try counts as one to sign in. Raises `people.errors.TooManyAttempts`.
    """
    found = people_actions.check_password(
        email=request.user.email, password=password, origin=origin(request), by=actor(request)  # type: ignore[union-attr]
    )  # fmt: skip
    return found is not None
