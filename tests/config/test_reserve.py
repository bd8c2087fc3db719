"""`stegvis randomise reserve`: one place at a time, for one person, written down before it is shown."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stegvis.config.list_reserve import command
from stegvis.methods.randomisation.blocks import generate

PASSWORD = "en lugn promenad"


def typed(*words: object, password: str = PASSWORD):
    return CliRunner().invoke(command, [str(word) for word in words], input=f"{password}\n{password}\n")


@pytest.fixture
def made():
    return generate(
        arms=["zander", "quillwort"], ratio=[1, 1], block_sizes=[4], strata=["N", "S"], per_stratum=4, seed=3
    )


@pytest.fixture
def sealed(made, tmp_path: Path) -> Path:
    (tmp_path / "list.csv").write_text(made.csv())
    result = typed("seal", tmp_path / "list.csv", "--out", tmp_path / "reserve.json")
    assert result.exit_code == 0, result.output
    return tmp_path / "reserve.json"


def test_places_are_read_in_their_order_stratum_by_stratum_and_written_down(made, sealed):
    arms = {(place.stratum, place.position): place.arm for place in made.places}
    for stratum, position, person in (("N", 1, "N-001"), ("S", 1, "S-001"), ("N", 2, "N-002")):
        said = typed("read", sealed, "--stratum", stratum, "--for", person).output
        assert f"place {position}, for {person}: {arms[stratum, position]}" in said
    kept = [json.loads(line) for line in (sealed.parent / "reserve.json.readings.jsonl").read_text().splitlines()]
    assert [(each["stratum"], each["position"], each["for"]) for each in kept][2] == ("N", 2, "N-002")


def test_one_person_is_read_one_place_and_a_wrong_password_none(sealed):
    wrong = typed("read", sealed, "--stratum", "N", "--for", "N-001", password="something else!")
    assert (wrong.exit_code, "Nothing was read" in wrong.output) == (1, True)
    assert typed("read", sealed, "--stratum", "N", "--for", "N-001").exit_code == 0
    again = typed("read", sealed, "--stratum", "N", "--for", "N-001")
    assert (again.exit_code, "place 1 of N already" in again.output) == (1, True)
    assert "Randomisation waits" in typed("read", sealed, "--stratum", "X", "--for", "X-001").output


def test_the_sealed_file_tells_no_arm_by_word_or_by_length(sealed):
    places = json.loads(sealed.read_text())["places"]
    assert len({len(each) for each in places.values()}) == 1
    assert "zander" not in sealed.read_text()
    assert sealed.stat().st_mode & 0o077 == 0


def test_a_short_password_seals_nothing(made, tmp_path):
    (tmp_path / "list.csv").write_text(made.csv())
    result = typed("seal", tmp_path / "list.csv", "--out", tmp_path / "reserve.json", password="short")
    assert (result.exit_code, "at least 12 characters" in result.output) == (1, True)
    assert not (tmp_path / "reserve.json").exists()
