"""What an earlier rendering left goes when pages are written anew, and nothing else does."""

import json
from pathlib import Path

import pytest

from stegvis.web.answering.earlier import MANIFEST, Earlier, replace_earlier


def written(out: Path, *names: str) -> list[Path]:
    for name in names:
        (out / name).write_text(f"This is {name}", encoding="utf-8")
    return [out / name for name in names]


def test_pages_that_are_not_made_any_more_go_and_own_files_stay(tmp_path: Path) -> None:
    replace_earlier(tmp_path, written(tmp_path, "page-1.html", "page-2.html", "page-3.html"))
    written(tmp_path, "page-9.html", "mine.txt")
    (tmp_path / "page-3.html").write_text("My own words", encoding="utf-8")

    found = replace_earlier(tmp_path, written(tmp_path, "page-1.html"))
    assert found == Earlier(removed=("page-2.html",), changed=("page-3.html",))
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "mine.txt", "page-1.html", "page-3.html", "page-9.html", MANIFEST,
    ]  # fmt: skip


def test_a_record_that_names_what_lies_elsewhere_removes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "pages"
    out.mkdir()
    [outside] = written(tmp_path, "outside.txt")
    replace_earlier(tmp_path, [outside])
    record = json.loads((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    record["files"] = {f"../{name}": digest for name, digest in record["files"].items()}
    (out / MANIFEST).write_text(json.dumps(record), encoding="utf-8")

    assert replace_earlier(out, []) == Earlier()
    assert outside.exists()


@pytest.mark.parametrize("record", ["{", "[]", '{"files": 3}', "\xff"])
def test_a_record_that_is_none_removes_nothing(tmp_path: Path, record: str) -> None:
    (tmp_path / MANIFEST).write_text(record, encoding="latin-1")
    assert replace_earlier(tmp_path, written(tmp_path, "page-1.html")) == Earlier()
