"""Steps and activities from a phone or a watch: a file is chosen, looked at, taken in part, and taken back."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.physiotherapy.devices import queries, uploads
from stegvis.physiotherapy.devices.storing import PART_BYTES
from tests.methods.device_files.making import apple, gpx, steps, workout, zipped
from tests.worlds import FRIDAY

Page = Callable[..., Client]
DEVICES = "/en/activity/devices/"
DAY = f"{FRIDAY:%Y-%m-%d}"
EXPORT = zipped({
    "export.xml": apple(
        steps(f"{DAY} 07:00:00 +0100", f"{DAY} 07:10:00 +0100", 12345),
        workout(f"{DAY} 07:00:00 +0100", f"{DAY} 07:30:00 +0100"),
    )
})  # fmt: skip


def send(client: Client, content: bytes) -> Any:
    return client.post(DEVICES, {"file": SimpleUploadedFile("export.zip", content)})


def chosen(**other: Any) -> dict[str, Any]:
    days = {f"{end}_{part}": value for end in ("first", "last") for part, value in zip(
        ("day", "month", "year"), (FRIDAY.day, FRIDAY.month, FRIDAY.year), strict=True)}  # fmt: skip
    return {**days, "steps": "on", "kinds": ["walking"], "key": str(uuid4()), **other}


def week(person: Participant) -> queries.DeviceWeek:
    with acting_as(person.account):
        return queries.week(person, FRIDAY)


def test_a_file_is_looked_at_before_anything_is_saved(reader: Participant, page: Page) -> None:
    client = page(reader)
    sent = send(client, EXPORT)
    preview = client.get(sent.url).content.decode()
    assert "12\N{NO-BREAK SPACE}345 steps on 1 day · walking 30 min" in preview
    assert week(reader).total_steps == 0
    assert client.post(sent.url, chosen()).status_code == 302
    assert week(reader).total_steps == 12345
    assert "12\N{NO-BREAK SPACE}345 steps" in client.get("/en/activity/").content.decode()


def test_the_same_file_again_adds_nothing_and_says_so(reader: Participant, page: Page) -> None:
    client = page(reader)
    for _twice in range(2):
        answered = client.post(send(client, EXPORT).url, chosen(), follow=True).content.decode()
    assert "You had all of it already" in answered
    assert week(reader).activities == 1


def test_choosing_nothing_keeps_the_page(reader: Participant, page: Page) -> None:
    client = page(reader)
    response = client.post(send(client, EXPORT).url, {**chosen(kinds=[]), "steps": ""})
    assert response.status_code == 422
    assert "Nothing is chosen" in response.content.decode()


def test_what_was_saved_can_be_taken_back(reader: Participant, page: Page) -> None:
    client = page(reader)
    client.post(send(client, EXPORT).url, chosen())
    with acting_as(reader.account):
        intake = queries.intakes_of(reader).get()
    assert "steps on 1 day, 1 activity" in client.get(DEVICES).content.decode()
    client.post(f"{DEVICES}back/{intake.pk}/")
    assert week(reader).total_steps == 0
    assert client.post(f"{DEVICES}back/{intake.pk}/").status_code == 404


def test_a_file_can_be_sent_away_unsaved(reader: Participant, page: Page) -> None:
    client = page(reader)
    sent = send(client, EXPORT)
    client.post(f"{sent.url}discard/")
    assert "The file is gone" in client.get(sent.url).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "there is nothing in it"), (b"hello", "none that we know"), (EXPORT[:-5], "broken or cut short")],
)
def test_a_file_that_is_none_gets_a_sentence(reader: Participant, page: Page, content: bytes, said: str) -> None:
    client = page(reader)
    assert said in client.get(send(client, content).url).content.decode()
    assert week(reader).total_steps == 0


def test_no_file_and_too_large_a_file_are_said_beside_the_field(reader: Participant, page: Page, settings: Any) -> None:
    client = page(reader)
    assert "Choose a file" in client.post(DEVICES, {}).content.decode()
    settings.DEVICE_FILE_MEGABYTES = 0
    assert "larger than 0 MB" in send(client, EXPORT).content.decode()


def test_a_file_larger_than_a_form_comes_whole_without_javascript(reader: Participant, page: Page) -> None:
    client = page(reader)
    far = apple(steps(f"{DAY} 07:00:00 +0100", f"{DAY} 07:10:00 +0100", 7), "<!--" + "x" * 3_000_000 + "-->")
    assert "7 steps on 1 day" in client.get(send(client, far).url).content.decode()


def test_a_large_file_comes_in_pieces_and_is_read_by_the_worker(
    reader: Participant, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 0)
    client = page(reader)
    at = json.loads(client.post(f"{DEVICES}begin/", {"size": len(EXPORT)}).content)["at"]
    sent = client.post(f"{at}part/0/", EXPORT, content_type="application/octet-stream")
    assert json.loads(sent.content) == {"received": len(EXPORT)}
    assert json.loads(client.post(f"{at}done/").content) == {"at": at}
    waiting = client.get(at)
    assert (waiting.headers["Refresh"], "is being read" in waiting.content.decode()) == ("5", True)
    uploads.read_next()
    assert "12\N{NO-BREAK SPACE}345 steps" in client.get(at).content.decode()


def test_a_piece_out_of_turn_is_refused_in_words(reader: Participant, page: Page) -> None:
    client = page(reader)
    at = json.loads(client.post(f"{DEVICES}begin/", {"size": 2 * PART_BYTES}).content)["at"]
    sent = client.post(f"{at}part/1/", b"x", content_type="application/octet-stream")
    assert sent.status_code == 422
    assert "out of turn" in json.loads(sent.content)["refused"]
    assert client.post(f"{DEVICES}begin/", {"size": "many"}).status_code == 404


def test_a_file_with_activities_only_asks_about_no_steps(reader: Participant, page: Page) -> None:
    client = page(reader)
    track = gpx([f"{DAY}T06:00:00Z", f"{DAY}T06:30:00Z"], "hiking")
    preview = client.get(send(client, track).url).content.decode()
    assert 'name="kinds"' in preview
    assert 'name="steps"' not in preview


def test_nobody_sees_anothers_file(reader: Participant, control: Participant, page: Page) -> None:
    sent = send(page(reader), EXPORT)
    other = page(control)
    assert "12" not in other.get(sent.url).content.decode().split("<main")[1].split("</main")[0]
    assert other.post(f"{sent.url}done/").status_code == 404


def test_the_physiotherapist_sees_device_data_as_such(reader: Participant, page: Page) -> None:
    client = page(reader)
    client.post(send(client, EXPORT).url, chosen())
    from stegvis.people import queries as people

    with acting_as(reader.account):
        clinician = people.clinician_of(reader, "physiotherapist")
    shown = page(clinician).get(f"/en/physio/{reader.code}/").content.decode()
    assert "From phone or watch, this week" in shown
    assert "is not added to its minutes" in shown
