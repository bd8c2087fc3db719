"""Correcting: what was sent is never changed; a correction and a new scoring rule are new versions beside it."""

from dataclasses import replace

import pytest

from stegvis.assessments import actions as answering
from stegvis.assessments import queries as assessments
from stegvis.assessments.errors import DataLocked, NoReason, NothingCorrected, NotSentYet
from stegvis.assessments.models import Answer, Response, Score
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.exchange import responses as exchange
from stegvis.methods.instruments import scoring
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Role
from stegvis.protocol import queries as protocols
from stegvis.safety import queries as safety
from stegvis.trial import actions

PAIN = "pain-intensity"


@pytest.fixture
def person(world):
    """Has sent the baseline."""
    return world.baseline_done(levels={"pain_intensity": 61.0, "phq9": 6.0})


@pytest.fixture
def assessor(world):
    return world.staff(Role.OUTCOME_ASSESSOR)


def correct(world, person, by, value=16, reason="The person called: 16, not 61", **more):
    with acting_as(by):
        return actions.correct_answers(
            assessment=world.assessment(person, "baseline"), instrument=more.get("instrument", PAIN),
            answers=more.get("answers", {PAIN: value}), reason=reason, by=by,
        )  # fmt: skip


def test_a_correction_is_a_new_version_beside_the_old_with_its_reason(world, person, assessor):
    correct(world, person, assessor)
    correct(world, person, world.staff(Role.DATA_MANAGER), value=17, reason="And again")

    response = assessments.response(world.assessment(person, "baseline"), PAIN)
    rows = Answer.objects.filter(response=response).order_by("pk")
    assert [row.correction.number if row.correction else 0 for row in rows] == [0, 1, 2]
    assert [c.reason for c in assessments.corrections_of(response)] == ["The person called: 16, not 61", "And again"]
    assert assessments.answers(response) == {PAIN: 17}
    with acting_as(SYSTEM):
        event = Event.objects.filter(verb="assessments.corrected").latest("pk")
    assert (event.reason, event.detail["number"]) == ("And again", 2)


def test_scores_are_made_anew_and_the_old_stay(world, person, assessor):
    before = Score.objects.get(participant=person, name="pain_intensity")
    correct(world, person, assessor)

    rows = Score.objects.filter(participant=person, name="pain_intensity").order_by("pk")
    assert [row.value for row in rows] == [before.value, 16.0]
    assert assessments.scores(person, "baseline")[PAIN, "pain_intensity"] == 16.0


def test_what_leaves_carries_the_newest_and_the_count(world, person, assessor):
    correct(world, person, assessor)

    with acting_as(SYSTEM):
        record = next(each for each in exchange.responses() if PAIN in each.answers)
    sent = exchange.to_fhir(record)
    assert (sent["status"], sent["meta"]["versionId"]) == ("amended", "2")
    assert "16" in str(sent["item"])


def test_nothing_is_corrected_without_a_reason_a_change_or_something_sent(world, person, assessor):
    with pytest.raises(NoReason):
        correct(world, person, assessor, reason=" ")
    with pytest.raises(NothingCorrected):
        correct(world, person, assessor, value=assessments.answers(Response.objects.get(code=PAIN))[PAIN])
    with pytest.raises(NotSentYet):
        correct(world, world.consented(site=person.site), assessor)
    assert not Answer.objects.exclude(correction=None).exists()


def test_after_the_lock_nothing_is_corrected(world, person, assessor):
    with acting_as(SYSTEM):
        answering.close_occasions(occasions=["baseline"], by=SYSTEM)
    with pytest.raises(DataLocked):
        correct(world, person, assessor)


def test_whoever_may_know_the_arm_corrects_nothing(world, person):
    for other in (world.coordinator(), world.staff(Role.PHYSIOTHERAPIST), person.account):
        with pytest.raises(NotTheirRole):
            correct(world, person, other)


def test_a_corrected_answer_that_worries_alerts_like_any_other(world, person, assessor):
    key = next(o.key for o in protocols.questionnaire("phq-9").by_link_id["phq9-9"].options if o.ordinal == 3)
    with acting_as(world.coordinator()):
        before = safety.open_alerts_of(person).count()
    assert correct(world, person, assessor, instrument="phq-9", answers={"phq9-9": key})
    with acting_as(world.coordinator()):
        assert safety.open_alerts_of(person).count() > before


def test_a_corrected_rule_is_a_new_version_of_scores_once(world, person, monkeypatch):
    (sent,) = assessments.sent_responses(PAIN)
    assert answering.rescore(response=sent, by=SYSTEM) == []

    real = scoring.score
    monkeypatch.setattr(scoring, "score", lambda *given: [replace(each, version="corrected") for each in real(*given)])
    assert [row.scoring_version for row in answering.rescore(response=sent, by=SYSTEM)] == ["corrected"]
    assert answering.rescore(response=sent, by=SYSTEM) == []
    versions = Score.objects.filter(name="pain_intensity").order_by("pk").values_list("scoring_version", flat=True)
    assert list(versions)[1:] == ["corrected"]
