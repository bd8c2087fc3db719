"""Adverse events as ADAE and as FHIR AdverseEvent: read by independent libraries, with the facts of the extract."""

import datetime as dt
import json

import pytest
from fhir.resources.R4B.adverseevent import AdverseEvent

from stegvis.methods.formats.convert import convert
from tests.methods.analysis.test_harms_section import event
from tests.methods.formats.conftest import DAY, write
from tests.methods.formats.test_clinical_standards import dataset, lines
from tests.studies.folders import CWP

SOON = DAY + dt.timedelta(days=10)
UNDESCRIBED = dict.fromkeys(("term", "started_on", "expected", "severity", "measure", "course")) | {"versions": 0}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A serious event, one that nobody has described, and one that began before randomisation."""
    place = tmp_path_factory.mktemp("events")
    serious = {
        "serious": True, "criteria": "hospitalisation+important", "programme": "probable", "measure": "paused",
        "course": "sequelae", "severity": "severe", "ended_on": SOON,
    }  # fmt: skip
    found = [event("P-1", SOON, **serious), event("P-1", SOON, 2, **UNDESCRIBED), event("P-2", DAY)]
    extract = write(place / "extract", adverse_events=found)
    for name in ("dataset-json", "fhir"):
        convert(extract, name, place / name, reason="A test reads it back", study=CWP)
    return place


def test_adae_has_the_described_events_by_the_rules_of_names(folders):
    read, rows = dataset(folders / "dataset-json", "ADAE")

    assert all(len(column.name) <= 8 and len(column.label) <= 40 for column in read.columns)
    assert [(row["SUBJID"], row["AESEQ"], row["ASTDY"], row["TRTEMFL"]) for row in rows] == [
        ("P-1", 1, 8, "Y"),
        ("P-2", 1, -3, None),
    ]


def test_adae_says_how_serious_and_how_related(folders):
    first = dataset(folders / "dataset-json", "ADAE")[1][0]

    met = {name: first[name] for name in ("AESER", "AESHOSP", "AESMIE", "AESDTH")}
    assert met == {"AESER": "Y", "AESHOSP": "Y", "AESMIE": "Y", "AESDTH": None}
    assert (first["AEREL"], first["AERELPRG"], first["AERELPRC"]) == ("PROBABLE", "PROBABLE", "UNLIKELY")
    assert (first["AEACN"], first["AEOUT"]) == ("DRUG INTERRUPTED", "RECOVERED/RESOLVED WITH SEQUELAE")


def test_fhir_knows_every_adverse_event(folders):
    found = [
        AdverseEvent.model_validate(json.loads(json.dumps(one))) for one in lines(folders / "fhir", "AdverseEvent")
    ]

    assert [one.id for one in found] == ["P-1-AE1", "P-2-AE1"]
    assert [one.seriousness.coding[0].code for one in found] == ["Serious", "Non-serious"]
    causes = {
        one.instance.identifier.value: one.causality[0].assessment.coding[0].code for one in found[0].suspectEntity
    }
    assert causes == {"activity_plan": "Unlikely", "programme": "Probably-Likely", "procedures": "Unlikely"}


def test_an_extract_from_before_adverse_events_has_a_note_instead(tmp_path):
    folder = write(tmp_path / "extract")
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in ("adverse_events.csv", "adverse_event_reports.csv"):
        (folder / name).unlink()
        del manifest["files"][name]
    (folder / "manifest.json").write_text(json.dumps(manifest))

    bundle = convert(folder, "dataset-json", tmp_path / "out", reason="try")
    assert "No ADAE was written: the extract holds no adverse events." in bundle.notes
