"""Who needs the therapist, and in which order: rules without a database."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from stegvis.audit import clock
from stegvis.methods.programme.content import Module, Programme
from stegvis.methods.study.workdays import Workdays
from stegvis.people.models import Participant
from stegvis.programme.arrangements import Arrangement
from stegvis.programme.models import Course, Hold, Pause
from stegvis.web.therapist.caseload import quiet_after
from stegvis.web.therapist.needs import Aims, Need, Standing, Waiting, needs_of, pressing

FRIDAY = date(2026, 11, 13)
AIMS = Aims(FRIDAY, Workdays("SE"), 2)
MODULES = tuple(
    Module(f"m{n}", n, week, core=True, written=True, titles={"en": f"Step {n}"})
    for n, week in enumerate((1, 1, 2, 2), start=1)
)
EIGHT_WEEKS = (*MODULES, Module("m5", 5, 8, core=True, written=False, titles={"en": "Last"}))
PROGRAMME = Programme({"en": "Programme"}, ("en",), (), EIGHT_WEEKS, ())


def person(opens_on: date = FRIDAY, **facts: Any) -> Standing:
    """Somebody whose course opened on a day."""
    course = Course(participant=Participant(code="SV-001", language="en"), opens_on=opens_on)
    return Standing(course, PROGRAMME, **facts)


def days(n: int) -> timedelta:
    """`n` days."""
    return timedelta(days=n)


def sent(on: date) -> tuple[Any, ...]:
    """Homework that came in at ten o'clock on a day."""
    return (SimpleNamespace(sent_at=clock.at(on, 10), module="m1"),)


def kinds(standing: Standing) -> list[str]:
    """The kinds of need, the most pressing first."""
    return [need.kind for need in needs_of(standing, AIMS)]


WELCOMED: dict[str, datetime] = {"written_at": clock.at(FRIDAY, 9)}


def test_a_welcome_is_due_on_the_day_the_course_opens() -> None:
    (need,) = needs_of(person(), AIMS)
    assert (need.kind, need.due) == ("welcome", FRIDAY)
    assert not need.is_late(FRIDAY)
    assert kinds(person(FRIDAY + days(1))) == []
    assert kinds(person(**WELCOMED)) == []


def test_a_welcome_that_comes_due_on_a_saturday_is_due_on_monday() -> None:
    saturday = date(2026, 11, 7)
    (need,) = needs_of(person(saturday), AIMS)
    assert need.due == date(2026, 11, 9)


def test_homework_is_due_after_two_working_days_of_the_swedish_calendar() -> None:
    (need,) = needs_of(person(FRIDAY - days(20), homework=sent(date(2026, 11, 12))), AIMS)
    assert (need.kind, need.due) == ("homework", date(2026, 11, 16))
    christmas = Aims(date(2026, 12, 23), Workdays("SE"), 2)
    (need,) = needs_of(person(date(2026, 12, 1), homework=sent(date(2026, 12, 23))), christmas)
    assert need.due == date(2026, 12, 29), "24, 25 and 26 December and the Sunday after are no working days"


def test_somebody_at_the_first_step_on_day_ten_is_caught() -> None:
    nine, ten = FRIDAY - days(9), FRIDAY - days(10)
    used = {"used": frozenset({FRIDAY})}
    welcomed = {"written_at": clock.at(ten, 9)}
    assert kinds(person(nine, **welcomed, **used)) == []
    assert kinds(person(ten, **welcomed, **used)) == ["week_two"]
    assert kinds(person(ten, opened=2, **welcomed, **used)) == []


@pytest.mark.parametrize("contact", [{"called_on": FRIDAY}, {"written_at": clock.at(FRIDAY, 9)}])
def test_a_call_or_a_message_since_day_ten_ends_the_catch(contact: dict[str, Any]) -> None:
    opened = FRIDAY - days(12)
    before = {"written_at": clock.at(opened, 9), "used": frozenset({FRIDAY})}
    assert kinds(person(opened, **before)) == ["week_two"]
    assert kinds(person(opened, **(before | contact))) == []


