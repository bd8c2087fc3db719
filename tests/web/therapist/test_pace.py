"""The page on which a therapist agrees a pace, plans a pause and holds the next step; and what the person is shown."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.programme import arrangements
from stegvis.programme.models import Pause
from tests.web.conftest import Browser
from tests.web.therapist.conftest import Caseload, course_of
from tests.worlds import FRIDAY, World

LATER = FRIDAY + timedelta(days=5)


@pytest.fixture
def person(caseload: Caseload) -> Participant:
    """Somebody in the first weeks of the programme."""
    return caseload(1)[0]


def boxes(name: str, day: date) -> dict[str, int]:
    """A day as its three boxes are sent."""
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


def agree(per_week: int, words: str = "Little strength now", **more: Any) -> dict[str, Any]:
    """The form for the pace."""
    return {"agree-key": str(uuid4()), "agree-per_week": per_week, "agree-words": words, **more}


def pause(until: date = LATER, words: str = "A journey") -> dict[str, Any]:
    """The form for a pause."""
    days = boxes("pause-from_on", FRIDAY) | boxes("pause-until_on", until)
    return {"pause-key": str(uuid4()), "pause-words": words, **days}


def hold() -> dict[str, Any]:
    """The form that holds the next step."""
    return {"hold-key": str(uuid4()), "hold-words": "Call first", **boxes("hold-look_again_on", LATER)}


def arranged(person: Participant) -> arrangements.Arrangement:
    """What stands."""
    with acting_as(person.account):
        return arrangements.arrangement_of(course_of(person))


def test_a_slow_track_is_agreed_shown_and_told_kindly(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    there = browser(therapist)
    assert there.post(f"/en/care/{person.code}/pace/", agree(1, **{"agree-core_only": "on"})).status_code == 302
    html = there.get(f"/en/care/{person.code}/pace/").content.decode()
    assert "Slow track: core steps" in html
    assert "1 step a week, core steps only" in html
    assert "Little strength now" in html
    assert (arranged(person).per_week, arranged(person).core_only) == (1, True)


def test_a_slower_pace_without_a_reason_is_refused_and_what_was_filled_in_stands(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    response = browser(therapist).post(f"/en/care/{person.code}/pace/", agree(1, words=""))
    assert response.status_code == 422
    assert "Write the reason in a few words" in response.content.decode()
    assert arranged(person).per_week == 2


def test_a_pause_is_planned_silences_the_worklist_and_is_ended(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    there = browser(therapist)
    assert "Welcome:" in there.get("/en/care/").content.decode()
    there.post(f"/en/care/{person.code}/pace/", pause())
    assert "Pause until 18 Nov" in there.get(f"/en/care/{person.code}/pace/").content.decode()
    assert "Welcome:" not in there.get("/en/care/").content.decode()
    with acting_as(therapist):
        planned = Pause.objects.get()
    there.post(f"/en/care/{person.code}/pace/pause/{planned.pk}/end/")
    assert arranged(person).pause_on(FRIDAY) is None


def test_a_pause_without_end_is_refused_with_the_way_out(
    browser: Browser, therapist: Account, person: Participant
) -> None:
    response = browser(therapist).post(f"/en/care/{person.code}/pace/", pause(FRIDAY + timedelta(days=99)))
    assert response.status_code == 422
    assert "lasts from 1 to 56 days" in response.content.decode()


def test_a_held_step_is_released(world: World, browser: Browser, therapist: Account, person: Participant) -> None:
    there = browser(therapist)
    there.post(f"/en/care/{person.code}/pace/", hold())
    world.send_homework(person)
    held = arranged(person).held
    assert held
    assert "Next step held" in there.get(f"/en/care/{person.code}/homework/").content.decode()
    there.post(f"/en/care/{person.code}/pace/hold/{held.pk}/release/")
    assert arranged(person).held is None


def test_nobody_elses_pause_or_hold_can_be_ended(browser: Browser, therapist: Account, caseload: Caseload) -> None:
    one, other = caseload(2)
    there = browser(therapist)
    there.post(f"/en/care/{one.code}/pace/", pause())
    there.post(f"/en/care/{one.code}/pace/", hold())
    with acting_as(therapist):
        planned, held = Pause.objects.get().pk, arranged(one).held
    assert held
    for path in (f"pause/{planned}/end/", f"hold/{held.pk}/release/"):
        assert there.post(f"/en/care/{other.code}/pace/{path}").status_code == 404
