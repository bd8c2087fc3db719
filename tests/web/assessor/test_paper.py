"""Paper: the same questions on A4, entered by two people, settled with a reason, sent with the day on the form."""

from datetime import date, timedelta

import pytest

from stegvis.assessments import paper
from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import (
    AnswerNotPossible,
    DifferencesLeft,
    EnteredBySamePerson,
    EntryFinished,
    FirstEntryNotFinished,
    NoDifference,
    NoReason,
    NotCompletedYet,
    NotEnteredTwice,
    NotYourEntry,
)
from stegvis.assessments.models import Answer, Response
from stegvis.methods.study.conduct import Paper
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import actions
from tests.worlds import FRIDAY

DAY = date(2026, 11, 2)
RISK = "phq9-9"


@pytest.fixture
def person(world):
    """The questions after six months are open."""
    return world.allocated(site=world.site, on=FRIDAY - timedelta(days=182))


@pytest.fixture
def two(world):
    """The outcome assessors of the site."""
    return list(people.staff_at(world.site, Role.OUTCOME_ASSESSOR).order_by("code"))


def risk_option(often):
    return next(each.key for each in protocols.questionnaire("phq-9").by_link_id[RISK].options if each.ordinal == often)


def enter(world, person, by, day=DAY, finish=True, **answers):
    given = answers or {"pain_intensity": 61}
    with acting_as(by):
        entry = paper.begin(assessment=world.assessment(person, "six_months"), completed_on=day, initials="", by=by)
        for name, value in given.items():
            code = name.replace("_", "-")
            fired = actions.enter_paper(entry=entry, instrument=code, answers={code: value}, by=by)
            assert fired == ()
        return paper.finish(entry=entry, by=by) if finish else entry


def send(world, person, by):
    with acting_as(by):
        return actions.send_paper(assessment=world.assessment(person, "six_months"), by=by)


# Two people -------------------------------------------------------------------------------------------------------
def test_two_like_entries_become_answers_with_the_day_on_the_form(world, person, two):
    for each in two:
        enter(world, person, each)
    assert not Answer.objects.filter(channel="paper").exists()
    sent = send(world, person, two[1])

    kept = Response.objects.get(assessment=sent)
    assert (kept.mode, kept.completed_on, kept.in_window) == ("paper", DAY, True)
    assert kept.submitted_at.date() == FRIDAY
    assert assessments.answers(kept) == {"pain-intensity": 61}


def test_the_same_person_never_enters_a_form_twice(world, person, two):
    enter(world, person, two[0])
    with pytest.raises(EnteredBySamePerson):
        enter(world, person, two[0])
    with pytest.raises(NotEnteredTwice):
        send(world, person, two[0])
    assert enter(world, person, two[1]).number == 2


def test_the_second_entry_waits_for_the_first_and_neither_touches_the_others(world, person, two):
    first = enter(world, person, two[0], finish=False)
    with pytest.raises(FirstEntryNotFinished):
        enter(world, person, two[1])
    with acting_as(two[1]), pytest.raises(NotYourEntry):
        actions.enter_paper(entry=first, instrument="pain-intensity", answers={"pain-intensity": 1}, by=two[1])
    with acting_as(two[0]):
        paper.finish(entry=first, by=two[0])
        with pytest.raises(EntryFinished):
            actions.enter_paper(entry=first, instrument="pain-intensity", answers={"pain-intensity": 1}, by=two[0])


def test_a_day_that_lies_ahead_is_refused(world, person, two):
    with pytest.raises(NotCompletedYet, match="that day lies ahead"):
        enter(world, person, two[0], day=FRIDAY + timedelta(days=1))


