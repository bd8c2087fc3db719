"""A data query by hand: about which datum, what is asked, and of whom."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.assessments import queries as assessments
from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import actions
from stegvis.monitoring.data_queries import AskedOf
from stegvis.people.queries import Participant
from stegvis.protocol import queries as protocols
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.coordinator.words import language, occasion_name, visit_name
from stegvis.web.forms import KeyedForm, answer
from stegvis.web.monitoring import gate, words
from stegvis.web.monitoring.one_query import NO_NAMES

PERSON = "person"


class RaiseForm(KeyedForm):
    """What is asked, about which datum, of whom."""

    datum = forms.ChoiceField(label=gettext_lazy("What is it about?"), widget=forms.Select({"class": "govuk-select"}))
    item = forms.ChoiceField(
        label=gettext_lazy("Which question?"), required=False, widget=forms.Select({"class": "govuk-select"})
    )
    words = forms.CharField(
        label=gettext_lazy("What do you ask?"), max_length=2000, widget=forms.Textarea({"rows": 4}), help_text=NO_NAMES
    )
    asked_of = forms.ChoiceField(
        label=gettext_lazy("Who answers?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Answers to questions are the outcome assessor’s, who does not know the group."),
    )

    def __init__(self, posted: Any, data: list[tuple[str, str]], items: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(posted, **more)
        fields: Any = self.fields
        fields["datum"].choices = data
        fields["asked_of"].choices = [(value, capfirst(str(label))) for value, label in AskedOf.choices]
        if items:
            fields["item"].choices = [("", _("the whole questionnaire")), *items]
        else:
            del fields["item"]


@require_http_methods(["GET", "HEAD", "POST"])
@gate.asks
def raise_query(request: HttpRequest, code: str) -> HttpResponse:
    """Ask about a datum of one person."""
    person, protocol = gate.person(request, code), protocols.current()
    data, chosen = _data(person, protocol), request.GET.get("datum", "")
    chosen = chosen if chosen in dict(data) else PERSON
    form = RaiseForm(
        request.POST if request.method == "POST" else None, data, _items(chosen),
        initial={"datum": chosen, "asked_of": _usually(chosen)},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        about = _about(given["datum"], given.get("item", ""), chosen)
        made = carry_out(
            form, actions.raise_query, participant=person, asked_of=given["asked_of"], words=given["words"],
            key=given["key"], by=gate.account(request), **about,
        )  # fmt: skip
        if made:
            messages.success(request, _("The question is asked. It stands in the list until it is settled."))
            return redirect("monitoring:query", made.pk)
    context = {"code": code, "form": form, "tab": "queries"}
    if form.is_bound:
        return answer(request, "monitoring/raise.html", form, context)
    return render(request, "monitoring/raise.html", context)


def _data(person: Participant, protocol: Protocol) -> list[tuple[str, str]]:
    """What can be asked about: the person, visits, occasions and their questionnaires; nothing that only some arms have."""
    found = [(PERSON, _("Something else about the person"))]
    found += [(f"visit:{each.number}", visit_name(protocol, each.number)) for each in protocol.visits]
    for assessment in assessments.assessments_of(person):
        if assessment.tells_arm:
            continue
        name = occasion_name(protocol, assessment.occasion)
        found.append((f"{assessment.occasion}:", name))
        found += [
            (f"{assessment.occasion}:{code}", f"{name} · {words.instrument_name(code, protocol)}")
            for code in assessment.instruments
        ]
    return found


def _items(chosen: str) -> list[tuple[str, str]]:
    """The questions of the questionnaire that the page was opened for."""
    instrument = chosen.partition(":")[2] if not chosen.startswith("visit:") else ""
    if not instrument:
        return []
    questions = protocols.questionnaire(instrument).questions
    return [(each.link_id, (each.text.text_in(language()) if each.text else "") or each.link_id) for each in questions]


def _usually(chosen: str) -> str:
    """Who usually knows."""
    if chosen == PERSON:
        return AskedOf.COORDINATOR
    return AskedOf.PHYSIOTHERAPIST if chosen.startswith("visit:") else AskedOf.OUTCOME_ASSESSOR


def _about(datum: str, item: str, opened_for: str) -> dict[str, Any]:
    """The datum as the action takes it; the question counts only for the questionnaire whose questions were shown."""
    kind, _colon, rest = datum.partition(":")
    if kind == PERSON:
        return {}
    if kind == "visit":
        return {"visit": int(rest)}
    return {"occasion": kind, "instrument": rest, "item": item if datum == opened_for else ""}
