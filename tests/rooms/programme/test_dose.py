"""The dose by day: what is counted, when it is counted once, and what is refused."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload
from stegvis.programme import actions, dose, queries
from stegvis.programme.errors import CourseStopped, NotAPracticeDay, UnlikelyTime
from stegvis.programme.models import DayInView, PartOpening
from stegvis.programme.worksheets import actions as sheets
from tests.worlds import FRIDAY

THURSDAY = FRIDAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def as_person(course, person):
    """The person sits at the page."""
    with acting_as(person.account):
        yield


def opened(course, by, part=1, length="full", low_energy=False):
    dose.open_part(course=course, module="start", part=part, length=length, low_energy=low_energy, by=by)


def read(course, by, part, length, low_energy=False):
    actions.finish_part(course=course, module="start", part=part, length=length, low_energy=low_energy, by=by)


def practise(course, by, on=FRIDAY, practised=True):
    return dose.report_practice(course=course, on=on, practised=practised, by=by)


def days(course):
    with acting_as(SYSTEM):
        return dose.days([course])


def test_seconds_add_up_in_one_row_a_day_and_leave_no_event(course, person):
    events = Event.objects.count()
    for seconds in (30, 12):
        dose.look(course=course, seconds=seconds, by=person.account)
    with clock.frozen(clock.at(FRIDAY + timedelta(days=1))):
        dose.look(course=course, seconds=5, by=person.account)
    assert list(DayInView.objects.order_by("on").values_list("seconds", flat=True)) == [42, 5]
    assert Event.objects.count() == events


def test_a_day_has_no_more_seconds_than_it_has(course, person):
    for _ in range(7):
        dose.look(course=course, seconds=4 * 3600, by=person.account)
    assert DayInView.objects.get().seconds == 24 * 3600
    with pytest.raises(UnlikelyTime):
        dose.look(course=course, seconds=4 * 3600 + 1, by=person.account)


def test_a_part_opened_twice_a_day_counts_once_and_short_beside_full_is_one_part(course, person):
    for length in ("full", "full", "short"):
        opened(course, person.account, length=length)
    opened(course, person.account, part=2)
    assert PartOpening.objects.count() == 3
    assert [day.parts_opened for day in days(course)] == [2]


def test_a_short_version_on_a_low_energy_day_is_a_dose_of_its_own(course, person):
    read(course, person.account, 1, "full")
    read(course, person.account, 2, "short")
    read(course, person.account, 3, "short", low_energy=True)
    (day,) = days(course)
    assert (day.parts_full, day.parts_short, day.parts_low_energy) == (1, 1, 1)


def test_practice_can_be_said_for_six_days_back_and_taken_back(course, person):
    practise(course, person.account, THURSDAY)
    practise(course, person.account, FRIDAY - timedelta(days=6))
    practise(course, person.account, THURSDAY, practised=False)
    assert dose.practised_days(course, FRIDAY - timedelta(days=6)) == {FRIDAY - timedelta(days=6)}
    assert [day.on for day in days(course) if day.practised] == [FRIDAY - timedelta(days=6)]


def test_saying_the_same_again_changes_nothing(course, person):
    assert practise(course, person.account) == practise(course, person.account)


@pytest.mark.parametrize("on", [FRIDAY + timedelta(days=1), FRIDAY - timedelta(days=7)])
def test_practice_to_come_or_long_ago_is_refused(course, person, on):
    with pytest.raises(NotAPracticeDay, match="today and the 6 days before"):
        practise(course, person.account, on)


def test_nobody_adds_to_anothers_dose(course, control, therapist):
    for other in (control.account, therapist):
        with pytest.raises(NotInYourCaseload):
            dose.look(course=course, seconds=5, by=other)
        with pytest.raises(NotInYourCaseload):
            opened(course, other)
        with pytest.raises(NotInYourCaseload):
            practise(course, other)


def test_a_stopped_course_takes_no_practice(world, course, person):
    world.withdraw(person, "programme")
    course.refresh_from_db()
    with pytest.raises(CourseStopped):
        practise(course, person.account)


def test_an_opened_part_is_a_sign_of_use(course, person):
    opened(course, person.account)
    assert queries.days_in_use([course.pk], THURSDAY) == {course.pk: {FRIDAY}}


def test_openings_and_practice_stand(course, person):
    opened(course, person.account)
    row = practise(course, person.account)
    for change in (PartOpening.objects.all().delete, row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_homework_and_everything_else_meets_in_one_row_a_day(world, course, person):
    dose.look(course=course, seconds=90, by=person.account)
    practise(course, person.account)
    world.send_homework(person)
    (day,) = days(course)
    assert (day.on, day.seconds, day.homework_sent, day.practised, day.parts_full) == (FRIDAY, 90, 1, True, 4)


def test_worksheets_count_on_the_day_they_were_kept_whatever_day_they_are_about(world, course, person):
    aside = world.keep_sheet(person, "letter")
    world.keep_sheet(person, "fear_ladder", audience="therapist")
    world.keep_sheet(person, "letter", day=THURSDAY.isoformat(), about="Yesterday")
    world.write_sheet(person, "stress_diary")  # only begun
    sheets.set_aside(entry=aside, by=person.account)
    world.keep_sheet(person, "letter", on=FRIDAY + timedelta(days=3))
    assert [(day.on, day.worksheets_kept) for day in days(course)] == [(FRIDAY, 3), (FRIDAY + timedelta(days=3), 1)]
