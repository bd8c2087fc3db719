"""Reads of worksheets. Whoever asks, the database shows a person's own rows, and to clinicians what is shared with them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Prefetch, QuerySet

from stegvis.methods.programme.content import Worksheet
from stegvis.people.models import Participant
from stegvis.programme import queries as courses
from stegvis.programme.models import Course
from stegvis.programme.worksheets.models import PHYSIOTHERAPIST as PHYSIOTHERAPIST
from stegvis.programme.worksheets.models import THERAPIST as THERAPIST
from stegvis.programme.worksheets.models import WorksheetDraft, WorksheetEntry, WorksheetShare

DAY = "day"
"""Under this name a draft holds the day it is about, as YYYY-MM-DD; no field of a sheet has it."""


def sheet(course: Course, code: str) -> Worksheet | None:
    """A worksheet of the release that a person was given."""
    return next((each for each in sheets(course) if each.code == code), None)


def sheets(course: Course) -> tuple[Worksheet, ...]:
    """The worksheets of the release that a person was given, in the programme's order."""
    return courses.content(course.release_id).worksheets


def sheet_of(entry: WorksheetEntry) -> Worksheet:
    """The worksheet as it was when the entry was kept."""
    return courses.content(entry.release_id).worksheet(entry.sheet)


def drafts(course: Course, code: str) -> dict[str, str]:
    """What stands in the fields of the sheet that is being written, by field."""
    return {name: one.value for name, one in saved_drafts(course, code).items()}


def saved_drafts(course: Course, code: str) -> dict[str, WorksheetDraft]:
    """The same with when each field was saved."""
    return {one.field: one for one in WorksheetDraft.objects.filter(course=course, sheet=code)}


def version(draft: WorksheetDraft) -> str:
    """What a field's saved text is known by: when it was saved."""
    return draft.saved_at.isoformat()


def changed_since(
    course: Course, code: str, values: Mapping[str, str], based_on: Mapping[str, str]
) -> dict[str, WorksheetDraft]:
    """The fields of `values` that hold other words by now than in the version that a page was `based_on`."""
    there = saved_drafts(course, code)
    return {
        name: there[name]
        for name, text in values.items()
        if name in there and there[name].value != text and version(there[name]) != based_on.get(name, "")
    }


def words(entry: WorksheetEntry) -> dict[str, str]:
    """What was kept, by field."""
    kept: dict[str, str] = json.loads(entry.content)
    return kept


@dataclass(frozen=True)
class Standing:
    """How far a person has come with one kind of sheet: how many kept, the newest day, and the field last written in."""

    kept: int = 0
    newest: date | None = None
    writing: str = ""


def standings(course: Course) -> dict[str, Standing]:
    """By sheet, in two queries whatever the number of entries."""
    kept = _not_aside(course).values_list("sheet").annotate(Count("pk"), Max("on"))
    latest = WorksheetDraft.objects.filter(course=course).order_by("sheet", "-saved_at", "-pk").distinct("sheet")
    writing = dict(latest.values_list("sheet", "field"))
    counted = {code: (number, newest) for code, number, newest in kept}
    return {
        code: Standing(*counted.get(code, (0, None)), writing.get(code, "")) for code in counted.keys() | writing.keys()
    }


def entries(course: Course, *, aside: bool = False) -> QuerySet[WorksheetEntry]:
    """What a person has kept, newest day first, with the sharing that holds; those set aside when asked for."""
    chosen = WorksheetEntry.objects.filter(course=course, set_aside_at__isnull=not aside)
    now = Prefetch("shares", WorksheetShare.objects.filter(taken_back_at=None), to_attr="shared_now")
    return chosen.order_by("-on", "-kept_at", "-pk").defer("content").prefetch_related(now)


def entry(pk: int, participant: Participant) -> WorksheetEntry | None:
    """One kept sheet of a person, if whoever asks may see it."""
    return WorksheetEntry.objects.filter(pk=pk, course=participant.pk).select_related("course__participant").first()


def shared_entry(pk: int, participant: Participant, audience: str) -> WorksheetEntry | None:
    """One kept sheet that is shared in a role now. Its course is not read: a physiotherapist does not see it."""
    now = WorksheetShare.objects.filter(audience=audience, taken_back_at=None)
    return WorksheetEntry.objects.filter(pk=pk, course=participant.pk, pk__in=now.values("entry")).first()


def last_entry(course: Course, code: str) -> WorksheetEntry | None:
    """The sheet of a kind that was kept last, to begin a new one with."""
    return _not_aside(course).filter(sheet=code).order_by("-kept_at", "-pk").first()


def shares(entry: WorksheetEntry) -> list[WorksheetShare]:
    """Every sharing of a kept sheet, the newest first, those taken back among them."""
    return list(WorksheetShare.objects.filter(entry=entry).order_by("-shared_at", "-pk"))


def shared_with(participant: Participant, audience: str) -> QuerySet[WorksheetShare]:
    """What a person shares in a role now, newest first, with the sheets; their words are not read."""
    found = WorksheetShare.objects.filter(course=participant.pk, audience=audience, taken_back_at=None)
    return found.select_related("entry").defer("entry__content").order_by("-entry__on", "-shared_at", "-pk")


def unread(participant: Participant, audience: str) -> int:
    """How many sheets that a person shares in a role now nobody has opened yet."""
    return WorksheetShare.objects.filter(
        course=participant.pk, audience=audience, taken_back_at=None, read_at=None
    ).count()


def _not_aside(course: Course) -> QuerySet[WorksheetEntry]:
    return WorksheetEntry.objects.filter(course=course, set_aside_at=None)
