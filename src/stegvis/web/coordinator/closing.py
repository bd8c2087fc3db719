"""The letter to the clinic when somebody has taken part: made from the record, printed, and kept as it was sent.

It names no group and no score: whoever writes it may be blind to both, and so may whoever opens it. What was agreed in
the plan stands in it, which is the same treatment in every arm.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit import clock
from stegvis.people import queries as people
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.reminders import closing
from stegvis.trial import actions
from stegvis.trial import queries as trial
from stegvis.trial.queries import Enrolment
from stegvis.web.components.shapes import Moment
from stegvis.web.components.times import full_day
from stegvis.web.coordinator import gate
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import PHYSIOTHERAPIST, head
from stegvis.web.coordinator.words import language
from stegvis.web.forms import Chips, DayField, KeyedForm, answer
from stegvis.web.plan_sheet import week


class ClosingForm(KeyedForm):
    """The letter, to whom it goes, and how and when it went."""

    recipient = forms.CharField(
        label=gettext_lazy("To whom?"), max_length=300, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The clinic that the person chose, with its address."),
    )  # fmt: skip
    body = forms.CharField(
        label=gettext_lazy("The letter"), max_length=6000, widget=forms.Textarea({"rows": 14}),
        help_text=gettext_lazy("Made from the record. Change what needs to be changed; name no group and no result."),
    )  # fmt: skip
    way = forms.ChoiceField(
        label=gettext_lazy("How does it go?"),
        choices=[(code, capfirst(label)) for code, label in closing.Way.choices],
        widget=Chips,
    )
    sent_on = DayField(label=gettext_lazy("On which day?"))


@require_http_methods(["GET", "HEAD", "POST"])
@gate.coordinator
def closing_letter(request: HttpRequest, code: str) -> HttpResponse:
    """Write the letter, print it, and keep that it was sent."""
    enrolment = gate.enrolment(request, code, kind="closing_letter")
    initial = {"body": text_of(enrolment), "sent_on": clock.today(), "way": closing.Way.POST}
    form = ClosingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if "print" in request.POST:
            return _printed(request, enrolment, form.cleaned_data["recipient"], form.cleaned_data["body"])
        keep, by = actions.keep_closing_letter, gate.account(request)
        if carry_out(form, keep, participant=enrolment.participant, by=by, **form.cleaned_data) is not None:
            messages.success(request, _("The letter is kept as it was sent."))
            return redirect("coordinator:closing_letter", code)
    context = {
        **head(enrolment, "overview"),
        "sent": [_moment(each) for each in closing.letters_of(enrolment.participant)],
    }
    return answer(request, "coordinator/closing.html", form, context)


@require_safe
@gate.coordinator
def kept_letter(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A letter as it was sent, to print again."""
    enrolment = gate.enrolment(request, code, kind="closing_letter")
    found = closing.letter(enrolment.participant, number)
    if found is None:
        return redirect("coordinator:closing_letter", code)
    return _printed(request, enrolment, found.recipient, found.body)


def _printed(request: HttpRequest, enrolment: Enrolment, recipient: str, body: str) -> HttpResponse:
    context = {"code": enrolment.participant.code, "site": enrolment.site, "recipient": recipient, "body": body}
    return render(request, "coordinator/closing_print.html", context)


def _moment(letter: Any) -> Moment:
    said = _("%(day)s, %(way)s, recorded by %(who)s") % {
        "day": full_day(letter.sent_on), "way": letter.get_way_display(), "who": letter.recorded_by.code,
    }  # fmt: skip
    return Moment(letter.recorded_at, letter.recipient, said)


def text_of(enrolment: Enrolment) -> str:
    """The letter as the record makes it, in the reader's language; nothing in it differs by arm."""
    participant, protocol = enrolment.participant, trial.protocol_of(enrolment)
    identity = people.identity_of(participant)
    physiotherapist = people.clinician_of(participant, PHYSIOTHERAPIST)
    return closing.written(
        name=identity.name if identity else participant.code, code=participant.code,
        trial=protocol.trial.short_title.in_language(language()), registration=protocol.trial.registration or "",
        site=enrolment.site.name, began=full_day(enrolment.consented_on) if enrolment.consented_on else "",
        visits=[full_day(clock.local(each.held_at)) for each in physiotherapy.visits_of(participant) if each.held_at],
        activities=_activities(participant), physiotherapist=physiotherapist.name if physiotherapist else "",
        phone=protocol.contact.phone,
    )  # fmt: skip


def _activities(participant: Any) -> list[str]:
    """What the plan says at the end, a line each."""
    plan = physiotherapy.plan_now(participant)
    listed = week.listed(physiotherapy.as_draft(plan)) if plan else []
    return [f"{each['name']}: {each['detail']}, {each['days']}" for each in listed]
