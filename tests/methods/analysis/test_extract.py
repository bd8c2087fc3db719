"""The extract: what was written is read back, and whatever does not add up is refused with its place."""

import dataclasses
import datetime as dt
import hashlib
import json
from dataclasses import replace
from datetime import date

import pytest

from stegvis.methods.analysis import ordered, plan_tables, visit_tables
from stegvis.methods.analysis.extract import read_extract, write_extract, write_table
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.analysis.tables import GOAL_LEVELS, TABLES, Event, Goal, Module, Participant, Unmasking

from . import synthetic


def refusal(folder, **changed):
    """What is said when the synthetic tables are written with some of them replaced."""
    with pytest.raises(ExtractRefused) as refused:
        write_extract(folder / "x", synthetic.about(), **{**synthetic.tables(), **changed})
    assert not (folder / "x").exists(), "something was written although it was refused"
    return str(refused.value)


@pytest.mark.parametrize("kind", [UNBLINDED, BLINDED, POOLED])
@pytest.mark.parametrize("arms", [synthetic.TWO_ARMS, synthetic.THREE_ARMS])
def test_what_was_written_is_read_back(tmp_path, kind, arms):
    rows = synthetic.tables(kind, arms)
    extract = synthetic.write(tmp_path / "x", rows, synthetic.about(kind, arms))
    for name, given in rows.items():
        key = TABLES[name].key
        order = [tuple(str(getattr(row, one)) for one in key) for row in getattr(extract, name)]
        assert sorted(map(str, given)) == sorted(map(str, getattr(extract, name))), name
        assert len(order) == len(set(order))
    assert extract.about == synthetic.about(kind, arms)


def test_the_order_of_the_rows_does_not_change_a_byte(tmp_path):
    rows = synthetic.tables()
    first = write_extract(tmp_path / "a", synthetic.about(), **rows)
    second = write_extract(tmp_path / "b", synthetic.about(), **{name: list(reversed(r)) for name, r in rows.items()})
    assert first == second
    for name in first.files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.fixture
def few_in_memory(monkeypatch):
    """As if every table were too long for the memory, and most for a single merge."""
    monkeypatch.setattr(ordered, "HELD", 7)
    monkeypatch.setattr(ordered, "AT_ONCE", 3)
    monkeypatch.setattr(ordered, "BLOCK", 2)


def test_a_table_too_long_for_the_memory_is_written_byte_for_byte_the_same(tmp_path, few_in_memory, monkeypatch):
    rows = synthetic.tables()
    backwards = {name: iter(given[::-1]) for name, given in rows.items()}
    on_disk = synthetic.write(tmp_path / "disk", backwards)
    monkeypatch.undo()
    in_memory = synthetic.write(tmp_path / "memory", rows)
    assert on_disk.manifest.sha256 == in_memory.manifest.sha256
    assert sorted(path.name for path in tmp_path.iterdir()) == ["disk", "memory"], "a draft was left behind"


def test_what_stands_twice_far_apart_in_a_long_table_is_refused_with_both_rows(tmp_path, few_in_memory):
    scores = synthetic.tables()["scores"]
    said = refusal(tmp_path, scores=iter([*scores, scores[0], replace(scores[1], participant="NOBODY")]))
    assert "stand in row" in said
    assert "participants.csv has no such participant" in said
    assert not list(tmp_path.iterdir()), "a draft was left behind"


