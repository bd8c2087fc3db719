"""What the worker does here: it reads devices' files that were too large to wait for, and removes what nobody chose from."""

from contextvars import copy_context
from threading import Thread

from django.db import connection

from stegvis.physiotherapy.devices import uploads

_readers: list[Thread] = []


def read_device_files() -> bool:
    """Begin to read the file that has waited longest, beside the rounds, since it takes minutes and alerts must not wait.

    One is read at a time. What a worker that is ended leaves half read stays waiting, and is begun anew. Whether a
    reading was begun.
    """
    if any(each.is_alive() for each in _readers):
        return False
    reader = Thread(target=copy_context().run, args=(_read_next,), name="device-file", daemon=True)
    _readers[:] = [reader]
    reader.start()
    return True


def remove_old_device_files() -> int:
    """Remove what was uploaded an hour ago and not chosen from; how many uploads there were."""
    return uploads.remove_old()


def _read_next() -> None:
    try:
        uploads.read_next()
    finally:
        connection.close()  # this thread's own
