"""Before anything else: the information sheet, the consent text, and a typed name. After it: what happens next."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.consent import queries as consents
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.participant import ahead, prose
from stegvis.web.participant.gate import always_open, enrolment_of, has_consented, own_page

INVITED = "invited"


class ConsentForm(KeyedForm):
    """A tick that says yes, and a name."""

    agrees = forms.BooleanField(
        label=gettext_lazy("Yes, I want to take part in the study."),
        error_messages={"required": gettext_lazy("Tick the box if you want to take part. It is just as fine not to.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Written by you, it counts as your signature."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Write your name, then say yes.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@always_open
def consent(request: HttpRequest, person: Participant) -> HttpResponse:
    """Read, ask, think; and if the answer is yes, sign."""
    if has_consented(request, person):
        return redirect("participant:agreed")
    enrolment = enrolment_of(request, person)
    if enrolment.stage != INVITED or not consents.goes_on(person, consents.Layer.EVERYTHING):
        return render(request, "participant/not_taking_part.html", {"site": person.site})
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            trial.give_consent(
                participant=person, typed_name=form.cleaned_data["name"], language=get_language() or "",
                key=form.cleaned_data["key"], by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. Your consent is saved."))
            return redirect("participant:consented")
    return answer(request, "participant/consent.html", form, {**_texts(enrolment), "site": person.site})


def _texts(enrolment: trials.Enrolment) -> dict[str, object]:
    """The information sheet and the consent text, in the reader's language."""
    protocol = trials.protocol_of(enrolment)
    language = get_language() or ""
    sheet_title, sheet = protocols.letter(protocol.text_code("information"), language, {})
    title, text = protocols.letter(protocol.text_code("consent"), language, {})
    return {
        "sheet_title": sheet_title, "sheet": prose.as_html(sheet), "text_title": title, "text": prose.as_html(text),
        "contact": protocol.contact,
    }  # fmt: skip


@require_safe
@own_page
def consented(request: HttpRequest, person: Participant) -> HttpResponse:
    """What happens next, and when."""
    return render(request, "participant/consented.html", {"ahead": ahead.steps_of(request, person)})
