"""Groups in the plan: who counts as a responder, in which subgroups the effect is looked at, and what it may go through."""

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


@dataclass(frozen=True, slots=True)
class Mediator:
    """An outcome whose change an effect on some other outcomes may go through."""

    outcome: str
    label: Text
    outcomes: tuple[str, ...]


def read_mediator(one: Reader, outcomes: tuple[str, ...]) -> Mediator:
    """An entry of `[[mediators]]`."""
    mediator = Mediator(
        one.choice("outcome", outcomes or ("pain",)), one.texts("label"), one.codes("outcomes", among=outcomes)
    )
    if mediator.outcome in mediator.outcomes:
        one.mistake("outcomes", f"{mediator.outcome!r} would go through itself.", "Leave it out of the list.")
    one.done()
    return mediator


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
