"""Leaving: the coded reasons that a made-up person ticks on stopping the programme, or everything; some tick none."""

from stegvis.demonstration.lives import Life
from stegvis.methods.study.protocol import Protocol

SHARE_WITH_REASON = 0.8
"""How many of those who stop tick a reason, and SECOND of these another; guesses."""
SECOND = 0.3


def reasons(life: Life, protocol: Protocol) -> tuple[str, ...]:
    """Codes of the protocol's list: none, one or two."""
    chance, known = life.stream("leaving"), [each.code for each in protocol.leaving_reasons]
    says, says_more = chance.random() < SHARE_WITH_REASON, chance.random() < SECOND
    count = min(len(known), says + (says and says_more))
    return tuple(chance.sample(known, k=count))
