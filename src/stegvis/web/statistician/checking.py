"""Systematic checks of who opened whose record: a sample drawn by chance, what explains each reading, what was found."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.people.readings import actions, queries
from stegvis.web.access import for_role
from stegvis.web.forms import answer
from stegvis.web.statistician.deciding_forms import CheckForm, SampleForm

BECAUSE = {
    queries.CASELOAD: gettext_lazy("cared for them then"),
    queries.COVER: gettext_lazy("covered for a colleague who did"),
    queries.SITE: gettext_lazy("worked at their clinic then"),
    queries.NOTHING: gettext_lazy("nothing we know of: look into it"),
}


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
    return answer(request, "statistician/readings.html", form, {"samples": queries.samples()[:50]})


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
    rows = [(each, BECAUSE[each.because], each.because == queries.NOTHING) for each in queries.explained(found)]
    return answer(request, "statistician/reading_sample.html", form, {"sample": found, "rows": rows})
