"""Bytes as they pass, counted: what a zip says about its size is not believed."""

import io
from typing import Protocol

from stegvis.methods.device_files.found import FileRefused, Why


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


class Stream:
    """Reads from `source`, of which `size` bytes are expected, and refuses to read more than `most`."""

    def __init__(self, source: Readable, size: int, most: int) -> None:
        self._source = source
        self.size = size
        self._most = most
        self.done = 0

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes. Raises `FileRefused` (UNPACKS_TOO_FAR) beyond the limit."""
        if size < 0:
            size = self._most - self.done + 1
        chunk = self._source.read(size)
        self.done += len(chunk)
        if self.done > self._most:
            raise FileRefused(Why.UNPACKS_TOO_FAR)
        return chunk

    def whole(self) -> bytes:
        """Everything there is, for formats that cannot be streamed; bounded by the same limit."""
        gathered = io.BytesIO()
        while chunk := self.read(256 * 1024):
            gathered.write(chunk)
        return gathered.getvalue()
