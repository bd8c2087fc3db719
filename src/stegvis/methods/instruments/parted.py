"""Tables and pages of a file that are shown in parts, because a question in them decides about another one there.

No answer may bring a question to the page it is given on or take one away (see `pages`), so what a file wants together
is parted where its own questions decide about each other. That is said on load; answers are taken rightly all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.instruments.deciding import ANY, deciding
from stegvis.methods.instruments.errors import Unsupported
from stegvis.methods.instruments.items import TABLES, Item
from stegvis.methods.instruments.questionnaire import Questionnaire

_TOGETHER = TABLES | {"page"}


def parted(questionnaire: Questionnaire) -> Iterator[Unsupported]:
    """Each group that its file wants on one page and that stands on several, with the questions that are the reason."""
    if not questionnaire.is_conditional and not questionnaire.toggling:
        return
    for group in questionnaire.all_items:
        pair = _deciding_inside(questionnaire, group) if _TOGETHER.intersection(group.look.controls) else None
        if pair is not None:
            kind = "table" if TABLES.intersection(group.look.controls) else "page"
            what = (
                f"this {kind} stands on several pages, each under its heading: "
                f"{pair[0]!r} decides about {pair[1]!r}, so they stand apart"
            )
            yield Unsupported(group.path, "itemControl", what, blocks=False, link_id=group.link_id)


def _deciding_inside(questionnaire: Questionnaire, group: Item) -> tuple[str, str] | None:
    """The first two questions of the group of which one decides whether the other is asked, or which options it has."""
    inside = [item.link_id for item in group.walk() if item.is_question and not item.hidden]
    known = deciding(questionnaire)
    for link_id in inside:
        ahead = known.of(link_id)
        for other in inside:
            if other != link_id and (other in ahead or ANY in ahead):
                return other, link_id
    return None
