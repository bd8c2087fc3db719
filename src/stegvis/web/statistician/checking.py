"""Systematic checks of who opened whose record: a sample drawn by chance, what explains each reading, what was found."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.people import queries as people
from stegvis.people.readings import actions, queries
from stegvis.web.access import for_role
from stegvis.web.components.shapes import Link
from stegvis.web.forms import answer
from stegvis.web.statistician.crumbs import crumbs
from stegvis.web.statistician.deciding_forms import CheckForm, SampleForm

BECAUSE = {
    queries.CASELOAD: gettext_lazy("cared for them then"),
    queries.COVER: gettext_lazy("covered for a colleague who did"),
    queries.SITE: gettext_lazy("worked at their clinic then"),
    queries.NOTHING: gettext_lazy("nothing we know of: look into it"),
}

KINDS = {
    "person": gettext_lazy("the record"),
    "participant": gettext_lazy("the record"),
    "overview": gettext_lazy("where the person is in the trial"),
    "homework": gettext_lazy("homework"),
    "as_participant": gettext_lazy("the person's own pages"),
    "notes": gettext_lazy("notes about the treatment"),
    "messages": gettext_lazy("messages"),
    "plan": gettext_lazy("the activity plan"),
    "goals": gettext_lazy("goals"),
    "visit": gettext_lazy("a visit"),
    "answers": gettext_lazy("answers"),
    "query": gettext_lazy("a data query"),
    "contact": gettext_lazy("contact details"),
    "consent": gettext_lazy("consent"),
    "screening": gettext_lazy("a screening"),
    "alert": gettext_lazy("an alert"),
    "events": gettext_lazy("adverse events"),
    "progress": gettext_lazy("progress"),
    "arm": gettext_lazy("the allocation"),
    "allocation": gettext_lazy("the allocation"),
    "record": gettext_lazy("what was done about the person"),
    "timeline": gettext_lazy("what was done about the person"),
    "call": gettext_lazy("a call"),
    "worksheets": gettext_lazy("shared sheets"),
    "visits": gettext_lazy("visits"),
    "time": gettext_lazy("the therapist's time"),
    "pace": gettext_lazy("the pace of the programme"),
    "contacts": gettext_lazy("calls with the therapist"),
    "clinicians": gettext_lazy("who cares for the person"),
    "referral": gettext_lazy("a referral"),
    "randomisation": gettext_lazy("what must be ready before randomisation"),
    "leaving": gettext_lazy("what the person wants to stop"),
    "concern": gettext_lazy("a worry about the person"),
    "life": gettext_lazy("what has happened in the person's life"),
    "files": gettext_lazy("the person's files"),
    "closing_letter": gettext_lazy("the letter to the clinic"),
    "deviation": gettext_lazy("a deviation"),
    "export": gettext_lazy("a copy of the person's data"),
}
"""What each kind of reading is called to whoever checks; one that is new here is called the record."""


@for_role("data_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def readings(request: HttpRequest) -> HttpResponse:
    """Every sample with what was found, and the form that draws another."""
    form = SampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            drawn = actions.draw_readings(first=given["first"], last=given["last"], by=cast(Actor, request.user))
            return redirect("statistician:reading_sample", drawn.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    return answer(request, "statistician/readings.html", form, {"samples": queries.samples()[:50], "crumbs": crumbs()})


@for_role("data_manager")
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """The readings of one sample, and what the check of it found."""
    found = queries.samples().filter(pk=pk).first()
    if found is None:
        raise Http404
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.check_readings(
                sample=found, all_in_order=form.cleaned_data["found"] == "fine", words=form.cleaned_data["words"],
                by=cast(Actor, request.user),
            )  # fmt: skip
            messages.success(request, _("Kept. The check stands under your name."))
            return redirect("statistician:readings")
        except Refused as refused:
            form.add_error("words", str(refused))
    sites = {site.code: site.name for site in people.sites()}
    rows = [
        {
            "reading": each, "what": KINDS.get(each.kind, KINDS["person"]), "site": sites.get(each.site, each.site),
            "because": BECAUSE[each.because], "is_odd": each.because == queries.NOTHING,
        }
        for each in queries.explained(found)
    ]  # fmt: skip
    return answer(
        request,
        "statistician/reading_sample.html",
        form,
        {"sample": found, "rows": rows, "crumbs": crumbs(_readings())},
    )


def _readings() -> Link:
    return Link(_("Who opened whose record"), reverse("statistician:readings"))
