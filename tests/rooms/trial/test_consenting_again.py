"""An amendment asks for consent once more: who is asked, what waits meanwhile, what a no means, and that whoever left is
left alone."""

from functools import partial
from uuid import uuid4

import pytest

from stegvis.assessments import queries as assessments
from stegvis.audit import queries as record
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.consent import queries as consents
from stegvis.consent.errors import NothingNewToRefuse, NotYourRefusal
from stegvis.people.acting import acting_as
from stegvis.reminders import writing
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions, consent_texts, queries, tasks, today
from stegvis.trial.errors import AskedAgainFirst
from tests.amending import ADDED, WAITS, amended


@pytest.fixture
def amend(tmp_path):
    """Load an amendment with a new consent text, in force from today."""
    return partial(amended, tmp_path)


def waiting(world):
    with world.acting(world.coordinator()):
        return [each.participant for each in consent_texts.not_yet_again([world.site.pk])]


def letters():
    with acting_as(SYSTEM):
        return [each.participant for each in PlannedMessage.objects.filter(kind="consent_again")]


def test_who_agreed_to_the_earlier_version_is_asked_once_and_goes_on_meanwhile(world, amend):
    person, left = world.baseline_done(), world.consented()
    world.withdraw(left, "everything")
    assert waiting(world) == []
    amend()

    assert waiting(world) == [person]
    assert [tasks.ask_to_consent_again() for _round in range(2)] == [1, 0]
    assert letters() == [person]
    with world.acting(person.account, hour=11):
        assert today.today(person).asked_again
        assert "newer version" in str(
            next(s.missing for s in queries.gates(queries.enrolment_of(person)) if s.check == "consent_given")
        )
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert not today.today(person).asked_again
        assert consents.newest(person).text_version == "2"
        assert queries.enrolment_of(person).stage == "baseline_done"
    assert waiting(world) == []


def test_questions_wait_where_the_protocol_says_so(world, amend):
    person = world.consented()
    amend("questions_wait")

    with world.acting(person.account, hour=11):
        assert today.today(person).assessment is None
    with pytest.raises(AskedAgainFirst, match="asked about that first"):
        world.answer(person, world.baseline)
    with world.acting(person.account, hour=11):
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert today.today(person).assessment is not None
    world.answer(person, world.baseline)


def test_whoever_has_not_consented_yet_reads_the_newest_version_alone(world, amend):
    person = world.invited()
    amend()

    with world.acting(person.account, hour=11):
        assert consents.asked_again(person) is None
        world.read_information(person)
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)
        assert consents.newest(person).text_version == "2"
    assert waiting(world) == []


# Saying no ------------------------------------------------------------------------------------------------------------
def says_no(world, person, by=None):
    with world.acting(by or person.account, hour=11):
        return actions.refuse_consent(participant=person, language="sv", key=uuid4(), by=by or person.account)


def says_yes(world, person):
    with world.acting(person.account, hour=12):
        world.read_information(person)
        actions.give_consent(participant=person, typed_name="Made Up", language="sv", key=uuid4(), by=person.account)


def closed_gate(world, person):
    with world.acting(world.coordinator(person)):
        return next(str(s.missing) for s in queries.gates(queries.enrolment_of(person)) if s.check == "consent_given")


def kinds(person):
    with acting_as(SYSTEM):
        rows = PlannedMessage.objects.filter(participant=person, kind__in=["consent_refused", "withdrawal"])
        return [each.kind for each in rows]


def test_a_no_is_an_answer_and_all_goes_on_on_the_old_text(world, amend):
    person = world.allocated()
    amend("questions_wait")
    with world.acting(person.account, hour=10):
        assert consents.questions_wait(person)
    first, second = says_no(world, person), says_no(world, person)

    assert (first.follows, first.text_version, first.entered_by_id, second.pk) == ("goes_on", "2", None, first.pk)
    with world.acting(person.account, hour=12):
        assert consents.newest(person).text_version == "1"
        assert consents.withdrawn_layers(person) == frozenset()
        assert not consents.questions_wait(person)
        assert not today.today(person).asked_again
    assert waiting(world) == []
    assert tasks.ask_to_consent_again() == 0
    assert kinds(person) == ["consent_refused"]
    with acting_as(SYSTEM):
        _address, subject, body = writing.write(PlannedMessage.objects.get(kind="consent_refused"))
    assert subject == "Ditt svar om studien är sparat"
    assert "Du har sagt nej till den nyare texten." in body
    with world.acting(world.coordinator(person)):
        assert [each.participant for each in consent_texts.said_no([person.site_id])] == [person]
        assert list(consent_texts.cannot_be_randomised([person.site_id])) == []


