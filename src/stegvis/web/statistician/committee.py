"""The closed report: ordered, opened with a reason, and read by the data-monitoring committee alone."""

from typing import cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.people.queries import Account
from stegvis.reporting import actions, queries
from stegvis.web.access import for_role
from stegvis.web.forms import KeyedForm, StegForm, answer
from stegvis.web.statistician.pages import REPORT_POLICY

CLOSED = "closed"


class OpeningForm(StegForm):
    """Why the report is opened."""

    reason = forms.CharField(
        label=_("Why do you open it?"), help_text=_("For example: the committee's meeting in May."), max_length=300
    )
    form = forms.ChoiceField(
        label=_("How do you want it?"), choices=[("html", _("As a page")), ("pdf", _("As a PDF"))], initial="html",
        widget=forms.RadioSelect,
    )  # fmt: skip


@for_role("committee")
@require_http_methods(["GET", "HEAD", "POST"])
def closed(request: HttpRequest) -> HttpResponse:
    """What there is, who opened it and why; a reason opens the report."""
    analysis = queries.main_analysis()
    printed = queries.newest_report(analysis, CLOSED)
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and printed is not None and form.is_valid():
        try:
            actions.open_closed_report(
                analysis=analysis, reason=form.cleaned_data["reason"], by=cast(Actor, request.user)
            )
            return _report(printed, form.cleaned_data["form"])
        except Refused as refused:
            form.add_error(None, str(refused))
    around = {
        "analysis": queries.name_of(analysis, get_language() or ""), "printed": printed, "order": queries.last_order(analysis),
        "ordering": KeyedForm(auto_id="order_%s"),
        "openings": [each for each in queries.openings(analysis) if each.kind == CLOSED][:50],
    }  # fmt: skip
    return answer(request, "statistician/closed.html", form, around)


@for_role("committee")
@require_POST
def print_closed(request: HttpRequest) -> HttpResponse:
    """Order it anew from the data at hand; the worker prints it."""
    form = KeyedForm(request.POST)
    if form.is_valid():
        try:
            actions.order_closed_report(
                analysis=queries.main_analysis(), language=get_language() or "en", key=form.cleaned_data["key"],
                by=cast(Account, request.user),
            )  # fmt: skip
        except Refused as refused:
            messages.error(request, str(refused))
    return redirect("statistician:closed")


def _report(printed: queries.PrintedReport, form: str) -> HttpResponse:
    """The report itself, as a page that runs no script or as a file; kept by nobody on the way."""
    if form == "pdf":
        if printed.pdf is None:
            raise Http404
        response = HttpResponse(bytes(printed.pdf), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="closed-report.{printed.language}.pdf"'
    else:
        response = HttpResponse(printed.html)
        response._csp_replace = REPORT_POLICY  # type: ignore[attr-defined]  # what django-csp's decorator sets
    response["Cache-Control"] = "no-store"
    return response
