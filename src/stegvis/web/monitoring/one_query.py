"""One data query: what is asked, its thread, and the next thing said; without anything that tells a group."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import actions, data_queries
from stegvis.monitoring.data_queries import DataQuery, State
from stegvis.protocol import queries as protocols
from stegvis.web.components.shapes import Fact, Moment
from stegvis.web.components.times import moment as moment_in_words
from stegvis.web.coordinator.forms import carry_out
from stegvis.web.forms import KeyedForm, StegForm, answer
from stegvis.web.monitoring import gate, words

NO_NAMES = gettext_lazy("Write no name and nothing about the group.")


class AnswerForm(KeyedForm):
    """What somebody found out, or did."""

    words = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=2000, widget=forms.Textarea({"rows": 4}), help_text=NO_NAMES
    )


class SettleForm(StegForm):
    """Why a query is closed or opened again; where it was answered, closing needs no words."""

    words = forms.CharField(
        label=gettext_lazy("In a few words, why"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@gate.reads
def query(request: HttpRequest, number: int) -> HttpResponse:
    """A query with its thread; whoever is asked answers, the data manager settles."""
    found, protocol = gate.query(request, number), protocols.current()
    posted = request.POST if request.method == "POST" else None
    settles = posted is not None and "settle" in posted
    answer_form = AnswerForm(None if settles else posted, auto_id="answer_%s")
    settle_form = SettleForm(posted if settles else None, auto_id="settle_%s")
    form: Any = settle_form if settles else answer_form
    if posted is not None and form.is_valid() and _carry_out(request, found, form, settles):
        messages.success(request, _("Saved."))
        return redirect("monitoring:query", number)
    context = {
        "query": found, "answer_form": answer_form, "settle_form": settle_form, "tab": "queries",
        "may_answer": found.is_open and gate.account(request).role in {found.asked_of, "data_manager"},
        "is_manager": gate.is_manager(request),
        **about(found, protocol), **_ways(request, found),
    }  # fmt: skip
    if posted is None:
        return render(request, "monitoring/query.html", context)
    return answer(request, "monitoring/query.html", form, context)


def _carry_out(request: HttpRequest, found: DataQuery, form: Any, settles: bool) -> object:
    said, by = form.cleaned_data["words"], gate.account(request)
    if not settles:
        return carry_out(form, actions.answer, query=found, words=said, key=form.cleaned_data["key"], by=by)
    act = actions.close if found.is_open else actions.reopen
    return carry_out(form, act, query=found, words=said, by=by)


def about(found: DataQuery, protocol: Protocol) -> dict[str, Any]:
    """A query in words: the facts, the question, what the data were, the thread."""
    raised_by = found.raised_by.code if found.raised_by else _("an edit check of the protocol")
    facts = [
        Fact(_("About"), words.datum(found, protocol)),
        Fact(_("Answered by"), f"{found.get_asked_of_display()}, {found.participant.site.name}"),
        Fact(_("Raised"), f"{moment_in_words(found.raised_at)}, {raised_by}"),
        Fact(_("Age"), words.age(found)),
    ]
    facts += [Fact(name, value) for name, value in words.values(found)]
    return {
        "facts": facts, "question": words.question(found, protocol), "state": words.state_tag(found),
        "thread": [_moment(step) for step in data_queries.steps_of(found)],
    }  # fmt: skip


def _moment(step: Any) -> Moment:
    """One step of the thread: who did what, and what was said."""
    who = step.account.code if step.account else _("the edit check")
    title = f"{State(step.state).label.capitalize()}, {who}"
    said = step.words or ""
    if step.correction is not None:
        said = _("Corrected: %(reason)s") % {"reason": step.correction.reason}
    elif step.account is None and step.state == State.CLOSED:
        said = _("The datum no longer fails the check.")
    return Moment(step.taken_at, title, said)


def _ways(request: HttpRequest, found: DataQuery) -> dict[str, str]:
    """Where the datum can be corrected, by whom may do so; and the person's page."""
    role, code = gate.account(request).role, found.participant.code
    ways = {}
    if role in {"data_manager", "outcome_assessor"} and found.occasion:
        rest = [found.instrument] if found.instrument else []
        ways["correct_url"] = reverse(f"assessor:{'correct' if rest else 'sent'}", args=[code, found.occasion, *rest])
    if role in {"coordinator", "data_manager"}:
        wing = "coordinator" if role == "coordinator" else "monitoring"
        ways["person_url"] = reverse(f"{wing}:person", args=[code])
    return ways
