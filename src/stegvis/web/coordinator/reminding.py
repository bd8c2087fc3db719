"""Reminding several people at once: the page shows first who gets which text, by which ways, and who does not and why."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.methods.study.conduct import ReminderStep
from stegvis.methods.study.protocol import Protocol
from stegvis.protocol import queries as protocols
from stegvis.reminders import letters, together
from stegvis.reminders import queries as outbox
from stegvis.trial.scheduling import actions, queries
from stegvis.web.components.shapes import Link
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.words import language_name, occasion_name, window
from stegvis.web.forms import KeyedForm

PUT_OFF = "put_off"
LAST_ROUNDS = 5


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def remind(request: HttpRequest) -> HttpResponse:
    """Whom, with which text; a second press, with a tick at each, sends it."""
    protocol, sites = protocols.current(), gate.sites(request)
    asked = request.POST if request.method == "POST" else request.GET
    occasions = [each for each in protocol.occasions if not each.declared_only]
    occasion = next((each.code for each in occasions if each.code == asked.get("occasion")), occasions[-1].code)
    steps = together.steps(protocol)
    step = next((each for each in steps if each.code == asked.get("step")), steps[-1] if steps else None)
    if step is None:
        messages.warning(request, _("The protocol has no reminders that could be sent."))
        return redirect("coordinator:schedule")
    if request.method == "POST":
        found = list(queries.to_remind(sites, occasion, asked.getlist("who") or ["-"])[: together.MOST + 1])
        if _is_sent(request, found, step):
            return redirect("coordinator:schedule")
    codes = request.GET.getlist("code")
    context = {
        "occasions": _links(occasions, occasion, step.code),
        "steps": [Link(_step_name(protocol, each), _address(occasion, each.code, codes), each == step) for each in steps],
        "occasion": occasion, "occasion_name": occasion_name(protocol, occasion), "step": step.code,
        "key": uuid4(), "most": together.MOST, "rounds": _rounds(request, protocol),
        **_preview(list(queries.to_remind(sites, occasion, codes)[: together.MOST]), step),
        "letters": _letters(protocol, occasion, step),
    }  # fmt: skip
    return render(request, "coordinator/remind.html", context, status=422 if request.method == "POST" else 200)


def _is_sent(request: HttpRequest, found: Sequence[Any], step: ReminderStep) -> bool:
    """Send it and say to how many; or say why not."""
    form = KeyedForm(request.POST)
    key = form.cleaned_data["key"] if form.is_valid() else uuid4()
    try:
        sent = actions.remind_together(asked=found, step=step.code, key=key, by=gate.account(request))
    except Refused as refused:
        messages.warning(request, str(refused))
        return False
    words = ngettext("%(n)d person is reminded now.", "%(n)d people are reminded now.", sent.reminded)
    messages.success(request, words % {"n": sent.reminded})
    return True


def _preview(found: Sequence[Any], step: ReminderStep) -> dict[str, Any]:
    """Those who are written to, and those who are not with the reason."""
    later = queries.not_asked_yet(found)
    goes, left = [], []
    for each in together.recipients(found, step):
        why = each.why_not or (PUT_OFF if each.assessment.pk in later else "")
        row = {
            "code": each.assessment.participant.code, "site": each.assessment.participant.site.name,
            "language": language_name(each.assessment.participant.account.language),
            "window": window(each.assessment.closes_on),
        }  # fmt: skip
        if why:
            left.append({**row, "why": _why()[why]})
        else:
            goes.append(
                {**row, "ways": _("e-mail, or text message if the person chose so") if each.by_text else _("e-mail")}
            )
    return {"goes": goes, "left": left}


def _why() -> dict[str, str]:
    return {
        together.ANSWERED: _("has answered"),
        together.STOPPED: _("has asked for no more questions"),
        together.NOT_OPEN: _("the window has not opened"),
        together.LOCKED: _("the data are locked"),
        together.CLOSED: _("the account is closed"),
        together.HELD_BACK: _("nothing is sent now because of what has happened"),
        together.NEAR: _("was reminded in the last two days, or will be in the next two"),
        PUT_OFF: _("is to be asked later, or has left"),
    }


def _letters(protocol: Protocol, occasion: str, step: ReminderStep) -> list[dict[str, str]]:
    """What the letter says, in every language of the trial; what differs from person to person stands in brackets."""
    found = []
    for language in protocol.trial.languages:
        with override(language):
            places = {
                "site_name": _("[the site]"), "site_phone": _("[its telephone number]"), "link": _("[a link of their own]"),
                "closes_on": _("[the day the window closes]"), "minutes": str(protocol.occasion(occasion).minutes),
            }  # fmt: skip
        subject, body = protocols.letter(step.text, language, places)
        found.append({
            "language": language_name(language), "lang": language, "subject": subject, "body": letters.plain(body),
        })  # fmt: skip
    return found


def _step_name(protocol: Protocol, step: ReminderStep) -> str:
    place = together.steps(protocol).index(step) + 1
    if step.offers == "primary_only":
        return _("Reminder %(n)d: the most important questions are enough") % {"n": place}
    return _("Reminder %(n)d") % {"n": place}


def _address(occasion: str, step: str, codes: Sequence[str] = ()) -> str:
    """The page for an occasion and a letter; of these people only, where somebody was chosen."""
    query = urlencode({"occasion": occasion, "step": step, "code": codes}, doseq=True)
    return f"{reverse('coordinator:remind')}?{query}"


def _links(occasions: Sequence[Any], chosen: str, step: str) -> list[Link]:
    protocol = protocols.current()
    return [
        Link(occasion_name(protocol, each.code), _address(each.code, step), each.code == chosen) for each in occasions
    ]


def _rounds(request: HttpRequest, protocol: Protocol) -> list[str]:
    return [
        _("%(day)s: %(n)d reminded of %(occasion)s")
        % {"day": full_day(each.at), "n": each.reminded, "occasion": occasion_name(protocol, each.occasion)}
        for each in outbox.rounds(gate.account(request), LAST_ROUNDS)
    ]
