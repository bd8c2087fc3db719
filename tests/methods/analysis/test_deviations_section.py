"""Deviations and unblinding in the report, counted by hand: by arm only where that may be told, by day without a name."""

import csv
import datetime as dt
from dataclasses import replace

import pytest

from stegvis.methods.analysis import run
from stegvis.methods.analysis.analyses import deviating
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.analysis.report.catalogue import LANGUAGES, texts
from stegvis.methods.analysis.tables import BLINDING, FOUND_BY, LEARNT_BY, Deviation, Unblinding
from stegvis.methods.study import deviations as study

from . import synthetic

PLAN = synthetic.plan_text().replace('"other_care",', '"other_care", "deviations",')
DAY = dt.date(2025, 3, 3)


def deviation(number, participant, kind="visit_outside_window", important=None, found_by="system", **more):
    judged = None if important is None else bool(important)
    given = {
        "site": "BJ", "happened_on": DAY + dt.timedelta(days=number), "found_on": DAY + dt.timedelta(days=number + 1),
        "affects_rights": judged and False, "affects_safety": judged and False, "affects_data": judged, "versions": 1,
    }  # fmt: skip
    return Deviation(
        number=number, participant=participant, kind=kind, important=important, found_by=found_by, **(given | more)
    )


def unblinding(number, kind="emergency", who="therapist", told=True, participant="P-000"):
    on = DAY + dt.timedelta(days=number)
    return Unblinding(number, kind, on, who, on if told else None, participant)


def told(kind):
    """Six deviations and three times that an arm became known; before the lock without what could tell an arm."""
    rows = synthetic.tables(kind, people=12)
    rows["deviations"] = [
        deviation(1, "P-000", important=False),
        deviation(2, "P-000"),
        deviation(3, "P-001", important=True),
        deviation(4, "P-001", "measurement", important=True, found_by="staff"),
        deviation(5, None, "measurement", important=False, found_by="monitor"),
        deviation(6, "P-002", BLINDING, important=True, found_by="staff"),
    ]
    rows["unblindings"] = [
        unblinding(1), unblinding(2, told=False, participant="P-001"),
        unblinding(3, "accident", "assessor", told=False, participant="P-002"),
    ]  # fmt: skip
    if kind != UNBLINDED:
        hidden = [
            replace(row, participant=None, who=row.who if row.kind == "accident" else None)
            for row in rows["unblindings"]
        ]
        rows["unblindings"] = hidden
        rows["deviations"][-1] = replace(rows["deviations"][-1], participant=None)
    return rows


