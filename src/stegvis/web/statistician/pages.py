"""Reports before and after the lock, and the lock itself. Opening a report is recorded each time."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.monitoring import queries as monitoring
from stegvis.protocol import queries as protocols
from stegvis.reporting import actions, queries
from stegvis.web.access import for_role, password_fits
from stegvis.web.forms import answer
from stegvis.web.statistician.forms import LockForm

KINDS = ("pooled", "blinded", "unblinded")
READERS = ("data_manager", "statistician")

FILES = {
    "pdf": ("application/pdf", "pdf"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "word"),
}
"""Of each form that is downloaded, by the end of its name: the media type, and where a printed report keeps it."""

# The report is one self-contained file with its own styles; it runs no script and asks nobody.
REPORT_POLICY = {
    "default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["data:"], "script-src": ["'none'"],
    "frame-ancestors": ["'none'"], "form-action": ["'none'"], "base-uri": ["'none'"],
}  # fmt: skip


@for_role(*READERS)
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The state of the data, the three reports, who opened them, what was extracted."""
    analysis = queries.main_analysis()
    return render(
        request,
        "statistician/home.html",
        {
            "analysis": queries.name_of(analysis, get_language() or ""),
            "lock": queries.lock(analysis),
            "reports": [(kind, queries.newest_report(analysis, kind)) for kind in KINDS],
            "openings": queries.openings(analysis)[:20],
            "extracts": queries.extracts(analysis)[:10],
            "may_lock": request.user.role == "data_manager",  # type: ignore[union-attr]
        },
    )


@for_role(*READERS)
@require_POST
def print_anew(request: HttpRequest, kind: str) -> HttpResponse:
    """Write an extract and print its report; takes some seconds."""
    _check(kind)
    try:
        actions.print_report(
            analysis=queries.main_analysis(), kind=kind, plan=queries.plan_file(), language=get_language() or "en",
            by=cast(Actor, request.user),
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("statistician:home")
    return redirect("statistician:report", kind)


@for_role(*READERS)
@require_GET
def report(request: HttpRequest, kind: str) -> HttpResponse:
    """The frame around a printed report: what it is, when it was printed, the report itself, its results."""
    _check(kind)
    printed = queries.newest_report(queries.main_analysis(), kind)
    if printed is None:
        raise Http404
    return render(request, "statistician/report.html", {"printed": printed, "kind": kind})


@for_role(*READERS)
@require_GET
def report_page(request: HttpRequest, kind: str) -> HttpResponse:
    """The report as printed; that it was opened stays in the record."""
    response = HttpResponse(_opened(request, kind).html)
    response._csp_replace = REPORT_POLICY  # type: ignore[attr-defined]  # what django-csp's decorator sets
    response["Cache-Control"] = "no-store"
    return response


@for_role(*READERS)
@require_GET
def results(request: HttpRequest, kind: str) -> HttpResponse:
    """Every number of the report with what it was made from, as a file."""
    printed = _opened(request, kind)
    response = HttpResponse(printed.results, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="results-{kind}.json"'
    return response


@for_role(*READERS)
@require_GET
def report_file(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """The report as a PDF or a Word file; that it was opened stays in the record. 404 where it was not printed so."""
    content_type, attribute = FILES[form]
    printed = _opened(request, kind, attribute)
    response = HttpResponse(bytes(getattr(printed, attribute)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="report-{kind}.{printed.language}.{form}"'
    response["Cache-Control"] = "no-store"
    return response


@for_role("data_manager")
@require_http_methods(["GET", "POST"])
def lock(request: HttpRequest) -> HttpResponse:
    """Close the data for the analysis, with a reason and the password again."""
    analysis = queries.main_analysis()
    if queries.is_locked(analysis):
        return redirect("statistician:home")
    form = LockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if password_fits(request, form.cleaned_data["password"]):
                actions.lock_data(analysis=analysis, reason=form.cleaned_data["reason"], by=cast(Actor, request.user))
                messages.success(request, _("The data are locked. The report with the arms can be printed now."))
                return redirect("statistician:home")
            form.add_error("password", _("This is not your password. Nothing was locked."))
        except Refused as refused:
            form.add_error(None, str(refused))
    answers = monitoring.overview(protocols.current()).flow.follow_up
    return answer(
        request, "statistician/lock.html", form,
        {
            "analysis": queries.name_of(analysis, get_language() or ""), "in_hand": answers.in_hand,
            "to_come": answers.open + answers.not_due,
        },
    )  # fmt: skip


def _opened(request: HttpRequest, kind: str, form: str = "html") -> queries.PrintedReport:
    """The newest report of a kind, after keeping that it was opened; 404 where there is none or it may not be seen."""
    _check(kind)
    analysis = queries.main_analysis()
    printed = queries.newest_report(analysis, kind)
    if printed is None or getattr(printed, form) is None:
        raise Http404
    try:
        actions.open_report(analysis=analysis, kind=kind, by=cast(Actor, request.user))
    except Refused as refused:
        raise Http404 from refused
    return printed


def _check(kind: str) -> None:
    if kind not in KINDS:
        raise Http404
