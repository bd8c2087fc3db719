"""What helps to write an answer: snippets in four groups, and the marks of the reply check.

Both speak the language in which the person has the programme. The therapist's own sentences stand before those that come
with the programme. The marks shown while writing are those of `methods.programme.replycheck`, computed where the draft is
saved: one rule, and none of its own in the page. A protocol may switch them off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stegvis.methods.programme import replycheck, snippets
from stegvis.methods.programme.content import Programme, SnippetGroup
from stegvis.methods.study.protocol import Protocol

NAMES: dict[SnippetGroup, tuple[str | Promise, str | Promise]] = {
    "effort": (_("Notice effort"), _("Notices effort")),
    "understanding": (_("Show understanding"), _("Understanding")),
    "ability": (_("Believe in ability"), _("Belief in ability")),
    "next_step": (_("Next step"), _("Next step")),
}
"""By group: what its snippets do, and what its mark says."""


@dataclass(frozen=True)
class Group:
    """The snippets of one behaviour, filled in for the person."""

    label: str
    sentences: list[str]


@dataclass(frozen=True)
class Mark:
    """One mark of the reply check."""

    code: str
    label: str
    shown: bool


def groups(programme: Programme, own: Iterable[Any], language: str, values: Mapping[str, str]) -> list[Group]:
    """Snippets by behaviour, one's own first; one with a placeholder that has no value is left out."""
    mine = [(each.group, each.text) for each in own if each.language == language]
    shared = [(each.group, each.texts[language]) for each in programme.snippets]
    filled = [(group, snippets.filled(text, values)) for group, text in (*mine, *shared)]
    found = []
    for code, (label, _mark) in NAMES.items():
        sentences = [sentence for group, sentence in filled if group == code and sentence]
        if sentences:
            found.append(Group(str(label), sentences))
    return found


def marks(text: str, language: str, *, checked: bool = True) -> list[Mark]:
    """The four marks of an answer; none where the protocol has them off, or nobody has written the language's phrases."""
    if not checked or language not in replycheck.PHRASES:
        return []
    return named(replycheck.marks(text, language))


def is_checked(protocol: Protocol) -> bool:
    """Whether the protocol wants the marks."""
    return protocol.programme is not None and protocol.programme.reply_check


def named(shown: frozenset[SnippetGroup] | list[str]) -> list[Mark]:
    """The four marks by name, those of `shown` ticked."""
    return [Mark(code, str(label), code in shown) for code, (_group, label) in NAMES.items()]