# Differences ------------------------------------------------------------------------------------------------------
def test_differences_are_settled_one_by_one_with_a_reason_before_anything_is_sent(world, person, two):
    first = enter(world, person, two[0], pain_intensity=61, stress_now=4)
    second = enter(world, person, two[1], day=DAY + timedelta(days=1), pain_intensity=16, stress_now=4)
    assessment = world.assessment(person, "six_months")
    assert [(d.instrument, d.link_id) for d in paper.differences(assessment)] == [
        ("", ""), ("pain-intensity", "pain-intensity"),
    ]  # fmt: skip
    with pytest.raises(DifferencesLeft, match="in 2 places"):
        send(world, person, two[0])

    def settle(instrument, link_id, entry, words):
        with acting_as(two[0]):
            paper.settle(
                assessment=assessment, instrument=instrument, link_id=link_id, entry=entry, words=words, by=two[0]
            )

    with pytest.raises(NoReason):
        settle("", "", first, " ")
    settle("", "", first, "A 2, not a 3")
    settle("pain-intensity", "pain-intensity", second, "Read from the right end")
    with pytest.raises(NoDifference):
        settle("pain-intensity", "pain-intensity", first, "Again")
    with pytest.raises(NoDifference):
        settle("stress-now", "stress-now", first, "Alike")

    kept = Response.objects.get(assessment=send(world, person, two[0]), code="pain-intensity")
    assert (kept.completed_on, assessments.answers(kept)) == (DAY, {"pain-intensity": 16})


# Danger -----------------------------------------------------------------------------------------------------------
def test_a_worrying_answer_alerts_at_the_first_entry_and_once(world, person, two):
    key = risk_option(2)
    for each in two:
        with acting_as(each):
            entry = paper.begin(
                assessment=world.assessment(person, "six_months"), completed_on=DAY, initials="", by=each
            )
            assert actions.enter_paper(entry=entry, instrument="phq-9", answers={RISK: key}, by=each)
            paper.finish(entry=entry, by=each)
    send(world, person, two[0])

    with acting_as(world.coordinator()):
        assert safety.open_alerts_of(person).count() == 1


def test_paper_leaves_danger_out_unless_the_protocol_names_who_opens_the_post(world):
    named = world.protocol.model_copy(update={"paper": Paper(post_opened_by="The coordinator")})

    assert world.protocol.left_out_on_paper("phq-9") == {RISK}
    assert named.left_out_on_paper("phq-9") == frozenset()
    assert world.protocol.left_out_on_paper("stress-now") == frozenset()


# Pages ------------------------------------------------------------------------------------------------------------
def test_the_blank_form_has_the_screens_questions_in_order_but_for_danger(world, person, browser, two):
    page = browser(two[0]).get(f"/sv/outcomes/{person.code}/six_months/paper/print/").content.decode()

    assert person.code in page
    assert "Dagen du svarar" in page
    assert page.index("<small>pain-intensity</small>") < page.index("<small>phq9-1</small>")
    assert "<small>phq9-8</small>" in page
    assert f"<small>{RISK}</small>" not in page


def test_what_a_person_reads_before_a_question_stands_on_paper_and_where_it_is_entered(world, person, browser, two):
    lead = protocols.questionnaire("phq-9").by_link_id["phq9"].text_in(person.language)
    enter(world, person, two[0], finish=False)
    page = browser(two[0])
    for rest in ("paper/print/", "paper/entry/phq-9/"):
        shown = page.get(f"/sv/outcomes/{person.code}/six_months/{rest}").content.decode()
        assert shown.index(lead) < shown.index(protocols.questionnaire("phq-9").by_link_id["phq9-1"].text_in("sv"))


def test_an_entry_that_is_looked_at_again_shows_what_was_entered_and_changes_nothing(world, person, browser, two):
    entry = enter(world, person, two[0], finish=False)
    shown = browser(two[0]).get(f"/sv/outcomes/{person.code}/six_months/paper/entry/pain-intensity/")
    assert 'value="61"' in shown.content.decode()
    with acting_as(two[0]):
        assert paper.entered(entry) == {"pain-intensity": {"pain-intensity": 61}}


def test_a_form_goes_through_both_entries_and_a_difference_on_the_pages(world, person, browser, two):
    base = f"/en/outcomes/{person.code}/six_months/paper/"
    for each, pain in zip(two, ("61", "16"), strict=True):
        client = browser(each)
        head = {"completed_on_day": "2", "completed_on_month": "11", "completed_on_year": "2026", "initials": "AB"}
        first = client.post(base, head)["Location"]
        client.post(first, {"pain-intensity": pain})
        assert client.post(f"{base}finish/").status_code == 302
    assert "differ in 1 place" in client.get(base).content.decode()
    place = {"place": "pain-intensity:pain-intensity"}
    prefix = "pain-intensity:pain-intensity-"
    assert client.post(f"{base}compare/", {**place, f"{prefix}entry": "1"}).status_code == 422
    settled = {**place, f"{prefix}entry": "1", f"{prefix}words": "Clear on the paper"}
    assert client.post(f"{base}compare/", settled).status_code == 302
    client.post(f"{base}send/")
    assert assessments.is_submitted(person, "six_months")
    assert "The answers are in" in client.get(base).content.decode()


