"""What quality checks found in single people’s answers, for the data manager; each becomes a data query with one press."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from stegvis.monitoring import actions, data_queries
from stegvis.protocol import queries as protocols
from stegvis.web.monitoring import gate, words

A_PAGE = 50


@require_safe
@gate.manages
def findings(request: HttpRequest) -> HttpResponse:
    """Findings that nobody has asked about, the newest first."""
    protocol = protocols.current()
    page = Paginator(data_queries.findings(), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "finding": each,
            "code": each.assessment.participant.code,
            "kind": capfirst(str(each.get_kind_display())),
            "about": words.finding_title(each, protocol),
            "words": words.finding_words(each.kind, each.facts),
        }
        for each in page
    ]
    return render(request, "monitoring/findings.html", {"page": page, "rows": rows, "tab": "queries"})


@require_POST
@gate.manages
def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Make a query of a finding."""
    found = data_queries.finding(number)
    if found is None:
        raise Http404
    made = actions.raise_from_finding(finding=found, by=gate.account(request))
    messages.success(request, _("The question is asked. It stands in the list until it is settled."))
    return redirect("monitoring:query", made.pk)
