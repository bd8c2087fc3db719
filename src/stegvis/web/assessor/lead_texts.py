"""Lead texts: what a person reads before a question, for pages and paper that show a whole questionnaire at once.

On the participant's pages the headings stand above each page; a PHQ-9 without “over the last two weeks” is another one.
"""

from collections.abc import Mapping
from typing import Any

from stegvis.methods.instruments.positions import Occurrence, occurrences
from stegvis.methods.instruments.questionnaire import Questionnaire


def before_each(questionnaire: Questionnaire, lang: str, answers: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The headings and texts that stand between a question and the one before it, by position; help and units are not.

    The headings of what repeats, as often as the answers say, are numbered.
    """
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    for one in occurrences(questionnaire, answers).all:
        if one.item.is_question:
            found[one.position] = tuple(waiting)
            waiting = []
        elif one.item.text and one.item.control is None:
            waiting.append(_numbered(one, lang))
    return found


def _numbered(one: Occurrence, lang: str) -> str:
    text = one.item.text_in(lang)
    return f"{text} {one.indices[-1]}" if one.item.type == "group" and one.item.repeats else text


def with_texts(
    form: Any, questionnaire: Questionnaire, lang: str, answers: Mapping[str, Any]
) -> list[tuple[tuple[str, ...], Any]]:
    """The fields of a questionnaire's form, each with what is read before it."""
    texts = before_each(questionnaire, lang, answers)
    return [(texts.get(field.position, ()), form[name]) for name, field in form.fields.items()]
