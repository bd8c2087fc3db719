"""Before anything else: the information page by page, questions and their answers, the consent text, and a signature.

An amendment that asks again leads here as well, to whoever agreed to an earlier version; they can say no to it and go on.
"""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stegvis.audit.errors import Refused
from stegvis.consent import queries as consents
from stegvis.methods.study.texts import fill, trial_values
from stegvis.people.queries import Participant
from stegvis.programme import queries as courses
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import consent_texts
from stegvis.trial import queries as trials
from stegvis.web import access
from stegvis.web.components.shapes import Letter
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.participant import ahead, prose
from stegvis.web.participant.gate import View, always_open, enrolment_of, has_consented, own_page
from stegvis.web.signing import SignatureField

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
    drawing = SignatureField()


class QuestionForm(KeyedForm):
    """What somebody wants to know first."""

    words = forms.CharField(
        label=gettext_lazy("Your question"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        error_messages={"required": gettext_lazy("Write your question, then send it.")},
    )


def to_decide(view: View[[]]) -> Any:
    """A page for whoever has yet to say yes or no, to the trial or to an amendment; others are led to where they belong."""

    @always_open
    def gate(request: HttpRequest, person: Participant) -> HttpResponse:
        if has_consented(request, person) and consents.not_agreed_to(person) is None:
            return redirect("participant:agreed")
        stage = enrolment_of(request, person).stage
        is_asked = stage == INVITED or (has_consented(request, person) and stage not in trials.ENDED)
        if not is_asked or not consents.goes_on(person, consents.Layer.EVERYTHING):
            return render(request, "participant/not_taking_part.html", {"site": person.site})
        return view(request, person)

    return gate


@require_safe
@to_decide
def consent(request: HttpRequest, person: Participant) -> HttpResponse:
    """One page of the information; that it was opened is kept."""
    texts = consent_texts.of(enrolment_of(request, person), get_language() or "")
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), len(texts.pages)) if asked.isdecimal() and len(asked) < 4 else 1
    unread = consents.pages_unread(person, texts.sheet.sha256, len(texts.pages))
    if number in unread:  # the first time is kept, and no other
        trial.read_pages(participant=person, language=texts.sheet.language, pages=[number], by=access.actor(request))
        unread.remove(number)
    values = trial_values(protocols.current(), texts.sheet.language)
    context = {
        **_around(request, person), "number": number, "count": len(texts.pages),
        "title": fill(texts.sheet.title, values), "lang": texts.sheet.language,
        "page_html": prose.as_html(fill(texts.pages[number - 1], values)),
        "pages": [(each, each not in unread) for each in range(1, len(texts.pages) + 1)],
    }  # fmt: skip
    return render(request, "participant/consent.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@to_decide
def sign(request: HttpRequest, person: Participant) -> HttpResponse:
    """What one agrees to; and if the answer is yes, a signature."""
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            trial.give_consent(
                participant=person, typed_name=form.cleaned_data["name"], language=get_language() or "",
                drawing=form.cleaned_data["drawing"], key=form.cleaned_data["key"], by=access.actor(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Thank you. Your consent is saved. A letter says where your copy is."))
            return redirect("participant:consented")
    return _sign_page(request, person, form, QuestionForm(auto_id="ask_%s"))


def _sign_page(
    request: HttpRequest, person: Participant, form: ConsentForm, ask: QuestionForm, wrong: Any = None
) -> HttpResponse:
    texts = consent_texts.of(enrolment_of(request, person), get_language() or "")
    title, body = texts.text.filled(trial_values(protocols.current(), texts.text.language))
    needs_all = protocols.current().consenting.read_through
    context = {
        **_around(request, person), "title": title, "text": prose.as_html(body), "lang": texts.text.language,
        "unread": consents.pages_unread(person, texts.sheet.sha256, len(texts.pages)) if needs_all else [],
        "conversation": conversation(person), "ask": ask, "sign": form, "no": _what_a_no_means(request, person),
    }  # fmt: skip
    return answer(request, "participant/consent_sign.html", wrong or form, context)


# Saying no to a newer text -------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class No:
    """What a no to the newer text means for this person, said before they answer and afterwards; `said` once they have."""

    means: list[str]
    said: Any
    can_return: bool


def _what_a_no_means(request: HttpRequest, person: Participant) -> No | None:
    """None for whoever decides about taking part at all: to them a no is no more than not signing."""
    entry = consents.not_agreed_to(person) if has_consented(request, person) else None
    if entry is None:
        return None
    enrolment = enrolment_of(request, person)
    keeps = _("You stay on the text that you agreed to.")
    if enrolment.randomised_at is None:
        drawn = _(
            "You have not been drawn to a group yet. Without a yes to the newer text you are not part of the draw."
        )
        keeps = f"{keeps} {drawn}"
    return No([keeps, _follows(person, entry)], consents.refusal_of(person, entry), entry.ends != "everything")


def _follows(person: Participant, entry: Any) -> str:
    """What goes on and what does not, by the protocol."""
    if entry.if_refused == "additions_wait":
        names = {each.code: each.name.in_language(get_language() or "") for each in protocols.current().occasions}
        new = {"what": ", ".join(names[code] for code in entry.adds)}
        return _("You are not asked what is new: %(what)s. All else goes on as before.") % new
    if entry.if_refused == "ends" and _is_there(person, entry.ends):
        return {
            "programme": _("The programme ends for you. Your plan, your visits and the questions go on as before."),
            "plan": _("Your plan and your visits end. The questions, and whatever else you have, go on as before."),
            "questions": _("The questions end: none are sent, and nobody calls about them. Your treatment goes on."),
            "everything": _("The study ends for you. Nothing more is sent or booked. Your usual care stays the same."),
        }[entry.ends]
    return _("Everything goes on as before.")


def _is_there(person: Participant, layer: str) -> bool:
    """Whether there is something to end; the programme only for somebody who has it."""
    if not consents.goes_on(person, layer):
        return False
    return layer != "programme" or courses.course_of(person) is not None


@require_http_methods(["GET", "HEAD", "POST"])
@to_decide
def refuse(request: HttpRequest, person: Participant) -> HttpResponse:
    """Say no to a newer text: what it means stands first, and one press confirms it."""
    no = _what_a_no_means(request, person)
    if no is None:  # whoever has not consented yet need not say no to anything
        return redirect("participant:consent")
    form = KeyedForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            trial.refuse_consent(
                participant=person,
                language=get_language() or "",
                key=form.cleaned_data["key"],
                by=access.actor(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your answer is kept: you have said no to the newer text."))
            return redirect("participant:study")
    return answer(request, "participant/consent_refuse.html", form, {**_around(request, person), "no": no})


@require_POST
@to_decide
def ask(request: HttpRequest, person: Participant) -> HttpResponse:
    """Keep a question; somebody who informs people at the site answers it."""
    form = QuestionForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            trial.ask_about_consent(
                participant=person, words=form.cleaned_data["words"], key=form.cleaned_data["key"],
                by=access.actor(request),  # type: ignore[arg-type]  # a participant has an account
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your question is sent. You get a letter when it has been answered."))
            return redirect("participant:sign_consent")
    return _sign_page(request, person, ConsentForm(), form, form)


def conversation(person: Participant) -> list[Letter]:
    """What was asked about taking part, and what was answered."""
    found = []
    for each in consents.questions_of(person):
        own = each.written_by.role == "participant"
        note = "" if own else _("Asked in a call, written down by the clinic")
        found.append(Letter(_("You"), each.asked_at, each.words, own=True, note=note))
        given = getattr(each, "answer", None)
        if given is not None:
            found.append(Letter(given.answered_by.name, given.answered_at, given.words))
    return found


def _around(request: HttpRequest, person: Participant) -> dict[str, Any]:
    protocol = protocols.current()
    return {"site": person.site, "contact": protocol.contact, "again": has_consented(request, person)}


@require_safe
@own_page
def consented(request: HttpRequest, person: Participant) -> HttpResponse:
    """What happens next, and when."""
    return render(request, "participant/consented.html", {"ahead": ahead.steps_of(request, person)})
