"""The reference of all keys says what the models say."""

from stegvis.methods.study.reference import reference
from tests.studies.folders import REPOSITORY


def test_the_reference_is_fresh():
    written = (REPOSITORY / "docs" / "reference" / "protocol.md").read_text()

    assert written == reference(), "Run: python -m stegvis.methods.study.reference > docs/reference/protocol.md"


def test_every_key_has_a_meaning():
    rows = [line for line in reference().splitlines() if line.startswith("| `")]

    assert rows
    assert all(cell.strip() for line in rows for cell in line.split("|")[1:-1])
