"""Every write about worksheets but drafts. Each record tells the arm, and is hidden from blind roles."""

import json
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make
from stegvis.people.models import Account, Participant
from stegvis.programme import policies as programme
from stegvis.programme.models import Course
from stegvis.programme.worksheets import policies, queries
from stegvis.programme.worksheets.models import WorksheetDraft, WorksheetEntry, WorksheetShare


@action("programme.worksheet_kept", detail=("sheet",), tells_arm=True)
def keep(*, course: Course, sheet: str, key: UUID, by: Actor) -> WorksheetEntry:
    """Keep the sheet that is being written as it stands, and clear the table for the next; the same key keeps it once."""
    policies.check_can_write(by, course, sheet)
    Course.objects.select_for_update(no_key=True).values_list("pk").get(pk=course.pk)  # two presses take turns
    kept = earlier(WorksheetEntry, key, course=course)
    if kept is not None:
        return kept
    words = queries.drafts(course, sheet)
    day = words.pop(queries.DAY, "")
    on = date.fromisoformat(day) if day else clock.today()
    policies.check_is_written(words)
    policies.check_day(on)
    written = {name: text for name, text in words.items() if text}
    entry = make(
        WorksheetEntry, key, about="course", course=course, release=course.release, sheet=sheet, on=on,
        content=json.dumps(written, ensure_ascii=False), kept_at=clock.now(),
    )  # fmt: skip
    WorksheetDraft.objects.filter(course=course, sheet=sheet).delete()
    return entry


@action("programme.worksheet_set_aside", tells_arm=True)
def set_aside(*, entry: WorksheetEntry, by: Actor) -> WorksheetEntry:
    """Take a kept sheet out of the list, and back from whoever could read it. Nothing is removed."""
    programme.check_is_own(by, entry.course)
    if entry.set_aside_at is None:
        entry.set_aside_at = clock.now()
        entry.save(update_fields=["set_aside_at"])
        note(taken_back=_take_back(entry))
    return entry


@action("programme.worksheet_brought_back", tells_arm=True)
def bring_back(*, entry: WorksheetEntry, by: Actor) -> WorksheetEntry:
    """Put a sheet that was set aside into the list again; it is shared with nobody."""
    programme.check_is_own(by, entry.course)
    if entry.set_aside_at is not None:
        entry.set_aside_at = None
        entry.save(update_fields=["set_aside_at"])
    return entry


@action("programme.worksheet_shared", detail=("audience",), tells_arm=True)
def share(*, entry: WorksheetEntry, audience: str, by: Actor) -> WorksheetShare:
    """Let the therapist read a kept sheet, or the physiotherapist where the programme allows it; again changes nothing."""
    policies.check_can_share(by, entry, audience)
    row, _ = WorksheetShare.objects.get_or_create(
        entry=entry, audience=audience, taken_back_at=None,
        defaults={"course": entry.course, "shared_at": clock.now()},
    )  # fmt: skip
    return row


@action("programme.worksheet_taken_back", detail=("audience",), tells_arm=True)
def take_back(*, entry: WorksheetEntry, audience: str, by: Actor) -> WorksheetEntry:
    """Close a kept sheet to a role again, at any time, also once the programme was stopped. What was read stays read."""
    programme.check_is_own(by, entry.course)
    _take_back(entry, audience)
    return entry


@action("programme.worksheet_read", detail=("audience",), tells_arm=True)
def read(*, entry: WorksheetEntry, participant: Participant, audience: str, by: Account) -> WorksheetShare:
    """A clinician opens a shared sheet; the first time is kept beside it, for the person to see."""
    found = WorksheetShare.objects.filter(entry=entry, audience=audience, taken_back_at=None).first()
    row = policies.check_can_read(by, participant, found)
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row


def _take_back(entry: WorksheetEntry, *audience: str) -> int:
    """Take back what is shared now, with one role or with all; how many rows that were."""
    now = WorksheetShare.objects.filter(entry=entry, taken_back_at=None)
    chosen = now.filter(audience__in=audience) if audience else now
    return chosen.update(taken_back_at=clock.now())
