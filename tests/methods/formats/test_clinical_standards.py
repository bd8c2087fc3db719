"""CDISC and FHIR: valid by the standards' own schemas and models, and the facts are those of the extract."""

import importlib
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import odmlib
import pytest
import xmlschema
from odmlib.dataset_json_1_1.model import Column, DatasetJSON, SourceSystem
from odmlib.define_loader import XMLDefineLoader
from odmlib.loader import ODMLoader
from odmlib.odm_loader import XMLODMLoader

from stegvis.methods.analysis.manifest import BLINDED, POOLED
from stegvis.methods.formats import fhir_responses
from stegvis.methods.formats.adam import study_day
from stegvis.methods.formats.convert import convert
from stegvis.methods.formats.fhir_resources import identifier
from stegvis.methods.formats.odm_model import form_of
from tests.methods.formats.conftest import DAY, write
from tests.methods.instruments.forms import question, read
from tests.studies.folders import CWP

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"
SCHEMA = Path(odmlib.__file__).parent / "schemas" / "odm" / "1.3.2" / "ODM1-3-2.xsd"
KINDS = (
    "Questionnaire", "ResearchStudy", "ResearchSubject", "Observation", "Goal", "QuestionnaireResponse", "Consent", "CarePlan",
    "Appointment", "Communication",
)  # fmt: skip
REQUIRED = {
    "ResearchStudy": {"active"},
    "ResearchSubject": {"candidate", "eligible", "follow-up", "ineligible", "not-registered", "off-study", "on-study",
                        "on-study-intervention", "on-study-observation", "pending-on-study", "potential-candidate",
                        "screening", "withdrawn"},
    "Observation": {"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"},
    "QuestionnaireResponse": {"in-progress", "completed", "amended", "entered-in-error", "stopped"},
    "Consent": {"draft", "proposed", "active", "rejected", "inactive", "entered-in-error"},
    "CarePlan": {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"},
    "Appointment": {"proposed", "pending", "booked", "arrived", "fulfilled", "cancelled", "noshow", "entered-in-error",
                    "checked-in", "waitlist"},
    "Communication": {"preparation", "in-progress", "not-done", "on-hold", "completed", "stopped", "entered-in-error",
                      "unknown"},
}  # fmt: skip
"""The codes that R4 (4.0.1) requires of each kind's status, which fhir.resources does not hold to."""


def dataset(folder, name):
    """A data set as odmlib understands it, which refuses unknown and missing parts, and its rows by name."""
    content = json.loads((folder / f"{name}.json").read_text())
    columns = [Column(**column) for column in content.pop("columns")]
    source, rows = SourceSystem(**content.pop("sourceSystem")), content.pop("rows")
    read = DatasetJSON(**content, sourceSystem=source, columns=columns, rows=rows)
    return read, [dict(zip(read.column_names, row, strict=True)) for row in rows]


def lines(folder, kind):
    return [json.loads(line) for line in (folder / f"{kind}.ndjson").read_text().splitlines()]


# Dataset-JSON ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["ADSL", "ADQS", "ADGOAL"])
def test_analysis_data_sets_keep_the_rules_of_names_and_types(converted, name):
    read, rows = dataset(converted("dataset-json"), name)
    assert read.records == len(rows) > 0
    assert all(len(column.name) <= 8 and len(column.label) <= 40 and column.name.isupper() for column in read.columns)
    kinds = {"string": str, "integer": int, "double": float, "date": str}
    for column in read.columns:
        assert all(isinstance(row[column.name], kinds[column.dataType] | None) for row in rows), column.name
    keys = [column.name for column in sorted(read.columns, key=lambda one: one.keySequence or 0) if column.keySequence]
    assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows)


def test_the_baseline_is_the_last_value_before_randomisation_and_change_counts_from_it(converted):
    _, rows = dataset(converted("dataset-json"), "ADQS")
    pain = [row for row in rows if row["PARAMCD"] == "PAININTE" and row["SUBJID"] == "P-1"]
    assert [(row["AVAL"], row["BASE"], row["CHG"], row["ABLFL"]) for row in pain] == [
        (62.0, 62.0, None, "Y"),
        (40.5, 62.0, -21.5, None),
    ]


def test_there_is_no_study_day_nought():
    assert (study_day(DAY, DAY), study_day(DAY.replace(day=1), DAY), study_day(DAY, None)) == (1, -1, None)


def test_of_a_corrected_rating_only_the_correction_counts(converted):
    _, rows = dataset(converted("dataset-json"), "ADGOAL")
    assert [(row["AVALC"], row["ANL01FL"]) for row in rows] == [("NOT", None), ("PARTLY", "Y")] * 2


