"""Around every page: one transaction, the database told who acts, the clock of this installation, idle sessions ended.

The transaction is what makes row-level security's settings last exactly as long as the request; an unforeseen failure
rolls all of it back, while a refusal (`Refused`) undoes only its own action and becomes a sentence on the page.
"""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from stegvis.audit import clock
from stegvis.audit.asked import remembering
from stegvis.audit.errors import Refused
from stegvis.audit.mark import is_restored_copy
from stegvis.people.acting import enter
from stegvis.protocol import queries as protocol
from stegvis.web import errors

_SEEN = "seen_at"
_SEEN_EVERY = 60  # seconds; a session row is written at most so often


class ActingMiddleware:
    """Runs the request as whoever signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        with transaction.atomic():
            _end_idle_session(request)
            account = request.user if request.user.is_authenticated else None
            request.acting = enter(account)  # type: ignore[attr-defined]
            # No request loads a protocol: which version is in force is asked once, also where much is written.
            with clock.shifted(request.acting.clock_offset), protocol.remembered(), remembering():  # type: ignore[attr-defined]
                response = self.get_response(request)
            if getattr(request, "failed", False):
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """An exception that no page caught undoes the whole request; a refusal among them is still shown as a sentence."""
        request.failed = True  # type: ignore[attr-defined]
        return errors.refused(request, exception) if isinstance(exception, Refused) else None


def _end_idle_session(request: HttpRequest) -> None:
    """Sign out whoever was away longer than their role allows; measured on the real clock."""
    if not request.user.is_authenticated:
        return
    now = clock.wall().timestamp()
    seen = request.session.get(_SEEN, now)
    kind = "participant" if request.user.role == "participant" else "staff"
    if now - seen > settings.SESSION_IDLE[kind].total_seconds():
        logout(request)
    elif _SEEN not in request.session or now - seen > _SEEN_EVERY:
        request.session[_SEEN] = now


class PreparingMiddleware:
    """Until a live installation has gone live, administrators prepare it and nobody else comes in; so it is with a copy.

    Signing in stays open, since staff set up their one-time codes beforehand. Once it has gone live this asks nothing. In a
    restored copy a participant would write what is lost when the copy goes, and calendars would be read from it.
    """

    OPEN = frozenset(
        {"sign_in", "link_sent", "link", "second_factor", "sign_out", "keep", "help", "settings", "password"}
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.is_live = False
        self.is_copy: bool | None = settings.RESTORED_COPY

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing before the page is known."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """A calm page instead of the one asked for."""
        if self._is_open():
            return None
        page = request.resolver_match
        if page is None or page.namespace == "administrator" or page.url_name in {"health", "text_report"}:
            return None
        if page.namespace == "public" and page.url_name in self.OPEN:
            return None
        return errors.restored_copy(request) if self.is_copy else errors.preparing(request)

    def _is_open(self) -> bool:
        if self.is_copy is None:  # asked once: a database that is in use never becomes a copy
            self.is_copy = is_restored_copy()
        if self.is_copy:
            return False
        if settings.LIVE and not self.is_live:
            self.is_live = protocol.is_live()
            return self.is_live
        return True
