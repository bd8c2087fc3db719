"""Zip archives from outside: how many entries, how far they unpack, whether they are locked; known before one is opened.

An archive within an archive is never opened. Sizes that the archive states are checked first and then not believed:
`Stream` counts what really comes.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from stegvis.methods.device_files.found import MEBIBYTE, FileRefused, Limits, Why
from stegvis.methods.device_files.streams import Stream

MARK = b"PK"
_PACKED_BY = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""What phones and watches pack by; other methods fail in ways of their own."""
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, struct.error, UnicodeDecodeError)
"""By these zipfile says that an archive's contents, a part's heading, its name or what is packed in it cannot be read."""
_END, _END64, _LOCATOR = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_LONGEST_COMMENT = 65_557
MOST_DIRECTORY = 16 * MEBIBYTE
"""An archive's list of contents is read whole, so it must not be large."""


@contextmanager
def opened(file: IO[bytes], limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The archive in `file` (seekable). Raises `FileRefused`: BROKEN, TOO_MANY_PARTS, UNPACKS_TOO_FAR, LOCKED."""
    if _directory_bytes(file) > MOST_DIRECTORY:
        raise FileRefused(Why.TOO_MANY_PARTS)
    try:
        with zipfile.ZipFile(file) as archive:
            _check(archive.infolist(), limits)
            yield archive
    except _BROKEN as error:
        raise FileRefused(Why.BROKEN) from error


def entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> Stream:
    """One entry as a stream that never gives more than it said, nor more than `most`."""
    return Stream(archive.open(info), info.file_size, min(most, info.file_size))


def _check(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise FileRefused(Why.TOO_MANY_PARTS)
    if any(each.flag_bits & 0x1 for each in entries):
        raise FileRefused(Why.LOCKED)
    if any(each.compress_type not in _PACKED_BY for each in entries):
        raise FileRefused(Why.BROKEN)
    too_dense = any(
        each.file_size > MEBIBYTE and each.file_size > limits.ratio * each.compress_size for each in entries
    )
    if too_dense or sum(each.file_size for each in entries) > limits.unpacked_bytes:
        raise FileRefused(Why.UNPACKS_TOO_FAR)


def _directory_bytes(file: IO[bytes]) -> int:
    """How long the list of contents says it is (APPNOTE 4.3.16, and 4.3.14 for zip64)."""
    size = file.seek(0, 2)
    start = max(0, size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < 22:
        raise FileRefused(Why.BROKEN)
    stated: int = struct.unpack_from("<I", tail, place + 12)[0]
    if stated == 0xFFFFFFFF and tail[place - 20 : place - 16] == _LOCATOR:
        file.seek(struct.unpack_from("<Q", tail, place - 12)[0])
        record = file.read(56)
        if len(record) < 56 or not record.startswith(_END64):
            raise FileRefused(Why.BROKEN)
        stated = struct.unpack_from("<Q", record, 40)[0]
    return stated
