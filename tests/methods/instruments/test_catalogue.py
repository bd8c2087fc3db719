"""The page about the library says what the instruments' files say."""

from __future__ import annotations

from stegvis.methods.instruments import library
from stegvis.methods.instruments.catalogue import catalogue
from tests.studies.folders import REPOSITORY


def test_the_page_is_fresh() -> None:
    written = (REPOSITORY / "docs" / "reference" / "instruments.md").read_text()

    assert written == catalogue(), (
        "Run: python -m stegvis.methods.instruments.catalogue > docs/reference/instruments.md"
    )


def test_every_instrument_has_its_row_and_its_section() -> None:
    page = catalogue()

    for code in library.codes():
        assert f"| [`{code}`](#{code}) |" in page
        assert f"\n### {code}\n" in page
