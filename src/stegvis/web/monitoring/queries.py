"""The list of data queries: what is asked, of whom, how old; by state, by site, and those that wait for the reader."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from stegvis.methods.study.protocol import Protocol
from stegvis.monitoring import data_queries
from stegvis.monitoring.data_queries import AskedOf, DataQuery, State
from stegvis.people import queries as people
from stegvis.protocol import queries as protocols
from stegvis.trial import queries as trial
from stegvis.web.components.shapes import Link
from stegvis.web.monitoring import gate, words

A_PAGE = 50
MINE = "mine"


@require_safe
@gate.reads
def queries(request: HttpRequest) -> HttpResponse:
    """Queries that are not closed, the oldest first; or those that wait for the reader, or those that are closed."""
    protocol, show, site = protocols.current(), request.GET.get("show", ""), request.GET.get("site", "")
    code = request.GET.get("code", "").strip().upper()[: gate.LONGEST_CODE]
    sites = people.sites() if gate.is_manager(request) else []
    site = site if site in {each.code for each in sites} else ""
    asked_of = gate.account(request).role if show == MINE and not gate.is_manager(request) else ""
    state = show if show in {State.ANSWERED, State.CLOSED} else ""
    rows = data_queries.listed(state=state, site=site, asked_of=asked_of, code=code)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(request, list(page), protocol),
        "filters": _filters(request, show, site),
        "sites": sites, "site": site, "show": show, "code": code, "person_url": _person(request, code),
        "is_manager": gate.is_manager(request),
        "may_ask": gate.account(request).role != AskedOf.PHYSIOTHERAPIST,
        "tab": "queries",
    }  # fmt: skip
    return render(request, "monitoring/queries.html", context)


def _person(request: HttpRequest, code: str) -> str:
    """A data manager's page of the person with this code; nothing for others, or where there is nobody."""
    if not code or not gate.is_manager(request) or people.participant_by_code(code) is None:
        return ""
    return reverse("monitoring:person", args=[code])


def _filters(request: HttpRequest, show: str, site: str) -> list[Link]:
    """The lists with how many stand in each, as far as the reader sees them."""
    counts, here = data_queries.counts(), reverse("monitoring:queries")
    still_open = sum(count for state, count in counts.items() if state != State.CLOSED)

    def link(label: str, key: str, count: int | None = None) -> Link:
        chosen = {name: value for name, value in (("show", key), ("site", site)) if value}
        return Link(label, f"{here}?{urlencode(chosen)}" if chosen else here, show == key, None if site else count)

    links = [link(_("Not closed"), "", still_open)]
    if not gate.is_manager(request):
        links.append(link(_("For me to answer"), MINE))
    links.append(link(_("Answered, to be settled"), State.ANSWERED, counts.get(State.ANSWERED, 0)))
    return [*links, link(_("Closed queries"), State.CLOSED, counts.get(State.CLOSED, 0))]


def _rows(request: HttpRequest, page: list[DataQuery], protocol: Protocol) -> list[dict[str, object]]:
    """Each query in words; of what the reader must not know only that it is there."""
    is_coordinator = gate.account(request).role == "coordinator"
    hidden = trial.randomised_among([each.participant_id for each in page]) if is_coordinator else frozenset()
    return [
        {
            "query": each,
            "hidden": bool(each.instrument) and each.participant_id in hidden,
            "datum": words.datum(each, protocol),
            "question": words.question(each, protocol),
            "asked_of": capfirst(str(each.get_asked_of_display())),
            "age": words.age(each),
            "late": words.is_late(each, protocol),
            "state": words.state_tag(each),
        }
        for each in page
    ]
