"""Messages to the study: who waits for an answer, the conversation, and the answer."""

from typing import Any

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.messaging import actions, queries
from stegvis.messaging.queries import Channel
from stegvis.web import access
from stegvis.web.components.shapes import Letter
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.forms import answer, posted
from stegvis.web.messages import WordsForm

MOST = 50


@require_safe
@gate.coordinator
def inbox(request: HttpRequest) -> HttpResponse:
    """Who waits for an answer from the study, the longest waiting first."""
    rows = queries.inbox(access.actor(request), limit=MOST)
    return render(request, "coordinator/inbox.html", {"rows": rows, "most": MOST if len(rows) == MOST else 0})


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def thread(request: HttpRequest, code: str) -> HttpResponse:
    """One conversation. To open it is to have read it; an answer ends the wait."""
    enrolment = gate.enrolment(request, code, kind="messages")
    participant, by = enrolment.participant, gate.account(request)
    form = WordsForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        body, key = form.cleaned_data["body"], form.cleaned_data["key"]
        if carry_out(form, actions.send, participant=participant, channel=Channel.STUDY, body=body, key=key, by=by):
            notices.success(request, _("Sent to %(code)s.") % {"code": code})
            return redirect("coordinator:thread", code)
    written = list(queries.thread(participant, Channel.STUDY))
    if any(each.from_participant and each.read_at is None for each in written):
        actions.mark_read(participant=participant, channel=Channel.STUDY, by=by)
    context = {
        **head(enrolment, "messages"),
        "letters": [_letter(each) for each in written],
        "waits": any(row.participant == participant for row in queries.inbox(by, limit=MOST)),
    }
    return answer(request, "coordinator/thread.html", form, context)


def _letter(message: Any) -> Letter:
    own = not message.from_participant
    who = _("The study, %(code)s") % {"code": message.author.name} if own else message.author.code
    return Letter(who, message.sent_at, message.body, own=own, note=_("Read") if own and message.read_at else "")


@require_POST
@gate.coordinator
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """What was read needs no answer: a thank-you, for example."""
    enrolment = gate.enrolment(request, code, kind="messages")
    actions.settle(participant=enrolment.participant, channel=Channel.STUDY, by=gate.account(request))
    return redirect("coordinator:messages")