def test_a_week_without_use_is_quiet_and_a_contact_gives_a_week_of_rest() -> None:
    opened = FRIDAY - days(20)
    facts: dict[str, Any] = {"opened": 2, "written_at": clock.at(opened, 9)}
    assert kinds(person(opened, used=frozenset({FRIDAY - days(6)}), **facts)) == []
    assert kinds(person(opened, used=frozenset({FRIDAY - days(7)}), **facts)) == ["quiet"]
    assert kinds(person(opened, used=frozenset({FRIDAY - days(7)}), called_on=FRIDAY - days(6), **facts)) == []
    assert person(opened, used=frozenset({FRIDAY - days(9)})).quiet_days(FRIDAY) == 9


def test_whoever_waits_for_an_answer_is_not_called_quiet() -> None:
    opened = FRIDAY - days(20)
    waiting = person(opened, homework=sent(FRIDAY - days(8)), written_at=clock.at(opened, 9))
    assert kinds(waiting) == ["homework"]
    writing = person(opened, message=Waiting(clock.at(FRIDAY - days(8)), 1), written_at=clock.at(opened, 9))
    assert kinds(writing) == ["message"]


@pytest.mark.parametrize("change", ["stopped", "over", "done"])
def test_nobody_is_reminded_of_a_course_that_is_stopped_over_or_done(change: str) -> None:
    standing = person(FRIDAY - days(30), opened=2, written_at=clock.at(FRIDAY - days(30), 9))
    assert kinds(standing) == ["quiet"]
    if change == "stopped":
        standing.course.stopped_at = clock.at(FRIDAY)
    elif change == "over":
        standing.course.opens_on = FRIDAY - days(56)
    else:
        standing = replace(standing, sent=4)
    assert kinds(standing) == []


def test_homework_of_a_stopped_course_still_wants_an_answer() -> None:
    standing = person(FRIDAY - days(30), homework=sent(FRIDAY))
    standing.course.stopped_at = clock.at(FRIDAY)
    assert kinds(standing) == ["homework"]


def test_safety_comes_first_then_what_is_late_then_the_longest_wait() -> None:
    def need(kind: Any, since: int, due: int) -> Need:
        return Need(kind, clock.at(FRIDAY - days(since)), FRIDAY + days(due))

    fresh, old, late = need("homework", 0, 2), need("message", 3, 1), need("quiet", 1, -1)
    alert = need("safety", 0, 0)
    assert sorted([fresh, old, late, alert], key=lambda each: pressing(each, FRIDAY)) == [alert, late, old, fresh]


def test_an_alert_stands_before_the_homework_of_the_same_person() -> None:
    alert = SimpleNamespace(raised_at=clock.at(FRIDAY, 9), acknowledged=False)
    assert kinds(person(FRIDAY - days(9), homework=sent(FRIDAY - days(8)), alert=alert)) == ["safety", "homework"]


def test_the_pace_is_counted_in_whole_weeks_and_never_beyond_what_is_written() -> None:
    assert person(FRIDAY - days(6)).steps_behind(FRIDAY, 2) == 0
    assert person(FRIDAY - days(7)).steps_behind(FRIDAY, 2) == 2
    assert person(FRIDAY - days(7), sent=1).steps_behind(FRIDAY, 2) == 1
    assert person(FRIDAY - days(35), sent=3).steps_behind(FRIDAY, 2) == 1


# What was arranged ----------------------------------------------------------------------------------------------------
def arranged(per_week: int = 2, **facts: Any) -> dict[str, Any]:
    """An arrangement at the protocol's two steps a week, or at another pace; the start call was held."""
    held = {"settled": frozenset({"start"})} | facts
    return {"arranged": Arrangement(planned=2, per_week=per_week, **held)}


def pause(first: date, last: date) -> tuple[Pause, ...]:
    """One pause."""
    return (Pause(from_on=first, until_on=last),)


def test_a_pause_silences_what_comes_up_by_itself_and_its_days_are_not_counted() -> None:
    opened = FRIDAY - days(10)
    facts: dict[str, Any] = {"written_at": clock.at(opened, 9), "used": frozenset({FRIDAY - days(1)})}
    assert kinds(person(opened, **facts)) == ["week_two"]
    assert kinds(person(opened, **facts, **arranged(pauses=pause(FRIDAY, FRIDAY)))) == []
    assert kinds(person(opened, **facts, **arranged(pauses=pause(FRIDAY - days(4), FRIDAY - days(3))))) == []


