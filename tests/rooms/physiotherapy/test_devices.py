"""Device data: a file arrives in pieces, is read, and goes; what the person chose is kept once, and can be taken back."""

from datetime import date, timedelta
from threading import Event
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.methods.device_files import found as files
from stegvis.people.acting import acting_as
from stegvis.physiotherapy import tasks
from stegvis.physiotherapy.devices import actions, models, queries, uploads
from stegvis.physiotherapy.devices.errors import (
    FileIsBroken,
    FileIsForeign,
    FileTooLarge,
    NothingChosen,
    PartOutOfTurn,
    UploadNotReady,
)
from stegvis.physiotherapy.devices.storing import PART_BYTES
from stegvis.physiotherapy.errors import NotYours
from tests.methods.device_files.making import apple, steps, workout, zipped

FRIDAY = date(2026, 11, 13)
WALK = workout("2026-11-13 07:00:00 +0100", "2026-11-13 07:30:00 +0100")
TEN = steps("2026-11-13 07:00:00 +0100", "2026-11-13 07:10:00 +0100", 1000)
EXPORT = zipped({"apple_health_export/export.xml": apple(TEN, WALK)})


def arrive(participant, content, by=None):
    by = by or participant.account
    with acting_as(by):
        upload = uploads.begin(participant=participant, key=uuid4(), size=len(content), by=by)
        for position, start in enumerate(range(0, len(content), PART_BYTES)):
            part = content[start : start + PART_BYTES]
            uploads.keep_part(upload=upload, position=position, content=part, by=by)
        return uploads.finish(upload=upload, by=by)


def take(participant, content=EXPORT, **other):
    upload = arrive(participant, content)
    chosen = {"first": FRIDAY, "last": FRIDAY, "steps": True, "kinds": ["walking"], "key": uuid4(), **other}
    with acting_as(participant.account):
        return actions.take(upload=upload, by=participant.account, **chosen)


def week(participant, by=None):
    with acting_as(by or participant.account):
        return queries.week(participant, FRIDAY)


def test_what_was_chosen_is_kept_and_the_file_is_gone(participant):
    intake = take(participant)
    assert (intake.days, intake.activities, intake.format) == (1, 1, "apple_health")
    assert week(participant).steps == {FRIDAY: 1000}
    assert week(participant).minutes == {"walking": 30}
    with acting_as(SYSTEM):
        assert not models.DeviceUpload.objects.exists()
        assert not models.DeviceUploadPart.objects.exists()


def test_the_same_file_twice_adds_nothing(participant):
    take(participant)
    again = take(participant)
    assert (again.days, again.activities) == (0, 0)
    assert week(participant).total_steps == 1000
    assert week(participant).activities == 1


def test_a_form_sent_twice_takes_once(participant):
    key = uuid4()
    assert take(participant, key=key) == take(participant, key=key)


def test_of_two_files_the_one_that_tells_more_of_a_day_counts_in_any_order(participant):
    take(participant)
    later = steps("2026-11-13 08:00:00 +0100", "2026-11-13 08:10:00 +0100", 500)
    whole = take(participant, zipped({"export.xml": apple(TEN, later)}))
    assert take(participant).days == 0
    assert week(participant).steps == {FRIDAY: 1500}
    with acting_as(participant.account):
        actions.take_back(intake=whole, by=participant.account)
    assert week(participant).steps == {FRIDAY: 1000}


def test_only_what_was_chosen_is_kept(participant):
    take(participant, steps=False)
    assert week(participant).steps == {}
    with pytest.raises(NothingChosen):
        take(participant, steps=False, kinds=["cycling"])
    with pytest.raises(NothingChosen):
        take(participant, first=FRIDAY + timedelta(days=1), last=FRIDAY + timedelta(days=2))


def test_what_was_taken_back_counts_no_more_and_stays(participant):
    intake = take(participant)
    with acting_as(participant.account):
        first = actions.take_back(intake=intake, by=participant.account).taken_back_at
        assert actions.take_back(intake=intake, by=participant.account).taken_back_at == first
        assert models.DeviceDay.objects.count() == 1
    assert week(participant).total_steps == week(participant).activities == 0
    assert take(participant).days == 1


def test_days_before_the_person_joined_are_not_read(participant):
    before = apple(TEN.replace("11-13", "11-12"))
    with acting_as(participant.account):
        assert queries.found_in(arrive(participant, before)).is_empty


