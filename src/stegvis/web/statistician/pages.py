"""Reports before and after the lock. Opening a report is recorded each time."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.reporting import actions, locking, queries
from stegvis.web.access import for_role

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
            "role": request.user.role,  # type: ignore[union-attr]
            "proposal": locking.proposal(analysis),
            "signatures": locking.signatures(locking.plan_sha256()),
            "history": locking.history(analysis),
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
