"""Groups in the plan: who counts as a responder, and in which subgroups the effect is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from stegvis.methods.analysis.toml_reader import Reader, Text

POINTS, PERCENT = "points", "percent"


@dataclass(frozen=True, slots=True)
class Responder:
    """Whoever improved by at least so many points, or so many per cent of their own baseline, of an outcome."""

    code: str
    label: Text
    outcome: str
    by: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Subgroup:
    """A characteristic by whose categories the effect on some outcomes is looked at."""

    column: str
    label: Text
    outcomes: tuple[str, ...]


def read_responder(one: Reader, outcomes: tuple[str, ...]) -> Responder:
    """An entry of `[[responders]]`."""
    responder = Responder(
        code=one.text("code", example="thirty_percent"),
        label=one.texts("label"),
        outcome=one.choice("outcome", outcomes or ("pain",)),
        by=one.choice("by", (POINTS, PERCENT)),
        at_least=one.number("at_least", 1e-6, 1e9),
    )
    one.done()
    return responder


def read_subgroup(one: Reader, outcomes: tuple[str, ...]) -> Subgroup:
    """An entry of `[[subgroups]]`."""
    subgroup = Subgroup(one.text("column", example="sex"), one.texts("label"), one.codes("outcomes", among=outcomes))
    one.done()
    return subgroup
