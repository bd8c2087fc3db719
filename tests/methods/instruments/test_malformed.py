"""Files malformed as published ones are: refused, or taken with what is wrong said by element path, whatever they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.by_others import rendered
from bench.malformed import malformed
from bench.trying import tried
from stegvis.methods.instruments import InvalidQuestionnaire, load, read_json
from tests.methods.instruments.forms import SHIPPED, form, question

EXAMPLES = Path(__file__).parent / "examples"
FILES = [
    *(EXAMPLES / f"Questionnaire-{name}.json" for name in ("3141", "f201", "gcs")),
    *(SHIPPED / f"{name}.json" for name in ("phq-9", "pain-map")),
]
WAYS = [what for what, _, _ in malformed(form(question("q", "string")))]


def written_as_it_can_be(text: str) -> str:
    """Half a surrogate, as no file but a program can hand it over."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_malformed_in_any_way_is_refused_or_taken_with_it_said_and_never_half(file: Path) -> None:
    for what, text, allowed in malformed(read_json(file.read_bytes())):
        found = tried(written_as_it_can_be(text))
        assert found.wrong == [], what
        assert found.verdict in allowed, (what, found.verdict, found.said)


@pytest.mark.parametrize("way", WAYS)
def test_what_is_taken_can_be_shown_too_and_what_is_refused_says_where(way: str) -> None:
    text, allowed = next(
        (text, allowed) for what, text, allowed in malformed(form(question("q", "string"))) if what == way
    )
    found = tried(text, rendered)
    assert found.wrong == []
    assert found.verdict in allowed
    if "sound" not in allowed:
        assert all(one.path.startswith("Questionnaire") and one.right for one in found.said)


@pytest.mark.parametrize(
    ("way", "path"),
    [
        ("status twice", "Questionnaire"),
        ("NaN", "Questionnaire"),
        ("null among the items", "Questionnaire.item[1]"),
        ("an item without linkId", "Questionnaire.item[0].linkId"),
        ("a linkId twice", "Questionnaire.item[2].linkId"),
        ("a day that does not exist", "Questionnaire.item[1].initial[0].valueDate"),
        ("an option of null", "Questionnaire.item[1].answerOption[0]"),
        ("an extension without value", "Questionnaire.item[1].extension[0]"),
        ("the type of R5", "Questionnaire.item[1].type"),
    ],
)
def test_a_refusal_names_the_element(way: str, path: str) -> None:
    text = next(text for what, text, _ in malformed(form(question("q", "string"))) if what == way)
    with pytest.raises(InvalidQuestionnaire) as refused:
        load(text)
    assert path in [one.path for one in refused.value.mistakes]
