"""Answering: signs that a questionnaire was filled in without being read, or was copied.

Each sign has innocent causes (someone who has answered the same questions before is quick, someone without any trouble
says “not at all” throughout), so that a sign is a reason to ask and nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stegvis.methods.canonical import sha256

SECONDS_AN_ANSWER = 2.0
"""Fewer seconds for each answer than anyone reads in: Huang et al., J Bus Psychol 2012;27:99–114."""
FEWEST_ANSWERS = 10
"""With fewer answers neither haste nor likeness says anything."""
FEWEST_IN_A_LINE = 8
"""Of fewer items a row of equal answers is ordinary."""


def seconds_of(moments: Sequence[datetime]) -> tuple[float, int] | None:
    """From the first kept answer to the last, in seconds, and how many answers came after the first moment.

    What stood on the first page was read before its moment, so that it is not counted. None where all came at one moment:
    then nothing was timed.
    """
    if not moments:
        return None
    first, last = min(moments), max(moments)
    after = sum(moment > first for moment in moments)
    return ((last - first).total_seconds(), after) if after else None


def is_too_fast(seconds: float, answers: int) -> bool:
    """Whether so many answers in so many seconds are more than can be read (under two seconds each)."""
    return answers >= FEWEST_ANSWERS and seconds < SECONDS_AN_ANSWER * answers


def straight_line(values: Sequence[float], lowest: float) -> float | None:
    """The value that every item of a scale has, where it is not the lowest; None otherwise.

    The longest run of one answer, here the whole scale: Johnson, J Res Pers 2005;39:103–129. All at the lowest option is
    what somebody without complaints says, and is no sign.
    """
    if len(values) < FEWEST_IN_A_LINE or len(set(values)) != 1 or values[0] == lowest:
        return None
    return values[0]


def digest(answers: Mapping[tuple[str, str], Any]) -> str:
    """SHA-256, in hexadecimal, of all answers by instrument and linkId: equal where every answer is.

    Two people with all answers alike: Kuriakose & Robbins, Stat J IAOS 2016;32:283–291 (duplicates and near-duplicates).
    """
    ordered = [[*place, value] for place, value in sorted(answers.items(), key=lambda each: each[0])]
    return sha256(ordered)
