"""How fast, and in how much memory, a large Apple Health export is read.

    python -m bench.device_files                      # 3 million records, about 1 GB of XML
    python -m bench.device_files --records 300000 --zipped

The export is written on the fly into a temporary file, which is removed; it is then read as an upload is, with a bar. In
what it holds it is like an export: a watch and a telephone that count the same steps, pulse records between them, and a
workout a day, over three years. The figures are of this machine: MB of XML a second, and the peak of this process's memory
before and after.
"""

import argparse
import resource
import tempfile
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from rich.progress import Progress

from stegvis.methods.device_files.found import Found, Limits, Period
from stegvis.methods.device_files.reading import read

STOCKHOLM = ZoneInfo("Europe/Stockholm")
BEGINNING = datetime(2023, 11, 1, tzinfo=UTC)
DAYS = 1096
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (Record)*>\n]>\n<HealthData>\n'
DEVICE = (
    "&lt;&lt;HKDevice: 0x28{n}&gt;, name:{name}, manufacturer:Apple Inc., model:{name}, hardware:H,1, software:26.1&gt;"
)
RECORD = (
    ' <Record type="{kind}" sourceName="{name}" sourceVersion="26.1" device="{device}" unit="{unit}" '
    'creationDate="{end}" startDate="{start}" endDate="{end}" value="{value}"/>\n'
)
WORKOUT = (
    ' <Workout workoutActivityType="HKWorkoutActivityTypeWalking" duration="30" durationUnit="min" '
    'sourceName="Apple Watch" startDate="{start}" endDate="{end}"/>\n'
)
STEPS = "HKQuantityTypeIdentifierStepCount"
PLACES = (
    ("Apple Watch", STEPS, "count", 40),
    ("iPhone", STEPS, "count", 38),
    ("Apple Watch", "HKQuantityTypeIdentifierHeartRate", "count/min", 71),
)


def lines(records: int) -> Iterator[str]:
    """The export, record by record, spread evenly over three years."""
    yield HEAD
    gap = timedelta(days=DAYS) / records * len(PLACES)
    for n in range(records):
        name, kind, unit, value = PLACES[n % len(PLACES)]
        start = BEGINNING + gap * (n // len(PLACES))
        said = {"start": _said(start), "end": _said(start + timedelta(seconds=60))}
        device = DEVICE.format(n=n % 9, name=name)
        yield RECORD.format(kind=kind, name=name, device=device, unit=unit, value=value, **said)
    for day in range(DAYS):
        start = BEGINNING + timedelta(days=day, hours=16)
        yield WORKOUT.format(start=_said(start), end=_said(start + timedelta(minutes=30)))
    yield "</HealthData>\n"


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S %z}"


def write(file: IO[bytes], records: int, zipped: bool) -> None:
    """Write the export, or a zip of it."""
    if not zipped:
        file.writelines(line.encode() for line in lines(records))
        return
    name = "apple_health_export/export.xml"
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as entry,
    ):
        entry.writelines(line.encode() for line in lines(records))


def peak() -> float:
    """The most memory this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(file: IO[bytes]) -> tuple[Found, float, int]:
    """Read with a bar: what was found, seconds, bytes of XML."""
    period = Period(date(2023, 10, 1), date(2026, 12, 31), STOCKHOLM)
    limits = Limits(file_bytes=64 * 1024**3, unpacked_bytes=64 * 1024**3)
    began, read_bytes = time.perf_counter(), 0
    with Progress() as bar:
        task = bar.add_task("Reading", total=None)

        def told(done: int, size: int) -> None:
            nonlocal read_bytes
            read_bytes = size
            bar.update(task, completed=done, total=size)

        found = read(file, period, limits, told)
    return found, time.perf_counter() - began, read_bytes


def main() -> None:
    """Write, read, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=int, default=3_000_000)
    parser.add_argument("--zipped", action="store_true", help="read a zip, as a telephone exports it")
    given = parser.parse_args()
    with tempfile.TemporaryFile() as file:
        write(file, given.records, given.zipped)
        size, before = file.tell(), peak()
        found, seconds, xml = run(file)
    print(f"{given.records:,} records, {xml / 1e6:,.0f} MB of XML in a file of {size / 1e6:,.0f} MB")
    print(f"{seconds:.1f} s, {xml / 1e6 / seconds:.0f} MB/s")
    print(f"peak memory {peak():.0f} MiB, of which {before:.0f} MiB before reading")
    print(
        f"found {len(found.days)} days, {sum(day.steps for day in found.days):,} steps, {len(found.activities)} activities"
    )


if __name__ == "__main__":
    main()