@pytest.fixture(scope="module", params=[UNBLINDED, BLINDED, POOLED])
def printed(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, *report(folder, told(request.param), request.param)


def report(folder, rows, kind):
    synthetic.write(folder / "x", rows, synthetic.about(kind))
    (folder / "sap.toml").write_text(PLAN, encoding="utf-8")
    written = run.analyse(folder / "x", folder / "sap.toml", folder / "out", formats=("html",))
    return folder / "out", written.findings


def table(out, name, language=""):
    with (out / "tables" / language / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_kind_is_counted_with_people_and_what_was_important(printed):
    kind, out, _ = printed
    rows = {row[0]: row[1:5] for row in table(out, "deviations")[1:]}
    assert rows["Visit outside its window"] == ["3", "2", "1", "1"]
    assert rows["Questions not asked as planned"] == ["2", "1", "1", "0"]
    people = "1" if kind == UNBLINDED else "–"  # whose arm became known is not told before the lock
    assert rows["The arm became known to whom it should not"] == ["1", people, "1", "0"]
    assert rows["All"] == ["6", "3" if kind == UNBLINDED else "–", "3", "1"]


def test_by_arm_after_the_lock_and_before_it_only_what_was_looked_for_alike(printed):
    kind, out, findings = printed
    header, *rows = table(out, "deviations")
    by_arm = {row[0]: row[5:] for row in rows}
    if kind == POOLED:
        assert len(header) == 5
        return
    window, written_down = by_arm["Visit outside its window"], by_arm["Questions not asked as planned"]
    if kind == UNBLINDED:
        assert header[5:] == ["Stroll (n = 6)", "Chat (n = 6)"]
        assert window == ["2 (people: 1)", "1 (people: 1)"]
        assert written_down == ["0 (people: 0)", "1 (people: 1)"]
        assert findings["deviations.any.stroll"]["events"] == 3
    else:
        assert sorted(window) == ["1 (people: 1)", "2 (people: 1)"]
        assert written_down == by_arm["All"] == ["–", "–"]


def test_what_is_important_or_not_judged_is_listed_by_day_without_anybodys_code(printed):
    _, out, _ = printed
    header, *rows = table(out, "deviations-by-day")
    assert header == ["Day", "What", "Site", "Noticed by", "Standing"]
    assert [(row[0], row[4]) for row in rows] == [
        ("2025-03-05", "Not judged yet"), ("2025-03-06", "Important"), ("2025-03-07", "Important"),
        ("2025-03-09", "Important"),
    ]  # fmt: skip
    assert not any("P-0" in cell for row in rows for cell in row)


def test_emergencies_and_accidents_are_counted_and_dated(printed):
    kind, out, _ = printed
    header, *rows = table(out, "unblindings")
    counted = {row[0]: row[1:] for row in rows}
    assert [counted[name][0] for name in ("Looked up in an emergency", "Became known by accident")] == ["2", "1"]
    assert counted["… and nobody else was told of it yet"][0] == "1"
    assert counted["… to whoever takes the answers or calls"][0] == "1"
    assert (len(header) == 4) is (kind == UNBLINDED)
    if kind == UNBLINDED:
        assert counted["Looked up in an emergency"] == ["2", "1", "1"]
    assert [row[0] for row in table(out, "unblindings-by-day")[1:]] == ["2025-03-04", "2025-03-05", "2025-03-06"]
    assert "therapist" not in str(table(out, "unblindings-by-day"))
    assert table(out, "unblindings-by-day")[3][1] == "Became known by accident to whoever takes the answers or calls"


def test_the_checklist_leads_to_the_section(printed):
    _, out, _ = printed
    told_at = {row[0]: row[2] for row in table(out, "consort")}
    for item in ("20a", "20b", "24a"):
        assert "Protocol deviations and unblinding" in told_at[item]


def test_it_is_said_in_swedish_too(printed):
    _, out, _ = printed
    assert table(out, "deviations", "sv")[0][:3] == ["Sort", "Antal", "Personer"]
    assert "Uppslagen i en nödsituation" in {row[0] for row in table(out, "unblindings", "sv")}


def test_nothing_deviated_is_a_number_as_well(tmp_path):
    out, findings = report(tmp_path, synthetic.tables(UNBLINDED, people=12), UNBLINDED)
    assert [row[:2] for row in table(out, "deviations")[1:]] == [["All", "0"]]
    assert findings["unblinding.emergency.all"]["events"] == 0
    assert not (out / "tables" / "deviations-by-day.csv").exists()


@pytest.mark.parametrize(
    ("name", "place", "change"),
    [
        ("unblindings", 0, {"participant": "P-000"}),
        ("unblindings", 0, {"who": "therapist"}),
        ("deviations", -1, {"participant": "P-002"}),
    ],
)
def test_a_blind_extract_that_tells_whose_arm_became_known_is_refused(tmp_path, name, place, change):
    rows = told(BLINDED)
    rows[name][place] = replace(rows[name][place], **change)
    with pytest.raises(ExtractRefused, match=r"could give an arm away"):
        synthetic.write(tmp_path / "x", rows, synthetic.about(BLINDED))


def test_an_unblinding_is_about_somebody_who_is_there(tmp_path):
    rows = told(UNBLINDED)
    rows["unblindings"][0] = replace(rows["unblindings"][0], participant="P-999")
    with pytest.raises(ExtractRefused, match="no such participant"):
        synthetic.write(tmp_path / "x", rows, synthetic.about(UNBLINDED))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_usual_kind_and_whoever_can_learn_or_notice_has_a_name(language):
    there = texts(language)
    assert all(f"deviations.kind_{kind.code}" in there for kind in study.USUAL)
    assert all(f"deviations.by_{one}" in there for one in FOUND_BY)
    assert all(f"unblinding.{one}" in there for one in LEARNT_BY)
    assert BLINDING == study.BLINDING
    assert deviating.SYSTEM in FOUND_BY
