"""Consenting: what a protocol asks of a consent, the pages on which information is read, and the seal that binds a signature.

ICH E6(R3) 2.8 asks that the person had time to read and to ask, that whoever informed them signs as well, and that a
change that matters to their willingness is put to them again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from stegvis.methods.canonical import sha256
from stegvis.methods.study.tables import Table

Meanwhile = Literal["goes_on", "questions_wait"]
IfRefused = Literal["goes_on", "additions_wait", "ends"]
Informs = Literal["coordinator", "physiotherapist"]
LayerEnded = Literal["programme", "plan", "questions", "everything"]
MOST_WORDS_A_PAGE = 350
DRAWN = re.compile(r"(?:[ML]\d{1,4} \d{1,4} ?){2,4000}")
"""A drawn signature: the path of a pen on a sheet of 600 by 200, as SVG writes it, in whole numbers."""


class Consenting(Table):
    """What is asked of a consent beside the person's signature."""

    read_through: bool = Field(
        default=False,
        description="Whether every page of the information must have been opened before somebody can sign.",
    )
    countersigned: bool = Field(
        default=False,
        description="Whether whoever informed the person signs as well; without it nobody is randomised. On paper and "
        "on screen alike.",
    )
    informed_by: tuple[Informs, ...] = Field(
        default=("coordinator", "physiotherapist"),
        min_length=1,
        description="The roles that inform people about the trial: they answer questions about the consent, and sign as "
        'whoever informed. "coordinator", "physiotherapist" (a licensed clinician), or both.',
    )
    answer_within_working_days: int = Field(
        default=2,
        ge=0,
        description="Within how many working days a question about taking part is to be answered. One that waits longer "
        "stands as overdue with those who can answer it.",
    )


def pages(body: str, most_words: int = MOST_WORDS_A_PAGE) -> list[str]:
    """A text as the pages on which it is read: whole sections (`## `), as many as fit into `most_words`; at least one page.

    A section that is longer is a page of its own. Together the pages are the text, nothing left out.
    """
    sections = [part for part in re.split(r"(?m)^(?=## )", body) if part.strip()]
    found: list[str] = []
    for section in sections:
        if found and len(f"{found[-1]} {section}".split()) <= most_words:
            found[-1] += section
        else:
            found.append(section)
    return found or [body]


def seal_of(facts: Mapping[str, str]) -> str:
    """SHA-256, in hexadecimal, of what a signature binds together: who, when, the name, the drawing, the texts' own hashes.

    Whoever changes one of them, however little, has another seal.
    """
    return sha256(dict(facts))
