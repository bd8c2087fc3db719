"""Every format read: days with steps, activities with kind and minutes, of the person's own days."""

import io
import itertools
import struct
from datetime import UTC, date, datetime

import pytest
from fitdecode.utils import compute_crc

from stegvis.methods.device_files.found import Format, Found, FoundDay, Kind, Limits, Period, Source
from stegvis.methods.device_files.kinds import kind_of
from stegvis.methods.device_files.reading import read
from tests.methods.device_files import making
from tests.methods.device_files.making import NOVEMBER, PHONE, WATCH, YEAR, steps, workout


def found(content: bytes, period: Period = NOVEMBER) -> Found:
    return read(io.BytesIO(content), period, Limits())


def at(hour: int, minute: int = 0, day: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=making.STOCKHOLM)


def test_an_apple_export_gives_steps_by_day_and_workouts():
    content = making.apple(
        steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 900),
        steps("2026-11-04 23:55:00 +0100", "2026-11-05 00:05:00 +0100", 100),
        workout("2026-11-03 17:00:00 +0100", "2026-11-03 17:40:00 +0100", "Cycling", minutes=31.6),
    )
    result = found(making.zipped({"apple_health_export/export.xml": content}))
    assert [(day.on.day, day.steps) for day in result.days] == [(3, 900), (4, 50), (5, 50)]
    assert [(one.kind, one.minutes, one.source) for one in result.activities] == [(Kind.CYCLING, 32, Source.WATCH)]
    assert result.format == Format.APPLE_HEALTH


def test_an_apple_export_unzipped_or_with_a_broken_list_of_elements_is_read_as_well():
    record = steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 900)
    broken = making.DTD.replace("<!ATTLIST Record\n", "<!ATTLIST Record\n  FIXED\n  <!ATTLIST\n")
    whole = found(making.apple(record))
    assert found(making.apple(record, dtd=broken)) == found(making.apple(record, dtd="")) == whole
    assert whole.days == (FoundDay(date(2026, 11, 3), 900, Source.PHONE),)


def test_what_watch_and_phone_both_counted_counts_once_and_the_watch_is_believed():
    content = making.apple(
        steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 1000, PHONE),
        steps("2026-11-03 08:05:00 +0100", "2026-11-03 08:10:00 +0100", 400, WATCH),
    )
    assert found(content).days == (FoundDay(date(2026, 11, 3), 900, Source.PHONE),)


def test_days_are_the_persons_also_when_the_file_was_written_elsewhere():
    content = making.apple(steps("2026-11-02 19:00:00 -0500", "2026-11-02 19:10:00 -0500", 10))
    assert [day.on for day in found(content).days] == [date(2026, 11, 3)]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_the_days_on_which_the_clocks_change_are_counted_whole(day: str, hours: int):
    midnight = datetime.fromisoformat(day).replace(tzinfo=making.STOCKHOLM).timestamp()
    moments = [datetime.fromtimestamp(midnight + 3600 * n, making.STOCKHOLM) for n in range(hours + 1)]
    told = [f"{one:%Y-%m-%d %H:%M:%S %z}" for one in moments]
    content = making.apple(*(steps(one, two, 60) for one, two in itertools.pairwise(told)))
    assert [(one.on.isoformat(), one.steps) for one in found(content, YEAR).days] == [(day, 60 * hours)]


def test_days_outside_the_period_and_records_that_make_no_sense_are_passed_by():
    good = steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 900)
    content = making.apple(
        good,
        steps("2025-11-03 08:00:00 +0100", "2025-11-03 08:10:00 +0100", 5),
        steps("2026-11-03 09:00:00 +0100", "2026-11-03 08:10:00 +0100", 5),
        steps("never", "2026-11-03 08:10:00 +0100", 5),
        good.replace('value="900"', 'value="nan"'),
        good.replace('value="900"', 'value="9e9"'),
    )
    assert [day.steps for day in found(content).days] == [900]


def test_a_gpx_track_lasts_from_its_first_point_to_its_last():
    result = found(making.gpx(["2026-11-03T09:00:00Z", "2026-11-03T09:10:00Z", "2026-11-03T09:30:00Z"]))
    assert [(one.started_at, one.minutes, one.kind) for one in result.activities] == [(at(10), 30, Kind.WALKING)]
    assert found(making.gpx([])).is_empty