def test_whoever_said_no_can_say_yes_later(world, amend):
    person = world.baseline_done()
    amend()
    says_no(world, person)
    assert "has said no" in closed_gate(world, person)
    with world.acting(world.coordinator(person)):
        assert [each.participant for each in consent_texts.cannot_be_randomised([person.site_id])] == [person]
    says_yes(world, person)

    assert "has said no" not in closed_gate(world, person)
    with world.acting(world.coordinator(person)):
        assert list(consent_texts.said_no([person.site_id])) == []
    with pytest.raises(NothingNewToRefuse, match="they have agreed to it"):
        says_no(world, person)


def test_occasions_that_are_added_open_for_a_yes_and_for_no_one_else(world, amend):
    yes, no = world.allocated(), world.allocated()
    amend(more=WAITS, occasion=ADDED)
    says_no(world, no)
    says_yes(world, yes)

    for person, asked in ((yes, True), (no, False)):
        with world.acting(person.account, hour=13):
            there = {each.occasion for each in assessments.assessments_of(person)}
            assert ("nine_months" in there) is asked
            assert queries.protocol_of(queries.enrolment_of(person)).version.label == ("2.0" if asked else "1.0")
            assert "six_months" in there
    with acting_as(SYSTEM):
        reminders = PlannedMessage.objects.filter(kind="reminder", occasion="nine_months")
        assert {each.participant for each in reminders} == {yes}
    says_yes(world, no)
    with world.acting(no.account, hour=13):
        assert "nine_months" in {each.occasion for each in assessments.assessments_of(no)}


@pytest.mark.parametrize("layer", ["plan", "questions", "everything"])
def test_a_no_ends_what_the_protocol_names(world, amend, layer):
    person = world.allocated()
    amend(more=f'if_refused = "ends"\nends = "{layer}"')
    assert says_no(world, person).ends == layer
    with world.acting(person.account, hour=12):
        assert [row.layer for row in consents.withdrawals_of(person)] == [layer]
    assert kinds(person) == ["withdrawal"]


def test_a_no_that_ends_the_programme_tells_no_blind_eye_who_had_one(world, amend):
    people = {arm: world.allocated(arm=arm) for arm in ("intervention", "control")}
    amend(more='if_refused = "ends"\nends = "programme"')
    for person in people.values():
        says_no(world, person, by=world.coordinator(person))
    had, had_not = people["intervention"], people["control"]
    with acting_as(SYSTEM):
        assert [row.layer for row in consents.withdrawals_of(had)] == ["programme"]
        assert list(consents.withdrawals_of(had_not)) == []
        assert world.course(had).stopped_at is not None
    with world.acting(world.coordinator()):
        lines = [[each.verb for each in record.events_of(p.code).order_by("-pk")[:6]] for p in people.values()]
        seen = [[each for each in line if each.startswith(("consent", "trial.refused"))] for line in lines]
        assert seen[0] == seen[1]
    assert kinds(had) == kinds(had_not) == ["consent_refused"]


def test_a_no_said_in_a_call_is_written_down_by_the_sites_coordinator_alone(world, amend):
    person = world.consented()
    with pytest.raises(NothingNewToRefuse):
        says_no(world, person)
    amend()
    elsewhere = world.coordinator(world.sites[1])
    for other in (elsewhere, world.staff("physiotherapist", person.site)):
        with pytest.raises((NotYourRefusal, Refused)), world.acting(other):
            actions.refuse_consent(participant=person, language="sv", key=uuid4(), by=other)
    coordinator = world.coordinator(person)
    assert says_no(world, person, by=coordinator).entered_by_id == coordinator.pk


def test_whoever_left_before_randomisation_has_nothing_to_refuse(world, amend):
    person = world.consented()
    amend()
    with world.acting(world.coordinator(person)):
        actions.leave_before_randomisation(participant=person, why="changed_mind", by=world.coordinator(person))
    with pytest.raises(NothingNewToRefuse):
        says_no(world, person)
