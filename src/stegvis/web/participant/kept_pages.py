"""Which pages of questions a device keeps, so that a person goes on answering while the connection is away.

Only pages on which nothing has been answered are kept, so that what lies on a device is questions and never answers. Each
goes by a sign that changes when the page would look different; a device fetches again only what has changed.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any, Final

from stegvis.methods.instruments import filling
from stegvis.web.participant.occasions import Step, Walk

_SIGN_BYTES: Final = 6


def is_untouched(step: Step) -> bool:
    """Whether none of the page's questions has ever been answered, so that the page tells nothing of anybody."""
    return not any(position in step.versions for position in step.page.positions)


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


def to_keep(found: Walk, first: Step | None = None) -> str:
    """JSON for the device: address and sign of every untouched page, in order, from `first` (else from the beginning)."""
    steps = found.steps[found.number(first) - 1 :] if first else found.steps
    pages: dict[str, Any] = {step.address: sign_of(found, step) for step in steps if is_untouched(step)}
    return json.dumps(pages, separators=(",", ":"))
