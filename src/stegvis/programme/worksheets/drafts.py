"""Keeps a sheet on its way, field by field. Drafts write rows and no event: keeping the sheet is the event.

Whoever saves asks `queries.changed_since` first: what another device has written in the meantime is shown, not overwritten.
"""

from collections.abc import Mapping
from datetime import datetime

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.programme import policies as programme
from stegvis.programme.errors import UnknownField
from stegvis.programme.models import Course
from stegvis.programme.worksheets import policies, queries
from stegvis.programme.worksheets.models import WorksheetDraft, WorksheetEntry


def save(*, course: Course, sheet: str, values: Mapping[str, str], by: Actor) -> datetime:
    """Keep what stands in some fields of the sheet that is being written, all of them in one query; gives the moment."""
    known = {queries.DAY, *policies.check_can_write(by, course, sheet).names}
    for name in values:
        if name not in known:
            raise UnknownField(field=name)
    programme.check_length(*values.values())
    now = clock.now()
    WorksheetDraft.objects.bulk_create(
        [WorksheetDraft(course=course, sheet=sheet, field=n, value=v, saved_at=now) for n, v in values.items()],
        update_conflicts=True, unique_fields=["course", "sheet", "field"], update_fields=["value", "saved_at"],
    )  # fmt: skip
    if "" in values.values() and not any(queries.drafts(course, sheet).values()):
        WorksheetDraft.objects.filter(course=course, sheet=sheet).delete()  # all emptied again: nothing is under way
    return now


def begin_with(*, entry: WorksheetEntry, by: Actor) -> None:
    """Begin a new sheet with the words of one that was kept; refuse while another of the kind is under way."""
    found = policies.check_can_write(by, entry.course, entry.sheet)
    policies.check_nothing_under_way(entry.course, entry.sheet)
    values = {name: text for name, text in queries.words(entry).items() if name in found.names}
    save(course=entry.course, sheet=entry.sheet, values=values, by=by)
