"""A programme as immutable JSON: there and back, and the same bytes for the same content."""

import copy
import dataclasses
import json

import pytest

from stegvis.methods.programme import release
from stegvis.methods.programme.blocks import Audio
from stegvis.methods.programme.content import Asset, Part, Programme, Translation


def test_a_programme_comes_back_as_it_was(programme: Programme) -> None:
    assert release.from_json(release.to_json(programme)) == programme
    assert release.from_data(json.loads(json.dumps(release.to_data(programme)))) == programme


def test_a_recording_comes_back_too(programme: Programme) -> None:
    part = Part(1, "One", "Why.", (Audio("en/audio/a.mp3", "A", "Said."),), "Short.", 2, 1)
    start = dataclasses.replace(programme.module("start"), translations={"en": Translation("S", (part,), "N")})
    changed = dataclasses.replace(
        programme, modules=(start,), assets={"en/audio/a.mp3": Asset("en/audio/a.mp3", "audio/mpeg", "0" * 64)}
    )
    assert release.from_json(release.to_json(changed)) == changed


def test_the_json_is_canonical(programme: Programme) -> None:
    text = release.to_json(programme)
    again = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert text == again
    assert "smärta" in text


def test_a_changed_word_changes_the_hash(programme: Programme) -> None:
    changed = dataclasses.replace(programme, titles={**programme.titles, "en": "Another title"})
    assert len(release.sha256(programme)) == 64
    assert release.sha256(programme) == release.sha256(release.from_json(release.to_json(programme)))
    assert release.sha256(changed) != release.sha256(programme)


def test_a_release_holds_both_languages_and_its_pictures(programme: Programme) -> None:
    back = release.from_json(release.to_json(programme))
    assert set(back.module("alarm").translations) == {"en", "sv"}
    picture = back.assets["sv/pictures/loop.svg"]
    assert b"Kroppen" in picture.content
    assert picture.media_type == "image/svg+xml"


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 99}', '{"format": 1}', '{"format": 1, "titles": 3}'])
def test_what_is_no_release_is_refused_with_a_way_out(text: str) -> None:
    with pytest.raises(release.ReleaseUnreadable, match="Publish the programme again"):
        release.from_json(text)


def test_a_release_with_an_unknown_block_is_refused(programme: Programme) -> None:
    data = copy.deepcopy(release.to_data(programme))
    data["modules"][0]["translations"]["en"]["parts"][0]["blocks"][0]["block"] = "video"
    with pytest.raises(release.ReleaseUnreadable):
        release.from_data(data)


def test_content_of_before_there_were_worksheets_keeps_its_name(programme: Programme) -> None:
    before = dataclasses.replace(programme, worksheets=())
    data = release.to_data(before)
    fields = data["modules"][0]["translations"]["en"]["parts"][0]["blocks"][-1]["fields"]
    assert "worksheets" not in data
    assert "unit" not in fields[0]
    assert release.from_data(data) == before
