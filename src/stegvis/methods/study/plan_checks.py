"""Plan checks: whether the analysis plan speaks of the same arms, occasions and outcomes as the protocol.

The plan has its own format and its own checks (`methods.analysis`). Here only what both say is compared, so that the
trial that is run and the trial that is analysed cannot drift apart.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from stegvis.methods.study.problems import advice, shown
from stegvis.methods.study.raw import codes, rows, table, word, words

Wrong = tuple[str, str, str]
"""A mistake in the plan: the key, what is wrong, what would be right."""

_SAME = ("kind", "better", "minimum", "maximum", "mcid")
"""What an outcome of the plan must say as the protocol's outcome from the same score does."""

_SPREAD = ("sd", "reliability")
"""What makes a change reliable; an alert and the analysis would count different people if these differed."""


def plan_mistakes(raw: Mapping[str, Any], source: str) -> Iterator[Wrong]:
    """Where the plan in `source` contradicts the protocol in `raw`. A plan that is no TOML is one mistake."""
    try:
        plan = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        yield "", f"is not TOML: {error}", "Mend the place it names"
        return
    yield from _arms(raw, plan)
    for key in ("baseline", "main_occasion"):
        occasion = word(plan, key)
        if occasion is not None and occasion not in codes(raw, "occasions"):
            right = advice(occasion, codes(raw, "occasions"), "[[occasions]] of the protocol")
            yield key, f'names "{occasion}", which is no occasion of the protocol', right
    yield from _outcomes(raw, plan)
    yield from _other_care(raw, plan)
    yield from _harms(raw, plan)


def _arms(raw: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[Wrong]:
    wanted, given = codes(raw, "arms"), codes(plan, "arms")
    if sorted(wanted) != sorted(given):
        yield "arms", f"are {shown(given)}, but the protocol's are {shown(wanted)}", "Name the same arms in both"
    reference = word(table(raw, "trial"), "reference_arm")
    for _, arm in rows(plan, "arms"):
        if arm.get("reference") is True and arm.get("code") != reference:
            wrong = f"has reference = true, but the protocol compares with {shown(reference)}"
            yield f"arms.{arm.get('code')}", wrong, "Compare with the same arm in both"


def _outcomes(raw: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[Wrong]:
    known = {(word(row, "instrument"), word(row, "score")): row for _, row in rows(raw, "outcomes")}
    analysed = set()
    for _, outcome in rows(plan, "outcomes"):
        place = f"outcomes.{outcome.get('code')}"
        instrument, score = word(outcome, "instrument"), word(outcome, "score")
        same = known.get((instrument, score))  # a score may be analysed twice, on two scales
        analysed.add((instrument, score))
        if same is None:
            wrong = f"takes the score {shown(score)} of {shown(instrument)}, which is no outcome of the protocol"
            yield place, wrong, "Add the outcome to the protocol, or take another score"
            continue
        said = {**outcome, "mcid": table(outcome, "mcid").get("points")}
        for key in _SAME:
            if said.get(key) is not None and key in same and said[key] != same[key]:
                wrong = f"is {shown(said[key])}, but the protocol says {shown(same[key])}"
                yield f"{place}.{key}", wrong, "Say the same in both"
    for (instrument, score), row in known.items():
        if row.get("kind") == "primary" and (instrument, score) not in analysed:
            yield "outcomes", f"lack {shown(score)}, a primary outcome of the protocol", "Analyse it"


def _other_care(raw: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[Wrong]:
    """Every instrument of other care is asked at every occasion at which the plan tells it."""
    told = table(plan, "other_care")
    asked = {word(row, "code"): [code for _, code in words(row, "instruments")] for _, row in rows(raw, "occasions")}
    for _, item in rows(told, "items"):
        instrument = word(item, "instrument")
        for _, occasion in words(told, "occasions"):
            if occasion in asked and instrument not in asked[occasion]:
                wrong = f"takes {shown(instrument)}, which the protocol does not ask at {shown(occasion)}"
                yield f"other_care.items.{item.get('code')}", wrong, "Ask it there, or leave the occasion out"


def _harms(raw: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[Wrong]:
    """A score that is watched in the trial and counted in the analysis deteriorates by the same numbers in both."""
    of_plan, of_protocol = _scores(plan), _scores(raw)
    watched = {
        of_protocol[row["outcome"]]: row
        for _, row in rows(raw, "adverse_events", "deterioration")
        if word(row, "outcome") in of_protocol
    }
    for _, counted in rows(plan, "harms", "deterioration"):
        code = word(counted, "outcome")
        same = watched.get(of_plan.get(code or "", ("", "")))
        for key in _SPREAD:
            if same is not None and counted.get(key) != same.get(key):
                theirs = f"adverse_events.deterioration.{same['outcome']}.{key} of protocol.toml"
                wrong = f"is {shown(counted.get(key))}, but {theirs} is {shown(same.get(key))}"
                yield f"harms.deterioration.{code}.{key}", wrong, "Say the same in both files, from one source"


def _scores(raw: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Instrument and score of each outcome that tells both, by its code."""
    found = {
        code: (word(row, "instrument"), word(row, "score"))
        for _, row in rows(raw, "outcomes")
        if (code := word(row, "code")) is not None
    }
    return {code: (one, score) for code, (one, score) in found.items() if one is not None and score is not None}