def test_homework_sent_in_a_pause_still_waits_for_its_answer() -> None:
    paused = arranged(pauses=pause(FRIDAY, FRIDAY))
    assert kinds(person(FRIDAY - days(20), homework=sent(FRIDAY - days(1)), **paused)) == ["homework"]


def test_at_half_the_pace_quiet_takes_twice_as_long_and_nobody_is_behind() -> None:
    opened = FRIDAY - days(13)
    facts: dict[str, Any] = {"opened": 2, "sent": 1, "furthest": 1, "written_at": clock.at(opened, 9)}
    quick, slow = person(opened, **facts), person(opened, **facts, **arranged(1))
    assert (kinds(quick), kinds(slow)) == (["quiet"], [])
    assert (quick.steps_behind(FRIDAY, 2), slow.steps_behind(FRIDAY, 2)) == (1, 0)


def test_the_slow_track_leads_from_core_step_to_core_step() -> None:
    modules = tuple(replace(each, core=each.number != 2) for each in MODULES)
    course = Course(participant=Participant(code="SV-001", language="en"), opens_on=FRIDAY)
    programme = replace(PROGRAMME, modules=modules)
    full, core = (Standing(course, programme, sent=1, furthest=1, **arranged(core_only=c)) for c in (False, True))
    assert [each.step.number for each in (full, core) if each.step] == [2, 3]


def test_a_held_step_comes_up_on_its_day_and_nobody_is_called_quiet_meanwhile() -> None:
    facts: dict[str, Any] = {"opened": 2, "written_at": clock.at(FRIDAY - days(20), 9)}
    for look, needed in ((FRIDAY + days(1), []), (FRIDAY, ["held"])):
        standing = person(FRIDAY - days(20), **facts, **arranged(held=Hold(look_again_on=look)))
        assert kinds(standing) == needed


def test_the_start_call_is_due_on_the_opening_day_and_stands_beside_homework() -> None:
    missing = arranged(settled=frozenset())
    (need,) = needs_of(person(FRIDAY + days(7), **missing), AIMS)
    assert (need.kind, need.due) == ("start", FRIDAY + days(7))
    assert kinds(person(FRIDAY + days(8), **missing)) == []
    assert set(kinds(person(FRIDAY, homework=sent(FRIDAY), **missing))) == {"start", "homework"}


def test_a_closing_conversation_follows_the_last_week_of_whoever_began() -> None:
    over = FRIDAY - days(56)
    assert kinds(person(over, sent=2, furthest=2, **arranged())) == ["closing"]
    assert kinds(person(over, **arranged())) == []
    assert kinds(person(over, sent=2, furthest=2, **arranged(settled=frozenset({"start", "closing"})))) == []


@pytest.mark.parametrize(("reminded", "days_quiet"), [((3, 6), 7), ((2,), 3), ((), 7)])
def test_it_is_the_therapists_turn_on_the_day_after_the_last_reminder(
    reminded: tuple[int, ...], days_quiet: int
) -> None:
    aims = replace(AIMS, quiet_days=quiet_after(reminded))
    facts: dict[str, Any] = {"opened": 2, "written_at": clock.at(FRIDAY - days(20), 9)}
    for gone, needed in ((days_quiet - 1, []), (days_quiet, ["quiet"])):
        standing = person(FRIDAY - days(20), used=frozenset({FRIDAY - days(gone)}), **facts)
        assert [need.kind for need in needs_of(standing, aims)] == needed


def test_nobody_is_asked_to_turn_to_whom_a_life_event_holds_back_but_what_they_sent_and_alerts_wait() -> None:
    alert = SimpleNamespace(raised_at=clock.at(FRIDAY, 8))
    assert kinds(person(held_back=True)) == []
    assert kinds(person(held_back=True, homework=sent(FRIDAY), alert=alert)) == ["safety", "homework"]
