"""`stegvis randomise list` and `verify` as typed at a terminal."""

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stegvis.config.commands.randomise import command

GOLDEN = Path(__file__).with_name("seed-7.csv")
ASKED = "--arms intervention,control --ratio 1:1 --strata 1,2,3,4 --per-stratum 100"
CHOICES = f"{ASKED} --blocks 4,6"


def typed(line: str, *paths: Path) -> Result:
    """Run a line; `{}` stands for the paths in turn. Whoever is asked for block sizes types 4,6, twice."""
    words = line.split()
    rest = iter(paths)
    return CliRunner().invoke(
        command, [str(next(rest)) if word == "{}" else word for word in words], input="4,6\n4,6\n"
    )


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, Path]:
    """A list made from the system's entropy, and its record."""
    result = typed(f"list {ASKED} --out {{}}", tmp_path / "list.csv")
    assert result.exit_code == 0, result.output
    return tmp_path / "list.csv", tmp_path / "list.csv.record.json"


def test_a_typed_seed_prints_the_list_and_nothing_else():
    result = typed(f"list {CHOICES} --seed 7")
    assert result.exit_code == 0
    assert result.stdout == GOLDEN.read_text()
    assert result.stderr == ""


def test_without_a_seed_two_lists_differ_and_the_loss_of_the_seed_is_said():
    first, second = typed(f"list {ASKED}"), typed(f"list {ASKED}")
    assert first.stdout != second.stdout
    assert "The seed of this list was not kept" in first.stderr


def test_files_are_for_the_owner_only_and_the_seed_is_not_printed(tmp_path):
    result = typed(f"list {ASKED} --out {{}}", tmp_path / "list.csv")
    files = sorted(tmp_path.iterdir())
    kept = json.loads(files[1].read_text())
    assert [file.name for file in files] == ["list.csv", "list.csv.record.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert kept["seed_kind"] == "entropy"
    assert int(kept["seed"]).bit_length() > 64
    assert kept["seed"] not in result.output
    assert kept["sha256"] in result.output
    assert "intervention" not in result.output


def test_block_sizes_are_typed_unseen_or_stand_in_a_file_and_are_in_no_output(tmp_path):
    asked = typed(f"list {ASKED} --out {{}}", tmp_path / "asked.csv")
    assert json.loads((tmp_path / "asked.csv.record.json").read_text())["block_sizes"] == [4, 6]
    assert "4,6" not in asked.output
    design = tmp_path / "design.toml"
    design.write_text('arms = ["a", "b"]\nstrata = ["N"]\nper_stratum = 20\nblock_sizes = [10]\n')
    assert typed("list --design {} --out {}", design, tmp_path / "file.csv").exit_code == 0
    assert typed("verify {} --record {}", tmp_path / "file.csv", tmp_path / "file.csv.record.json").exit_code == 0


def test_a_list_of_another_method_is_made_and_verified(tmp_path):
    line = "list --method minimisation --arms a,b --factors site,age --per-stratum 50 --out {}"
    assert typed(line, tmp_path / "list.csv").exit_code == 0
    rows = (tmp_path / "list.csv").read_text().split("\n")
    assert rows[1] == "stratum,position,number"
    good = typed("verify {} --record {}", tmp_path / "list.csv", tmp_path / "list.csv.record.json")
    assert "gives exactly these bytes" in good.output
    (tmp_path / "list.csv").write_text("\n".join([rows[0].replace("4/5", "1"), *rows[1:]]))
    assert typed("verify {} --record {}", tmp_path / "list.csv", tmp_path / "list.csv.record.json").exit_code == 1


def test_the_seed_is_shown_when_asked_for():
    seed = typed(f"list {ASKED} --show-seed").stderr.split()[-1]
    assert len(seed) > 20
    again = typed(f"list {CHOICES} --seed {seed} --show-seed")
    assert again.stderr == f"seed {seed}\n"


def test_a_list_is_never_written_over(sealed):
    before = sealed[0].read_text()
    result = typed(f"list {ASKED} --out {{}}", sealed[0])
    assert result.exit_code == 1
    assert "never written over" in result.output
    assert sealed[0].read_text() == before


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(tmp_path):
    result = typed(f"list {ASKED} --out {{}}", tmp_path / "nowhere" / "list.csv")
    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert not list(tmp_path.iterdir())


def test_a_list_is_verified_by_its_record(sealed):
    result = typed("verify {} --record {}", *sealed)
    assert result.exit_code == 0
    assert "gives exactly these bytes" in result.output


def test_a_list_is_verified_by_a_typed_seed():
    good = typed(f"verify {{}} --seed 7 {CHOICES}", GOLDEN)
    assert good.exit_code == 0, good.output
    bad = typed(f"verify {{}} --seed 8 {CHOICES}", GOLDEN)
    assert bad.exit_code == 1
    assert "departs from what the seed" in bad.output


def test_without_a_record_only_the_structure_is_vouched_for(sealed):
    result = typed("verify {}", sealed[0])
    assert result.exit_code == 0
    assert "was not checked" in result.output


def test_two_blocks_exchanged_keep_the_structure_but_not_the_hash(tmp_path, sealed):
    rows = sealed[0].read_text().split("\n")
    arms = {row.split(",")[3] for row in rows[1:-1]}
    swap = dict(zip(sorted(arms), sorted(arms, reverse=True), strict=True))
    turned = [rows[0], *(",".join([*row.split(",")[:3], swap[row.split(",")[3]]]) for row in rows[1:-1]), ""]
    other = tmp_path / "turned.csv"
    other.write_text("\n".join(turned))
    digest = json.loads(sealed[1].read_text())["sha256"]

    assert typed("verify {}", other).exit_code == 0
    by_hash = typed(f"verify {{}} --sha256 {digest}", other)
    assert by_hash.exit_code == 1
    assert "this is another list" in by_hash.output
    assert typed("verify {} --record {}", other, sealed[1]).exit_code == 1
    assert typed(f"verify {{}} --sha256 {digest}", sealed[0]).exit_code == 0


def test_the_result_can_be_read_by_a_program(tmp_path):
    broken = tmp_path / "broken.csv"
    broken.write_text("".join(GOLDEN.read_text().splitlines(keepends=True)[:-1]))
    result = typed("verify {} --json", broken)
    answer = json.loads(result.stdout)
    assert result.exit_code == 1
    assert answer["ok"] is False
    assert answer["places"] == len(GOLDEN.read_text().splitlines()) - 2
    assert answer["problems"][0]["row"] > 1
    assert json.loads(typed("verify {} --json", GOLDEN).stdout)["problems"] == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("list --arms a,b --blocks 5 --strata 1 --per-stratum 9 --seed 1", "must be a multiple of 2"),
        ("list --arms a,b --blocks 4 --strata 1 --per-stratum 9", "everybody on this computer can see them"),
        ("list --arms a,b --ratio 1:x --blocks 4 --strata 1 --per-stratum 9", "Write it like 2:1"),
        ("verify {} --seed 7", "With --seed also give"),
        ("verify {} --seed 7 --record {}", "either --record or --seed"),
        ("verify {} --record {}", "not a record"),
    ],
)
def test_mistakes_are_answered_with_a_sentence(line, sentence):
    result = typed(line, GOLDEN, GOLDEN)
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_text_is_refused(tmp_path):
    picture = tmp_path / "picture.csv"
    picture.write_bytes(b"\xff\xd8\xff")
    result = typed("verify {}", picture)
    assert result.exit_code == 1
    assert "not text in UTF-8" in result.output
