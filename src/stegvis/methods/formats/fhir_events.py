"""FHIR AdverseEvent: each adverse event that was described, made of a row of an extract; not a word of what was said.

Source: hl7.org/fhir/R4/adverseevent.html (4.0.1); the code systems adverse-event-seriousness, -severity, -outcome and
-causality-assess. The last has no “not related”, which is of our own system.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stegvis.methods.formats.fhir_resources import TERMINOLOGY, identifier, subject
from stegvis.methods.formats.source import Source
from stegvis.methods.instruments.extensions import OWN

OUTCOMES: Mapping[str, str] = {
    "recovered": "resolved", "recovering": "recovering", "not_recovered": "ongoing", "sequelae": "resolvedWithSequelae",
    "fatal": "fatal", "unknown": "unknown",
}  # fmt: skip
CAUSALITY: Mapping[str, str] = {
    "unlikely": "Unlikely", "possible": "Possible", "probable": "Probably-Likely", "definite": "Certain",
}  # fmt: skip
SERIOUS: Mapping[bool, str] = {True: "Serious", False: "Non-serious"}
"""As R4 writes them; later releases write them small."""
AGAINST = ("activity_plan", "programme", "procedures")
Resource = dict[str, Any]
Record = Mapping[str, Any]


def adverse_events(source: Source) -> Iterator[Resource]:
    """Every described event, as a stream."""
    study = identifier(source.manifest.about.study)
    for row in source.records("adverse_events"):
        if row["versions"]:
            yield adverse_event(study, row)


def adverse_event(study: str, row: Record) -> Resource:
    """One event: actual, of a kind of the trial's list, as serious and as related as stands after two judgements."""
    resource: Resource = {
        "resourceType": "AdverseEvent", "id": identifier(f"{row['participant']}-AE{row['number']}"),
        "actuality": "actual", "event": {"coding": [{"system": f"{OWN}adverse-event", "code": row["term"]}]},
        "subject": subject(row["participant"]), "date": row["started_on"].isoformat(),
        "detected": row["noticed_on"].isoformat(), "severity": _coded("severity", row["severity"]),
        "study": [{"reference": f"ResearchStudy/{study}"}],
    }  # fmt: skip
    if row["course"] is not None:
        resource["outcome"] = _coded("outcome", OUTCOMES[row["course"]])
    if row["serious"] is not None:
        resource["seriousness"] = _coded("seriousness", SERIOUS[row["serious"]])
    suspects = [_suspect(to, row[to]) for to in AGAINST if row[to]]
    return resource | ({"suspectEntity": suspects} if suspects else {})


def _coded(what: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMINOLOGY}adverse-event-{what}", "code": code}]}


def _suspect(to: str, relation: str) -> Resource:
    """What the event was judged against, with how likely it was the cause."""
    known = CAUSALITY.get(relation)
    system = f"{TERMINOLOGY}adverse-event-causality-assess" if known else f"{OWN}causality"
    return {
        "instance": {"type": "Procedure", "identifier": {"system": f"{OWN}treatment", "value": to}},
        "causality": [{"assessment": {"coding": [{"system": system, "code": known or relation}]}}],
    }
