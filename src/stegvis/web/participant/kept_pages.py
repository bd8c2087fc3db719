"""Which pages of questions a device keeps, so that a person goes on answering while the connection is away.

Only pages on which nothing has been answered are kept, so that what lies on a device is questions and never answers. Each
goes by a sign that changes when the page would look different; a device asks for pages by their signs, many at once, and
again only for what has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from stegvis.methods.instruments import filling
from stegvis.web.participant.occasions import Step, Walk

_SIGN_BYTES: Final = 6
MOST_AT_ONCE: Final = 12
"""How many pages one request gives: as many as take the server less than half a second; kept-pages.js knows it too."""


def is_untouched(step: Step) -> bool:
    """Whether none of its questions was ever answered and its words quote no answer, so that it tells nothing of anybody."""
    return not step.page.quotes_answers and not any(position in step.versions for position in step.page.positions)


def sign_of(found: Walk, step: Step) -> str:
    """What a page looks like, in twelve letters: its questions, the options offered, and its place among the pages."""
    asked = list(zip(step.page.positions, step.page.items, strict=True))
    if step.questionnaire.toggling:
        asked = filling.with_offered(step.questionnaire, step.answers, asked)
    seen = (
        found.lang, found.number(step), len(found.steps), step.must_answer, step.questionnaire.version,
        [(position, item.text, [option.key for option in item.options]) for position, item in asked],
    )  # fmt: skip
    return blake2b(repr(seen).encode(), digest_size=_SIGN_BYTES).hexdigest()


@dataclass(frozen=True)
class Keep:
    """What a device is told: JSON of address and sign of every page to keep, and where they are asked for."""

    pages: str
    source: str


def to_keep(found: Walk, first: Step | None = None) -> Keep:
    """Every untouched page in order, from `first` (else from the beginning)."""
    steps = found.steps[found.number(first) - 1 :] if first else found.steps
    pages: dict[str, Any] = {step.address: sign_of(found, step) for step in steps if is_untouched(step)}
    return Keep(json.dumps(pages, separators=(",", ":")), found.route.to("untouched", found.occasion.code))


def wanted(found: Walk, signs: Sequence[str]) -> Iterator[tuple[str, Step]]:
    """The untouched pages that a device asks for, each with its sign; at most `MOST_AT_ONCE`.

    A page that looks different by now has another sign, and is not among them.
    """
    asked = frozenset(signs[:MOST_AT_ONCE])
    for step in found.steps if found.is_open else ():
        if is_untouched(step) and (sign := sign_of(found, step)) in asked:
            yield sign, step
