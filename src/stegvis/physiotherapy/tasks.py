"""What the worker does here: it reads devices' files that were too large to wait for, and removes what nobody chose from."""

from stegvis.audit.beside import Beside
from stegvis.physiotherapy.devices import uploads

_reader = Beside("device-file", uploads.read_next, what="A device's file")


def read_device_files() -> bool:
    """Begin to read the file that has waited longest, beside the rounds, since it takes minutes and alerts must not wait.

    One is read at a time. What a worker that is ended leaves half read stays waiting, and is begun anew. Whether a
    reading was begun.
    """
    if _reader.is_busy:
        return False
    _reader.begin()
    return True


def remove_old_device_files() -> int:
    """Remove what was uploaded an hour ago and not chosen from; how many uploads there were."""
    return uploads.remove_old()
