"""Retention: what is due by the protocol's years is deleted whole and nothing else, by two roles, past the triggers."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from stegvis.allocation import queries as allocation
from stegvis.assessments.models import Answer
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event, Reading
from stegvis.audit.reading import record_reading
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Identity, Participant, Role
from stegvis.physiotherapy.models import DiaryEntry, GoalRating, Visit
from stegvis.programme.models import Homework
from stegvis.reporting import tasks
from stegvis.reporting.errors import NothingDue, SameRole, TrialGoesOn
from stegvis.reporting.models import Deletion, DeletionDone
from stegvis.reporting.retention import actions, due
from stegvis.trial import actions as screenings
from stegvis.trial.models import Screening, Trace

TEN_YEARS = timedelta(days=3653)
CARE_TABLES = (Homework, Visit, GoalRating, DiaryEntry)


@pytest.fixture
def person(world):
    """Somebody with rows of every store."""
    found = world.allocated(arm="intervention", on=clock.today() - timedelta(days=90))
    world.send_homework(found)
    world.hold_visit(found, 2)
    world.rate_goals(found)
    return found


@pytest.fixture
def administrator(world):
    """Who agrees."""
    return world.staff(Role.ADMINISTRATOR)


def end(by):
    with acting_as(by):
        return actions.end_trial(ended_on=clock.today(), reason="The last person was followed up", by=by)


def propose(by, store):
    with acting_as(by):
        return actions.propose_deletion(of_store=store, reason="The years are over", by=by)


def agree(by, deletion):
    with acting_as(by):
        return actions.agree_to_deletion(deletion=deletion, by=by)


def delete(store, data_manager, administrator):
    agree(administrator, propose(data_manager, store))
    assert tasks.delete_due() == 1
    with acting_as(SYSTEM):
        return DeletionDone.objects.select_related("deletion").order_by("-pk").first()


def counts(*tables):
    with acting_as(SYSTEM), allocation.opened("all"):
        return [table.objects.count() for table in tables]


def test_nothing_is_due_while_the_trial_goes_on_or_before_the_years_are_over(person, data_manager):
    with pytest.raises(NothingDue):
        propose(data_manager, "care")
    with acting_as(data_manager), pytest.raises(TrialGoesOn):
        actions.end_trial(ended_on=clock.today() + timedelta(days=1), reason="Soon", by=data_manager)
    end(data_manager)
    with clock.frozen(clock.now() + TEN_YEARS - timedelta(days=2)), pytest.raises(NothingDue):
        propose(data_manager, "research")


def test_the_care_record_goes_whole_and_the_research_data_stay(world, person, data_manager, administrator):
    end(data_manager)
    before = counts(Answer, Participant)
    assert all(counts(Homework, Visit, GoalRating))
    with clock.frozen(clock.now() + TEN_YEARS):
        done = delete("care", data_manager, administrator)

        left = {each.store: each.people for each in due.rules()}
        assert left == {"screening": 0, "care": 0, "research": 1, "key": 1, "log": 0}

    assert (done.changed, done.rows) == (False, done.deletion.rows)
    assert counts(*CARE_TABLES) == [0] * len(CARE_TABLES)
    assert counts(Answer, Participant) == before
    with acting_as(SYSTEM):
        event = Event.objects.get(verb="reporting.deletion_done")
    assert event.detail == {"store": "care", "rows": done.rows, "changed": False}


def test_the_care_record_of_somebody_heard_of_since_then_is_kept(world, person, data_manager):
    end(data_manager)
    later = clock.now() + TEN_YEARS
    with clock.frozen(clock.now() + timedelta(days=400)):
        other = world.invited()
    with clock.frozen(later), acting_as(SYSTEM):
        assert due._people("care", due.trial_end().ended_on, world.protocol.retention) == [person.pk]
    assert other.pk != person.pk


def test_research_data_go_with_the_allocation_and_then_who_it_was(person, data_manager, administrator):
    end(data_manager)
    with clock.frozen(clock.now() + TEN_YEARS):
        for store in ("care", "research", "key"):
            assert not delete(store, data_manager, administrator).changed
        with acting_as(SYSTEM), pytest.raises(allocation.NotAllocated):
            allocation.arm_of(person, purpose="treatment")
    assert counts(Answer, Identity) == [0, 0]
    assert Participant.objects.get(pk=person.pk).account.is_active is False


def test_each_reading_is_kept_as_long_as_the_law_says(person, data_manager, administrator, world):
    record_reading(participant_code=person.code, kind="person", by=world.coordinator(person))
    end(data_manager)
    with clock.frozen(clock.now() + timedelta(days=366 * 3)):
        record_reading(participant_code=person.code, kind="person", by=world.coordinator(person))
    with clock.frozen(clock.now() + timedelta(days=366 * 5)):
        delete("log", data_manager, administrator)
    assert [clock.local(each.occurred_at).year for each in Reading.objects.all()] == [2029]


def test_what_changed_since_it_was_written_down_is_not_deleted(person, data_manager, administrator, world):
    record_reading(participant_code=person.code, kind="person", by=world.coordinator(person))
    end(data_manager)
    with clock.frozen(clock.now() + timedelta(days=366 * 5)):
        deletion = propose(data_manager, "log")
        with clock.frozen(clock.now() - timedelta(days=366 * 5)):
            record_reading(participant_code=person.code, kind="late", by=world.coordinator(person))
        agree(administrator, deletion)
        tasks.delete_due()
    with acting_as(SYSTEM):
        assert DeletionDone.objects.get().changed
    assert Reading.objects.count() == 2


def test_it_takes_two_roles(person, data_manager, administrator, statistician):
    end(data_manager)
    with clock.frozen(clock.now() + TEN_YEARS):
        with pytest.raises(NotTheirRole):
            propose(statistician, "care")
        deletion = propose(data_manager, "care")
        with pytest.raises(NotTheirRole):
            agree(data_manager, deletion)
        with pytest.raises(SameRole):
            agree(SYSTEM, deletion)
    assert tasks.delete_due() == 0


def test_the_database_deletes_no_row_that_is_on_no_agreed_list_whatever_it_is_told(person, data_manager):
    end(data_manager)
    with clock.frozen(clock.now() + TEN_YEARS):
        deletion = propose(data_manager, "care")
    with acting_as(SYSTEM), connection.cursor() as cursor:
        for statement, values in (
            ("DELETE FROM audit_event", []),
            ("ALTER TABLE audit_event DISABLE TRIGGER USER", []),
            ("SELECT stegvis_delete_due(%s, 'audit_event', %s)", [deletion.pk, [1, 2]]),
            ("SELECT stegvis_delete_due(%s, 'programme_homework', %s)", [deletion.pk, [1]]),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement, values)
    assert Deletion.objects.filter(pk=deletion.pk).count() == 0  # nobody in particular sees it


# Screenings -----------------------------------------------------------------------------------------------------------
ASKED, OPEN, TRACES = (timedelta(days=days) for days in (60, 180, 365))


def ended(world, outcome="declined"):
    """A screening that ended without an invitation; its digests are there."""
    screening = world.screened(site=world.site)
    with acting_as(world.coordinator()):
        return screenings.end_screening(screening=screening, outcome=outcome, by=world.coordinator())


def traced(*rows):
    with acting_as(SYSTEM):
        return {row.pk: Trace.objects.filter(screening=row).count() for row in rows}


def test_the_periods_of_the_example_are_those_of_a_protocol_that_says_nothing(world):
    kept = world.protocol.retention
    days = (kept.screening_asked_days, kept.screening_open_days, kept.screening_traces_days)
    assert tuple(timedelta(days=each) for each in days) == (ASKED, OPEN, TRACES)


def test_digests_of_ended_screenings_go_after_their_days_while_the_trial_goes_on(world, data_manager, administrator):
    old, participant = ended(world), world.invited(site=world.site)
    with clock.frozen(clock.now() + TRACES - timedelta(days=1)), pytest.raises(NothingDue):
        propose(data_manager, "screening")
    with clock.frozen(clock.now() + TRACES):
        late = ended(world)
        done = delete("screening", data_manager, administrator)
        assert next(each for each in due.rules()).people == 0
    assert (done.changed, done.deletion.days, set(done.deletion.tables)) == (False, 365, {"trial_trace"})
    left = traced(old, late, world.screening(participant))
    assert (left[old.pk], bool(left[late.pk]), bool(left[world.screening(participant).pk])) == (0, True, True)
    with acting_as(SYSTEM):
        assert Screening.objects.get(pk=old.pk).outcome == "declined"  # the flow counts it for good


def test_an_open_screening_without_a_sign_ends_and_nothing_is_known_of_the_person(world, data_manager, administrator):
    quiet, goes_on = world.screened(site=world.site), world.screened(site=world.site)
    coordinator = world.coordinator()
    with world.acting(coordinator, clock.today() + ASKED):
        screenings.say_it_goes_on(screening=goes_on, by=coordinator)
    with clock.frozen(clock.now() + OPEN):
        done = delete("screening", data_manager, administrator)
        assert (done.changed, done.rows, done.deletion.tables["trial_screening"]["rows"]) == (False, 1, 1)
    with acting_as(SYSTEM):
        row, other = Screening.objects.get(pk=quiet.pk), Screening.objects.get(pk=goes_on.pk)
        assert (row.outcome, row.name, row.email, row.phone, row.answers) == ("no_reply", None, None, None, None)
        assert (other.outcome, bool(other.name)) == ("open", True)
        event = Event.objects.filter(verb="trial.screening_ended").latest("pk")
    assert event.actor_role == "system"
    assert traced(row)[row.pk] > 0  # somebody who asks again is known for as long as after any other end


def test_a_sign_between_asking_and_agreeing_ends_no_screening(world, data_manager, administrator):
    quiet, coordinator = world.screened(site=world.site), world.coordinator()
    with clock.frozen(clock.now() + OPEN):
        deletion = propose(data_manager, "screening")
        with acting_as(coordinator):
            screenings.say_it_goes_on(screening=quiet, by=coordinator)
        agree(administrator, deletion)
        tasks.delete_due()
    with acting_as(SYSTEM):
        assert DeletionDone.objects.get().changed
        assert Screening.objects.get(pk=quiet.pk).outcome == "open"


def test_after_the_end_of_the_trial_all_that_is_left_of_screenings_is_due(world, data_manager, administrator):
    over, still = ended(world), world.screened(site=world.site)
    end(data_manager)
    with clock.frozen(clock.now() + timedelta(days=1)):
        delete("screening", data_manager, administrator)
        with acting_as(SYSTEM):
            assert Screening.objects.get(pk=still.pk).outcome == "no_reply"
        assert traced(over)[over.pk] == 0
