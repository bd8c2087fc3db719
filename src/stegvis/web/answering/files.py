"""A questionnaire's pages as files: what a participant will see, to look at before anybody is asked.

Every page that may be asked is written, whatever it depends on. Styles and fonts are copied beside the pages; scripts and
drawings stand in them, because a browser does not load those from a folder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from stegvis.methods.instruments import Item, Option, Page, Questionnaire, filling, pages
from stegvis.web.answering import blocks, repeating
from stegvis.web.answering.earlier import Earlier, replace_earlier
from stegvis.web.answering.fields import form_class

STATIC: Final = Path(__file__).resolve().parents[1] / "static"
_STYLES: Final = ("base.css", "stegvis.css", "img/favicon.svg")
_SCRIPTS: Final = ("forms", "bodymap", "line", "declines", "questionnaire")
_ICON: Final = re.compile(r'href="[^"]*icons\.svg#([a-z]+)"')


@dataclass(frozen=True)
class Written:
    """The files of the pages, in their order, and what became of those of an earlier rendering."""

    pages: list[Path]
    earlier: Earlier


def write_pages(questionnaire: Questionnaire, lang: str, out: Path) -> Written:
    """Write index.html and a file for each page into `out`, in place of what an earlier rendering made there.

    Raises OSError where the folder cannot be written.
    """
    (out / "static").mkdir(parents=True, exist_ok=True)
    for name in _STYLES:
        target = out / "static" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(STATIC / name, target)
    shutil.copytree(STATIC / "fonts", out / "static" / "fonts", dirs_exist_ok=True)
    with override(lang):
        sheets = _written(questionnaire, lang, out)
    fonts = [out / "static" / file.relative_to(STATIC) for file in (STATIC / "fonts").rglob("*") if file.is_file()]
    made = [out / "index.html", *sheets, *fonts, *(out / "static" / name for name in _STYLES)]
    return Written(sheets, replace_earlier(out, made))


def _written(questionnaire: Questionnaire, lang: str, out: Path) -> list[Path]:
    given = filling.with_beginnings(questionnaire, {})
    sheets = pages(questionnaire, lang, given, everything=True)
    asked = {page.key for page in pages(questionnaire, lang, given)}
    files = [out / f"page-{number:03}.html" for number in range(1, len(sheets) + 1)]
    frame = {
        "lang": lang,
        "name": questionnaire.title_in(lang),
        "of": len(sheets),
        "scripts": _scripts(),
        "sprite": _sprite(),
    }
    for number, (page, file) in enumerate(zip(sheets, files, strict=True), 1):
        context = {
            **frame, **_page(questionnaire, page, sheets[number:], given, lang),
            "number": number, "is_asked": page.key in asked,
            "back": files[number - 2].name if number > 1 else "index.html",
            "following": files[number].name if number < len(files) else "index.html",
        }  # fmt: skip
        _write(file, "questionnaire/static_page.html", context)
    listed = [
        (file.name, _listed(questionnaire, page, lang), page.key in asked)
        for page, file in zip(sheets, files, strict=True)
    ]
    about = {"listed": listed, "left_out": [one.sentence for one in questionnaire.unsupported]}
    _write(out / "index.html", "questionnaire/static_index.html", {**frame, **about})
    return files


def _page(
    questionnaire: Questionnaire, page: Page, later: list[Page], given: dict[str, Any], lang: str
) -> dict[str, Any]:
    places = list(zip(page.positions, page.items, strict=True))
    asked = filling.with_offered(questionnaire, given, places)
    form = form_class(asked, lang)(kept=given)
    return {
        "form": form,
        "options_later": [
            option.shown.text_in(lang)
            for (_position, item), (_same, now) in zip(places, asked, strict=True)
            for option in _later(item, now)
        ],
        **blocks.page_context(questionnaire, page, form, lang, blocks.Kept(given)),
        "repeat": repeating.repeat_of(questionnaire, page, later, given, lang),
    }


def _later(item: Item, now: Item) -> list[Option]:
    """The options of a question that are not offered now."""
    offered = {option.key for option in now.options}
    return [option for option in item.options if option.key not in offered]


def _listed(questionnaire: Questionnaire, page: Page, lang: str) -> str:
    """What the list of pages calls a page: its first question or text, in a few words."""
    named = [item.text_in(lang).strip() for item in (*page.items, *page.texts) if item.text and item.text.plain.strip()]
    words = named[0] if named else questionnaire.title_in(lang)
    return words if len(words) <= 80 else f"{words[:79]}…"


def _scripts() -> Sequence[SafeString]:
    return [SafeString((STATIC / "js" / f"{name}.js").read_text(encoding="utf-8")) for name in _SCRIPTS]


def _sprite() -> SafeString:
    return SafeString(
        (STATIC / "icons.svg").read_text(encoding="utf-8").replace("<svg", '<svg hidden aria-hidden="true"', 1)
    )


def _write(file: Path, template: str, context: dict[str, Any]) -> None:
    made = render_to_string(template, context)
    file.write_text(_ICON.sub(r'href="#\1"', made), encoding="utf-8")
