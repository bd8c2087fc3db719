"""Checklist: what whoever calls about an alert asks, so that a hard call leaves nothing out and the next one knows.

What is asked follows the usual order of a clinical conversation about suicide risk (danger now, company, means, plan),
and then what a safety plan needs: somebody close, where care goes on, the next contact (Stanley B, Brown GK. Cogn Behav
Pract 2012;19:256-264, doi:10.1016/j.cbpra.2011.01.001). It is a memory aid, not an instrument: nothing is summed.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stegvis.methods.study.tables import Code, Table, Wording

MOST_WORDS = 500
"""How many characters an answer in words may have."""


class ChecklistItem(Table):
    """One thing to ask, or to settle, in a call about an alert."""

    code: Code = Field(description="Short name; what was answered is kept under it.")
    question: Wording = Field(description="What whoever calls reads.")
    answer: Literal["choice", "words"] = Field(
        default="words", description='"choice": yes, no, or not known. "words": a line of text.'
    )


def _item(code: str, sv: str, en: str, answer: Literal["choice", "words"] = "words") -> ChecklistItem:
    return ChecklistItem(code=code, question=Wording({"sv": sv, "en": en}), answer=answer)


OWN: tuple[ChecklistItem, ...] = (
    _item("danger_now", "Är personen i fara nu?", "Is the person in danger now?", "choice"),
    _item("alone", "Är personen ensam?", "Is the person alone?", "choice"),
    _item("means", "Finns något till hands att göra det med?", "Is there anything at hand to do it with?", "choice"),
    _item("plan", "Finns en plan: hur, var, när?", "Is there a plan: how, where, when?", "choice"),
    _item(
        "next_of_kin",
        "Vem nära personen har ni talat med, eller varför ingen?",
        "Who close to the person was spoken with, or why nobody?",
    ),
    _item("handed_over", "Vart lämnades det över, till vem?", "Where was it handed over, and to whom?"),
    _item("next_contact", "När är nästa kontakt, och vem tar den?", "When is the next contact, and who makes it?"),
)
"""The checklist of a protocol that has none of its own."""
