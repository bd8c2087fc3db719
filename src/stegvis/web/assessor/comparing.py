"""Comparing: where two entries of a paper form differ, which of them is right, and how one knows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms as forms_library
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import DoNotFit
from stegvis.audit.errors import Refused
from stegvis.methods.instruments import Item
from stegvis.methods.instruments.positions import item_at, parse_position
from stegvis.methods.study.safety import SafetyRule
from stegvis.protocol import queries as protocols
from stegvis.trial import actions as trial
from stegvis.web.answering.fields import form_class
from stegvis.web.answering.words import in_words
from stegvis.web.assessor import gate
from stegvis.web.assessor.answering import worry_address
from stegvis.web.assessor.forms import OwnDayForm, SettleForm
from stegvis.web.components.times import full_day
from stegvis.web.participant.occasions import Walk


@dataclass(frozen=True)
class Shown:
    """One difference in words, and the form that settles it."""

    question: str
    first: str
    second: str
    settled: str
    form: SettleForm | None
    own: forms_library.BaseForm | None
    key: str
    lang: str


@require_http_methods(["GET", "HEAD", "POST"])
@gate.takes_answers
def compare(request: HttpRequest, code: str, occasion: str) -> HttpResponse:
    """Every place in which the two entries differ: which one is right, and how one knows."""
    found = gate.way(request, code, occasion, kind="answers")
    posted, own = _posted(request, found)
    is_own = posted is not None and posted.data.get(posted.add_prefix("entry")) == "own"
    if posted is not None and posted.is_valid() and (not is_own or (own is not None and own.is_valid())):
        value = next(iter(own.cleaned_data.values())) if is_own and own is not None else None
        fired = _settled(request, found, posted, value)
        if fired is not None:
            here = reverse("assessor:paper_compare", args=[code, occasion])
            return redirect(worry_address(found, {rule.code for rule in fired}, here) if fired else here)
    shown = [_shown(each, found, posted, own) for each in paper.differences(found.assessment)]
    context = {"code": code, "occasion": occasion, "rows": shown, "tab": "paper", "walk": found}
    failed = posted is not None
    return render(request, "assessor/paper_compare.html", context, status=422 if failed else 200)


def _settled(request: HttpRequest, found: Walk, posted: SettleForm, value: Any) -> tuple[SafetyRule, ...] | None:
    """The rules that fired when it was settled, or None when that was refused: the sentence then stands on the form."""
    instrument, _colon, link_id = request.POST.get("place", "").partition(":")
    entries: dict[str, paper.PaperEntry] = {str(each.number): each for each in paper.entries(found.assessment)}
    try:
        with transaction.atomic():
            return trial.settle_paper(
                assessment=found.assessment, instrument=instrument, link_id=link_id,
                entry=entries.get(posted.cleaned_data["entry"]), words=posted.cleaned_data["words"], value=value,
                stands_so=posted.cleaned_data["stands_so"], by=gate.account(request),
            )  # fmt: skip
    except Refused as refusal:
        posted.asks_again = isinstance(refusal, DoNotFit)
        posted.add_error(None, str(refusal))
        return None


def _posted(request: HttpRequest, found: Walk) -> tuple[SettleForm | None, forms_library.BaseForm | None]:
    """What was sent about one difference: which entry, why, and what stands on the paper where neither is right."""
    if request.method != "POST":
        return None, None
    place = request.POST.get("place", "")
    instrument, _colon, link_id = place.partition(":")
    own = _own_form(found, instrument, link_id, request.POST)
    return SettleForm(request.POST, prefix=place), own


def _own_form(found: Walk, instrument: str, link_id: str, data: Any = None) -> forms_library.BaseForm | None:
    """The question itself, as it is entered; None where there is no such question."""
    prefix = f"{instrument}:{link_id}:own"
    if (instrument, link_id) == paper.COMPLETED_ON:
        return OwnDayForm(data, prefix=prefix)
    if instrument not in found.assessment.instruments:
        return None
    item = item_at(protocols.questionnaire(instrument), link_id)
    return form_class([(link_id, item)], found.lang, written_down=True)(data, prefix=prefix) if item else None


def _shown(each: paper.Difference, found: Walk, posted: SettleForm | None, own: forms_library.BaseForm | None) -> Shown:
    key = f"{each.instrument}:{each.link_id}"
    question = _question(each, found)
    first, second = (_in_words(each, value, found) for value in (each.first, each.second))
    if each.decision is not None:
        return Shown(question, first, second, _decided(each, each.decision, found), None, None, key, found.lang)
    is_posted = posted is not None and posted.prefix == key
    form = posted if is_posted else SettleForm(prefix=key)
    asked = own if is_posted else _own_form(found, each.instrument, each.link_id)
    return Shown(question, first, second, "", form, asked, key, found.lang)


def _decided(each: paper.Difference, decision: paper.PaperDecision, found: Walk) -> str:
    if decision.entry is not None:
        return _("Entry %(n)s is right: %(why)s") % {"n": decision.entry.number, "why": decision.reason}
    value = _in_words(each, decision.value, found)
    return _("Neither is right. On the paper: %(value)s. %(why)s") % {"value": value, "why": decision.reason}


def _question(each: paper.Difference, found: Walk) -> str:
    if (each.instrument, each.link_id) == paper.COMPLETED_ON:
        return _("The day on the form")
    questionnaire = protocols.questionnaire(each.instrument)
    asked = f"{questionnaire.title_in(found.lang)}: {_item(each).text_in(found.lang)}"
    _link_id, numbers = parse_position(each.link_id)
    return f"{asked} ({'.'.join(map(str, numbers))})" if numbers else asked


def _item(each: paper.Difference) -> Item:
    """The question that a difference is about; answers were kept only to questions that there are."""
    item = item_at(protocols.questionnaire(each.instrument), each.link_id)
    assert item is not None
    return item


def _in_words(each: paper.Difference, value: Any, found: Walk) -> str:
    """A stored value of one place as people read it."""
    if (each.instrument, each.link_id) == paper.COMPLETED_ON:
        return full_day(date.fromisoformat(value))
    if value is None:
        return _("Empty")
    questionnaire = protocols.questionnaire(each.instrument)
    typed = assessments.typed(questionnaire, {each.link_id: value})[each.link_id]
    return in_words(_item(each), typed, found.lang) or _("Empty")
