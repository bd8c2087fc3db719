"""What helps to write an answer: snippets in four groups, and the marks of the reply check.

Both speak the language in which the person has the programme. The marks shown while writing are those of
`methods.programme.replycheck`, computed where the draft is saved: one rule, and none of its own in the page.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stegvis.methods.programme import replycheck, snippets
from stegvis.methods.programme.content import Programme, SnippetGroup

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


def groups(programme: Programme, language: str, *, step: str, goal: str) -> list[Group]:
    """Snippets by behaviour; one that names the next step or the goal is left out when there is none."""
    known = {"step": step, "goal": goal}
    found = []
    for group, (label, _mark) in NAMES.items():
        sentences = [
            snippets.filled(each, language, step=step, goal=goal)
            for each in programme.snippets
            if each.group == group and all(known[name] for name in snippets.placeholders(each.texts[language]))
        ]
        if sentences:
            found.append(Group(str(label), sentences))
    return found


def marks(text: str, language: str) -> list[Mark]:
    """The four marks of an answer; none for a language whose phrases nobody has written."""
    if language not in replycheck.PHRASES:
        return []
    return named(replycheck.marks(text, language))


def named(shown: frozenset[SnippetGroup] | list[str]) -> list[Mark]:
    """The four marks by name, those of `shown` ticked."""
    return [Mark(code, str(label), code in shown) for code, (_group, label) in NAMES.items()]
