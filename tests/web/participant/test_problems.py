"""The protocol's question on the participant's pages, the same in both arms; a yes that needed care is followed by help."""

from datetime import date
from uuid import uuid4

import pytest

PAGE, TODAY = "/en/problems/", "/en/today/"


@pytest.fixture(params=["intervention", "control"])
def person(world, request):
    found = world.allocated(arm=request.param, on=date(2026, 10, 1))
    world.hold_visit(found, 2)
    return found


def sent(browser, person, **given):
    return browser(person.account).post(PAGE, {"key": str(uuid4()), **given}, follow=True)


def test_today_asks_the_question_until_it_is_answered(browser, person):
    assert "Have you had any new problem" in browser(person.account).get(TODAY).content.decode()
    assert "Thank you. It is kept." in sent(browser, person, said="no").content.decode()
    assert "Have you had any new problem" not in browser(person.account).get(TODAY).content.decode()


def test_a_yes_without_words_is_asked_for_them(browser, person):
    page = sent(browser, person, said="yes", needed_care="no")

    assert page.status_code == 422
    assert "This cannot be empty" in page.content.decode()


def test_what_needed_care_is_followed_by_whom_to_call(browser, person):
    page = sent(browser, person, said="yes", words="I was in hospital.", needed_care="yes")

    assert page.redirect_chain[-1][0].startswith("/en/help/first/")
    assert "112" in page.content.decode()
