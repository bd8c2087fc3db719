"""Files that are broken, foreign, or made to do harm: each is refused for its reason."""

import io
import sqlite3
import zipfile
from datetime import UTC, datetime

import pytest

from stegvis.methods.device_files.found import FileRefused, Limits, Why
from stegvis.methods.device_files.reading import read
from tests.methods.device_files import making
from tests.methods.device_files.making import NOVEMBER, steps

RECORD = steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 900)
SMALL = Limits(file_bytes=20_000, unpacked_bytes=100_000, entries=3, activities=2, ledgers=1)


def why(content: bytes, limits: Limits | None = None) -> Why:
    with pytest.raises(FileRefused) as refused:
        read(io.BytesIO(content), NOVEMBER, limits or Limits())
    return refused.value.why


def test_an_empty_file_a_picture_and_a_document_are_no_device_files():
    assert why(b"") == Why.EMPTY
    assert why(b"\x89PNG\r\n\x1a\n" + b"\0" * 100) == Why.FOREIGN
    assert why(b"<html><body>Hello</body></html>") == Why.FOREIGN
    assert why(making.zipped({"letter.docx": b"PK", "data.json": b"{}"})) == Why.FOREIGN


def test_a_file_cut_short_is_broken():
    whole = making.apple(RECORD * 50)
    assert why(whole[:-30]) == Why.BROKEN
    assert why(making.zipped({"export.xml": whole})[:-30]) == Why.BROKEN
    assert why(making.fit(datetime(2026, 11, 3, tzinfo=UTC), 60)[:-3]) == Why.BROKEN


def test_entities_are_never_expanded():
    laughs = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert why(making.apple(RECORD, dtd=laughs)) == why(making.apple(RECORD, dtd=outside)) == Why.DECLARES_ENTITIES
    wide = making.apple(RECORD, dtd=laughs).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert why(wide) == Why.DECLARES_ENTITIES


@pytest.mark.parametrize("body", ["<a>" * 5000, "<Record " + "a" * 6_000_000, "".join(f"<a{n}/>" for n in range(3000))])
def test_markup_of_no_sensible_shape_is_broken(body: str):
    assert why(making.apple(body + RECORD)) == Why.BROKEN


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert why(making.zipped({"export.xml": b"0" * 5_000_000})) == Why.UNPACKS_TOO_FAR
    assert why(making.zipped({f"{n}.xml": making.apple() for n in range(4)}), SMALL) == Why.TOO_MANY_PARTS
    assert why(making.zipped({"a.xml": making.apple(RECORD * 900)}), SMALL) == Why.UNPACKS_TOO_FAR


def test_an_archive_that_lies_about_its_size_gives_no_more_than_it_said():
    content = bytearray(making.zipped({"export.xml": making.apple(RECORD * 90)}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = (100).to_bytes(4, "little")
    assert why(bytes(content)) in {Why.BROKEN, Why.FOREIGN, Why.UNPACKS_TOO_FAR}


def test_an_archive_within_an_archive_stays_shut():
    inner = making.zipped({"export.xml": making.apple(RECORD)})
    assert why(making.zipped({"inner.zip": inner, "inner.xml": inner})) == Why.FOREIGN


@pytest.mark.parametrize("packed_by", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_packed_by_another_method_is_told_to_be_unreadable_and_not_tried(packed_by: int):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", packed_by) as archive:
        archive.writestr("apple_health_export/export.xml", "<HealthData/>")
    assert why(content.getvalue()) == Why.BROKEN


def test_a_locked_archive_is_told_apart_from_a_broken_one():
    content = bytearray(making.zipped({"export.xml": making.apple(RECORD)}))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1
    assert why(bytes(content)) == Why.LOCKED


def test_a_directory_longer_than_any_is_not_read():
    content = bytearray(making.zipped({"export.xml": making.apple(RECORD)}))
    content[-10:-6] = (100_000_000).to_bytes(4, "little")
    assert why(bytes(content)) == Why.TOO_MANY_PARTS


def test_a_database_that_computes_without_end_is_stopped(tmp_path):
    base = sqlite3.connect(tmp_path / "a.db")
    base.execute("CREATE VIEW steps_record_table AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) "
                 "SELECT i AS start_time, i AS end_time, i AS count FROM n")  # fmt: skip
    base.close()
    assert why((tmp_path / "a.db").read_bytes()) == Why.FOREIGN


def test_more_than_the_limits_allow_is_refused():
    two_days = making.apple(RECORD, RECORD.replace("11-03", "11-04"))
    walks = [making.gpx([f"2026-11-03T0{n}:00:00Z", f"2026-11-03T0{n}:30:00Z"]) for n in range(3)]
    tracks = b"<gpx>" + b"".join(one[one.index(b"<trk>") : one.rindex(b"</gpx>")] for one in walks) + b"</gpx>"
    assert why(two_days, SMALL) == why(tracks, SMALL) == Why.TOO_MUCH
    assert why(b"<" + b" " * 30_000, SMALL) == Why.TOO_LARGE


def test_whoever_watches_the_time_can_stop_it():
    def stop(done: int, size: int) -> None:
        raise FileRefused(Why.TOO_SLOW)

    with pytest.raises(FileRefused, match="too_slow"):
        read(io.BytesIO(making.apple(RECORD)), NOVEMBER, Limits(), stop)


def test_a_stored_entry_that_says_deflate_is_broken():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("export.xml", making.apple(RECORD))
    content = bytearray(made.getvalue())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.rfind(mark) + offset] = 8
    assert why(bytes(content)) == Why.BROKEN
