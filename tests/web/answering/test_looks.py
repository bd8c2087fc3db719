"""What a file asks of the look of its questions: columns of choices, groups that fold, words in another language."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from stegvis.methods.instruments import Questionnaire, pages
from stegvis.web.answering import blocks
from stegvis.web.answering.words import in_words
from tests.methods.instruments.forms import choice, option, question, read
from tests.methods.instruments.test_choice_columns import column, in_swedish
from tests.methods.instruments.test_pages import group
from tests.web.answering.posting import form_of, sent
from tests.web.answering.test_controls import controlled

COLLAPSIBLE = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-collapsible"


def shown(form: Questionnaire, lang: str = "en", kept: dict[str, Any] | None = None, data: Any = None) -> str:
    """The first page, drawn."""
    [page, *_rest] = pages(form, lang)
    with override(lang):
        fields = form_of(page, kept or {}, data, lang=lang)
        fields.is_valid()
        context = blocks.page_context(form, page, fields, lang, blocks.Kept(kept or {}))
        return " ".join(render_to_string("questionnaire/asked.html", context).split())


# Columns --------------------------------------------------------------------------------------------------------------
def test_each_button_has_its_columns_below_their_heads_and_is_called_by_those_for_display() -> None:
    columns = [column("display.upper()", forDisplay=True), column("code", "Code")]
    form = read(choice("a", "0", "1", extension=columns))
    html = shown(form)
    assert "ANSWER 1<span class=" in html
    assert '<span class="sv-choice-head">Code:</span> 1</span>' in html
    assert in_words(form.by_link_id["a"], "1", "en") == "ANSWER 1"


def test_choices_with_columns_are_no_rows_of_one_table() -> None:
    def kinds(**more: Any) -> list[str]:
        form = read(choice("a", "0", "1", **more), choice("b", "0", "1", **more))
        [page] = pages(form, "en")
        return [one.kind for one in blocks.blocks_of(page, form_of(page, {}), "en", blocks.Kept({}))]

    assert kinds() == ["matrix"]
    assert kinds(extension=[column("code")]) == ["question", "question"]


# Folds ----------------------------------------------------------------------------------------------------------------
def folding(how: str, **more: Any) -> Questionnaire:
    fold = [{"url": COLLAPSIBLE, "valueCode": how}]
    inner = group("more", question("b", "integer"), question("c", "string"), extension=fold, text="About more") | more
    return read(group("all", question("a", "string"), inner, extension=controlled("page")))


def test_a_group_that_folds_is_open_or_closed_as_its_file_says() -> None:
    for how, tag in (
        ("default-open", '<details class="sv-details" open>'),
        ("default-closed", '<details class="sv-details">'),
    ):
        form = folding(how)
        html = shown(form)
        assert html.index('name="a"') < html.index(tag) < html.index('name="b"') < html.index('name="c"')
        assert html.count("About more") == 1
        assert form.unsupported == ()


@pytest.mark.parametrize(("kept", "data"), [({"b": 3}, None), ({}, sent(("b", "three")))])
def test_a_closed_fold_opens_where_something_is_answered_or_wrong_in_it(kept: dict[str, Any], data: Any) -> None:
    assert '<details class="sv-details" open>' in shown(folding("default-closed"), kept=kept, data=data)


def test_groups_on_one_page_keep_their_headings_though_their_buttons_are_alike() -> None:
    inner = [group(name, choice(f"{name}1", "0", "1"), choice(f"{name}2", "0", "1"), text=name * 3) for name in "xy"]
    html = shown(read(group("all", *inner, extension=controlled("page"))))
    assert html.index(">xxx</h2>") < html.index('name="x1"') < html.index(">yyy</h2>") < html.index('name="y1"')


def test_a_group_that_is_not_folded_says_so_on_load() -> None:
    alone = read(group("more", question("b", "date"), extension=[{"url": COLLAPSIBLE, "valueCode": "default-open"}]))
    assert [(one.link_id, one.element) for one in alone.unsupported] == [("more", "collapsible")]
    assert "<details" not in shown(alone)


# Languages ------------------------------------------------------------------------------------------------------------
def test_words_in_another_language_than_the_page_say_so_and_others_do_not() -> None:
    asked = question("a", "choice", answerOption=[option("0")], text="How often?")
    own, foreign = (read(asked | more, title="T") for more in ({"_text": in_swedish("Hur ofta?")}, {}))
    assert '<span lang="en">How often?</span>' in shown(foreign, "sv")
    assert '<span lang="en">Answer 0</span>' in shown(foreign, "sv")
    assert 'lang="en">How often?' not in shown(foreign, "en")
    assert "Hur ofta?" in shown(own, "sv")
    assert 'lang="en">Hur' not in shown(own, "sv")


def test_a_heading_and_a_text_in_another_language_say_so_too() -> None:
    read_first = {"linkId": "t", "type": "display", "text": "Read this"}
    two = group("g", read_first, choice("a", "0", "1"), choice("b", "0", "1"), text="About you")
    html = shown(read(two), "sv")
    assert '<h1 lang="en">About you</h1>' in html
    assert '<span lang="en">Read this</span>' in html
    assert "<h1>About you</h1>" in shown(read(two, language="en-GB"), "en")
