"""Joining: the self-check, and contact details for those for whom an assessment seems worthwhile.

The check decides nothing: it says kindly whether an assessment seems worthwhile, and a clinician confirms every
criterion. Of those who do not go on, the criterion is counted and nothing else is kept. Answers travel from the first page
to the second in the page itself, sealed, so that a person who closes it leaves nothing behind.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import queries as screenings
from stegvis.web import access
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.public.self_check import SelfCheckForm, form_class
from stegvis.web.telephone import TelephoneField

_SEAL = "stegvis.web.self-check"
_LASTS = 2 * 3600  # seconds


class ContactForm(KeyedForm):
    """Whom to call, and at which clinic; `answers` are those of the self-check, sealed."""

    answers = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    phone = TelephoneField(label=_("Phone number"))
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )
    site = forms.ChoiceField(label=_("Which clinic is easiest for you to reach?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [(site.code, site.name) for site in people.sites()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def self_check(request: HttpRequest) -> HttpResponse:
    """The questions; then the page for contact details, or a kind word."""
    if not protocols.is_loaded():
        return redirect("public:start")
    form = _questions(request)
    if form.fields.keys() == {"key"}:
        return _ask_for_contact(request, {})
    if not form.is_valid():
        return answer(request, "public/join.html", form, {})
    answers = form.answers()
    against = screenings.speaks_against(answers)
    if against is None:
        return _ask_for_contact(request, answers)
    trial.count_self_check(
        source="self", language=get_language() or "", criterion=against, key=form.cleaned_data["key"],
        made_up=settings.MODE == "demo", by=access.actor(request),
    )  # fmt: skip
    return redirect("public:not_now")


def _questions(request: HttpRequest) -> SelfCheckForm:
    language = get_language() or ""
    kind = form_class(screenings.self_check_criteria(), language)
    return kind(request.POST if request.method == "POST" else None)


def _ask_for_contact(request: HttpRequest, answers: dict[str, Any]) -> HttpResponse:
    form = ContactForm(initial={"answers": signing.dumps(answers, salt=_SEAL)})
    return render(request, "public/contact.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def contact(request: HttpRequest) -> HttpResponse:
    """Open a screening for someone who left contact details; sent twice, it is one, and with other words neither is lost.

    Who comes here without answers (by a bookmark) begins with the questions.
    """
    form = ContactForm(request.POST if request.method == "POST" else None)
    try:
        answers = signing.loads(request.POST.get("answers", ""), salt=_SEAL, max_age=_LASTS)
    except signing.BadSignature:
        return redirect("public:join")
    if not form.is_valid():
        return answer(request, "public/contact.html", form, {})
    given = form.cleaned_data
    try:
        trial.open_screening(
            site=people.site_by_code(given["site"]), source="self", language=get_language() or "", answers=answers,
            name=given["name"], email=given["email"], phone=given["phone"], key=given["key"],
            made_up=settings.MODE == "demo", by=access.actor(request),
        )  # fmt: skip
    except Refused as refused:
        form.add_error(None, str(refused))
        return answer(request, "public/contact.html", form, {})
    return redirect("public:thanks")


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """Somebody will call."""
    return render(request, "public/thanks.html")


@require_safe
def not_now(request: HttpRequest) -> HttpResponse:
    """The study does not seem to be the right one; where else to turn."""
    if not protocols.is_loaded():
        return redirect("public:start")
    return render(request, "public/not_now.html", {"study_phone": protocols.current().contact.phone})