@pytest.mark.parametrize(("kind", "told"), [(POOLED, None), (BLINDED, {"A", "B"})])
def test_planned_treatments_are_those_that_the_extract_tells(tmp_path, kind, told):
    convert(write(tmp_path / "x", kind), "dataset-json", tmp_path / "out", reason="try")
    read, rows = dataset(tmp_path / "out", "ADSL")
    assert ("TRT01P" in read.column_names) == (told is not None)
    assert told is None or {row["TRT01P"] for row in rows} == told


def test_what_the_data_sets_hold_is_defined_by_the_schema_of_the_standard(converted):
    folder = converted("dataset-json")
    schema = SCHEMA.parents[2] / "define" / "2.1" / "define2-1-0.xsd"
    assert list(xmlschema.XMLSchema(str(schema)).iter_errors(str(folder / "define.xml"))) == []


def test_odmlib_reads_the_definitions_and_finds_each_variable_of_each_data_set(converted):
    folder = converted("dataset-json")
    loader = ODMLoader(XMLDefineLoader(model_package="define_2_1", ns_uri="http://www.cdisc.org/ns/def/v2.1"))
    loader.open_odm_document(str(folder / "define.xml"))
    defined = loader.MetaDataVersion()
    items = {item.OID: item for item in defined.ItemDef}
    for group in defined.ItemGroupDef:
        columns = [column.itemOID for column in dataset(folder, group.Name)[0].columns]
        assert [ref.ItemOID for ref in group.ItemRef] == columns
        assert set(columns) <= set(items)
    listed = {one.OID for one in defined.CodeList}
    assert {item.CodeListRef.CodeListOID for item in items.values() if item.CodeListRef} == listed
    methods = {ref.MethodOID for group in defined.ItemGroupDef for ref in group.ItemRef if ref.MethodOID}
    assert methods == {one.OID for one in defined.MethodDef}


# ODM ------------------------------------------------------------------------------------------------------------------
def test_odm_is_valid_against_the_schema_of_the_standard(converted):
    assert list(xmlschema.XMLSchema(str(SCHEMA)).iter_errors(str(converted("odm") / "odm.xml"))) == []


def test_odmlib_reads_the_forms_and_finds_every_name_that_is_referred_to(converted):
    loader = ODMLoader(XMLODMLoader(model_package="odm_1_3_2"))
    loader.open_odm_document(str(converted("odm") / "odm.xml"))
    study = loader.MetaDataVersion()
    items = {item.OID: item for item in study.ItemDef}
    assert items["IT.phq-9.phq9-1"].CodeListRef.CodeListOID in {one.OID for one in study.CodeList}
    assert {ref.ItemOID for group in study.ItemGroupDef for ref in group.ItemRef} == set(items)
    assert {ref.FormOID for event in study.StudyEventDef for ref in event.FormRef} <= {
        form.OID for form in study.FormDef
    }


def odm_items(converted, item):
    tree = ElementTree.parse(converted("odm") / "odm.xml")
    return [one for one in tree.iter(f"{ODM}ItemData") if one.get("ItemOID") == item]


def test_every_odm_answer_says_when_and_by_whom_it_was_saved_and_that_it_was_corrected(converted):
    pain, *_ = odm_items(converted, "IT.pain-intensity.pain-intensity")
    record = pain.find(f"{ODM}AuditRecord")
    assert pain.get("Value") == "62"
    assert record.find(f"{ODM}UserRef").get("UserOID") == "USR.staff"
    assert record.find(f"{ODM}DateTimeStamp").text == "2026-02-02T09:30:00+00:00"
    assert record.find(f"{ODM}ReasonForChange").text.startswith("Correction 1")


def test_odm_tells_declined_answers_apart_and_each_option_of_several(converted):
    declined, *_ = odm_items(converted, "IT.phq-9.phq9-2")
    assert (declined.get("IsNull"), declined.find(f".//{ODM}Comment").text) == ("Yes", "asked-declined")
    assert len(odm_items(converted, "IT.pain-map.pain-map.f-head")) == 4
    assert odm_items(converted, "IT.pain-map.pain-map.f-jaw-r") == []