def test_rows_that_somebody_else_wrote_in_no_order_are_still_compared_with_all(tmp_path):
    synthetic.write(tmp_path / "x")
    file = tmp_path / "x" / "scores.csv"
    head, first, *rest = file.read_text().splitlines(keepends=True)
    file.write_text("".join([head, *rest, first, first]))
    said = json.loads((tmp_path / "x" / "manifest.json").read_text())
    said["files"]["scores.csv"] |= {
        "rows": said["files"]["scores.csv"]["rows"] + 1, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }  # fmt: skip
    (tmp_path / "x" / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(ExtractRefused, match=rf"stand in row {len(rest) + 2} already"):
        read_extract(tmp_path / "x")


def test_an_extract_is_never_overwritten(tmp_path):
    synthetic.write(tmp_path / "x")
    with pytest.raises(ExtractRefused, match="never overwritten"):
        write_extract(tmp_path / "x", synthetic.about(), **synthetic.tables())


def test_a_file_that_was_changed_afterwards_is_refused(tmp_path):
    synthetic.write(tmp_path / "x")
    path = tmp_path / "x" / "scores.csv"
    path.write_text(path.read_text().replace(",yes,", ",no,", 1))
    with pytest.raises(ExtractRefused, match=r"scores\.csv: the file's SHA-256 is not the one in the manifest"):
        read_extract(tmp_path / "x")


def test_a_row_that_was_removed_is_refused_by_its_count(tmp_path):
    synthetic.write(tmp_path / "x")
    path = tmp_path / "x" / "visits.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    with pytest.raises(ExtractRefused, match=rf"has {len(lines) - 2} rows and the manifest says {len(lines) - 1}"):
        read_extract(tmp_path / "x")


def test_a_file_too_many_or_too_few_is_refused(tmp_path):
    synthetic.write(tmp_path / "x")
    (tmp_path / "x" / "visits.csv").rename(tmp_path / "x" / "notes.csv")
    with pytest.raises(ExtractRefused) as refused:
        read_extract(tmp_path / "x")
    assert {mistake.file for mistake in refused.value.mistakes} == {"visits.csv", "notes.csv"}


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda line: line.replace(",55,", ",lots,"), "value: there is text where a number must be."),
        (lambda line: line.replace(",yes,", ",maybe,"), "in_window: the value is neither yes nor no."),
        (lambda line: line.replace("2025-", "25-"), "completed_on: the date is not of the form 2026-11-13."),
        (lambda line: line.replace("P-", " P-"), "participant: a code has no spaces at its ends"),
        (lambda line: line.replace(",55,", ",nan,"), "value: the number is not a plain decimal number."),
        (lambda line: line.replace(",baseline,", ",,"), "occasion: the cell is empty and must not be."),
        (lambda line: line.rstrip("\n") + ",more\n", "the row has 11 cells and the header 10."),
    ],
)
def test_a_cell_of_the_wrong_type_is_refused_with_its_row_and_column(tmp_path, spoil, said):
    rows = synthetic.tables()
    synthetic.replaced(rows["scores"], 0, value=55.0)
    synthetic.write(tmp_path / "x", rows)
    lines = (tmp_path / "x" / "scores.csv").read_text().splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if ",55," in line and ",baseline," in line)
    lines[place] = spoil(lines[place])
    resign(tmp_path / "x", "scores.csv", "".join(lines))
    with pytest.raises(ExtractRefused) as refused:
        read_extract(tmp_path / "x")
    assert f"scores.csv, row {place + 1}" in str(refused.value)
    assert said in str(refused.value)


def resign(folder, name, text):
    """Write a file and put its new hash into the manifest, as a careless program might."""
    import hashlib

    (folder / name).write_text(text)
    content = json.loads((folder / "manifest.json").read_text())
    content["files"][name]["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(content))


def test_every_mistake_is_told_at_once(tmp_path):
    rows = synthetic.tables()
    rows["scores"].append(rows["scores"][0])
    rows["arms"].pop()
    rows["arms"][0] = dataclasses.replace(rows["arms"][0], arm="a third way")
    said = refusal(tmp_path, **rows)
    assert said.startswith("The extract is refused: 3 mistakes.")
    assert "scores.csv, row 3, participant, occasion, instrument, score: the same" in said
    assert "arms.csv, row 2, arm: this arm is unknown; the manifest names 2 others." in said
    assert "1 randomised participants have no arm" in said
    assert "a third way" not in said, "an arm stands in an error"


def test_an_arm_without_anybody_is_refused(tmp_path):
    arms = [dataclasses.replace(row, arm="chat") for row in synthetic.tables()["arms"]]
    assert "arm 1 of 2 has nobody in it" in refusal(tmp_path, arms=arms)


def test_a_score_has_a_value_or_a_reason(tmp_path):
    scores = synthetic.tables()["scores"]
    synthetic.replaced(scores, 0, value=None)
    assert "either a value or the reason why it has none" in refusal(tmp_path, scores=scores)
    synthetic.replaced(scores, 0, missing_reason="too_few_items")
    synthetic.write(tmp_path / "fine", {**synthetic.tables(), "scores": scores})


def test_an_intermediate_goal_leads_to_a_main_goal_of_the_same_person(tmp_path):
    goals = synthetic.tables()["goals"]
    other = next(g for g in goals if g.participant != goals[0].participant)
    goals.append(Goal(goals[0].participant, "odd", "intermediate", other.goal, None, goals[0].set_on, None, 12, True))
    assert "no main goal of the same participant" in refusal(tmp_path, goals=goals)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (Event("P-000", "excluded", synthetic.START, None), "'excluded' needs a reason"),
        (Event("P-000", "withdrew", synthetic.START, "mood"), "a withdrawal's reason is one of"),
        (Event("P-000", "died", dt.date(2030, 1, 1), None), "after 2026-12-31, the last day"),
        (Event("P-000", "vanished", synthetic.START, None), "the value is none of screened"),
    ],
)
def test_an_event_says_what_its_kind_demands(tmp_path, event, said):
    assert said in refusal(tmp_path, events=[*synthetic.tables()["events"], event])


