"""The whole way: fourteen modules from the first part to the last homework, in both languages, as one person goes it."""

from collections.abc import Callable
from random import Random
from uuid import uuid4

import pytest
from django.test import Client

from stegvis.demonstration import parameters, writing
from stegvis.methods.programme.content import Module, Part
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.programme import queries as courses
from tests.studies.folders import CWP

Page = Callable[..., Client]


def typed(module: Module, part: Part, language: str, words: dict[str, str]) -> dict[str, str | list[str]]:
    """What a browser sends of a part in which these words were written."""
    sent: dict[str, str | list[str]] = {"then": "next"}
    for field in part.fields:
        if field.name in words:
            sent[field.name] = words[field.name].split(",") if field.kind == "choices" else words[field.name]
    return sent


def go_through(browser: Client, module: Module, language: str) -> dict[str, str]:
    """Read and write every part of a module, send its homework, and give what was written."""
    words = writing.written(module, language, parameters.read(CWP).homework, Random(7), short=False)
    here = f"/{language}/programme/{module.code}/"
    for part in module.parts(language):
        response = browser.get(f"{here}{part.number}/")
        assert response.status_code == 200, (module.code, part.number)
        assert "_number}" not in response.content.decode(), (module.code, part.number)
        assert browser.post(f"{here}{part.number}/", typed(module, part, language, words)).status_code == 302
    assert browser.post(f"{here}send/", {"key": str(uuid4())}).status_code == 302
    return words


@pytest.mark.parametrize("language", ["sv", "en"])
def test_somebody_goes_the_whole_way_and_their_words_arrive(reader: Participant, page: Page, language: str) -> None:
    browser = page(reader)
    with acting_as(reader.account):
        course = courses.course_of(reader)
        assert course is not None
        programme = courses.content(course.release_id)
    for module in programme.modules:
        words = go_through(browser, module, language)
    with acting_as(reader.account):
        way = courses.way(course)
        assert (way.done, way.core_done, way.next) == (14, 8, None)
        assert all(step.parts_read == {1, 2, 3, 4} for step in way.steps)
    sent = browser.get(f"/{language}/programme/onward/answer/").content.decode()
    assert words["plan_green"] in sent