def test_every_version_of_a_corrected_answer_stands_in_a_transactional_file(converted):
    path = converted("odm") / "odm_changes.xml"
    assert list(xmlschema.XMLSchema(str(SCHEMA)).iter_errors(str(path))) == []
    root = ElementTree.parse(path).getroot()
    assert root.get("PriorFileOID") == ElementTree.parse(converted("odm") / "odm.xml").getroot().get("FileOID")
    pain = [one for one in root.iter(f"{ODM}ItemData") if one.get("ItemOID") == "IT.pain-intensity.pain-intensity"]
    assert [(one.get("TransactionType"), one.get("Value")) for one in pain] == [("Insert", "26"), ("Update", "62")]
    stamps = [one.find(f"{ODM}AuditRecord/{ODM}DateTimeStamp").text for one in pain]
    assert stamps == ["2026-02-02T09:30:00+00:00", "2026-02-03T09:30:00+00:00"]


def test_what_a_correction_took_away_is_told_as_that(converted):
    root = ElementTree.parse(converted("odm") / "odm_changes.xml").getroot()
    taken = [one for one in root.iter(f"{ODM}ItemData") if one.get("IsNull") == "Yes"]
    assert {one.find(f".//{ODM}Comment").text for one in taken} == {"taken away"}


def test_a_question_with_several_answers_has_an_item_group_that_repeats():
    form = form_of("f", read(question("a", "integer", repeats=True), question("b", "integer")), [])
    assert {group.oid: group.repeats for group in form.groups} == {"IG.f": False, "IG.f.a": True}


def test_without_answers_odm_holds_scores_and_says_so(tmp_path):
    convert(write(tmp_path / "x", answers=None), "odm", tmp_path / "out", reason="try", study=CWP)
    content = (tmp_path / "out" / "odm.xml").read_text()
    assert 'ItemOID="SC.pain-intensity.pain_intensity" Value="40.5"' in content
    assert "AuditRecord" not in content
    assert "--answers" in json.loads((tmp_path / "out" / "manifest.json").read_text())["notes"][0]


# FHIR -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", KINDS)
def test_every_resource_is_one_that_fhir_knows(converted, kind):
    model = getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)
    found = lines(converted("fhir"), kind)
    assert found
    assert [model.model_validate(one).get_resource_type() for one in found] == [kind] * len(found)


@pytest.mark.parametrize(("kind", "codes"), REQUIRED.items(), ids=list(REQUIRED))
def test_every_status_is_one_that_the_specification_lists(converted, kind, codes):
    assert {one["status"] for one in lines(converted("fhir"), kind)} <= codes


NESTED = {
    "Consent": {("provision", "provision", "type"): {"deny", "permit"}},
    "CarePlan": {
        ("intent",): {"proposal", "plan", "order", "option"},
        ("activity", "detail", "status"): {
            "not-started", "scheduled", "in-progress", "on-hold", "completed", "cancelled", "stopped", "unknown",
            "entered-in-error",
        },
        ("activity", "detail", "scheduledTiming", "repeat", "periodUnit"): {"s", "min", "h", "d", "wk", "mo", "a"},
        ("activity", "detail", "scheduledTiming", "repeat", "durationUnit"): {"s", "min", "h", "d", "wk", "mo", "a"},
    },
    "Goal": {
        ("lifecycleStatus",): {
            "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error",
            "rejected",
        },
    },
    "Appointment": {("participant", "status"): {"accepted", "declined", "tentative", "needs-action"}},
    "AdverseEvent": {("actuality",): {"actual", "potential"}},
}  # fmt: skip
"""Codes that R4 requires deeper in a resource. Each must be there wherever the element around it is."""
EVERYTHING = (*KINDS, "Questionnaire", "AdverseEvent")


def at(found, path):
    """Every value at a path, lists gone through; None where the last step is missing."""
    if not path:
        return [found]
    if isinstance(found, list):
        return [each for one in found for each in at(one, path)]
    if path[0] not in found and len(path) > 1:
        return []
    return at(found.get(path[0]), path[1:])


def elements(found, path=""):
    """Every object, list and value of a resource, with where it stands."""
    yield path, found
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, one in inner:
        yield from elements(one, f"{path}.{key}")


@pytest.fixture(scope="module")
def resources(tmp_path_factory):
    """Every resource of an extract that has all there is, by kind."""
    from tests.methods.analysis.test_harms_section import event

    place = tmp_path_factory.mktemp("resources")
    known = {"serious": True, "course": None, "programme": "unrelated"}
    extract = write(place / "extract", adverse_events=[event("P-1", DAY), event("P-2", DAY, **known)])
    convert(extract, "fhir", place / "fhir", reason="A test reads it back", study=CWP)
    return {path.stem: lines(path.parent, path.stem) for path in (place / "fhir").glob("*.ndjson")}


