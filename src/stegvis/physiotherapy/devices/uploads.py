"""Uploads: a file arrives in pieces, is read, and goes; working papers that write no event.

What was read waits for the person's choice for an hour at most. Small files are read at once, larger ones by the worker.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor
from stegvis.methods.device_files.found import MEBIBYTE, FileRefused, Limits, Period, Why
from stegvis.methods.device_files.reading import read as read_file
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies
from stegvis.physiotherapy.devices import papers, queries
from stegvis.physiotherapy.devices.errors import FileTooLarge, PartOutOfTurn
from stegvis.physiotherapy.devices.models import DeviceUpload, DeviceUploadPart, UploadState
from stegvis.physiotherapy.devices.storing import PART_BYTES, Acting, as_file, to_text

logger = logging.getLogger(__name__)
KEPT_FOR = timedelta(hours=1)
AT_ONCE = 4 * MEBIBYTE
"""Up to this size a file is read while the person waits."""
MOST_SECONDS = 600
MOST_ATTEMPTS = 3
"""A file at which the worker was ended three times is not tried a fourth time."""


def most_bytes() -> int:
    """How large a file may be."""
    return int(settings.DEVICE_FILE_MEGABYTES) * 1_000_000


def begin(*, participant: Participant, key: UUID, size: int, by: Actor) -> DeviceUpload:
    """A file of `size` bytes is about to arrive; an earlier one of the person's that was not chosen from goes."""
    policies.check_is_self(by, participant)
    if size > most_bytes():
        raise FileTooLarge(most=settings.DEVICE_FILE_MEGABYTES)
    with transaction.atomic():
        remove(DeviceUpload.objects.filter(participant=participant))
        return DeviceUpload.objects.create(participant=participant, key=key, size=size, begun_at=clock.now())


def keep_part(*, upload: DeviceUpload, position: int, content: bytes, by: Actor) -> DeviceUpload:
    """Keep the next piece; the same one again changes nothing. Raises `PartOutOfTurn`, also for a piece of another size."""
    policies.check_is_self(by, upload.participant)
    with transaction.atomic():
        row = DeviceUpload.objects.select_for_update().get(pk=upload.pk)
        if row.received > position * PART_BYTES:
            return row
        left = row.size - row.received
        in_turn = row.received == position * PART_BYTES and len(content) == min(PART_BYTES, left)
        if row.state != UploadState.RECEIVING or not in_turn or not content:
            raise PartOutOfTurn()
        DeviceUploadPart.objects.create(upload=row, position=position, content=to_text(content))
        row.received += len(content)
        row.save(update_fields=["received"])
        return row


def finish(*, upload: DeviceUpload, by: Actor) -> DeviceUpload:
    """The whole file is there: a small one is read at once, a larger one waits for the worker."""
    policies.check_is_self(by, upload.participant)
    row = DeviceUpload.objects.get(pk=upload.pk)
    if row.received != row.size:
        raise PartOutOfTurn()
    if row.state == UploadState.RECEIVING:
        row.state = UploadState.WAITING
        row.save(update_fields=["state"])
        if row.size <= AT_ONCE:
            read(row)
    return row


def read(upload: DeviceUpload, acting: Acting = nullcontext) -> None:
    """Read a file that has arrived and keep what was found, or why it was refused; its pieces go either way.

    Every look into the database is taken within `acting`, so that the worker holds no transaction for minutes.
    """
    found, refusal = None, ""
    try:
        found = read_file(
            as_file(upload, acting), _period(upload), Limits(file_bytes=most_bytes()), _told(upload, acting)
        )
    except FileRefused as refused:
        refusal = refused.why.value
    except Exception:  # whatever a stranger's file does to a reader, the person gets an answer and the worker goes on
        logger.exception("A device's file could not be read.")
        refusal = Why.BROKEN.value
    with transaction.atomic(), acting():
        DeviceUploadPart.objects.filter(upload=upload).delete()
        upload.state = UploadState.REFUSED if refusal else UploadState.READ
        upload.refusal, upload.found = refusal, papers.to_json(found) if found else None
        upload.save(update_fields=["state", "refusal", "found"])


def read_next() -> int:
    """The worker reads the file that has waited longest, in transactions of its own; how many were read (0 or 1)."""
    with transaction.atomic(), acting_as(SYSTEM):
        upload = queries.waiting()
        if upload is None:
            return 0
        upload.attempts += 1
        upload.save(update_fields=["attempts"])
    if upload.attempts > MOST_ATTEMPTS:
        with transaction.atomic(), acting_as(SYSTEM):
            DeviceUploadPart.objects.filter(upload=upload).delete()
            DeviceUpload.objects.filter(pk=upload.pk).update(state=UploadState.REFUSED, refusal=Why.TOO_MUCH)
        return 1
    read(upload, lambda: acting_as(SYSTEM))
    return 1


def discard(*, upload: DeviceUpload, by: Actor) -> None:
    """The person wants nothing of it."""
    policies.check_is_self(by, upload.participant)
    remove(DeviceUpload.objects.filter(pk=upload.pk))


def remove_old() -> int:
    """Remove every upload that began an hour ago; how many there were."""
    with transaction.atomic(), acting_as(SYSTEM):
        return remove(DeviceUpload.objects.filter(begun_at__lte=clock.now() - KEPT_FOR))


def remove(uploads: Iterable[DeviceUpload]) -> int:
    """Remove uploads with their pieces."""
    keys = [each.pk for each in uploads]
    DeviceUploadPart.objects.filter(upload__in=keys).delete()
    DeviceUpload.objects.filter(pk__in=keys).delete()
    return len(keys)


def _period(upload: DeviceUpload) -> Period:
    """The person's days in the study: nobody's earlier life is read."""
    return Period(clock.local(upload.participant.created_at).date(), clock.today(), clock.STOCKHOLM)


def _told(upload: DeviceUpload, acting: Acting) -> Callable[[int, int], None]:
    """Keeps how far the reading is, about once a second, and ends what takes too long."""
    began = told = time.monotonic()

    def progress(done: int, size: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - began > MOST_SECONDS:
            raise FileRefused(Why.TOO_SLOW)
        if now - told > 1:
            told = now
            with acting():
                DeviceUpload.objects.filter(pk=upload.pk).update(per_cent=min(99, 100 * done // max(1, size)))

    return progress