def test_a_tcx_activity_is_its_laps_together():
    result = found(making.tcx("2026-11-03T09:00:00Z", 600, 900.5))
    assert [(one.started_at, one.minutes, one.kind) for one in result.activities] == [(at(10), 25, Kind.CYCLING)]


def test_a_fit_recording_gives_its_session():
    result = found(making.fit(datetime(2026, 11, 3, 9, tzinfo=UTC), 1800))
    told = [(one.started_at, one.minutes, one.kind, one.source) for one in result.activities]
    assert told == [(at(10), 30, Kind.WALKING, Source.WATCH)]


def test_health_connects_apps_are_not_added_up(tmp_path):
    counted = [(at(8), at(8, 10), 1000, 1), (at(8), at(8, 10), 900, 2), (at(12), at(12, 10), 50, 2)]
    content = making.health_connect(tmp_path / "a.db", counted, [(at(17), at(17, 30), 53), (at(19), at(19, 5), 57)])
    result = found(making.zipped({"health_connect_export.db": content}))
    assert [day.steps for day in result.days] == [1050]
    assert [one.kind for one in result.activities] == [Kind.WALKING, Kind.MOBILITY]


def test_google_fits_takeout_gives_days_sessions_and_recordings_once_each():
    quarters = "Start time,End time,Step count\n00:00:00.000+01:00,00:15:00.000+01:00,100\n00:15:00.000+01:00,,20.0\n"
    daily = "Date,Move Minutes count,Step count\n2026-11-03,10,120\n2026-11-04,3,77\n"
    folder = "Takeout/Fit/"
    result = found(making.zipped({
        f"{folder}Daily activity metrics/2026-11-03.csv": quarters.encode(),
        f"{folder}Daily activity metrics/Daily activity metrics.csv": daily.encode(),
        f"{folder}All Sessions/a_WALKING.json": making.google_session(
            "walking", "2026-11-03T09:00:00Z", "2026-11-03T09:30:00Z"
        ),
        f"{folder}All Sessions/b_SLEEP.json": making.google_session(
            "sleep", "2026-11-03T22:00:00Z", "2026-11-04T06:00:00Z"
        ),
        f"{folder}Activities/a.tcx": making.tcx("2026-11-03T09:00:10Z", 1780, sport="Other"),
    }))  # fmt: skip
    assert [(day.on.day, day.steps) for day in result.days] == [(3, 120), (4, 77)]
    assert [(one.minutes, one.kind) for one in result.activities] == [(30, Kind.WALKING)]