def test_where_both_read_it_wrong_what_stands_on_the_paper_counts_with_its_reason(world, person, two):
    for each, pain in zip(two, (61, 16), strict=True):
        enter(world, person, each, pain_intensity=pain)
    place = {"instrument": "pain-intensity", "link_id": "pain-intensity", "entry": None, "by": two[1]}
    assessment = world.assessment(person, "six_months")
    with acting_as(two[1]):
        with pytest.raises(AnswerNotPossible, match="100"):
            actions.settle_paper(assessment=assessment, value=161, words="Read again", **place)
        with pytest.raises(NoReason):
            actions.settle_paper(assessment=assessment, value=66, words=" ", **place)
        actions.settle_paper(assessment=assessment, value=66, words="Two sixes", **place)

    assert assessments.answers_of(send(world, person, two[1]))["pain-intensity"] == {"pain-intensity": 66}


def test_where_both_have_the_day_wrong_another_day_counts_and_never_one_ahead(world, person, two):
    for number, each in enumerate(two):
        enter(world, person, each, day=DAY + timedelta(days=number))
    place = {"instrument": "", "link_id": "", "entry": None, "words": "Read again", "by": two[0]}
    assessment = world.assessment(person, "six_months")
    with acting_as(two[0]):
        for wrong in (None, FRIDAY + timedelta(days=1)):
            with pytest.raises(NotCompletedYet):
                actions.settle_paper(assessment=assessment, value=wrong, **place)
        actions.settle_paper(assessment=assessment, value=DAY + timedelta(days=3), **place)

    send(world, person, two[0])
    assert Response.objects.get(assessment=assessment).completed_on == DAY + timedelta(days=3)


def test_a_value_that_neither_entry_had_alerts_when_it_is_settled(world, person, two):
    for each, often in zip(two, (0, 1), strict=True):
        with acting_as(each):
            entry = paper.begin(
                assessment=world.assessment(person, "six_months"), completed_on=DAY, initials="", by=each
            )
            actions.enter_paper(entry=entry, instrument="phq-9", answers={RISK: risk_option(often)}, by=each)
            paper.finish(entry=entry, by=each)
    with acting_as(two[0]):
        fired = actions.settle_paper(
            assessment=world.assessment(person, "six_months"), instrument="phq-9", link_id=RISK, entry=None,
            value=risk_option(3), words="The third box", by=two[0],
        )  # fmt: skip
    assert "thoughts_of_dying_often" in {rule.code for rule in fired}


def test_neither_is_right_is_settled_on_the_page_and_an_empty_reason_loses_nothing(world, person, browser, two):
    for each, pain in zip(two, (61, 16), strict=True):
        enter(world, person, each, pain_intensity=pain)
    page, address = browser(two[1]), f"/en/outcomes/{person.code}/six_months/paper/compare/"
    key = "pain-intensity:pain-intensity"
    said = {"place": key, f"{key}-entry": "own", f"{key}:own-pain-intensity": "66"}
    refused = page.post(address, said)
    assert refused.status_code == 422
    assert 'value="66"' in refused.content.decode()
    assert page.post(address, said | {f"{key}:own-pain-intensity": "166", f"{key}-words": "Twice"}).status_code == 422
    assert page.post(address, said | {f"{key}-words": "Read twice"}).status_code == 302
    assert "On the paper: 66. Read twice" in page.get(address).content.decode()


def test_whoever_entered_the_first_is_asked_to_leave_the_second_to_a_colleague(world, person, browser, two):
    enter(world, person, two[0])
    page = browser(two[0]).get(f"/en/outcomes/{person.code}/six_months/paper/").content.decode()
    assert "Now a colleague enters it again" in page
    assert "Begin to enter" in browser(two[1]).get(f"/en/outcomes/{person.code}/six_months/paper/").content.decode()
