"""Whose page it is, for this wing: a query at another site is the same 404 as one that does not exist.

Row-level security decides which queries there are. A coordinator is shown arms, so that what the randomised answered, and
what is asked about it, is not for them: they see that there is a query and how old it is.
"""

from typing import cast

from django.http import Http404, HttpRequest

from stegvis.audit.reading import record_reading
from stegvis.monitoring import data_queries
from stegvis.monitoring.data_queries import DataQuery
from stegvis.people import queries as people
from stegvis.people.queries import Account, Participant
from stegvis.trial import queries as trial
from stegvis.web.access import at_own_site, for_role

LONGEST_CODE = 20
READS = ("data_manager", "coordinator", "outcome_assessor", "physiotherapist")
reads = for_role(*READS)
asks = for_role("data_manager", "coordinator", "outcome_assessor")
manages = for_role("data_manager")
watches = for_role("data_manager", "coordinator", "statistician")


def account(request: HttpRequest) -> Account:
    """The member of staff who is signed in."""
    return cast(Account, request.user)


def is_manager(request: HttpRequest) -> bool:
    """Whether whoever is signed in settles queries."""
    return account(request).role == "data_manager"


def is_kept_from(request: HttpRequest, query: DataQuery) -> bool:
    """Whether a query is about answers that whoever is signed in must not know."""
    if account(request).role != "coordinator" or not query.instrument:
        return False
    enrolment = trial.enrolment(query.participant)
    return enrolment is not None and enrolment.randomised_at is not None


def query(request: HttpRequest, number: int) -> DataQuery:
    """A query that whoever is signed in may read; the reading is kept."""
    found = data_queries.query(number)
    if found is None or is_kept_from(request, found):
        raise Http404
    record_reading(participant_code=found.participant.code, kind="query", by=account(request))
    return found


def person(request: HttpRequest, code: str) -> Participant:
    """A participant to ask about: at any site for a data manager, at the own site for others; the reading is kept."""
    if not is_manager(request):
        return cast(Participant, at_own_site(request, code, kind="query"))
    found = people.participant_by_code(code)
    if found is None or trial.enrolment(found) is None:
        raise Http404
    record_reading(participant_code=found.code, kind="query", by=account(request))
    return found
