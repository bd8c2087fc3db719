"""Consent as the clinic sees it: what was read and asked, who has signed, what was signed on paper, and whose consent waits."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from stegvis.audit import clock
from stegvis.consent import actions as consent
from stegvis.consent import queries as consents
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.trial import consent_texts
from stegvis.trial.queries import Enrolment
from stegvis.web.coordinator import gate, words
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.person import head
from stegvis.web.forms import Chips, DayField, KeyedForm
from stegvis.web.signing import SignatureField

A_PAGE = 50
READING = "consent"
MODES = [
    ("in_person", gettext_lazy("Face to face")),
    ("telephone", gettext_lazy("By telephone")),
    ("video", gettext_lazy("By video")),
]


class WordsForm(KeyedForm):
    """A question that was asked in a call, or the answer to one."""

    words = forms.CharField(max_length=2000, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label


class CountersignForm(KeyedForm):
    """That one has informed the person, and how."""

    mode = forms.ChoiceField(label=gettext_lazy("How did you inform the person?"), choices=MODES, widget=Chips)
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        help_text=gettext_lazy("Written by you, it counts as your signature."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    drawing = SignatureField()


class RefusedForm(KeyedForm):
    """That the person has said no in a call, knowing what follows."""

    heard = forms.BooleanField(
        label=gettext_lazy("The person has heard what follows, and says no."),
        error_messages={"required": gettext_lazy("Tell the person first what follows, then tick this.")},
    )


class PaperForm(KeyedForm):
    """What stands on a paper consent."""

    name = forms.CharField(label=gettext_lazy("The name as it is signed"), max_length=200)
    signed_on = DayField(label=gettext_lazy("The day on the paper"))
    language = forms.ChoiceField(label=gettext_lazy("In which language is the text?"), widget=Chips)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, words.language_name(code)) for code in protocols.current().trial.languages]
        self.fields["language"].choices = offered  # type: ignore[attr-defined]


# One person's ---------------------------------------------------------------------------------------------------------
@require_safe
@gate.informing
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """What one person has read, asked and signed."""
    return _page(request, gate.enrolment(request, code, kind=READING))


@require_POST
@gate.informing
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Write down what the person asked in a call."""
    enrolment = gate.enrolment(request, code, kind=READING)
    form = _asked(request.POST)
    kept = None
    if form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        kept = carry_out(form, trial.ask_about_consent, participant=enrolment.participant, by=by, **given)
    if kept is not None:
        return redirect("coordinator:consent", code)
    return _page(request, enrolment, asked=form)


