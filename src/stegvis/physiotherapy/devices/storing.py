"""An upload as it lies in the database, seen as a file: pieces in their order, one of them in memory at a time."""

import io
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from stegvis.physiotherapy.devices.models import DeviceUpload, DeviceUploadPart

Acting = Callable[[], AbstractContextManager[object]]
PART_BYTES = 2 * 1024 * 1024
"""Every piece but the last has exactly this size, so that any place of the file is found by division."""


def to_text(content: bytes) -> str:
    """A piece as its encrypted column takes it."""
    return b64encode(content).decode()


class StoredFile(io.RawIOBase):
    """Read only, seekable. Every look into the database is taken within `acting`."""

    def __init__(self, upload: DeviceUpload, acting: Acting) -> None:
        super().__init__()
        self._acting = acting
        self._upload, self._place = upload, 0
        self._position, self._part = -1, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes: zip files are read from their end."""
        return True

    def tell(self) -> int:
        """Where the next byte comes from."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._upload.size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, buffer: object, /) -> int:
        """What is left of the piece at this place, as much as fits."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        if self._place >= self._upload.size:
            return 0
        position, within = divmod(self._place, PART_BYTES)
        chunk = self._at(position)[within : within + len(view)]
        view[: len(chunk)] = chunk
        self._place += len(chunk)
        return len(chunk)

    def _at(self, position: int) -> bytes:
        if position != self._position:
            with self._acting():
                row = DeviceUploadPart.objects.filter(upload=self._upload, position=position).first()
            self._position, self._part = position, b64decode(row.content) if row else b""
        return self._part


def as_file(upload: DeviceUpload, acting: Acting = nullcontext) -> io.BufferedReader:
    """The upload as a file."""
    return io.BufferedReader(StoredFile(upload, acting), 256 * 1024)
