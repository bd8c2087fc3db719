"""Messages between a person and their therapist.

Opening the page marks what is unread as read, and leaves its reading like every page of a person's. It is marked before
the thread is read, so that nothing counts as read that was not on the page.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.errors import Refused
from stegvis.messaging import actions
from stegvis.messaging import queries as messaging
from stegvis.messaging.queries import Channel
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Letter
from stegvis.web.components.times import short_day_and_time
from stegvis.web.forms import answer, posted
from stegvis.web.messages import WordsForm
from stegvis.web.therapist import caseload, gate, head, words, worklist
from stegvis.web.therapist.gate import Person, therapist

SHOWN_AT_ONCE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_role("therapist")
def conversation(request: HttpRequest, code: str) -> HttpResponse:
    """The thread, newest last, with a box to write in."""
    person = gate.opened(request, code, kind="messages")
    form = WordsForm(*posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.send(
                participant=person.participant, channel=Channel.THERAPIST, body=form.cleaned_data["body"],
                key=form.cleaned_data["key"], by=therapist(request),
            )  # fmt: skip
            messages.success(request, _("Your message is sent to %(code)s.") % {"code": code})
            return redirect("therapist:messages", code)
        except Refused as refused:
            form.add_error("body", str(refused))
    return _page(request, person, form)


@require_POST
@for_role("therapist")
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """What was written needs no answer (a thank-you): on to the next person."""
    person = gate.turned_to(request, code)
    following = caseload.of(request).after(code)
    actions.settle(participant=person.participant, channel=Channel.THERAPIST, by=therapist(request))
    messages.success(request, _("%(code)s no longer waits for an answer.") % {"code": code})
    return redirect(worklist.url_of(following) if following else reverse("therapist:worklist"))


def _page(request: HttpRequest, person: Person, form: WordsForm) -> HttpResponse:
    around = head.around(request, person, "messages")
    message = person.standing.message
    if message and message.unread:
        actions.mark_read(participant=person.participant, channel=Channel.THERAPIST, by=therapist(request))
    thread = messaging.thread(person.participant, Channel.THERAPIST)
    count = thread.count()
    shown = {
        "letters": [_letter(each, person, request) for each in thread[max(count - SHOWN_AT_ONCE, 0) :]],
        "earlier": max(count - SHOWN_AT_ONCE, 0),
        "waits": message is not None,
        "unasked": _unasked(person),
    }
    return answer(request, "therapist/messages.html", form, {**around, **shown})


def _letter(message: Any, person: Person, request: HttpRequest) -> Letter:
    """A colleague who wrote while covering is named."""
    own = not message.from_participant
    read = _("Read %(when)s") % {"when": short_day_and_time(message.read_at)} if message.read_at else _("Not read yet")
    by = _("You") if message.author_id == therapist(request).pk else message.author.name
    who = by if own else person.standing.code
    return Letter(who, message.sent_at, message.body, own=own, note=read if own else "")


def _unasked(person: Person) -> str:
    """Which rule has put this person on the worklist, if one has; with the words of the list."""
    need = person.row.for_therapist
    if need is None or need.kind not in {"welcome", "week_two", "quiet"}:
        return ""
    return words.what(need, person.standing, person.worklist.aims.today)
