"""Noting: one field of a visit is kept as somebody writes, and never over what a colleague has written since."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from stegvis.physiotherapy.visiting import actions, queries
from stegvis.web.components import autosaving
from stegvis.web.physiotherapist import frame

Pairs = Callable[[str], list[tuple[str, str]]]
"""What was kept of a field, as its form would send it."""


def noted(request: HttpRequest, visit: Any, question: str, words: str, pairs: Pairs | None = None) -> HttpResponse:
    """Keep a question's words; 409 with a colleague's, if they have written others since the page was made."""
    newest, seen = queries.notes_of(visit).get(question), request.POST.get("version", "")
    if newest is not None and seen != str(newest.pk) and newest.words != words and (seen or newest.words):
        others = pairs(newest.words) if pairs else [(question, newest.words)]
        return autosaving.conflict(newest.written_at, others, str(newest.pk))
    actions.write_notes(visit=visit, notes={question: words}, by=frame.me(request))
    kept = queries.notes_of(visit).get(question)
    return autosaving.saved(kept.written_at if kept else frame.now(), str(kept.pk) if kept else "")
