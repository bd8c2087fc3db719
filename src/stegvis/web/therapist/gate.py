"""Who a therapist may open: people of their own caseload who have a course. Everyone else is the same 404 as nobody.

@for_role("therapist")
def progress(request: HttpRequest, code: str) -> HttpResponse:
    person = opened(request, code, kind="progress")     # leaves a reading in the record
"""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from stegvis.programme import queries as programme
from stegvis.web import access
from stegvis.web.therapist import caseload
from stegvis.web.therapist.caseload import Row, Worklist
from stegvis.web.therapist.needs import Standing, language_of


@dataclass(frozen=True)
class TurnedTo:
    """A person about whom something is kept: them alone, since what a page saves by itself must not wait for a caseload."""

    course: Any

    @property
    def participant(self) -> Any:
        """Who it is."""
        return self.course.participant

    @property
    def language(self) -> str:
        """The language in which they have the programme."""
        return language_of(self.participant, programme.content(self.course.release_id))


@dataclass(frozen=True)
class Person:
    """The person whose page is open, with their row of the worklist."""

    participant: Any
    row: Row
    worklist: Worklist

    @property
    def standing(self) -> Standing:
        """How they stand today."""
        return self.row.person

    @property
    def language(self) -> str:
        """The language in which they have the programme."""
        return self.standing.language

    @property
    def course(self) -> Any:
        """Their course."""
        return self.row.person.course


def opened(request: HttpRequest, code: str, *, kind: str) -> Person:
    """Open a person's page; the reading is kept as `kind`. A refusal leaves none, since the request is undone."""
    participant = access.in_own_caseload(request, code, kind=kind)
    worklist = caseload.of(request)
    row = worklist.row(code)
    if row is None:
        raise Http404
    return Person(participant, row, worklist)


def turned_to(request: HttpRequest, code: str) -> TurnedTo:
    """A person about whom something is kept, whose page was opened before: no new reading, and one query."""
    course = programme.courses_of(therapist(request)).filter(participant__code=code).first()
    if course is None:
        raise Http404
    return TurnedTo(course)


def therapist(request: HttpRequest) -> Any:
    """Who is signed in, for `by`: an account, since nobody else comes through the gate."""
    return request.user
