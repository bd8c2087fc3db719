"""Treatment: what each arm's people see today, goals and how far they were attained, and the whole way through."""

from datetime import timedelta

import pytest

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.physiotherapy import queries as plans
from stegvis.programme import queries as courses
from stegvis.trial import queries
from stegvis.trial.models import RatingContext, Stage
from stegvis.trial.today import has_programme, own_arm, today


def page(person):
    with acting_as(person.account):
        return today(person)


def test_the_whole_way_from_screening_to_the_answers_of_six_months(world):
    start = clock.today() - timedelta(days=182)
    person = world.allocated(arm="intervention", on=start)
    visit_one = queries.enrolment(person).visit1_on
    homework = world.send_homework(person, on=visit_one + timedelta(days=58))
    world.reply(homework, on=visit_one + timedelta(days=59))
    for number, days in ((2, 28), (3, 84)):
        world.hold_visit(person, number, on=visit_one + timedelta(days=days))
    world.rate_goals(person, on=visit_one + timedelta(days=84))
    world.answer(person, world.primary)

    assert queries.enrolment(person).stage == Stage.FOLLOWED_UP
    with acting_as(SYSTEM):
        assert courses.homework(homework.pk).feedback.text == "You did it."
        assert [goal.last.level for goal in plans.goals_of(person)] == ["fully", "fully"]
        assert courses.modules_done(person) == 1


def test_the_programmes_tab_is_there_from_the_day_it_opens_and_never_for_a_control(world):
    person, control = (world.allocated(arm=arm) for arm in ("intervention", "control"))
    opens = queries.enrolment(person).visit1_on + timedelta(days=56)
    shown = []
    for someone in (person, control):
        for day in (opens - timedelta(days=1), opens):
            with clock.frozen(clock.at(day, 9)), acting_as(someone.account):
                shown.append((has_programme(someone), today(someone).way is not None))

    assert shown == [(False, False), (True, True), (False, False), (False, False)]


def test_each_sees_their_own_arm_and_nobody_before_randomisation(world):
    planned, person = world.planned(), world.allocated(arm="control")
    for someone, expected in ((planned, None), (person, world.protocol.arm("control"))):
        with acting_as(someone.account):
            assert own_arm(someone) == expected
    with acting_as(planned.account):
        assert own_arm(person) is None


def test_before_the_answers_of_the_baseline_today_asks_for_them(world):
    person = world.consented()
    found = page(person)

    assert (found.assessment.occasion, found.occasion.minutes) == ("baseline", 45)
    assert page(world.invited()).assessment is None


def test_today_names_the_nearest_three_things_of_two_months(world):
    person = world.allocated()

    assert [(each.kind, each.code) for each in page(person).coming] == [("visit", "visit_2")]
    later = clock.at(clock.today() + timedelta(days=120), 9)
    with clock.frozen(later):
        assert ("occasion", "six_months") in [(each.kind, each.code) for each in page(person).coming]


def test_whoever_has_left_is_asked_nothing(world):
    from stegvis.trial import actions

    person = world.consented()
    with acting_as(world.coordinator()):
        actions.leave_before_randomisation(participant=person, why="no_baseline", by=world.coordinator())

    assert (page(person).assessment, page(person).coming) == (None, [])


def test_today_costs_the_same_queries_after_months_of_use(world, django_assert_max_num_queries):
    person = world.allocated(arm="intervention", on=clock.today() - timedelta(days=100))
    with acting_as(person.account), django_assert_max_num_queries(20) as early:
        today(person)
    world.send_homework(person)
    world.send_homework(person)
    world.hold_visit(person, 2)
    with acting_as(person.account), django_assert_max_num_queries(20) as late:
        today(person)

    assert abs(len(late) - len(early)) <= 1  # an unread answer brings its therapist along


# Goals ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def rated(world):
    """Someone who had done one module when the goals were rated."""
    person = world.allocated(arm="intervention", on=clock.today() - timedelta(days=80))
    world.send_homework(person)
    world.rate_goals(person, "partly")
    return person


def contexts(actor):
    with acting_as(actor):
        return list(RatingContext.objects.values_list("modules_done", flat=True))


def test_how_much_of_the_programme_was_done_is_kept_with_each_rating(world, rated):
    world.send_homework(rated)
    world.rate_goals(rated, "fully")

    assert contexts(SYSTEM) == [1, 1, 2, 2]


def test_nobody_but_the_system_reads_it(world, rated):
    for actor in (
        rated.account,
        *(world.staff(role) for role in set(Role) - {Role.PARTICIPANT}),
        world.clinician(rated, Role.PHYSIOTHERAPIST),
        world.clinician(rated, Role.THERAPIST),
    ):
        assert contexts(actor) == []


def test_a_control_has_a_row_as_well_so_that_its_absence_tells_nothing(world):
    control = world.allocated(arm="control", on=clock.today() - timedelta(days=80))
    world.rate_goals(control)

    assert contexts(SYSTEM) == [0, 0]