@require_POST
@gate.informing
def answer_one(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Answer a question; the person gets a letter that there is something to read."""
    enrolment = gate.enrolment(request, code, kind=READING)
    question = consents.question(number)
    if question is None or question.participant_id != enrolment.participant_id:
        raise Http404
    form = _answered(number, request.POST)
    kept = None
    if form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        kept = carry_out(form, trial.answer_about_consent, question=question, by=by, **given)
    if kept is not None:
        messages.success(request, _("Answered. A letter tells the person that there is something to read."))
        return redirect("coordinator:consent", code)
    return _page(request, enrolment, answered=(number, form))


@require_POST
@gate.informing
def countersign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign that one has informed the person."""
    enrolment = gate.enrolment(request, code, kind=READING)
    given, form = consents.newest(enrolment.participant), CountersignForm(request.POST, auto_id="own_%s")
    if given is None:
        raise Http404
    kept = None
    if form.is_valid():
        said, by = form.cleaned_data, gate.account(request)
        signature = {"signature": said["name"], "mode": said["mode"], "drawing": said["drawing"], "key": said["key"]}
        kept = carry_out(form, consent.countersign, consent=given, by=by, **signature)
    if kept is not None:
        messages.success(request, _("Signed by both now."))
        return redirect("coordinator:consent", code)
    return _page(request, enrolment, countersign=form)


@require_POST
@gate.coordinator
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a consent that was signed on paper."""
    enrolment = gate.enrolment(request, code, kind=READING)
    form = PaperForm(request.POST, auto_id="paper_%s")
    kept = None
    if form.is_valid():
        given, by = form.cleaned_data, gate.account(request)
        kept = carry_out(form, trial.enter_paper_consent, participant=enrolment.participant, by=by, **given)
    if kept is not None:
        messages.success(request, _("Entered. Keep the paper in the trial's file."))
        return redirect("coordinator:consent", code)
    return _page(request, enrolment, paper=form)


@require_POST
@gate.coordinator
def refused(request: HttpRequest, code: str) -> HttpResponse:
    """Write down that the person said no to the newer text in a call."""
    enrolment = gate.enrolment(request, code, kind=READING)
    form = RefusedForm(request.POST, auto_id="no_%s")
    kept = None
    if form.is_valid():
        person, by = enrolment.participant, gate.account(request)
        given = {"language": person.language, "key": form.cleaned_data["key"]}
        kept = carry_out(form, trial.refuse_consent, participant=person, by=by, **given)
    if kept is not None:
        messages.success(request, _("Written down: the person says no to the newer version."))
        return redirect("coordinator:consent", code)
    return _page(request, enrolment, no=form)


def what_follows(entry: Any) -> str:
    """What the protocol says of whoever says no to the newer text, for staff; the same of everybody."""
    if entry.if_refused == "additions_wait":
        names = ", ".join(words.occasion_name(protocols.current(), each) for each in entry.adds)
        return _("Whoever says no goes on as before, without: %(what)s.") % {"what": names}
    if entry.if_refused == "ends":
        return _("For whoever says no this ends: %(what)s.") % {"what": consents.Layer(entry.ends).label}
    return _("Whoever says no goes on as before.")


def _asked(posted: Any = None) -> WordsForm:
    return WordsForm(posted, label=_("What did the person ask?"), auto_id="asked_%s")


def _answered(number: int, posted: Any = None) -> WordsForm:
    return WordsForm(posted, label=_("Answer"), auto_id=f"answer_{number}_%s")


def _page(request: HttpRequest, enrolment: Enrolment, **forms_: Any) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    person = enrolment.participant
    given, newer = consents.newest(person), consents.not_agreed_to(person)
    said_no = consents.refusal_of(person, newer) if newer else None
    again = None if said_no else newer
    answered = forms_.pop("answered", None)
    questions = [
        (
            each,
            getattr(each, "answer", None),
            answered[1] if answered and answered[0] == each.pk else _answered(each.pk),
        )
        for each in consents.questions_of(person)
    ]
    refused = [form for form in [*forms_.values(), *([answered[1]] if answered else [])] if form.errors]
    for form in refused:
        form.renew_key()
    coordinates = request.user.role == "coordinator"  # type: ignore[union-attr]
    context = {
        **head(enrolment, "consent"), "given": given, "again": again, "questions": questions,
        "informed": consents.countersignature_of(given) if given else None,
        "intact": given is not None and consents.is_intact(given),
        "language": words.language_name(given.language) if given else "",
        "asked": _asked(), "countersign": CountersignForm(auto_id="own_%s"),
        "takes_paper": coordinates and (given is None or newer is not None),
        "coordinates": coordinates, "informs": gate.informs(request),
        "said_no": said_no, "follows": what_follows(newer) if newer else "", "no": RefusedForm(auto_id="no_%s"),
        "is_before": enrolment.stage in consent_texts.BEFORE,
        "paper": PaperForm(auto_id="paper_%s", initial={"language": person.language, "signed_on": clock.today()}),
        "pages": _pages(enrolment), "earlier": list(consents.consents_of(person))[1:],
        "form": refused[0] if refused else None, **forms_,
    }  # fmt: skip
    if not coordinates:  # the other pages about one person are not open to physiotherapists
        context |= {"subpages": [], "crumbs": []}
    return render(request, "coordinator/consent.html", context, status=422 if refused else 200)


def _pages(enrolment: Enrolment) -> list[tuple[str, str, int, int]]:
    """The texts of which the person opened pages: version, language, how many of how many."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in consents.pages_seen(enrolment.participant):
        found.setdefault((each.text_version, each.language), [0, each.of])[0] += 1
    return [(version, words.language_name(code), seen, of) for (version, code), (seen, of) in found.items()]


# All whose consent waits ----------------------------------------------------------------------------------------------
@require_safe
@gate.coordinator
def waiting(request: HttpRequest) -> HttpResponse:
    """Who at the own sites has not agreed to an amendment, whose consent lacks a signature, who waits for an answer."""
    sites = gate.sites(request)
    again = Paginator(consent_texts.not_yet_again(sites), A_PAGE).get_page(request.GET.get("page"))
    entry = protocols.current().asked_again(clock.today())
    context = {
        "again": again,
        "entry": entry,
        "follows": what_follows(entry) if entry else "",
        "said_no": consent_texts.said_no(sites)[:A_PAGE],
        "unsigned": consent_texts.not_countersigned(sites)[:A_PAGE],
        "questions": consents.unanswered(sites)[:A_PAGE],
    }
    return render(request, "coordinator/consents.html", context)
