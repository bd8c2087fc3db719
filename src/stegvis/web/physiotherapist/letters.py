"""Messages between a participant and the physiotherapist."""

from datetime import timedelta
from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.messaging import actions, queries
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Letter
from stegvis.web.components.times import short_day_and_time
from stegvis.web.forms import answer, posted
from stegvis.web.messages import WordsForm, punctuality_in_words
from stegvis.web.physiotherapist import frame
from stegvis.web.physiotherapist.visits import ROLE

CHANNEL = "physiotherapist"
LOOKED_BACK = timedelta(weeks=4)
MOST = 50


@for_role(ROLE)
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer, the longest first."""
    return render(request, "physiotherapist/inbox.html", {
        "rows": queries.inbox(frame.me(request)),
        "punctuality": punctuality_in_words(queries.waits_for(frame.me(request), clock.now() - LOOKED_BACK)),
    })  # fmt: skip


@for_role(ROLE)
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, code: str) -> HttpResponse:
    """One conversation, and an answer."""
    participant = frame.whom(request, code, "messages")
    me = frame.me(request)
    form = WordsForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.send(
                participant=participant, channel=CHANNEL, body=form.cleaned_data["body"], key=form.cleaned_data["key"],
                by=me,
            )  # fmt: skip
            notices.success(request, _("Sent to %(code)s.") % {"code": code})
            return redirect("physiotherapist:thread", code)
        except Refused as refused:
            form.add_error(None, str(refused))
    if queries.oldest_unread(participant, CHANNEL):
        actions.mark_read(participant=participant, channel=CHANNEL, by=me)
    letters = [
        Letter(_who(each), each.sent_at, each.body, own=not each.from_participant, note=_read(each))
        for each in queries.thread(participant, CHANNEL)
    ]
    waits = any(row.participant == participant for row in queries.inbox(me, limit=MOST))
    context = {"participant": participant, "letters": letters, "crumbs": frame.crumbs(participant), "waits": waits}
    return answer(request, "physiotherapist/thread.html", form, context)


@for_role(ROLE)
@require_POST
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """What was read needs no answer: a thank-you, for example."""
    participant = frame.whom(request, code, "messages")
    actions.settle(participant=participant, channel=CHANNEL, by=frame.me(request))
    return redirect("physiotherapist:messages")


def _who(message: Any) -> str:
    """The person by code, staff by name."""
    return message.author.code if message.from_participant else message.author.name


def _read(message: Any) -> str:
    """Whether the person has read what was written to them."""
    if message.from_participant:
        return ""
    if message.read_at is None:
        return _("Not read yet")
    return _("Read %(when)s") % {"when": short_day_and_time(message.read_at)}
