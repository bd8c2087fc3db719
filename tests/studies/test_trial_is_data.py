"""The trial is data: nothing in the source names an arm, a site, an instrument or an occasion of the example."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from stegvis.methods import study
from tests.studies.folders import CWP, REPOSITORY

SOURCE = REPOSITORY / "src"
TEMPLATE_ENDINGS = {".html", ".txt", ".js"}
ORDINARY_WORDS = {"control", "baseline", "fatigue"}
"""Codes that are also ordinary words of code or screens: in Python they count only where they are compared or looked up."""


def codes() -> set[str]:
    protocol = study.load(CWP).protocol
    tables = (protocol.arms, protocol.sites, protocol.instruments, protocol.occasions, protocol.outcomes)
    names = {table.code for group in tables for table in group}
    names |= {outcome.score for outcome in protocol.outcomes}
    names |= {site.name for site in protocol.sites}
    names |= {name for arm in protocol.arms for name in arm.name.root.values() if " " in name}
    return names - GENERIC


GENERIC = {"pain_locations"}
"""A score that the pain map itself offers to every trial."""
WORDS_OF_METHODS = {"baseline"}
"""What methods call the first measurement, whatever its occasion is called in a trial."""


def strings(path: Path) -> Iterator[tuple[int, str, bool]]:
    """Every text in a Python file but docstrings: its line, the text, and whether the code decides by it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    deciding = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare | ast.Subscript | ast.Dict | ast.MatchValue)
        for part in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value, id(node) in deciding


def named_in_python(path: Path, names: set[str]) -> list[str]:
    if "methods" in path.parts:
        names = names - WORDS_OF_METHODS
    return [
        f"{path.relative_to(REPOSITORY)}:{line}: {text!r}"
        for line, text, decides in strings(path)
        if text in names and (decides or text not in ORDINARY_WORDS)
    ]


def named_in_template(path: Path, names: set[str]) -> list[str]:
    """In templates only quoted texts are codes; running text may use the words."""
    quoted = re.compile(r"""(["'])((?:(?!\1).)*)\1""")
    return [
        f"{path.relative_to(REPOSITORY)}:{number}: {match[2]!r}"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for match in quoted.finditer(line)
        if match[2] in names - ORDINARY_WORDS
    ]


def test_no_source_file_names_anything_of_the_example_trial():
    names = codes()
    found = [line for path in SOURCE.rglob("*.py") for line in named_in_python(path, names)]
    found += [
        line for path in SOURCE.rglob("*") if path.suffix in TEMPLATE_ENDINGS for line in named_in_template(path, names)
    ]

    assert found == [], "\n".join(found)


def test_the_codes_searched_for_are_those_of_the_example_trial():
    assert {"intervention", "control", "BJ", "pain-intensity", "hads", "six_months", "sci93"} <= codes()


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ('if arm == "intervention": pass', True),
        ('if arm.code == "control": pass', True),
        ('choose({"control": 1})', True),
        ('field(css_class="control")', False),
        ('"""The control arm."""', False),
        ('code = "hads"', True),
        ('say("hads is an instrument")', False),
    ],
)
def test_a_name_is_caught_as_a_code_and_not_as_a_word(tmp_path, monkeypatch, source, caught):
    monkeypatch.setattr(f"{__name__}.REPOSITORY", tmp_path)
    path = tmp_path / "room.py"
    path.write_text(source)

    assert bool(named_in_python(path, codes())) is caught


def test_a_code_in_a_template_is_caught(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.REPOSITORY", tmp_path)
    page = tmp_path / "page.html"
    page.write_text("{% if arm.code == 'intervention' %}The intervention{% endif %}")

    assert len(named_in_template(page, codes())) == 1