# As real files are ----------------------------------------------------------------------------------------------------
def test_an_apple_export_in_another_language_lies_beside_a_document_that_is_passed_by():
    content = making.apple(steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", 900))
    clinical = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"><title>Export</title></ClinicalDocument>'
    for name in ("vienti.xml", "exportar.xml", "\u5bfc\u51fa.xml"):
        folder = {"apple_health_export/export_cda.xml": clinical, f"apple_health_export/{name}": content}
        assert [day.steps for day in found(making.zipped(folder)).days] == [900]


@pytest.mark.parametrize(
    ("start", "end", "hour"),
    [
        ("2026-11-03 7:57:00\u202fam +0100", "2026-11-03 8:07:00\u202fam +0100", 7),
        ("2026-11-03 12:05:00 AM +0100", "2026-11-03 12:15:00 AM +0100", 0),
        ("2026-11-03 12:05:00 p.m. +0100", "2026-11-03 12:15:00 p.m. +0100", 12),
        ("2026-11-03 11:05:00 PM +0100", "2026-11-03 11:15:00 PM +0100", 23),
    ],
)
def test_a_phone_that_shows_twelve_hours_is_understood(start: str, end: str, hour: int):
    result = found(making.apple(steps(start, end, 900), workout(start, end)))
    assert [day.steps for day in result.days] == [900]
    assert [one.started_at.hour for one in result.activities] == [hour]


def test_a_watch_is_known_by_its_name_where_the_record_tells_no_device():
    watch = 'sourceName="Mika\u2019s Apple\u00a0Watch" sourceVersion="7.6.2"'
    app = 'sourceName="StepsApp"'
    content = making.apple(
        *(
            steps("2026-11-03 08:00:00 +0100", "2026-11-03 08:10:00 +0100", n, by)
            for n, by in ((900, watch), (990, app))
        )
    )
    assert found(content).days == (FoundDay(date(2026, 11, 3), 900, Source.WATCH),)


def test_a_workout_with_its_sums_in_elements_of_their_own_is_read():
    whole = workout("2026-11-03 17:00:00 +0100", "2026-11-03 17:40:00 +0100", "Walking", minutes=38)
    inside = '<WorkoutStatistics type="HKQuantityTypeIdentifierStepCount" sum="4000" unit="count"/></Workout>'
    result = found(making.apple(whole.replace("</Workout>", inside)))
    assert [one.minutes for one in result.activities] == [38]
    assert result.days == ()


@pytest.mark.parametrize("content", [making.tcx("2026-11-03T09:00:00Z", 600), making.gpx(["2026-11-03T09:00:00Z"] * 2)])
def test_spaces_before_the_declaration_as_strava_writes_them_are_left_out(content: bytes):
    declared = b'          <?xml version="1.0" encoding="UTF-8"?>\n' + content
    assert found(declared).format == found(content).format
    assert found(declared).activities == found(content).activities


def test_a_space_after_a_time_as_rowing_machines_write_it_is_left_out():
    assert found(making.tcx("2026-11-03T09:00:00Z ", 600)).activities[0].started_at == at(10)


def test_pauses_between_the_segments_of_a_track_are_no_minutes():
    parts = [making.gpx([f"2026-11-03T09:{a}:00Z", f"2026-11-03T09:{b}:00Z"]) for a, b in (("00", "10"), ("40", "55"))]
    segment = parts[1][parts[1].index(b"<trkseg>") : parts[1].index(b"</trk>")]
    [walk] = found(parts[0].replace(b"</trkseg></trk>", b"</trkseg>" + segment + b"</trk>")).activities
    assert (walk.started_at, walk.minutes) == (at(10), 25)


def test_a_fit_file_may_leave_its_headers_checksum_out():
    whole = making.fit(datetime(2026, 11, 3, 9, tzinfo=UTC), 1800)
    bare = whole[:12] + b"\x00\x00" + whole[14:-2]
    assert found(bare + struct.pack("<H", compute_crc(bare))).activities == found(whole).activities


@pytest.mark.parametrize(("cell", "counted"), [("120", 120), ("120.0", 120), ('"120,0"', 120), ('"6,500"', 6500)])
def test_numbers_of_google_fit_are_read_as_every_language_writes_them(cell: str, counted: int):
    table = f"Date,Move Minutes count,Low latitude (deg),Step count\n2026-11-03,10,57.9,{cell}\n2026-11-04,,,\n"
    name = "Takeout/Fit/Daily activity metrics/Daily activity metrics.csv"
    assert [(day.on.day, day.steps) for day in found(making.zipped({name: table.encode()})).days] == [(3, counted)]


def test_a_line_of_google_fit_that_cannot_be_read_costs_no_other():
    table = "\ufeffDate,Step count\nTotal,9000\n2026-11-03,many\n2026-11-04,77\n"
    assert [day.steps for day in found(making.zipped({"a/Daily activity metrics.csv": table.encode()})).days] == [77]


def test_a_night_in_several_time_zones_is_counted_on_the_persons_own_days():
    content = making.apple(
        steps("2026-11-03 23:30:00 +0100", "2026-11-03 23:40:00 +0100", 10),
        steps("2026-11-03 20:00:00 -0800", "2026-11-03 20:10:00 -0800", 20),
        steps("2026-11-05 06:00:00 +0900", "2026-11-05 06:10:00 +0900", 40),
    )
    assert [(day.on.day, day.steps) for day in found(content).days] == [(3, 10), (4, 60)]


# Names ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("HKWorkoutActivityTypeSwimming", Kind.WATER), ("lap_swimming", Kind.WATER), ("Biking", Kind.CYCLING),
        ("HKWorkoutActivityTypeFunctionalStrengthTraining", Kind.STRENGTH), ("hiking", Kind.WALKING), ("yoga", Kind.MOBILITY),
        ("HKWorkoutActivityTypeMindAndBody", Kind.MOBILITY), ("treadmill_running", Kind.RUNNING), ("9", Kind.OTHER),
        ("HKWorkoutActivityTypeSnowboarding", Kind.OTHER), ("motorcycling", Kind.OTHER), ("", Kind.OTHER),
    ],
)  # fmt: skip
def test_names_of_activities_become_kinds(name: str, kind: Kind):
    assert kind_of(name) == kind
