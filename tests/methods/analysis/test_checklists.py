"""The checklists: every item there, each led to where it is answered, and nothing told that no file knows."""

import csv
import dataclasses
import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from stegvis.methods.analysis import protocol_at_hand, run
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED, Version
from stegvis.methods.analysis.report.catalogue import Catalogue, texts
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.sections import checklists, releases, tidier
from stegvis.methods.analysis.tables import Release
from stegvis.methods.study.folder import load

from . import synthetic
from .test_report import Tree

CWP = Path(__file__).parents[3] / "studies" / "cwp"
A, B = "a" * 64, "b" * 64


def rows_of(printed, name, language=""):
    with (printed.folder / "out" / "tables" / language / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


@pytest.fixture(scope="module")
def study():
    return load(CWP)


def described(printed, protocol, code, language="en"):
    """The words of a treatment's twelve items."""
    printer = Printer(printed.written.trial, printed.findings, Catalogue(language))
    treatment = next(one for one in printer.plan.treatments if one.code == code)
    table = tidier.table(printer, treatment, protocol, {})
    return [row.cells[1].text for row in table.rows]


def test_all_thirty_items_of_consort_2025_are_there_in_order(reports):
    numbers = [row[0] for row in rows_of(reports(), "consort") if row[1]]
    assert numbers == [
        "1a", "1b", "2", "3", "4", "5a", "5b", "6", "7", "8", "9", "10", "11", "12a", "12b", "13", "14", "15", "16a", "16b",
        "17a", "17b", "18", "19", "20a", "20b", "21a", "21b", "21c", "21d", "22a", "22b", "23a", "23b", "24a", "24b",
        "25", "26", "27", "28", "29", "30",
    ]  # fmt: skip
    assert {re.match(r"\d+", one)[0] for one in numbers} == {str(n) for n in range(1, 31)}


@pytest.mark.parametrize("kind", [UNBLINDED, BLINDED, POOLED])
def test_every_item_is_answered_and_every_link_leads_somewhere(reports, kind):
    for name in ("consort", "ehealth", "tidier-activity_plan"):
        assert all(row[2] for row in rows_of(reports(kind), name) if row[1]), name
    tags = Tree(reports(kind).html).tags
    ids = {attrs["id"] for _, attrs in tags if attrs.get("id")}
    assert {attrs["href"][1:] for tag, attrs in tags if tag == "a"} <= ids


def test_an_item_leads_to_sections_of_this_report_alone(reports):
    full = {row[0]: row[2] for row in rows_of(reports(), "consort")}
    assert full["24a"].startswith("The programme as it was used, How much of the programme people had")
    assert full["22a"] == "Flow of participants"
    assert full["27"] == "To be written by the authors."
    three = {row[0]: row[2] for row in rows_of(reports(UNBLINDED, synthetic.THREE_ARMS), "consort")}
    assert three["24a"] == "Visits to the physiotherapist (To be written by the authors.)"


def test_the_dates_of_recruitment_are_those_of_the_extract(reports):
    told = {row[0]: row[2] for row in rows_of(reports(), "consort")}["23a"]
    extract = reports().written.trial.extract
    first = min(row.on for row in extract.screening)
    last = max(row.randomised_on for row in extract.participants if row.randomised_on)
    assert f"Assessed from {first} to " in told
    assert f" to {last}; data until 2026-12-31." in told


def test_a_treatment_that_one_arm_has_is_described_from_the_plan(reports):
    described = {row[0]: row[2] for row in rows_of(reports(), "tidier-programme")}
    assert len(described) == 12
    assert described["1"] == "Programme"
    assert described["2"] == "To be written by the authors."
    assert described["8"].startswith("6 modules, of which 4 of the core are the minimum dose.")


def test_the_protocol_tells_of_visits_and_the_programme(reports, study):
    plan = described(reports(), study.protocol, "activity_plan")
    assert plan[6] == "4 clinics: Rehab Björken, Rehab Eken, Rehab Linden, Rehab Rönnen."
    assert "Visit 2: how is the plan going?: day 28 from visit 1, 45 minutes" in plan[7]
    programme = described(reports(), study.protocol, "programme", "sv")
    assert "Öppnar dag 56 från besök 1; 2 moduler i veckan är planerade." in programme[7]
    assert "svarar på inom 2 arbetsdagar" in programme[3]


def test_without_the_protocol_what_it_tells_is_left_to_the_authors(reports):
    assert described(reports(), None, "activity_plan")[3] == "To be written by the authors."
    assert "No protocol of the same hash" in reports().html


def test_a_protocol_is_quoted_only_when_it_is_the_extracts_own(study, tmp_path):
    about = synthetic.about()
    own = dataclasses.replace(about, protocol=Version("1", study.sha256))
    assert protocol_at_hand.read(CWP, own) == study.protocol
    assert protocol_at_hand.read(CWP, about) is None
    assert protocol_at_hand.read(tmp_path, own) is None
    shutil.copy(CWP / "protocol.toml", tmp_path)  # without its texts it is no whole trial
    assert protocol_at_hand.read(tmp_path, own) is None


@pytest.mark.parametrize(("kind", "heads"), [(UNBLINDED, 4), (POOLED, 3)])
def test_releases_are_told_and_their_people_after_the_lock_only(tmp_path, kind, heads):
    rows = synthetic.tables(kind, people=30)
    people = 12 if kind == UNBLINDED else None
    rows["releases"] = [
        Release(B, dt.date(2025, 3, 1), None, people),
        Release(A, dt.date(2025, 1, 2), dt.date(2025, 2, 3), people),
    ]
    synthetic.write(tmp_path / "x", rows, synthetic.about(kind))
    (tmp_path / "sap.toml").write_text(synthetic.plan_text())
    written = run.analyse(tmp_path / "x", tmp_path / "sap.toml", tmp_path / "out", languages=("en",), formats=("html",))
    _, table = releases.blocks(Printer(written.trial, written.findings, Catalogue("en")))
    assert [row.head.text for row in table.rows] == [A, B]
    assert [cell.text for cell in table.rows[1].cells][:2] == ["2025-03-01", "–"]
    assert len(table.columns) == heads


def test_without_releases_there_is_no_table_of_them(reports):
    assert not (reports().folder / "out" / "tables" / "releases.csv").exists()


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_item_has_a_name_of_our_own(language):
    known = texts(language)
    for _, items in checklists.CONSORT:
        assert all(f"consort.item_{one.number}" in known for one in items)
    assert all(f"ehealth.item_{one.number.replace('-', '_')}" in known for one in checklists.EHEALTH)
    assert all(f"tidier.item_{number}" in known for number in tidier.ITEMS)