@pytest.mark.parametrize(("kind", "bound"), NESTED.items(), ids=list(NESTED))
def test_every_code_deeper_in_a_resource_is_one_that_the_specification_lists(resources, kind, bound):
    for path, codes in bound.items():
        found = {code for one in resources[kind] for code in at(one, path)}
        assert found, f"no {kind} has {path}"
        assert found <= codes, path


def test_no_element_is_empty_and_ids_are_of_fhirs_letters_and_given_once(resources):
    """ele-1: an element has a value or children. The datatype id: 1 to 64 letters, digits, - and ."""
    for kind, found in resources.items():
        for one in found:
            empty = [path for path, value in elements(one) if value is None or value in ("", [], {})]
            assert not empty, f"{kind}/{one.get('id')}: {empty}"
        ids = [one["id"] for one in found if kind != "Questionnaire"]
        assert len(set(ids)) == len(ids), kind
        assert all(re.fullmatch(r"[A-Za-z0-9.-]{1,64}", each) for each in ids), kind


def test_every_reference_leads_to_a_resource_that_is_written_or_names_who_it_is(resources):
    there = {f"{kind}/{one['id']}" for kind, found in resources.items() for one in found if "id" in one}
    for kind, found in resources.items():
        for path, value in (each for one in found for each in elements(one)):
            if isinstance(value, dict) and "reference" in value and kind != "Questionnaire":
                assert value["reference"] in there, f"{kind}{path}"


def test_no_period_ends_before_it_begins(resources):
    """per-1."""
    periods = [
        value
        for found in resources.values()
        for one in found
        for path, value in elements(one)
        if path.endswith(".period")
    ]
    assert [each for each in periods if isinstance(each, dict) and each.get("end", "9") < each["start"]] == []
    assert any("end" in each for each in periods if isinstance(each, dict))


def test_what_the_invariants_of_each_kind_demand_holds(resources):
    for one in resources["Observation"]:  # obs-6
        assert ("valueQuantity" in one) != ("dataAbsentReason" in one)
    for one in resources["Consent"]:  # ppc-1, ppc-3, and the definition of provision.type
        assert one["policyRule"]["coding"]
        assert one["patient"]["identifier"]["value"]
        assert "type" not in one["provision"], "a root rule has no type"
    for one in resources["CarePlan"]:  # cpl-3, tim-1, tim-2
        for activity in one.get("activity", ()):
            assert ("detail" in activity) != ("reference" in activity)
            repeat = activity["detail"].get("scheduledTiming", {}).get("repeat", {})
            assert ("duration" in repeat) == ("durationUnit" in repeat)
            assert repeat.get("frequency", 1) >= 1
    for one in resources["Appointment"]:  # app-2, app-3, app-4
        assert ("start" in one) == ("end" in one) == (one["status"] not in ("proposed", "cancelled"))
        assert "cancelationReason" not in one or one["status"] in ("cancelled", "noshow")
    for one in resources["QuestionnaireResponse"]:  # qrs-1
        for path, value in elements(one):
            assert not (isinstance(value, dict) and "answer" in value and "item" in value), path
    for one in resources["ResearchSubject"]:
        assert one["study"]["reference"] == f"ResearchStudy/{resources['ResearchStudy'][0]['id']}"


def test_an_adverse_event_has_the_codes_of_r4_and_no_outcome_that_nobody_told(resources):
    first, second = resources["AdverseEvent"]
    assert [one["seriousness"]["coding"][0]["code"] for one in (first, second)] == ["Non-serious", "Serious"]
    assert first["outcome"]["coding"][0]["code"] == "resolved"
    assert "outcome" not in second
    assert first["detected"]


@pytest.mark.parametrize(
    ("given", "status", "is_tagged"),
    [
        ({"first": "3", "second": "4"}, "completed", False),
        ({"second": "4"}, "in-progress", False),
        ({"first": None, "second": "4"}, "completed", True),  # answered, in words that are not in the extract
    ],
)
def test_a_response_with_a_required_question_left_open_is_in_progress(given, status, is_tagged):
    from tests.methods.formats.conftest import answer

    form = read(question("first", "integer", required=True), question("second", "integer"))
    rows = [
        vars_of(answer("P-1", "baseline", "pain-map", item, value, withheld=None if value else "words"))
        for item, value in given.items()
    ]
    row = {"response_id": "R_1", "corrections": 0, "participant": "P-1", "completed_on": DAY}
    found = fhir_responses._response(form, row, rows)
    assert (found["status"], "tag" in found["meta"], found["id"]) == (status, is_tagged, "R-1")


