"""The manual says what the code does, and the example trial's plan is about the example trial."""

import re
from pathlib import Path

import pytest

from stegvis.methods.analysis import reference, toml_reader
from stegvis.methods.analysis.plan_reader import PlanRefused, parse_plan, read_plan

from . import synthetic

ROOT = Path(__file__).parents[3]


def test_the_page_about_the_extract_is_the_one_that_the_definitions_give():
    written = (ROOT / "docs" / "reference" / "extract.md").read_text(encoding="utf-8")
    assert written == reference.extract_page(), (
        "run: python -m stegvis.methods.analysis.reference > docs/reference/extract.md"
    )


def test_every_key_of_a_plan_is_described(monkeypatch):
    asked: set[str] = set()
    original = toml_reader.Reader.done

    def done(reader):
        if not re.search(r"reasons|categories|published\.n$|percent$|randomised$", reader.path):
            asked.update(reader.asked)
        original(reader)

    monkeypatch.setattr(toml_reader.Reader, "done", done)
    parse_plan(synthetic.plan_text().encode() + b'[signed]\nby = "A. N."\non = "2026-01-01"\n')
    described = set(re.findall(r"`\[*([a-z_.]+)\]*`", (ROOT / "docs" / "reference" / "sap.md").read_text()))
    described = {name.split(".")[-1] for name in described}
    assert {"by", "mcid", "points", "strategy", "first_day", "minimum_core", "answered", "low"} <= asked
    assert asked <= described, asked - described


def test_the_page_about_the_plan_describes_no_key_that_is_refused():
    text = synthetic.plan_text().replace("[methods]", "[methods]\nnonsense = 1")
    with pytest.raises(PlanRefused, match=r"methods\.nonsense: this key is unknown"):
        parse_plan(text.encode())


@pytest.fixture(scope="module")
def example():
    import tomllib

    folder = ROOT / "studies" / "cwp"
    return read_plan(folder / "sap.toml"), tomllib.loads((folder / "protocol.toml").read_text(encoding="utf-8"))


def test_the_example_plan_has_the_outcomes_of_the_protocol_as_they_are_there(example):
    plan, protocol = example
    same = ("code", "kind", "instrument", "score", "minimum", "maximum", "better")
    assert [tuple(getattr(one, key) for key in same) for one in plan.outcomes] == [
        tuple(one[key] for key in same) for one in protocol["outcomes"]
    ]
    for ours, theirs in zip(plan.outcomes, protocol["outcomes"], strict=True):
        assert ours.label == theirs["label"]
        assert (ours.mcid.points if ours.mcid else None) == theirs.get("mcid")


def test_the_example_plan_has_the_arms_treatments_and_criteria_of_the_protocol(example):
    plan, protocol = example
    assert plan.study == protocol["trial"]["code"]
    assert plan.reference == protocol["trial"]["reference_arm"]
    assert [arm.code for arm in plan.arms] == [arm["code"] for arm in protocol["arms"]]
    for treatment in plan.treatments:
        offered = [arm["code"] for arm in protocol["arms"] if treatment.code in arm["treatments"]]
        assert list(treatment.arms) == offered
    assert {one["code"] for one in protocol["criteria"]} <= set(plan.reasons)
    assert {plan.baseline, plan.main_occasion} <= {one["code"] for one in protocol["occasions"]}
    assert plan.adherence.minimum_core == protocol["programme"]["minimum_dose"]
    assert plan.visits.planned == len(protocol["visits"])


def test_the_example_plan_stands_in_two_languages_throughout(example):
    plan, _ = example

    def texts(value):
        if isinstance(value, dict) and "en" in value:
            yield value
        elif isinstance(value, dict):
            for one in value.values():
                yield from texts(one)
        elif isinstance(value, tuple):
            for one in value:
                yield from texts(one)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                yield from texts(getattr(value, name))

    found = list(texts(plan))
    assert len(found) > 60
    assert all(set(one) == {"en", "sv"} for one in found)


def test_the_code_names_no_arm_outcome_or_occasion_of_the_example(example):
    plan, protocol = example
    codes = {one.code for one in plan.outcomes} | {arm.code for arm in plan.arms} | {plan.main_occasion}
    codes |= {one["code"] for one in protocol["sites"]} | {one["code"] for one in protocol["instruments"]}
    folder = ROOT / "src" / "stegvis" / "methods" / "analysis"
    for path in folder.rglob("*.py"):
        quoted = set(re.findall(r"""["']([^"'\s]+)["']""", path.read_text(encoding="utf-8")))
        assert not quoted & codes, (path.name, quoted & codes)
