"""Lead texts: what a person reads before a question, for pages and paper that show a whole questionnaire at once.

On the participant's pages the headings stand above each page; a PHQ-9 without “over the last two weeks” is another one.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from stegvis.methods.instruments.positions import Occurrence, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire
from stegvis.web.answering import rich


def before_each(
    questionnaire: Questionnaire, lang: str, answers: Mapping[str, Any]
) -> dict[str, tuple[SafeString, ...]]:
    """The headings and texts that stand between a question and the one before it, by position; help and units are not.

    The headings of what repeats, as often as the answers say, are numbered.
    """
    found: dict[str, tuple[SafeString, ...]] = {}
    waiting: list[SafeString] = []
    for one in occurrences(questionnaire, answers).all:
        if one.item.is_question:
            found[one.position] = tuple(waiting)
            waiting = []
        elif one.item.text and one.item.control is None:
            waiting.append(_numbered(one, lang))
    return found


def _numbered(one: Occurrence, lang: str) -> SafeString:
    text = rich.words_of(one.item, lang)
    return format_html("{} {}", text, one.indices[-1]) if one.item.type == "group" and one.item.repeats else text


def with_texts(
    form: Any, questionnaire: Questionnaire, lang: str, answers: Mapping[str, Any]
) -> list[tuple[tuple[SafeString, ...], Any]]:
    """The fields of a questionnaire's form, each with what is read before it."""
    texts = before_each(questionnaire, lang, answers)
    return [(texts.get(field.position, ()), form[name]) for name, field in form.fields.items()]
