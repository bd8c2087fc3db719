"""Whose page it is, for this wing: what lies at another site is the same 404 as what does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import Http404, HttpRequest, HttpResponse

from stegvis.audit.reading import record_reading
from stegvis.people.queries import Account
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import queries as trial
from stegvis.web import access
from stegvis.web.access import at_own_site, for_role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

ON_ROTAS = ("coordinator", "physiotherapist", "therapist")
"""Roles that may stand on a safety rota; which alerts open is decided by the rota itself."""

coordinator = for_role("coordinator")
on_rotas = for_role(*ON_ROTAS)


def deciding(view: View[P]) -> View[P]:
    """Let those open a view who may decide criteria: coordinators, and physiotherapists who are licensed clinicians."""

    @for_role("coordinator", "physiotherapist")
    @wraps(view)
    def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.role != "coordinator" and not request.user.licensed_clinician:  # type: ignore[union-attr]
            raise Http404
        return view(request, *args, **kwargs)

    return gate


def informs(request: HttpRequest) -> bool:
    """Whether whoever is signed in informs people about the trial, by its protocol; a physiotherapist as a licensed clinician."""
    user = account(request)
    by_protocol = user.role in protocols.current().consenting.informed_by
    return by_protocol and (user.role == "coordinator" or user.licensed_clinician)


def informing(view: View[P]) -> View[P]:
    """Let those open a view who see to consents: coordinators, and physiotherapists whom the protocol lets inform people."""

    @for_role("coordinator", "physiotherapist")
    @wraps(view)
    def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if account(request).role != "coordinator" and not informs(request):
            raise Http404
        return view(request, *args, **kwargs)

    return gate


def account(request: HttpRequest) -> Account:
    """The member of staff who is signed in."""
    return cast(Account, request.user)


def sites(request: HttpRequest) -> tuple[int, ...]:
    """The sites, by primary key, where whoever is signed in works."""
    return cast(tuple[int, ...], request.acting.sites)  # type: ignore[attr-defined]


def enrolment(request: HttpRequest, code: str, *, kind: str) -> Any:
    """The enrolment of a participant at an own site; the reading is kept as `kind`."""
    found = trial.enrolment(at_own_site(request, code, kind=kind))
    if found is None:
        raise Http404
    return found


def screening(request: HttpRequest, number: int) -> Any:
    """A screening at an own site; a reading is kept once it belongs to a participant."""
    found = trial.screening(number)
    if found is None or found.site_id not in sites(request):
        raise Http404
    if found.participant is not None:
        record_reading(participant_code=found.participant.code, kind="screening", by=access.actor(request))
    return found


def watched_sites(request: HttpRequest) -> list[int]:
    """The sites, by primary key, on whose safety rota whoever is signed in stands and works."""
    return [site for site in safety.sites_watched_by(access.actor(request)) if site in sites(request)]


def alert(request: HttpRequest, number: int) -> Any:
    """An alert at a site on whose rota one is, or that one was told of because nobody had taken it; the reading is kept."""
    found = safety.alert(number)
    if found is None:
        raise Http404
    if found.participant.site_id not in watched_sites(request) and not safety.was_told(account(request), found):
        raise Http404
    record_reading(participant_code=found.participant.code, kind="alert", by=access.actor(request))
    return found
