"""Whose pages these are: outcome assessors at the person's site; coordinators as long as the person is not randomised;
for corrections, data managers too, who belong to no site and are shown no arm.

A coordinator is shown arms, so that from randomisation on the pages are as unknown to them as those of another site, unless
the protocol lets the site's staff take answers by telephone.
"""

from typing import Any, cast

from django.http import Http404, HttpRequest

from stegvis.audit.reading import record_reading
from stegvis.people import queries as people
from stegvis.people.queries import Account, Participant
from stegvis.trial import queries as trial
from stegvis.web.access import at_own_site, for_role
from stegvis.web.participant.occasions import Route, Walk, walk

assessor = for_role("outcome_assessor")
takes_answers = for_role("outcome_assessor", "coordinator")
corrects = for_role("outcome_assessor", "data_manager")
is_told_of_worries = for_role("outcome_assessor", "coordinator", "data_manager")


def account(request: HttpRequest) -> Account:
    """The member of staff who is signed in."""
    return cast(Account, request.user)


def sites(request: HttpRequest) -> tuple[int, ...]:
    """The sites, by primary key, where whoever is signed in works."""
    return cast(tuple[int, ...], request.acting.sites)  # type: ignore[attr-defined]


def person(request: HttpRequest, code: str, *, kind: str) -> Participant:
    """A participant for whom whoever is signed in may write down answers; the reading is kept as `kind`."""
    is_anywhere = account(request).role == "data_manager"
    found = _anywhere(request, code, kind) if is_anywhere else cast(Participant, at_own_site(request, code, kind=kind))
    enrolment: Any = trial.enrolment(found)
    if enrolment is None:
        raise Http404
    if account(request).role == "coordinator" and not trial.coordinator_takes_answers(enrolment):
        raise Http404
    return found


def _anywhere(request: HttpRequest, code: str, kind: str) -> Participant:
    """A participant at any site, since a data manager belongs to none; the reading is kept as `kind`."""
    found = people.participant_by_code(code)
    if found is None:
        raise Http404
    record_reading(participant_code=found.code, kind=kind, by=account(request))
    return found


def may_see(request: HttpRequest, code: str) -> bool:
    """Whether there is somebody with this code whose answers whoever is signed in may correct; nothing is read."""
    found = people.participant_by_code(code)
    if found is None or trial.enrolment(found) is None:
        return False
    return account(request).role == "data_manager" or found.site_id in sites(request)


def way(request: HttpRequest, code: str, occasion: str, *, kind: str) -> Walk:
    """The walk through an occasion, in the participant's language, at these pages."""
    found = person(request, code, kind=kind)
    return walk(found, occasion, Route("assessor", (code,), short="short" in request.GET), found.language)
