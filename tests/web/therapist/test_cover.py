"""Cover on the pages: a colleague's people stand in the list, can be answered, and are gone after the last day."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people import actions as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Absence, Account, Participant
from stegvis.programme.models import Feedback
from tests.web.conftest import Browser
from tests.web.therapist.conftest import Caseload
from tests.web.therapist.test_homework import posted
from tests.worlds import FRIDAY, World

DAY = timedelta(days=1)


@pytest.fixture
def colleague(world: World) -> Account:
    """Another therapist at the site."""
    with acting_as(SYSTEM):
        return people.add_staff(
            role="therapist", email="other@example.org", name="Eva Other", sites=[world.site], by=SYSTEM
        )


@pytest.fixture
def person(world: World, therapist: Account, caseload: Caseload) -> Participant:
    """Somebody of the therapist's, whose homework waits."""
    (found,) = caseload(1)
    world.send_homework(found, on=FRIDAY - DAY)
    return found


def arranged(browser: Browser, by: Account, away: Account, covering: Account, **more: str):  # type: ignore[no-untyped-def]
    """The form is sent: today and tomorrow."""
    days = {"first": FRIDAY, "last": FRIDAY + DAY}
    boxes = {f"{name}_{part}": getattr(day, part) for name, day in days.items() for part in ("day", "month", "year")}
    key = "9c4b1f0e-5a52-4a3f-8f0d-3d0a4e6f8a11"
    return browser(by).post(
        "/en/care/cover/", {"away": away.code, "covering": covering.code, "key": key, **boxes, **more}
    )


def test_whoever_covers_sees_whose_people_they_are_and_answers_them(
    browser: Browser, therapist: Account, colleague: Account, person: Participant
) -> None:
    assert person.code not in browser(colleague).get("/en/care/").content.decode()
    assert arranged(browser, therapist, therapist, colleague).status_code == 302

    html = browser(colleague).get("/en/care/").content.decode()
    assert f"You cover for {therapist.code} until" in html
    assert f"for {therapist.code}" in html
    assert posted(browser(colleague), person).status_code == 302
    with acting_as(colleague):
        assert Feedback.objects.get().account == colleague


def test_after_the_last_day_nothing_of_theirs_is_found(
    browser: Browser, therapist: Account, colleague: Account, person: Participant
) -> None:
    arranged(browser, therapist, therapist, colleague)
    page = f"/en/care/{person.code}/homework/"
    assert browser(colleague).get(page).status_code == 200
    with clock.frozen(clock.at(FRIDAY + 2 * DAY)):
        assert browser(colleague).get(page).status_code == 404
        assert person.code not in browser(colleague).get("/en/care/").content.decode()


def test_whoever_is_away_sees_who_covers_and_ends_it_when_back(
    browser: Browser, therapist: Account, colleague: Account, person: Participant
) -> None:
    arranged(browser, colleague, therapist, colleague)
    assert f"{colleague.code} covers for you until" in browser(therapist).get("/en/care/").content.decode()
    with acting_as(therapist):
        pk = Absence.objects.get().pk
    assert browser(therapist).post(f"/en/care/cover/{pk}/end/").status_code == 302
    assert browser(colleague).get(f"/en/care/{person.code}/homework/").status_code == 404


def test_what_is_refused_stands_on_the_page_with_what_was_chosen(
    browser: Browser, therapist: Account, colleague: Account
) -> None:
    refused = arranged(browser, therapist, therapist, therapist)
    assert refused.status_code == 422
    assert "Somebody else has to cover." in refused.content.decode()
    assert 'value="2026"' in refused.content.decode()
    backwards = arranged(browser, therapist, therapist, colleague, last_day="1")
    assert "The last day lies before the first" in backwards.content.decode()


def test_somebody_alone_at_a_site_is_told_what_to_do(browser: Browser, therapist: Account) -> None:
    html = browser(therapist).get("/en/care/cover/").content.decode()
    assert "You are the only therapist at your site." in html
    assert "Arrange it" not in html


def test_a_message_that_a_colleague_wrote_while_covering_bears_their_name(
    browser: Browser, therapist: Account, colleague: Account, person: Participant
) -> None:
    arranged(browser, therapist, therapist, colleague)
    page = f"/en/care/{person.code}/messages/"
    browser(colleague).post(page, {"body": "Maria is away until Monday.", "key": str(uuid4())})

    for reader, name in ((therapist, colleague.name), (colleague, "You")):
        assert f"<b>{name}</b>" in browser(reader).get(page).content.decode()
