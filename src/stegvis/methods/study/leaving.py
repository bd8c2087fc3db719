"""Leaving: why people say that they stopped something of the trial, as codes that a report can count.

CONSORT 2025 (item 22a) asks for the reasons of losses, and a programme that many leave is read for why. The list is asked
of everybody alike, whatever they stop, so that it tells no arm; several may be chosen, and none need be.
"""

from __future__ import annotations

from pydantic import Field

from stegvis.methods.study.tables import Code, Table, Wording


class LeavingReason(Table):
    """One reason that a person can choose."""

    code: Code = Field(description="Short name; the extract bears it.")
    name: Wording = Field(description="What people read.")


def _reason(code: str, sv: str, en: str) -> LeavingReason:
    return LeavingReason(code=code, name=Wording({"sv": sv, "en": en}))


USUAL: tuple[LeavingReason, ...] = (
    _reason("too_tired", "Jag orkar inte just nu", "I do not have the strength just now"),
    _reason("too_long", "Det tar för lång tid", "It takes too long"),
    _reason("not_for_me", "Det passar inte mig", "It does not suit me"),
    _reason("feel_better", "Jag mår bättre", "I feel better"),
    _reason("feel_worse", "Jag mår sämre", "I feel worse"),
    _reason("technical", "Tekniken krånglar", "Technical trouble"),
    _reason("life", "Annat i livet tar plats", "Life got in the way"),
    _reason("other", "Något annat", "Something else"),
    _reason("not_said", "Jag vill inte säga", "I prefer not to say"),
)
"""What is offered unless a protocol has a list of its own."""
