"""Replies: each made-up therapist has a hand of their own, so that replies of one are more alike than those of two.

A drawn reply has all four behaviours, a sentence or two for each. A therapist leaves some sentences out, each kind as often
as is their way: then the marks of replies differ, and differ by therapist, as in any real team.
"""

from random import Random

from stegvis.methods.programme.readability import sentences
from stegvis.people.models import Account

KEEPS = (0.5, 1.0)
"""Between which share and which a therapist keeps the sentences of a place; a guess."""


def told_by(therapist: Account, words: str, chance: Random) -> str:
    """The reply as this therapist writes it; the last sentence always stays, or nothing would be said."""
    hand = Random(f"hand:{therapist.code}")  # noqa: S311 - made up on purpose
    *before, last = sentences(words)
    kept = [each for each in before if chance.random() < hand.uniform(*KEEPS)]
    return " ".join((*kept, last))
