"""What the worker does here: it reads devices' files that were too large to wait for, and removes what nobody chose from."""

from stegvis.physiotherapy.devices import uploads


def read_device_files() -> int:
    """Read the file that has waited longest, one a round, so that nothing else waits long; how many were read."""
    return uploads.read_next()


def remove_old_device_files() -> int:
    """Remove what was uploaded an hour ago and not chosen from; how many uploads there were."""
    return uploads.remove_old()
