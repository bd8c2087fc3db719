"""Within one page the same question is put once, and never beyond what may change its answer."""

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.audit.asked import asked_once, asking_anew, forget, remembering
from stegvis.people.acting import acting_as
from stegvis.people.models import Account


@pytest.fixture
def asked():
    """A read that counts how often it was put."""
    times = []

    @asked_once
    def read(person):
        times.append(person.pk)
        return len(times)

    return read, times


def test_a_page_asks_about_a_person_once(asked):
    read, times = asked
    with remembering():
        assert [read(Account(pk=1)), read(Account(pk=1)), read(Account(pk=2))] == [1, 1, 2]
    assert times == [1, 2]


def test_nothing_is_kept_outside_a_page(asked):
    read, _times = asked
    assert [read(Account(pk=1)), read(Account(pk=1))] == [1, 2]
    with remembering():
        assert read(Account(pk=1)) == 3


def test_whatever_may_change_the_answer_makes_the_page_ask_again(asked, db):
    read, _times = asked
    with remembering():
        assert read(Account(pk=1)) == 1
        forget()
        assert read(Account(pk=1)) == 2
        with acting_as(SYSTEM):
            assert read(Account(pk=1)) == 3
        assert read(Account(pk=1)) == 4


def test_an_action_checks_what_is_true_then(asked):
    read, _times = asked
    with remembering():
        assert read(Account(pk=1)) == 1
        with asking_anew():
            assert [read(Account(pk=1)), read(Account(pk=1))] == [2, 3]
        assert read(Account(pk=1)) == 4
