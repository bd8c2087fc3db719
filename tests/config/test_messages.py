"""Every sentence has its Swedish, and the Swedish names the same places."""

import re

import pytest

from stegvis.config.messages import catalogue, messages, untranslated

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def found():
    return messages()


def test_every_sentence_has_its_swedish(found):
    missing = [f"{sorted(message.places)[0]}: {message.singular}" for message in untranslated(found, catalogue())]
    assert not missing, "\n".join(missing)


def test_swedish_names_the_same_places_as_english(found):
    there = catalogue()
    for message in found:
        entry = there.get(message.singular, message.context)
        if entry is None:
            continue
        texts = entry.string if isinstance(entry.string, tuple | list) else [entry.string]
        wanted = set(PLACES.findall(message.plural or message.singular))
        for text in texts:
            assert set(PLACES.findall(text)) <= wanted | set(PLACES.findall(message.singular)), message.singular
        assert set(PLACES.findall(texts[-1])) == wanted, message.singular


def test_the_catalogue_holds_nothing_that_nobody_says(found):
    said = {(message.context, message.singular) for message in found}
    kept = {
        (entry.context, entry.id[0] if isinstance(entry.id, tuple) else entry.id) for entry in catalogue() if entry.id
    }
    assert kept <= said


def test_a_sentence_without_swedish_is_found(tmp_path):
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "room.py").write_text('_("Nobody has said this in Swedish.")')
    page = "{% load i18n %}{% blocktranslate count n=3 %}{{ n }} owl{% plural %}{{ n }} owls{% endblocktranslate %}"
    (tmp_path / "web" / "templates" / "page.html").write_text(page)

    missing = untranslated(messages(tmp_path), catalogue())
    assert [message.singular for message in missing] == ["Nobody has said this in Swedish.", "%(n)s owl"]


def test_a_sentence_inside_a_card_is_found(tmp_path):
    (tmp_path / "web" / "templates").mkdir(parents=True)
    page = '{% load i18n steg %}{% card title="x" %}{% translate "An owl in a card" %}{% endcard %}'
    (tmp_path / "web" / "templates" / "page.html").write_text(page)

    assert [message.singular for message in messages(tmp_path)] == ["An owl in a card"]