def vars_of(row):
    return {name: getattr(row, name) for name in row.__dataclass_fields__}


def test_a_consent_names_its_text_and_what_was_withdrawn(converted):
    found = {one["id"]: one for one in lines(converted("fhir"), "Consent")}
    assert [(key, one["status"]) for key, one in sorted(found.items())] == [
        ("CS-P-1-1", "inactive"), ("CS-P-1-2", "active"), ("CS-P-2-1", "inactive"), ("CS-P-2-2", "inactive"),
    ]  # fmt: skip
    denied = found["CS-P-2-2"]["provision"]["provision"][0]
    assert (denied["type"], denied["period"], denied["code"][0]["coding"][0]["code"]) == (
        "deny", {"start": "2026-08-03"}, "everything",
    )  # fmt: skip
    assert lines(converted("fhir"), "ResearchSubject")[0]["consent"] == {"reference": "Consent/CS-P-1-2"}
    assert found["CS-P-1-2"]["policyRule"]["coding"][0]["version"] == "2.0"
    assert "provision" not in found["CS-P-1-2"]["provision"]


def test_an_appointment_has_the_time_it_was_booked_for_and_a_miss_its_day(converted):
    found = {one["id"]: one for one in lines(converted("fhir"), "Appointment")}
    assert {key: one["status"] for key, one in found.items()} == {
        "V-P-1-1": "fulfilled", "V-P-1-2-missed-1": "noshow", "V-P-1-3": "booked",
    }  # fmt: skip
    assert found["V-P-1-1"]["start"] == "2026-02-04T10:00:00+01:00"
    assert found["V-P-1-1"]["minutesDuration"] == 60
    missed = found["V-P-1-2-missed-1"]
    assert (missed["start"], missed["end"]) == ("2026-03-04T00:00:00+01:00", "2026-03-05T00:00:00+01:00")


def test_a_care_plan_follows_the_version_before_and_serves_the_goals(converted):
    first, second, *_, revoked = lines(converted("fhir"), "CarePlan")
    assert [one["status"] for one in (first, second, revoked)] == ["completed", "active", "revoked"]
    assert first["period"]["end"] == second["period"]["start"]
    assert second["replaces"] == [{"reference": "CarePlan/CP-P-1-1"}]
    assert second["goal"] == [{"reference": "Goal/G-P-1"}]
    walking, exercise = (one["detail"] for one in second["activity"])
    assert walking["scheduledTiming"]["repeat"]["frequency"] == 3
    assert exercise["description"] == "2 sets of 10, form: easier."


def test_a_call_that_nobody_took_was_not_done(converted):
    reminder, call = lines(converted("fhir"), "Communication")
    assert (reminder["status"], "medium" in reminder) == ("completed", False)
    assert (call["status"], call["medium"][0]["coding"][0]["code"]) == ("not-done", "PHONE")


def test_a_score_points_to_its_response_and_says_why_it_is_missing(converted):
    pain, _, phq, _ = sorted(lines(converted("fhir"), "Observation")[:4], key=lambda one: one["code"]["text"])
    assert pain["valueQuantity"] == {"value": 62}
    assert phq["dataAbsentReason"]["coding"][0]["code"] == "asked-declined"
    responses = {f"QuestionnaireResponse/{one['id']}" for one in lines(converted("fhir"), "QuestionnaireResponse")}
    assert pain["derivedFrom"][0]["reference"] in responses


def test_a_goal_is_as_far_as_the_rating_that_counts(converted):
    goal, _ = lines(converted("fhir"), "Goal")
    assert [coding["code"] for coding in goal["achievementStatus"]["coding"]] == ["in-progress", "partly"]
    assert "words stay" in goal["description"]["text"]


def test_a_response_is_complete_where_it_was_given_and_tagged_where_words_were_left_out(tmp_path):
    from tests.methods.formats.conftest import answer, answers_of

    words = answer("P-1", "baseline", "concomitant-care", "care-psychological", None, withheld="words")
    given = [one for person in ("P-1", "P-2") for one in answers_of(person, "baseline")]
    convert(write(tmp_path / "x", answers=[*given, words]), "fhir", tmp_path / "out", reason="try", study=CWP)
    found = {one["id"]: one for one in lines(tmp_path / "out", "QuestionnaireResponse")}
    assert {one["status"] for one in found.values()} == {"completed", "amended"}
    assert [key for key, one in found.items() if "tag" in one["meta"]] == [words.response_id]


def test_an_identifier_keeps_to_the_letters_of_fhir():
    assert identifier("R12-phq9_total") == "R12-phq9-total"
