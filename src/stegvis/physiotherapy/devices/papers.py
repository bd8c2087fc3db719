"""What was found, as text between reading and choosing."""

import json
from datetime import date, datetime

from stegvis.methods.device_files.found import Format, Found, FoundActivity, FoundDay, Kind, Source


def to_json(found: Found) -> str:
    """As text, for an encrypted column."""
    return json.dumps({
        "format": found.format,
        "days": [(day.on.isoformat(), day.steps, day.source) for day in found.days],
        "activities": [
            (one.started_at.isoformat(), one.minutes, one.kind, one.source) for one in found.activities
        ],
    })  # fmt: skip


def from_json(text: str) -> Found:
    """What `to_json` made."""
    given = json.loads(text)
    days = (FoundDay(date.fromisoformat(on), steps, Source(source)) for on, steps, source in given["days"])
    activities = (
        FoundActivity(datetime.fromisoformat(at), minutes, Kind(kind), Source(source))
        for at, minutes, kind, source in given["activities"]
    )
    return Found(Format(given["format"]), tuple(days), tuple(activities))
