"""What a physiotherapist who informs people sees of consents: whose question waits, what is overdue, and what to sign."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit.action import SYSTEM
from stegvis.consent import queries as consents
from stegvis.consent.errors import InformedByOthers
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Role
from stegvis.protocol import queries as protocols
from stegvis.reminders import writing
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions
from tests.worlds import FRIDAY

BOARD = "/en/physio/"


@pytest.fixture
def informed_by(monkeypatch):
    """The trial with other roles that inform people."""

    def _informed_by(*roles):
        protocol = protocols.current()
        told = protocol.consenting.model_copy(update={"informed_by": roles})
        monkeypatch.setattr(protocols, "current", lambda on=None: protocol.model_copy(update={"consenting": told}))

    return _informed_by


def asks(world, person, days_ago=0):
    with world.acting(person.account, on=FRIDAY - timedelta(days=days_ago), hour=9):
        return actions.ask_about_consent(participant=person, words="Is it far?", key=uuid4(), by=person.account)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def told():
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(kind="consent_question").select_related("account")
        return sorted(each.account.role for each in rows)


def test_a_question_stands_on_the_board_until_it_is_answered_and_overdue_ones_say_so(world, browser):
    person = world.baseline_done()
    asks(world, person, days_ago=4)  # on a Monday, so that two working days are over on Friday
    me = world.clinician(person, Role.PHYSIOTHERAPIST)
    shown = text(browser(me).get(BOARD))
    way = f"/en/trial/participants/{person.code}/consent/"
    assert f"{way}#questions" in shown
    assert "overdue" in shown
    assert "answer is overdue" in text(browser(world.coordinator(person)).get("/en/trial/"))
    assert way in text(browser(me).get(f"/en/physio/{person.code}/"))

    with world.acting(me):
        (question,) = consents.questions_of(person)
    answer = {"words": "Ten minutes by bus.", "key": str(uuid4())}
    assert browser(me).post(f"{way}questions/{question.pk}/", answer).status_code == 302
    assert f"{way}#questions" not in text(browser(me).get(BOARD))
    assert "answer is overdue" not in text(browser(world.coordinator(person)).get("/en/trial/"))


def test_one_that_is_not_overdue_waits_without_a_word_of_it(world, browser):
    person = world.baseline_done()
    asks(world, person, days_ago=2)
    board = text(browser(world.clinician(person, Role.PHYSIOTHERAPIST)).get(BOARD))
    assert "to be answered by 13 Nov" in board
    assert "overdue" not in board


def test_people_of_a_colleague_and_of_another_site_stand_elsewhere(world, browser):
    with_me, with_nobody, elsewhere = world.baseline_done(), world.invited(), world.invited(site=world.sites[1])
    for person in (with_me, with_nobody, elsewhere):
        asks(world, person)
    me = world.clinician(with_me, Role.PHYSIOTHERAPIST)
    colleague = next(
        each for each in world.cast.by_role[Role.PHYSIOTHERAPIST] if each != me and works(each, world.site)
    )
    mine, theirs = text(browser(me).get(BOARD)), text(browser(colleague).get(BOARD))
    assert (with_me.code in mine, with_nobody.code in mine, elsewhere.code in mine) == (True, True, False)
    assert (with_me.code in theirs, with_nobody.code in theirs, elsewhere.code in theirs) == (False, True, False)


def works(account, site):
    return account.postings.filter(site=site, until_at=None).exists()


def test_where_physiotherapists_do_not_inform_they_find_no_way_there(world, browser, informed_by):
    person = world.baseline_done()
    asks(world, person)
    me = world.clinician(person, Role.PHYSIOTHERAPIST)
    informed_by("coordinator")
    way = f"/en/trial/participants/{person.code}/consent/"
    assert way not in text(browser(me).get(BOARD))
    assert way not in text(browser(me).get(f"/en/physio/{person.code}/"))
    assert browser(me).get(way).status_code == 404
    with world.acting(me):
        (question,) = consents.questions_of(person)
        with pytest.raises(InformedByOthers, match="coordinator"):
            actions.answer_about_consent(question=question, words="Yes.", key=uuid4(), by=me)


def test_nor_does_one_who_is_no_licensed_clinician(world, browser):
    person = world.baseline_done()
    me = world.clinician(person, Role.PHYSIOTHERAPIST)
    Account.objects.filter(pk=me.pk).update(licensed_clinician=False)
    me.refresh_from_db()
    assert browser(me).get(f"/en/trial/participants/{person.code}/consent/").status_code == 404


def test_a_coordinator_who_does_not_inform_sees_the_page_and_cannot_answer(world, browser, informed_by):
    person = world.baseline_done()
    asks(world, person)
    informed_by("physiotherapist")
    shown = text(browser(world.coordinator(person)).get(f"/en/trial/participants/{person.code}/consent/"))
    assert "Not answered yet." in shown
    assert "/consent/questions/" not in shown


def test_who_can_answer_is_written_to_once_a_day(world, informed_by):
    person = world.baseline_done()
    for _twice in range(2):
        asks(world, person)
    assert told() == ["coordinator", "physiotherapist"]
    with acting_as(SYSTEM):
        _address, subject, body = writing.write(PlannedMessage.objects.filter(kind="consent_question").first())
    assert subject == "Stegvis: en fråga om att vara med"
    assert "Is it far?" not in body  # it names nobody and quotes nothing
    assert person.code not in body
    informed_by("physiotherapist")
    asks(world, world.invited(site=world.sites[1]))
    assert told().count("physiotherapist") == 1 + len(
        [each for each in world.cast.by_role[Role.PHYSIOTHERAPIST] if works(each, world.sites[1])]
    )