@pytest.mark.parametrize(("content", "why"), [(b"not a file of ours", FileIsForeign), (EXPORT[:-9], FileIsBroken)])
def test_a_file_that_is_refused_leaves_a_sentence_and_nothing_else(participant, content, why):
    upload = arrive(participant, content)
    assert isinstance(queries.refusal_of(upload, 500), why)
    with acting_as(participant.account), pytest.raises(UploadNotReady):
        actions.take(
            upload=upload, first=FRIDAY, last=FRIDAY, steps=True, kinds=[], key=uuid4(), by=participant.account
        )
    with acting_as(SYSTEM):
        assert not models.DeviceUploadPart.objects.exists()


def test_every_reason_has_its_sentence():
    for why in files.Why:
        upload = models.DeviceUpload(state="refused", refusal=why)
        assert "was not read" in str(queries.refusal_of(upload, 500))


def test_too_large_a_file_is_refused_before_it_arrives(participant, settings):
    settings.DEVICE_FILE_MEGABYTES = 1
    with acting_as(participant.account), pytest.raises(FileTooLarge, match="1 MB"):
        uploads.begin(participant=participant, key=uuid4(), size=1_000_001, by=participant.account)


def test_pieces_come_in_turn_and_the_same_one_twice_does_no_harm(participant):
    by = participant.account
    with acting_as(by):
        upload = uploads.begin(participant=participant, key=uuid4(), size=PART_BYTES + 1, by=by)
        with pytest.raises(PartOutOfTurn):
            uploads.keep_part(upload=upload, position=1, content=b"a", by=by)
        with pytest.raises(PartOutOfTurn):
            uploads.keep_part(upload=upload, position=0, content=b"short", by=by)
        for _twice in range(2):
            uploads.keep_part(upload=upload, position=0, content=b"a" * PART_BYTES, by=by)
        with pytest.raises(PartOutOfTurn):
            uploads.finish(upload=upload, by=by)


def test_a_large_file_waits_for_the_worker(participant, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = arrive(participant, EXPORT)
    assert (upload.state, uploads.read_next(), uploads.read_next()) == ("waiting", 1, 0)
    with acting_as(participant.account):
        upload.refresh_from_db()
        assert [day.steps for day in queries.found_in(upload).days] == [1000]


def test_the_worker_reads_beside_its_rounds_and_one_file_at_a_time(monkeypatch):
    begun, go_on = Event(), Event()
    monkeypatch.setattr(tasks._reader, "work", lambda: begun.set() or go_on.wait(10))
    assert tasks.read_device_files()
    assert begun.wait(10)
    assert not tasks.read_device_files()
    go_on.set()
    tasks._reader.thread.join(10)
    assert tasks.read_device_files()
    tasks._reader.thread.join(10)


def test_a_file_at_which_the_worker_died_again_and_again_is_not_tried_for_ever(participant, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 10)
    upload = arrive(participant, EXPORT)
    monkeypatch.setattr(uploads, "read", lambda *_: None)
    assert [uploads.read_next() for _ in range(5)] == [1, 1, 1, 1, 0]
    with acting_as(participant.account):
        upload.refresh_from_db()
    assert "more than we can read" in str(queries.refusal_of(upload, 500))


def test_an_upload_is_gone_after_an_hour(participant, moment):
    upload = arrive(participant, EXPORT)
    with clock.frozen(moment + timedelta(minutes=59)):
        assert tasks.remove_old_device_files() == 0
    with clock.frozen(moment + timedelta(minutes=60)), acting_as(participant.account):
        assert queries.upload_of(participant, upload.key) is None
    with clock.frozen(moment + timedelta(minutes=60)):
        assert tasks.remove_old_device_files() == 1


def test_device_data_is_the_persons_and_the_physiotherapist_reads_it(participant, control, physiotherapist, therapist):
    intake = take(participant)
    assert week(participant, physiotherapist).total_steps == 1000
    assert week(participant, therapist).total_steps == week(participant, control.account).total_steps == 0
    with pytest.raises(NotYours):
        arrive(participant, EXPORT, by=physiotherapist)
    with acting_as(physiotherapist), pytest.raises(NotYours):
        actions.take_back(intake=intake, by=physiotherapist)


def test_the_database_itself_refuses_to_change_what_was_taken(participant):
    take(participant)
    for change in (
        lambda: models.DeviceDay.objects.update(steps=1),
        lambda: models.DeviceActivity.objects.all().delete(),
        lambda: models.DeviceIntake.objects.update(days=9),
    ):
        with acting_as(participant.account), pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_tables_and_readers_name_things_alike():
    pairs = [(models.DeviceFormat, files.Format), (models.DeviceKind, files.Kind), (models.DeviceSource, files.Source)]
    assert all(table.values == [str(each) for each in reader] for table, reader in pairs)