def test_a_pooled_extract_holds_no_arm_and_nothing_that_one_arm_only_has(tmp_path):
    rows = synthetic.tables(POOLED)
    with pytest.raises(ExtractRefused, match=r"arms\.csv: this table gives the arms away"):
        write_extract(tmp_path / "x", synthetic.about(POOLED), **rows, arms=synthetic.tables()["arms"])
    module = Module("P-000", "m1", True, dt.date(2025, 8, 1), None, None, None, None)
    with pytest.raises(ExtractRefused, match=r"modules\.csv: this table gives the arms away"):
        write_extract(tmp_path / "x", synthetic.about(POOLED), **rows, modules=[module])


@pytest.mark.parametrize("kind", [POOLED, BLINDED])
def test_a_withdrawal_from_what_one_arm_only_has_stays_out_of_a_blind_extract(tmp_path, kind):
    gone = Event("P-000", "withdrew", dt.date(2025, 8, 1), "programme")
    rows = synthetic.tables(kind)
    with pytest.raises(ExtractRefused, match="not every arm is offered this treatment"):
        write_extract(tmp_path / "x", synthetic.about(kind), **{**rows, "events": [*rows["events"], gone]})
    rows = synthetic.tables()
    synthetic.write(tmp_path / "y", {**rows, "events": [*rows["events"], gone]})


@pytest.mark.parametrize("kind", [POOLED, BLINDED])
@pytest.mark.parametrize("column", ["participant", "assessor", "guessed_arm"])
def test_an_unmasking_tells_nobody_and_no_arm_before_the_lock(tmp_path, kind, column):
    row = Unmasking(1, "six_months", synthetic.START, None, None, None)
    synthetic.write(tmp_path / "x", {**synthetic.tables(kind), "unmaskings": [row]}, synthetic.about(kind))
    told = {**synthetic.tables(kind), "unmaskings": [dataclasses.replace(row, **{column: "P-000"})]}
    with pytest.raises(ExtractRefused, match="it could give an arm away"):
        write_extract(tmp_path / "y", synthetic.about(kind), **told)


def test_an_unmasking_after_the_lock_names_a_participant_and_an_arm_that_exist(tmp_path):
    row = Unmasking(1, "six_months", synthetic.START, "P-999", "OA-1", "nap")
    said = refusal(tmp_path, unmaskings=[row])
    assert "participants.csv has no such participant" in said
    assert "this arm is unknown" in said


def test_a_manifest_that_names_a_revealing_table_is_refused_when_read(tmp_path):
    synthetic.write(tmp_path / "x")
    content = json.loads((tmp_path / "x" / "manifest.json").read_text())
    content["kind"], content["arms"] = POOLED, []
    (tmp_path / "x" / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(ExtractRefused) as refused:
        read_extract(tmp_path / "x")
    told = {"arms.csv", "guesses.csv", "disclosures.csv", *(f"{name}.csv" for name in synthetic.PROGRAMME)}
    assert {m.file for m in refused.value.mistakes} == told


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "stegvis-extract/1"}', '{"format": "other"}'])
def test_a_manifest_of_another_make_is_refused(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ExtractRefused, match=r"manifest\.json"):
        read_extract(tmp_path)


def test_a_folder_without_a_manifest_is_no_extract(tmp_path):
    with pytest.raises(ExtractRefused, match="holds no manifest"):
        read_extract(tmp_path)


def test_one_table_is_written_alone_with_its_hash(tmp_path):
    person = Participant("P-001", "north", None, synthetic.START, None, {"age": "50"})
    summary = write_table(tmp_path, "participants", [person])
    text = (tmp_path / "participants.csv").read_text()
    assert text.splitlines() == [
        "participant,site,stratum,consented_on,randomised_on,age",
        "P-001,north,,2025-01-07,,50",
    ]
    assert summary.rows == 1
    with pytest.raises(ExtractRefused, match="a characteristic's name"):
        write_table(tmp_path, "participants", [dataclasses.replace(person, characteristics={"Body weight": "70"})])


