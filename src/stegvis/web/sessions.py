"""Beginning a session: the same for a password, a one-time link, an invitation, and the demonstration's buttons."""

from django.contrib.auth import login
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from stegvis.people import actions as people
from stegvis.people.queries import Account
from stegvis.web import access, context

WAY = "way"
"""Session key: how this session began (password, link, invitation)."""

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def begin(request: HttpRequest, account: Account, *, way: str) -> None:
    """Sign `account` in under a new session key, so that a key planted beforehand opens nothing.

    Staff have then given one factor of two: `access` sends them on to the second. Whoever has no authenticator yet is
    given a new secret to set one up with.
    """
    people.record_sign_in(account=account, way=way, by=account)
    login(request, account, backend=_BACKEND)
    request.session.pop(access.SECOND_FACTOR, None)
    request.session[WAY] = way
    if account.is_staff_member and account.totp_confirmed_at is None:
        people.start_second_factor(account=account, by=account)


def complete(request: HttpRequest) -> None:
    """A member of staff has given the second factor as well: again a new session key."""
    request.session.cycle_key()
    request.session[access.SECOND_FACTOR] = True


def address_after(account: Account, wanted: str) -> str:
    """Where someone goes who has just signed in: staff by way of the second factor, then to what they asked for."""
    wanted = access.own_address(wanted)
    if account.is_staff_member:
        query = f"?{urlencode({'next': wanted})}" if wanted else ""
        return f"{reverse('public:second_factor')}{query}"
    return wanted or context.home_of(account.role)
