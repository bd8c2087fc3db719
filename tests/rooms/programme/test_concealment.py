"""A course tells the arm: it shows itself to its participant and the site's therapists, and nothing else tells of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps

from stegvis.audit import clock
from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme import actions, arranging, dose, drafts, queries
from stegvis.programme.models import Note, OwnSnippet, Release, Review

OPEN = {Release, Review}
OF_THERAPISTS = {Note.__name__, OwnSnippet.__name__}
PERSONAL = [model for model in apps.get_app_config("programme").get_models() if model not in OPEN]


@pytest.fixture
def used(world, person, control, therapist):
    """The person has a row in every table."""
    with world.acting(person.account):
        course = world.course(person)
        dose.look(course=course, seconds=30, by=person.account)
        dose.open_part(course=course, module="start", part=1, length="full", low_energy=False, by=person.account)
        dose.report_practice(course=course, on=clock.today(), practised=True, by=person.account)
    homework = world.send_homework(person)
    with world.acting(therapist):
        for arrange, given in (
            (arranging.agree_pace, {"per_week": 1, "core_only": False}),
            (arranging.plan_pause, {"from_on": clock.today(), "until_on": clock.today()}),
        ):
            arrange(course=homework.course, words="Little strength now", key=uuid4(), by=therapist, **given)
        arranging.keep_contact(
            course=homework.course, kind="support", mode="video", outcome="held", held_on=clock.today(), minutes=5,
            found={}, words="", key=uuid4(), by=therapist,
        )  # fmt: skip
        drafts.save_reply(homework=homework, text="You did", by=therapist)
        actions.keep_time(course=homework.course, seconds=60, kind="page", by=therapist)
        actions.write_note(course=homework.course, text="Sleeps better.", key=uuid4(), by=therapist)
        actions.make_snippet(group="effort", language="sv", text="Du provade.", key=uuid4(), by=therapist)
    second = world.send_homework(person)
    world.reply(second)
    with world.acting(therapist):
        tomorrow = clock.today() + timedelta(days=1)
        arranging.hold_next(course=homework.course, look_again_on=tomorrow, words="Wait", key=uuid4(), by=therapist)
    world.write_sheet(person, "letter")
    world.keep_sheet(person, "fear_ladder", audience="therapist")
    return person


def seen_by(actor):
    with acting_as(actor):
        return {model.__name__ for model in PERSONAL if model.objects.exists()}


def test_the_person_and_their_therapist_see_every_table_but_what_is_the_others_alone(used, therapist):
    everything = {model.__name__ for model in PERSONAL}
    assert seen_by(used.account) == everything - OF_THERAPISTS
    assert seen_by(therapist) == everything - {"WorksheetDraft"}  # which is nobody else's


def test_a_control_has_no_course_and_sees_nothing_of_anybodys(used, control):
    assert seen_by(control.account) == set()
    with acting_as(SYSTEM):
        assert queries.course_of(control) is None
        assert queries.modules_done(control) == 0


def test_blind_roles_and_other_sites_see_nothing(world, used):
    roles = (Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR)
    for role in roles:
        assert seen_by(world.staff(role)) == set(), role
    assert seen_by(world.staff(Role.THERAPIST, world.sites[1])) == set()
    assert not any(model.objects.exists() for model in PERSONAL)


def test_the_record_of_the_programme_is_hidden_from_blind_roles(world, used, therapist):
    roles = (Role.PHYSIOTHERAPIST, Role.COORDINATOR, Role.DATA_MANAGER, Role.STATISTICIAN, Role.ADMINISTRATOR)

    def told(actor):
        with acting_as(actor):
            return record.events_of(used.code).filter(verb__startswith="programme.").count()

    assert [told(world.staff(role)) for role in roles] == [0] * 5
    assert told(therapist) == told(used.account) == told(SYSTEM) > 5


def test_blind_roles_cannot_make_a_course(world, control):
    from django.db import ProgrammingError, transaction

    coordinator = world.coordinator()
    with acting_as(coordinator), pytest.raises(ProgrammingError), transaction.atomic():
        actions.make_course(participant=control, opens_on=clock.today(), by=coordinator)