def test_an_extract_from_before_a_table_was_added_is_read_without_it(tmp_path):
    written = write_extract(tmp_path, synthetic.about(), **synthetic.tables())
    path = tmp_path / "manifest.json"
    said = json.loads(path.read_text())
    del said["files"]["responses.csv"]
    path.write_text(json.dumps(said))
    (tmp_path / "responses.csv").unlink()

    assert "responses.csv" in written.files
    assert read_extract(tmp_path).responses == ()


def test_an_extract_from_before_a_column_was_added_is_read_without_it(tmp_path):
    synthetic.write(tmp_path / "x")
    file, manifest = tmp_path / "x" / "ratings.csv", tmp_path / "x" / "manifest.json"
    lines = [",".join(line.split(",")[:6]) for line in file.read_text().splitlines()]
    file.write_text("\n".join(lines) + "\n")
    content = json.loads(manifest.read_text())
    content["files"]["ratings.csv"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    manifest.write_text(json.dumps(content))

    rating = read_extract(tmp_path / "x").ratings[0]
    assert (rating.level in GOAL_LEVELS, rating.occasion, rating.gas_level, rating.corrects) == (True, None, None, None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"corrects": 1}, "corrects no earlier rating"),
        ({"corrects": 7}, "corrects no earlier rating"),
        ({"gas_level": 1}, "the goal has none"),
    ],
)
def test_a_rating_corrects_an_earlier_one_and_has_a_level_only_with_levels(tmp_path, changes, sentence):
    rows = synthetic.tables()
    plain = {goal.goal for goal in rows["goals"] if not goal.levels}
    place = next(n for n, row in enumerate(rows["ratings"]) if row.goal in plain)
    synthetic.replaced(rows["ratings"], place, **changes)
    assert sentence in refusal(tmp_path, ratings=rows["ratings"], goals=rows["goals"])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"guessed_arm": "nowhere"}, "this arm is unknown"),
        ({"sure": None}, "says how sure"),
        ({"participant": "P-9"}, "no such"),
    ],
)
def test_a_guess_is_of_somebody_and_names_an_arm_of_the_trial(tmp_path, changes, sentence):
    guesses = synthetic.tables()["guesses"]
    synthetic.replaced(guesses, next(n for n, row in enumerate(guesses) if row.guessed_arm), **changes)
    assert sentence in refusal(tmp_path, guesses=guesses)


@pytest.mark.parametrize("kind", [POOLED, BLINDED])
def test_what_somebody_believes_of_an_arm_stands_in_no_blind_extract(tmp_path, kind):
    synthetic.write(tmp_path / "x", about_it=synthetic.about(kind))
    assert not {"guesses.csv", "disclosures.csv", "rating_doses.csv"} & {
        path.name for path in (tmp_path / "x").iterdir()
    }


PLAN = plan_tables.Plan("P-1", 1, date(2025, 3, 3), "agreed", 1, 150, 2)
WALK = plan_tables.PlannedActivity("P-1", 1, "A1", "walking", 3, 20, "medium", 5)
SQUAT = plan_tables.PlannedExercise("P-1", 1, "half-squat", "easier", 6, 2, "0123456789ab")
REVIEW = visit_tables.ActivityReview("P-1", 2, "A1", "walking", "keep")


def planned(**changed):
    """Rows about one plan, of the first participant that there is."""
    code = synthetic.tables()["participants"][0].participant
    rows = {"plans": PLAN, "planned_activities": WALK, "planned_exercises": SQUAT, "activity_reviews": REVIEW}
    return {name: [replace(row, participant=code, **changed.get(name, {}))] for name, row in rows.items()}


def test_what_was_planned_is_read_back_with_its_dose_and_counted_in_the_manifest(tmp_path):
    rows = planned()
    synthetic.write(tmp_path / "x", synthetic.tables() | rows)
    extract = read_extract(tmp_path / "x")
    assert list(extract.planned_exercises) == rows["planned_exercises"]
    assert list(extract.planned_activities) == rows["planned_activities"]
    assert extract.manifest.files["planned_exercises.csv"].rows == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"planned_exercises": {"version": 2}}, "planned_exercises.csv, row 2, version: plans.csv has no such version"),
        (
            {"planned_activities": {"version": 2}},
            "planned_activities.csv, row 2, version: plans.csv has no such version",
        ),
        ({"activity_reviews": {"activity": "A9"}}, "planned_activities.csv has no such activity"),
        ({"planned_exercises": {"form": "wild"}}, "form"),
    ],
)
def test_what_was_planned_stands_in_a_version_of_a_plan(tmp_path, changed, said):
    assert said in refusal(tmp_path, **planned(**changed))
