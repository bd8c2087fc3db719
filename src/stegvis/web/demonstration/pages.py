"""The demonstration's own pages: one button to be anyone, the clock, the outbox.

They exist only where the mode is `demo` and the people are made up; anywhere else each is a page that does not exist.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stegvis.audit import clock
from stegvis.audit import queries as audit
from stegvis.audit.action import SYSTEM
from stegvis.demonstration import signins, timekeeping
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.queries import Role
from stegvis.reminders import queries as letters
from stegvis.web import access, context, sessions
from stegvis.web.components import guide, times

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

A_PAGE = 20
_OWN_LINK = re.compile(r"https?://[^/\s]+/(?=[a-z]{2}/sign-in/link/)")


def only_made_up(view: View[P]) -> View[P]:
    """Nothing is here unless this is a demonstration with made-up people."""

    @wraps(view)
    def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if settings.MODE != "demo" or not people.has_made_up_people():
            raise Http404
        return view(request, *args, **kwargs)

    return gate


@require_safe
@only_made_up
def demonstration(request: HttpRequest) -> HttpResponse:
    """Whom to be, what day it is, and what else there is to see."""
    offered = [
        {
            "account": each.account, "name": each.name, "role": str(Role(each.role).label).capitalize(),
            "about": each.about, "address": each.address, "password": each.password,
            "code": signins.current_code(each.account),
        }
        for each in signins.sign_ins()
    ]  # fmt: skip
    return render(
        request, "demonstration/demonstration.html",
        {
            "sign_ins": offered, "now": clock.now(), "seen": int(audit.stored_offset().total_seconds()),
            "steps": [("hour", _("1 hour later")), ("day", _("1 day later")), ("week", _("1 week later"))],
        },
    )  # fmt: skip


@require_POST
@only_made_up
def sign_in(request: HttpRequest) -> HttpResponse:
    """Be one of the made-up people, second factor included."""
    asked = request.POST.get("account", "")
    account = signins.account(int(asked)) if asked.isascii() and asked.isdigit() else None
    if account is None:
        raise Http404
    sessions.begin(request, account, way="demonstration")
    if account.is_staff_member:
        sessions.complete(request)
    return redirect(context.home_of(account.role))


@require_POST
@only_made_up
def move_clock(request: HttpRequest) -> HttpResponse:
    """Let time pass. The worker then sends what has become due."""
    step, seen = request.POST.get("step", ""), request.POST.get("seen", "")
    if step not in timekeeping.STEPS or not seen.removeprefix("-").isdecimal():
        raise Http404
    if timekeeping.advance(step, seen=int(seen), by=access.actor(request)):
        later = clock.now() + timekeeping.STEPS[step]
        messages.success(request, _("It is now %(when)s.") % {"when": times.day_and_time(later)})
    return redirect("demonstration:demonstration")


@require_safe
@only_made_up
def outbox(request: HttpRequest) -> HttpResponse:
    """Every letter that went out, with links that work."""
    with acting_as(SYSTEM):
        page = Paginator(letters.outbox(), A_PAGE).get_page(request.GET.get("page"))
        sent = [(each, _leading_here(each.body, request)) for each in page]
    return render(request, "demonstration/outbox.html", {"page": page, "sent": sent})


def _leading_here(body: str, request: HttpRequest) -> str:
    """A letter's words with its links at the address where the demonstration is served now; it may have had another."""
    return _OWN_LINK.sub(request.build_absolute_uri("/"), body)


@require_safe
@only_made_up
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component of the pages, for whoever builds them."""
    return guide.guide(request)
