"""The lock on the page: the plan is signed, the data manager asks, the statistician agrees, and it can be undone."""

import pytest

from stegvis.demonstration.cast import PASSWORD
from stegvis.reporting.models import Lock, LockProposal, PlanSignature, Unlock
from tests.locking import locked

HOME = "/en/stats/"
LOCK, UNLOCK, SIGN = HOME + "lock/", HOME + "unlock/", HOME + "plan/sign/"
ASKED = {"reason": "All windows have closed.", "password": PASSWORD}
AGREED = {"password": PASSWORD}


def test_two_people_lock_with_a_reason_and_their_passwords_and_then_the_arms_open(world, browser, with_password):
    manager, statistician = browser(with_password("data_manager")), browser(with_password("statistician"))
    assert statistician.post(SIGN, {"password": "wrong"}).status_code == 422
    assert statistician.post(SIGN, AGREED).status_code == 302
    assert manager.post(LOCK, ASKED | {"password": "wrong"}).status_code == 422
    assert manager.post(LOCK, ASKED).status_code == 302
    assert "somebody in another role" in manager.get(LOCK).content.decode()
    assert not Lock.objects.exists()

    assert ASKED["reason"] in statistician.get(LOCK).content.decode()
    assert statistician.post(LOCK, AGREED).status_code == 302
    assert Lock.objects.get().proposal == LockProposal.objects.get()
    assert "/en/stats/unblinded/print/" in manager.get(HOME).content.decode()


def test_an_unsigned_plan_is_said_and_the_data_stay_open(world, browser, with_password):
    page = browser(with_password("data_manager")).post(LOCK, ASKED)
    assert page.status_code == 422
    assert "nobody has signed the analysis plan" in page.content.decode()
    assert not LockProposal.objects.exists()


def test_it_is_said_who_can_still_answer_and_a_reason_is_asked_for(world, browser, with_password):
    manager = browser(with_password("data_manager"))
    assert "despite_windows" not in manager.get(LOCK).content.decode()

    world.allocated(arm="intervention")
    page = manager.get(LOCK).content.decode()
    assert "1 still open" in page
    assert "despite_windows" in page


def test_the_statistician_waits_until_somebody_asks_and_the_data_manager_signs_no_plan(world, browser):
    page = browser(world.staff("statistician")).get(LOCK)
    assert "The data manager asks first." in page.content.decode()
    assert browser(world.staff("data_manager")).get(SIGN).status_code == 404
    assert not PlanSignature.objects.exists()


def test_a_lock_is_undone_by_two_and_stays_on_the_page(world, browser, with_password):
    locked(world)
    manager, statistician = browser(with_password("data_manager")), browser(with_password("statistician"))
    assert manager.get(LOCK).status_code == 302
    assert manager.post(UNLOCK, {"reason": "Ten papers came late.", "password": PASSWORD}).status_code == 302
    assert statistician.post(UNLOCK, AGREED).status_code == 302

    assert Unlock.objects.get().proposal.reason == "Ten papers came late."
    assert "Ten papers came late." in manager.get(HOME).content.decode()


@pytest.mark.parametrize("role", ["coordinator", "physiotherapist", "administrator"])
def test_nobody_else_finds_the_lock(world, browser, role):
    for address in (LOCK, UNLOCK, SIGN):
        assert browser(world.staff(role)).get(address).status_code == 404
