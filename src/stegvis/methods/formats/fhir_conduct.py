"""FHIR of the trial's conduct: consents, appointments and communications, each made of rows of an extract.

Source: hl7.org/fhir/R4: Consent, Appointment, Communication; the code systems consentscope, participation mode (v3) and
communication-category.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from stegvis.methods.formats.fhir_resources import (
    TERMINOLOGY,
    Record,
    Resource,
    consent_id,
    identifier,
    period,
    subject,
)
from stegvis.methods.instruments.extensions import OWN

ZONE = ZoneInfo("Europe/Stockholm")
"""Whose days the days of an extract are."""
MEDIA: Mapping[str, str] = {"email": "EMAILWRIT", "sms": "SMSWRIT", "phone": "PHONE"}
NOT_REACHED = "no_answer"
DAY_ALONE = "Only the day is known, so that it is given from midnight to midnight."


def consent(row: Record, ends: Sequence[Record], *, is_newest: bool) -> Resource:
    """A consent to take part; `ends` are the withdrawals since, each a layer that is denied from its day on.

    R4 asks a consent to research for its patient (ppc-3) and for a policy (ppc-1): the text, by code, version and hash. The
    root rule bears no type, since the policy decides ("not permitted in root rule, required in all nested rules").
    """
    everything = any(one["reason"] == "everything" for one in ends)
    text = {"system": f"{OWN}consent-text", "version": row["text_version"], "code": row["text"]}
    resource: Resource = {
        "resourceType": "Consent", "id": consent_id(row["participant"], row["number"]),
        "language": row["language"], "status": "active" if is_newest and not everything else "inactive",
        "scope": {"coding": [{"system": f"{TERMINOLOGY}consentscope", "code": "research"}]},
        "category": [{"coding": [{"system": f"{OWN}consent-category", "code": "trial"}], "text": "Consent to a trial"}],
        "patient": subject(row["participant"]), "dateTime": row["given_on"].isoformat(),
        "policyRule": {"coding": [text], "text": f"SHA-256 {row['text_sha256']}"},
        "provision": {"period": period(row["given_on"])},
    }  # fmt: skip
    if ends:
        resource["provision"]["provision"] = [_denied(one) for one in ends]
    return resource


def _denied(end: Record) -> Resource:
    layer = {"coding": [{"system": f"{OWN}withdrawal-layer", "code": end["reason"]}]}
    return {"type": "deny", "period": period(end["on"]), "code": [layer]}


def appointment(row: Record, minutes: int | None) -> Resource:
    """A visit as it is booked or was held; `minutes` is how long the protocol plans it to take."""
    is_held = row["held_on"] is not None
    on = row["held_on"] or row["planned_on"]
    at = row["planned_at"]
    booked = at if at is not None and at.astimezone(ZONE).date() == on else None
    return _appointment(row, f"V-{row['participant']}-{row['visit']}", "fulfilled" if is_held else "booked") | _period(
        on, booked, minutes
    )


def missed_appointment(row: Record) -> Resource:
    """A booking that came to nothing, with the code of why."""
    key = f"V-{row['participant']}-{row['visit']}-missed-{row['number']}"
    reason = {"coding": [{"system": f"{OWN}missed-visit", "code": row["reason"]}]}
    return _appointment(row, key, "noshow") | {"cancelationReason": reason} | _period(row["planned_on"], None, None)


def _appointment(row: Record, key: str, status: str) -> Resource:
    kind = {"coding": [{"system": f"{OWN}visit", "code": f"visit_{row['visit']}"}]}
    return {
        "resourceType": "Appointment", "id": identifier(key), "status": status, "serviceType": [kind],
        "participant": [{"actor": subject(row["participant"]), "status": "accepted"}],
    }  # fmt: skip


def _period(on: dt.date, at: dt.datetime | None, minutes: int | None) -> Resource:
    """Start and end, which R4 asks of all but proposed and cancelled appointments (app-3)."""
    if at is not None and minutes is not None:
        return {"start": _instant(at), "end": _instant(at + dt.timedelta(minutes=minutes)), "minutesDuration": minutes}
    begins = dt.datetime.combine(on, dt.time(), ZONE)
    ends = dt.datetime.combine(on + dt.timedelta(days=1), dt.time(), ZONE)
    return {"start": _instant(begins), "end": _instant(ends), "comment": DAY_ALONE}


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(ZONE).isoformat(timespec="seconds")


def communication(row: Record) -> Resource:
    """A message that went to a participant, or a call; one that nobody took was not done."""
    resource: Resource = {
        "resourceType": "Communication", "id": identifier(f"CM-{row['participant']}-{row['number']}"),
        "status": "not-done" if row["outcome"] == NOT_REACHED else "completed",
        "category": [{"coding": [{"system": f"{OWN}contact-kind", "code": row["kind"]}]}],
        "subject": subject(row["participant"]), "recipient": [subject(row["participant"])],
        "sent": row["on"].isoformat(),
    }  # fmt: skip
    if row["outcome"] == NOT_REACHED:
        resource["statusReason"] = {"coding": [{"system": f"{OWN}call-outcome", "code": NOT_REACHED}]}
    if row["channel"] is not None:
        mode = {"system": f"{TERMINOLOGY}v3-ParticipationMode", "code": MEDIA[row["channel"]]}
        resource["medium"] = [{"coding": [mode]}]
    if row["occasion"] is not None:
        resource["topic"] = {"coding": [{"system": f"{OWN}occasion", "code": row["occasion"]}]}
    return resource
