"""Screening: a named clinician finds each criterion, and whoever does not go on leaves a number and a reason behind."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotALicensedClinician, NotAtThisSite, NotTheirRole
from stegvis.people.models import Role
from stegvis.reminders.models import PlannedMessage
from stegvis.trial import actions, queries
from stegvis.trial.errors import (
    ContactMissing,
    CriteriaNotMet,
    CriteriaUndecided,
    NoCriterionNamed,
    NotAnEnding,
    ScreeningEnded,
    UnknownCriterion,
    UnknownVerdict,
)
from stegvis.trial.models import Outcome, Screening, Stage


@pytest.fixture
def screening(world):
    """Somebody left their name and number yesterday."""
    return world.screened()


@pytest.fixture
def coordinator(world):
    """At the site of the screening."""
    return world.coordinator()


def decide(screening, criterion, by, verdict="yes", **more):
    with acting_as(by):
        return actions.decide_criterion(
            screening=screening, criterion=criterion, verdict=verdict, source="telephone", by=by, **more
        )


def invite(screening, by):
    with acting_as(by):
        return actions.invite(screening=screening, sex="woman", by=by)


def end(screening, by, outcome="declined", **more):
    with acting_as(by):
        return actions.end_screening(screening=screening, outcome=outcome, by=by, **more)


def again(screening):
    with acting_as(SYSTEM):
        return Screening.objects.get(pk=screening.pk)


def test_the_same_form_sent_twice_is_one_screening(world):
    same = {"key": uuid4(), "name": "Kim Exempel", "email": "kim@example.org"}

    assert world.screened(**same) == world.screened(**same)


@pytest.mark.parametrize("other", [{"name": "Robin Exempel"}, {"phone": "070-174 06 05"}, {"source": "clinic"}])
def test_a_form_that_comes_back_with_other_words_is_refused_and_neither_is_lost(world, other):
    same = {"key": uuid4(), "name": "Kim Exempel", "email": "kim@example.org"}
    first = world.screened(**same)

    with pytest.raises(SentWithOtherWords, match="send it once more to keep it too"):
        world.screened(**same | other)
    assert again(first).name == "Kim Exempel"
    assert world.screened(**same | other | {"key": uuid4()}) != first


def test_the_form_of_a_screening_that_has_ended_opens_no_other(world, coordinator):
    same = {"key": uuid4(), "name": "Kim Exempel", "email": "kim@example.org"}
    end(world.screened(**same), coordinator)

    with pytest.raises(KeyUsedElsewhere, match="Open the page anew"):
        world.screened(**same)


def test_whoever_the_self_check_turns_away_is_a_number_and_a_reason(world):
    row = actions.count_self_check(source="self", language="sv", criterion="age", key=uuid4(), by=SYSTEM)

    assert (row.outcome, row.criterion, row.concluded_at) == (Outcome.EXCLUDED, "age", clock.now())
    assert (row.site, row.name, row.email, row.phone, row.answers, row.participant) == (None,) * 6


def test_what_is_computed_is_shown_and_decides_nothing(world, screening):
    with acting_as(SYSTEM):
        rows = {row.criterion.code: row for row in queries.criteria_of(screening, at="screening")}

    assert rows["widespread_pain"].computed.holds is True
    assert rows["specific_cause"].computed.holds is None
    assert {row.passes for row in rows.values()} == {None}


def test_the_newest_finding_counts_and_the_earlier_ones_stay(screening, coordinator):
    for verdict in ("unknown", "no", "yes"):
        decide(screening, "swedish", coordinator, verdict)

    with acting_as(coordinator):
        row = next(row for row in queries.criteria_of(screening) if row.criterion.code == "swedish")
        assert row.passes is True
        assert screening.decisions.count() == 3


def test_only_a_licensed_clinician_at_the_site_finds(world, screening):
    with pytest.raises(NotALicensedClinician):
        decide(screening, "age", world.staff(Role.DATA_MANAGER))
    with pytest.raises(NotAtThisSite):
        decide(screening, "age", world.coordinator(world.sites[1]))


def test_a_finding_names_a_criterion_of_the_protocol_and_a_verdict(screening, coordinator):
    with pytest.raises(UnknownCriterion, match="has no criterion left_handed"):
        decide(screening, "left_handed", coordinator)
    with pytest.raises(UnknownVerdict):
        decide(screening, "age", coordinator, "perhaps")


def test_the_record_of_a_finding_holds_neither_verdict_nor_source(screening, coordinator):
    decide(screening, "age", coordinator)

    detail = Event.objects.get(verb="trial.criterion_decided").detail
    assert detail == {"screening": f"trial.Screening:{screening.pk}", "criterion": "age"}


def test_the_criteria_are_those_of_the_day_on_which_the_screening_began(world):
    held = []
    for day in (date(2026, 3, 1), date(2026, 3, 2)):
        screening = world.screened(on=day, age=68)
        with acting_as(SYSTEM):
            held.append({row.criterion.code: row.computed.holds for row in queries.criteria_of(screening)}["age"])

    assert held == [False, True]


def test_nobody_is_invited_before_every_criterion_is_found(world, screening, coordinator):
    with pytest.raises(CriteriaUndecided, match="not confirmed are Age, Chronic widespread pain"):
        invite(screening, coordinator)

    world.decided(screening, swedish="unknown")
    with pytest.raises(CriteriaUndecided, match="not confirmed are Swedish"):
        invite(screening, coordinator)


@pytest.mark.parametrize(("criterion", "verdict"), [("age", "no"), ("serious_illness", "yes")])
def test_nobody_is_invited_whom_a_criterion_speaks_against(world, screening, coordinator, criterion, verdict):
    world.decided(screening, **{criterion: verdict})

    with pytest.raises(CriteriaNotMet, match=f"{criterion.capitalize().replace('_', ' ')} speaks against it"):
        invite(screening, coordinator)


def test_whoever_is_eligible_gets_a_code_and_a_letter_and_their_name_moves_behind_the_wall(
    world, screening, coordinator
):
    world.decided(screening)
    enrolment = invite(screening, coordinator)
    participant = enrolment.participant

    assert (enrolment.stage, enrolment.age, enrolment.sex) == (Stage.INVITED, 45, "woman")
    assert participant.code == "BJ-001"
    row = again(screening)
    assert (row.outcome, row.participant, row.name, row.email, row.phone) == ("eligible", participant, None, None, None)
    with acting_as(coordinator):
        assert people.identity_of(participant).name == "Made Up 1"
    with acting_as(SYSTEM):
        assert PlannedMessage.objects.get(participant=participant).kind == "welcome"


def test_nobody_is_invited_twice_even_from_a_page_opened_before(world, screening, coordinator):
    world.decided(screening)
    opened_before = again(screening)
    invite(screening, coordinator)

    with pytest.raises(ScreeningEnded, match="has ended already, as eligible"):
        invite(opened_before, coordinator)
    with pytest.raises(ScreeningEnded):
        end(again(screening), coordinator)


def test_without_an_address_nobody_is_invited(world, coordinator):
    screening = world.screened(email="")
    world.decided(screening)

    with pytest.raises(ContactMissing):
        invite(screening, coordinator)


@pytest.mark.parametrize("outcome", ["declined", "no_reply"])
def test_whoever_does_not_go_on_becomes_anonymous(screening, coordinator, outcome):
    end(screening, coordinator, outcome)
    row = again(screening)

    assert (row.outcome, row.concluded_at) == (outcome, clock.now())
    assert (row.name, row.email, row.phone, row.answers) == (None,) * 4


def test_not_eligible_names_the_criterion(screening, coordinator):
    with pytest.raises(NoCriterionNamed):
        end(screening, coordinator, "excluded")
    with pytest.raises(UnknownCriterion):
        end(screening, coordinator, "excluded", criterion="left_handed")

    assert end(screening, coordinator, "excluded", criterion="age").criterion == "age"


@pytest.mark.parametrize("outcome", ["eligible", "open", "bored"])
def test_a_screening_does_not_end_in_other_ways(screening, coordinator, outcome):
    with pytest.raises(NotAnEnding):
        end(screening, coordinator, outcome)


def test_only_the_sites_coordinator_ends_and_invites(world, screening):
    world.decided(screening)
    for do in (end, invite):
        with pytest.raises(NotAtThisSite):
            do(screening, world.coordinator(world.sites[1]))
        with pytest.raises(NotTheirRole):
            do(screening, world.staff(Role.PHYSIOTHERAPIST))


def test_the_database_itself_keeps_no_name_of_whoever_does_not_go_on(screening):
    with acting_as(SYSTEM), pytest.raises(IntegrityError), transaction.atomic():
        Screening.objects.filter(pk=screening.pk).update(outcome="declined")


def test_who_is_being_screened_is_seen_at_the_site_only(world, screening, coordinator):
    others = (world.coordinator(world.sites[1]), world.staff(Role.DATA_MANAGER), world.staff(Role.ADMINISTRATOR))

    with acting_as(coordinator):
        assert list(queries.open_screenings()) == [screening]
    for other in others:
        with acting_as(other):
            assert queries.screening(screening.pk) is None


def test_names_and_answers_lie_encrypted_and_stay_out_of_the_record(screening):
    with acting_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("SELECT name, email, phone, answers FROM trial_screening")
        stored = b"".join(map(bytes, cursor.fetchone()))
    record = str(list(Event.objects.values_list("detail", "subject", "reason")))

    for words in ("Made Up", "example.org", "b-neck"):
        assert words.encode() not in stored
        assert words not in record


# Open for long --------------------------------------------------------------------------------------------------------
def quiet(world, days, on):
    with acting_as(world.coordinator()):
        return list(queries.quiet_screenings(days, [world.site.pk], on=on))


def test_a_screening_without_a_sign_is_asked_about_on_the_day_and_not_before(world):
    screening = world.screened(site=world.site)
    day = clock.local(screening.opened_at).date() + timedelta(days=60)
    assert quiet(world, 60, day - timedelta(days=1)) == []
    assert quiet(world, 60, day) == [screening]


@pytest.mark.parametrize("sign", ["decided", "goes_on"])
def test_a_finding_and_a_word_of_the_coordinator_are_signs(world, sign):
    screening, coordinator = world.screened(site=world.site), world.coordinator()
    later = clock.today() + timedelta(days=59)
    with world.acting(coordinator, later):
        if sign == "decided":
            world.decided(screening, on=later)
        else:
            actions.say_it_goes_on(screening=screening, by=coordinator)
    assert quiet(world, 60, later + timedelta(days=59)) == []
    assert quiet(world, 60, later + timedelta(days=60)) == [screening]


def test_that_a_screening_goes_on_is_kept_once_a_day(world):
    screening, coordinator = world.screened(site=world.site), world.coordinator()
    with acting_as(coordinator):
        said = [actions.say_it_goes_on(screening=screening, by=coordinator) for _ in range(2)]
    assert said[0] == said[1]


def test_only_the_sites_coordinator_says_that_an_open_screening_goes_on(world):
    screening = world.screened(site=world.site)
    for account, refusal in (
        (world.coordinator(world.sites[1]), NotAtThisSite), (world.staff(Role.PHYSIOTHERAPIST), NotTheirRole),
    ):  # fmt: skip
        with acting_as(account), pytest.raises(refusal):
            actions.say_it_goes_on(screening=screening, by=account)
    with acting_as(world.coordinator()):
        actions.end_screening(screening=screening, outcome=Outcome.DECLINED, by=world.coordinator())
        with pytest.raises(ScreeningEnded):
            actions.say_it_goes_on(screening=screening, by=world.coordinator())
