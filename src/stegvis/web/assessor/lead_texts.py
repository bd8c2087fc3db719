"""Lead texts: what a person reads before a question, for pages and paper that show a whole questionnaire at once.

On the participant's pages the headings stand above each page; a PHQ-9 without “over the last two weeks” is another one.
"""

from typing import Any

from stegvis.methods.instruments.questionnaire import Questionnaire


def before_each(questionnaire: Questionnaire, lang: str) -> dict[str, tuple[str, ...]]:
    """The headings and texts that stand between a question and the one before it, by linkId; help and units are not."""
    found: dict[str, tuple[str, ...]] = {}
    waiting: list[str] = []
    for item in questionnaire.all_items:
        if item.is_question:
            found[item.link_id] = tuple(waiting)
            waiting = []
        elif item.text and item.control is None:
            waiting.append(item.text_in(lang))
    return found


def with_texts(form: Any, questionnaire: Questionnaire, lang: str) -> list[tuple[tuple[str, ...], Any]]:
    """The fields of a questionnaire's form, each with what is read before it."""
    texts = before_each(questionnaire, lang)
    return [(texts.get(field.item.link_id, ()), form[name]) for name, field in form.fields.items()]
