"""Instruments of the library in a trial: named by version, worded by a licensee, and kept to what their licence permits."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from stegvis.methods import study
from stegvis.methods.instruments import library
from stegvis.methods.instruments.texts import template
from stegvis.methods.study import Problem

REAL = ('ethics_number = "0000"\nfictitious = true', 'ethics_number = "0000"')
"""Makes the second trial one whose contact is not made up."""


def said(problems: list[Problem]) -> str:
    return "\n".join(map(str, problems))


def with_instrument(*lines: str) -> tuple[str, str]:
    table = ["[[instruments]]", *lines, 'name = { en = "x", de = "x" }', 'licence = "x"', "", "[[occasions]]"]
    return "[[occasions]]", "\n".join(table)


def write_texts(folder: Path, code: str, language: str, **changes: Any) -> None:
    raw = tomllib.loads(template(library.load(code), language))
    raw |= {"licence": "The holder, to us, 2026", "title": code}
    raw["texts"] = dict.fromkeys(raw["texts"], "words")
    raw["answers"] = {name: dict.fromkeys(words, "words") for name, words in raw.get("answers", {}).items()}
    (folder / "instruments" / f"{code}.{language}.json").write_text(json.dumps(raw | changes))


HADS = ('code = "hads"', 'library = "1.0.0"')
TEXTS = 'texts = ["hads.en.json", "hads.de.json"]'


def test_a_trial_names_an_instrument_of_the_library_and_needs_no_file(spoil, folder):
    write_texts(folder, "hads", "de")

    assert spoil(with_instrument(*HADS, 'texts = ["hads.de.json"]')) == []
    file = study.load(folder).instrument("hads")
    assert (file.version, file.in_library) == ("1.0.0", True)
    assert file.worded_in == ("de",)


def test_a_skeleton_without_words_says_so(spoil, folder):
    write_texts(folder, "hads", "de")

    [problem] = spoil(with_instrument(*HADS, 'texts = ["hads.de.json"]', "skeleton = true"))

    assert problem.wrong == 'is true, but hads of the library has its wording in "de"'


def test_an_unknown_instrument_and_another_version_are_refused(spoil):
    found = said(
        spoil(
            with_instrument('code = "hds"', 'library = "1.0.0"'), with_instrument('code = "wai-sr"', 'library = "0.1"')
        )
    )

    assert 'code is "hds", which the library does not have. Write "hads"' in found
    assert (
        'library is "0.1", but the library has version 1.0.0. Write "1.0.0" in a new version of the protocol' in found
    )


def test_a_file_of_texts_must_be_there_be_named_and_fit(spoil, folder):
    write_texts(folder, "hads", "de", version="0.9")
    write_texts(folder, "wai-sr", "de")

    found = said(spoil(with_instrument(*HADS, 'texts = ["hads.de.json", "hads.en.toml"]')))

    assert "instruments/hads.de.json: version is '0.9', but the skeleton is '1.0.0'" in found
    assert "instruments/wai-sr.de.json: is named nowhere in [[instruments]]" in found


def test_the_name_of_a_file_of_texts_ends_in_toml_or_json(spoil):
    [problem] = [one for one in spoil(with_instrument(*HADS, 'texts = ["../hads.txt"]')) if "texts" in one.key]

    assert "ends in .toml or .json" in problem.right


def test_nobody_can_be_asked_in_a_language_that_has_labels_only(spoil, folder):
    write_texts(folder, "hads", "de")

    [problem] = spoil(REAL, with_instrument(*HADS, 'texts = ["hads.de.json"]'))

    assert problem.key == "instruments[2:hads]"
    assert 'has no wording of its own in "en", only neutral labels' in problem.wrong
    assert "Load the official text" in problem.right


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("siqr", "could not be read in a source of the holders"),
        ("dass-21-stress", "The holders' own statement could not be read"),
        ("neq", "Whether others may redistribute the text is not said"),
    ],
)
def test_a_skeleton_says_why_it_has_no_words(spoil, code, why):
    library_version = f'library = "{library.load(code).version}"'
    found = spoil(REAL, with_instrument(f'code = "{code}"', library_version, "skeleton = true"))
    [problem] = [one for one in found if "has no wording of its own" in one.wrong]
    assert f"Its terms: {library.load(code).licence.terms.rstrip('.')}" in problem.wrong
    assert why in problem.wrong
    assert "Load the official text" in problem.right


def test_with_its_wording_in_every_language_it_can_be_asked(spoil, folder):
    write_texts(folder, "hads", "de")
    write_texts(folder, "hads", "en")

    assert spoil(REAL, with_instrument(*HADS, TEXTS)) == []


def test_a_setting_that_an_instrument_forbids_is_refused_with_its_terms(spoil, folder):
    write_texts(folder, "mfi-20", "de")
    settings = ("planned_n = 80", 'planned_n = 80\nsettings = ["research", "clinical"]')

    found = spoil(settings, with_instrument('code = "mfi-20"', 'library = "1.0.0"', 'texts = ["mfi-20.de.json"]'))

    [problem] = [one for one in found if one.key == "instruments[2:mfi-20]"]
    assert 'may not be used in the setting "clinical". Its terms: Free for academic use' in problem.wrong
    assert "the settings it permits are: education, research" in problem.right


def test_a_setting_that_every_instrument_permits_is_fine(spoil):
    assert spoil(("planned_n = 80", 'planned_n = 80\nsettings = ["research"]')) == []


def test_an_unknown_setting_is_refused(spoil):
    [problem] = spoil(("planned_n = 80", 'planned_n = 80\nsettings = ["school"]'))

    assert problem.key == "trial.settings[0]"
    assert '"research"' in problem.right


def test_an_instrument_without_a_licence_record_is_refused(folder):
    path = folder / "instruments/steadiness.json"
    content = json.loads(path.read_text())
    content["extension"] = [one for one in content["extension"] if not one["url"].endswith("/licence")]
    path.write_text(json.dumps(content))

    [problem] = study.check(folder)

    assert problem.wrong == "has no licence record in instruments/steadiness.json"
