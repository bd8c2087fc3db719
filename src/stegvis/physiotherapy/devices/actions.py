"""Writes of device data: a person takes what they chose from a file, and may take it back."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier
from stegvis.methods.device_files.activities import new_ones
from stegvis.methods.device_files.found import Found, FoundActivity, FoundDay
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies
from stegvis.physiotherapy.devices import queries, uploads
from stegvis.physiotherapy.devices.errors import NothingChosen, UploadNotReady
from stegvis.physiotherapy.devices.models import DeviceActivity, DeviceDay, DeviceIntake, DeviceUpload


@action("physiotherapy.device_data_taken", detail=("first", "last", "steps"))
def take(
    *, upload: DeviceUpload, first: date, last: date, steps: bool, kinds: Collection[str], key: UUID, by: Actor
) -> DeviceIntake:
    """Keep what a person chose of what was found: steps or not, activities of some kinds, between two days (included).

    What is kept already is not kept twice: a day with the same steps, an activity that shares most of its time with one
    that is kept. An intake of which nothing was new says so by its counts. The upload goes.
    """
    participant = upload.participant
    policies.check_is_self(by, participant)
    policies.take_turns(participant)
    again = earlier(DeviceIntake, key, participant=participant)
    if again is not None:
        return again
    found = queries.found_in(upload)
    if found is None:
        raise UploadNotReady()
    days = [day for day in found.days if steps and first <= day.on <= last]
    activities = [one for one in found.activities if one.kind in kinds and first <= queries.day_of(one) <= last]
    if not days and not activities:
        raise NothingChosen()
    intake = _keep(participant, found, days, activities, key)
    uploads.remove([upload])
    return intake


@action("physiotherapy.device_data_taken_back")
def take_back(*, intake: DeviceIntake, by: Actor) -> DeviceIntake:
    """What was taken from one file counts no more; taking it back twice changes nothing."""
    policies.check_is_self(by, intake.participant)
    if DeviceIntake.objects.filter(pk=intake.pk, taken_back_at=None).update(taken_back_at=clock.now()) == 0:
        note(repeated=True)
    intake.refresh_from_db()
    return intake


def _keep(
    participant: Participant, found: Found, days: list[FoundDay], activities: list[FoundActivity], key: UUID
) -> DeviceIntake:  # fmt: skip
    told = [*(day.on for day in days), *(queries.day_of(one) for one in activities)]
    first, last = min(told), max(told)
    kept = set(queries.standing_days(participant, first, last).values_list("on", "steps"))
    new_days = [day for day in days if (day.on, day.steps) not in kept]
    new = new_ones(activities, queries.as_found(queries.activities(participant, first, last)))
    intake = DeviceIntake.objects.create(
        participant=participant, format=found.format, first=first, last=last, days=len(new_days), activities=len(new),
        taken_at=clock.now(), key=key,
    )  # fmt: skip
    DeviceDay.objects.bulk_create(
        DeviceDay(intake=intake, participant=participant, on=day.on, steps=day.steps, source=day.source)
        for day in new_days
    )
    DeviceActivity.objects.bulk_create(
        DeviceActivity(
            intake=intake, participant=participant, started_at=one.started_at, on=queries.day_of(one), minutes=one.minutes,
            kind=one.kind, source=one.source,
        )
        for one in new
    )  # fmt: skip
    note(days=len(new_days), activities=len(new), format=found.format)
    return intake
