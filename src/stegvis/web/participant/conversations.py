"""Messages: the channels in which somebody answers, and the thread in each."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.messaging import actions as messaging
from stegvis.messaging import queries as threads
from stegvis.people.queries import Participant
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.components.shapes import Letter
from stegvis.web.forms import answer, posted
from stegvis.web.messages import WordsForm
from stegvis.web.participant.gate import always_open, enrolment_of

SHOWN = 50


@dataclass(frozen=True)
class Thread:
    """A channel as it stands in the list."""

    channel: str
    name: str
    unread: int
    is_answered: bool


@require_safe
@always_open
def channels(request: HttpRequest, person: Participant) -> HttpResponse:
    """Whom the person can write to; straight to the thread where there is only one."""
    found = trials.conversations_of(person)
    if len(found) == 1:
        return redirect("participant:thread", next(iter(found)).value)
    unread = threads.unread_of(person)
    rows = [Thread(each.value, str(each.label), unread.get(each.value, 0), yes) for each, yes in found.items()]
    return render(request, "participant/messages.html", {"threads": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@always_open
def thread(request: HttpRequest, person: Participant, channel: str) -> HttpResponse:
    """One conversation: what was written, and a box to write in. Opening it is reading it."""
    found = next((each for each in threads.channels_of(person) if each.value == channel), None)
    if found is None:
        raise Http404
    form = WordsForm(*posted(request))
    if form.is_valid():
        try:
            trial.write(
                participant=person, channel=channel, body=form.cleaned_data["body"], key=form.cleaned_data["key"],
                by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Sent."))
            return redirect("participant:thread", channel)
    return answer(request, "participant/thread.html", form, _around(request, person, found))


def _around(request: HttpRequest, person: Participant, channel: threads.Channel) -> dict[str, Any]:
    newest = list(threads.thread(person, channel.value).reverse()[: SHOWN + 1])
    letters = [_letter(each, channel) for each in reversed(newest[:SHOWN])]
    if any(each.read_at is None and not each.from_participant for each in newest):
        messaging.mark_read(participant=person, channel=channel.value, by=access.actor(request))
    return {
        "channel": channel.value, "name": str(channel.label), "letters": letters, "older": len(newest) > SHOWN,
        "someone_reads": trials.is_answered(person, channel.value), "answer_time": _answer_time(request, person, channel),
        "many": len(trials.conversations_of(person)) > 1, "site": person.site,
    }  # fmt: skip


def _letter(message: Any, channel: threads.Channel) -> Letter:
    """From the person, or from the channel's other side."""
    if message.from_participant:
        note = _("Read") if message.read_at else ""
        return Letter(_("You"), message.sent_at, message.body, own=True, note=note)
    return Letter(str(channel.label), message.sent_at, message.body)


def _answer_time(request: HttpRequest, person: Participant, channel: threads.Channel) -> str:
    """How soon to expect an answer, as the protocol promises it."""
    days = trials.protocol_of(enrolment_of(request, person)).answered_within(channel.value)
    if days is None:
        return _("Messages are read on working days.")
    return ngettext(
        "You usually get an answer within %(n)s working day.",
        "You usually get an answer within %(n)s working days.",
        days,
    ) % {"n": days}
