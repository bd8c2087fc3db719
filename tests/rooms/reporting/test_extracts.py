"""Extracts: written from what people did, read back by the analysis, and silent about the arms until the lock."""

from collections import Counter
from dataclasses import replace
from uuid import uuid4

import pytest

from stegvis.allocation import actions as allocating
from stegvis.allocation import queries as allocation
from stegvis.assessments import queries as answered
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.analysis.extract import read_extract
from stegvis.methods.analysis.flow import count_flow
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.exercises import check
from stegvis.people import queries as people
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotTheirRole
from stegvis.people.models import Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy import concealment
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.exercises import actions as library
from stegvis.physiotherapy.queries import Draft, DraftActivity, DraftExercise
from stegvis.physiotherapy.visiting import actions as visiting
from stegvis.programme import queries as programme
from stegvis.programme.models import Course
from stegvis.reporting import actions, queries
from stegvis.reporting.errors import (
    FolderNotEmpty,
    FolderNotWritable,
    NotExtracted,
    NotLocked,
)
from stegvis.reporting.models import Extract, Lock
from stegvis.trial import actions as trial
from tests.locking import locked
from tests.studies.folders import CWP


@pytest.fixture
def write(tmp_path, plan):
    """Write an extract as somebody and read it back."""

    def writes(kind, by, folder=None, analysis="six_months"):
        place = tmp_path / (folder or kind)
        with acting_as(by):
            actions.write_extract(analysis=analysis, kind=kind, folder=place, plan=plan, by=by)
        return read_extract(place)

    return writes


def unmask(world, person, guessed="", occasion="six_months"):
    assessor = world.staff(Role.OUTCOME_ASSESSOR, person.site)
    with acting_as(assessor):
        trial.keep_unmasking(
            participant=person,
            occasion=occasion,
            said="The homework helps",
            guessed_arm=guessed,
            key=uuid4(),
            by=assessor,
        )
    return assessor


def test_unmaskings_are_counted_before_the_lock_and_told_after_it(small, data_manager, write):
    people_there = [row.participant for row in queries.trial.all_enrolments() if row.randomised_at]
    person = people_there[0]
    assessor = unmask(small, person, guessed="intervention")
    unmask(small, person)

    for kind in ("pooled", "blinded"):
        rows = write(kind, data_manager).unmaskings
        assert [(row.occasion, row.participant, row.assessor, row.guessed_arm) for row in rows] == [
            ("six_months", None, None, None)
        ] * 2
    locked(small)
    rows = write("unblinded", data_manager).unmaskings
    assert [(row.participant, row.assessor, row.guessed_arm) for row in rows] == [
        (person.code, assessor.code, "intervention"), (person.code, assessor.code, None)
    ]  # fmt: skip


def test_an_arm_that_became_known_is_told_without_whose_it_was_before_the_lock(small, data_manager, write):
    [person] = [row.participant for row in queries.trial.all_enrolments() if row.randomised_at][:1]
    coordinator = small.coordinator(person)
    with acting_as(coordinator):
        shown = trial.look_up_arm(participant=person, reason="Taken to hospital", emergency=True, by=coordinator)
        [disclosure] = [each for each in allocation.disclosures_of(person) if each.kind == "emergency"]
        allocating.record_informing(disclosure=disclosure, participant=person, whom="Karin Ek", by=coordinator)
        trial.record_accident(
            participant=person, learner="assessor", learnt_on=clock.today(), how="Read a letter aloud",
            what_follows="A colleague calls", key=uuid4(), by=coordinator,
        )  # fmt: skip
        trial.record_mistake(
            participant=person, kind="wrong_stratum", noticed_on=clock.today(), how="Typed wrong",
            what_follows="Read back", key=uuid4(), by=coordinator,
        )  # fmt: skip
    today = clock.today()
    for kind in ("pooled", "blinded"):
        extract = write(kind, data_manager)
        assert [(row.kind, row.on, row.who, row.second_told_on, row.participant) for row in extract.unblindings] == [
            ("emergency", today, None, today, None), ("accident", today, "assessor", None, None),
        ]  # fmt: skip
        assert {row.kind: row.participant for row in extract.deviations if row.found_on == today} == {
            "blinding": None, "wrong_stratum": person.code,
        }  # fmt: skip
    locked(small)
    extract = write("unblinded", data_manager)
    assert [(row.who, row.participant) for row in extract.unblindings] == [
        ("coordinator", person.code), ("assessor", person.code),
    ]  # fmt: skip
    assert {row.participant for row in extract.deviations if row.found_on == today} == {person.code}
    assert {row.participant: row.arm for row in extract.arms}[person.code] == shown.arm.code


def test_a_pooled_extract_tells_what_happened_and_nothing_of_arms(small, data_manager, write, plan):
    extract = write("pooled", data_manager)
    flow = count_flow(extract, read_plan(plan))

    assert (flow.screened, dict(flow.declined), flow.being_screened) == (10, {"": 2}, 1)
    assert dict(flow.excluded) == {"age": 1, "serious_illness": 1}
    assert (flow.consented, dict(flow.left), flow.waiting, flow.randomised) == (5, {"changed_mind": 1}, 0, 4)
    assert extract.about.arms == ()
    assert extract.about.shared_treatments == ("activity_plan",)
    for table in ("arms", "modules", "guidance", "days", "leavings", "replies", "arrangements"):
        assert not extract.has(table)
    assert {event.reason for event in extract.events if event.event == "withdrew"} == {"everything"}


def test_every_row_of_the_extract_is_what_people_did(small, data_manager, write):
    extract = write("pooled", data_manager)
    scores = {(row.occasion, row.score, row.value) for row in extract.scores}

    assert {("baseline", "pain_intensity", 60.0), ("six_months", "pain_intensity", 40.0)} <= scores
    assert Counter(bool(row.submitted_on) for row in extract.occasions if row.occasion == "six_months") == {
        True: 2,
        False: 2,
    }
    assert {row.channel for row in extract.occasions if row.submitted_on} == {"web"}
    assert Counter(goal.kind for goal in extract.goals) == {"main": 5, "intermediate": 5}
    assert all(goal.before_allocation for goal in extract.goals)
    assert [(row.level, row.occasion, row.corrects) for row in extract.ratings] == [("fully", "visit_3", None)] * 2
    assert Counter(row.visit for row in extract.visits if row.held_on) == {1: 5, 2: 1, 3: 1}
    assert {row.characteristics["age"] for row in extract.participants} == {"45"}


def test_no_words_of_anybody_leave_with_an_extract(small, data_manager, write, tmp_path):
    write("pooled", data_manager)
    everything = "".join(path.read_text() for path in (tmp_path / "pooled").iterdir())

    for words in ("Made Up", "example.org", "Walk to the lake", "I tried it", "070-174 06 99"):
        assert words not in everything


def test_before_the_lock_there_is_no_unblinded_extract(small, data_manager, statistician, write, tmp_path):
    for by in (data_manager, statistician):
        with pytest.raises(NotLocked, match="only after the data have been locked"):
            write("unblinded", by)
    Lock.objects.create(analysis="twelve_months", locked_at=clock.now(), locked_by="DM-01", reason="An interim look")
    with pytest.raises(NotLocked):
        write("unblinded", data_manager)

    assert not (tmp_path / "unblinded").exists()
    assert not Extract.objects.exists()
    with acting_as(SYSTEM):
        assert not Event.objects.filter(verb="allocation.arms_read").exists()


def test_after_the_lock_the_unblinded_extract_tells_arms_programme_and_dose(small, data_manager, write, plan):
    locked(small)
    extract = write("unblinded", data_manager)
    flow = count_flow(extract, read_plan(plan))

    arms = {row.participant: row.arm for row in extract.arms}
    assert Counter(arms.values()) == {"intervention": 2, "control": 2}
    assert arms == {code: small.arm_of(people.participant_by_code(code)) for code in arms}
    sent = [row for row in extract.modules if row.homework_sent_on]
    assert [(row.module, arms[row.participant], bool(row.feedback_on), row.core) for row in sent] == [
        ("start", "intervention", True, True)
    ]
    assert len(extract.modules) == 2 * 14
    assert {arm.arm: arm.fates["answered"] for arm in flow.arms} == {"intervention": 1, "control": 1}
    assert {e.reason for e in extract.events if e.event == "withdrew"} == {"programme", "everything"}


def test_a_corrected_rating_leaves_with_what_it_corrects_and_its_dose_after_the_lock_only(small, data_manager, write):
    [user] = [people.participant_by_code(row.participant) for row in rated(write("pooled", data_manager, "before"))]
    small.rate_goals(user, "partly")
    locked(small)
    extract = write("unblinded", data_manager)

    assert sorted((row.number, row.level, row.corrects) for row in extract.ratings) == [
        (1, "fully", None), (1, "fully", None), (2, "partly", 1), (2, "partly", 1),
    ]  # fmt: skip
    assert len({row.rated_on for row in extract.ratings}) == 1
    assert {row.modules_done for row in extract.rating_doses} == {1}
    assert len(extract.rating_doses) == 4


def rated(extract):
    """The people with a rated goal, one row each."""
    goals = {row.goal for row in extract.ratings}
    return {goal.participant: goal for goal in extract.goals if goal.goal in goals}.values()


def test_guesses_and_disclosures_leave_after_the_lock_only_and_without_words(small, data_manager, write, tmp_path):
    [user] = [people.participant_by_code(row.participant) for row in rated(write("pooled", data_manager, "before"))]
    physio = small.clinician(user, Role.PHYSIOTHERAPIST)
    with small.acting(physio, hour=11):
        concealment.guess_arm(visit=plans.visit(user, 3), arm="control", sure="strongly", key=uuid4(), by=physio)
        concealment.keep_told(
            participant=user, told_by="participant", how="visit", told_on=clock.today(), words="My therapist says",
            key=uuid4(), by=physio,
        )  # fmt: skip
    for kind in ("pooled", "blinded"):
        extract = write(kind, data_manager)
        assert not any(extract.has(table) for table in ("guesses", "disclosures", "rating_doses"))
    locked(small)
    extract = write("unblinded", data_manager)

    [guess], [told] = extract.guesses, extract.disclosures
    assert (guess.participant, guess.visit, guess.guessed_arm, guess.sure) == (user.code, 3, "control", "strongly")
    assert (guess.had_been_told, told.told_by, told.how) == (False, "participant", "visit")
    assert "My therapist" not in "".join(path.read_text() for path in (tmp_path / "unblinded").iterdir())


def test_releases_tell_their_days_before_the_lock_and_their_people_after_it(small, data_manager, write):
    (before,) = write("pooled", data_manager).releases
    with acting_as(SYSTEM):
        newest = programme.newest_release()
        opened = sorted(Course.objects.filter(release=newest).values_list("opens_on", flat=True))
    assert (before.release, before.people) == (newest.sha256, None)
    assert before.first_open_on == (opened[0] if opened[0] <= clock.today() else None)

    locked(small)
    (after,) = write("unblinded", data_manager).releases
    assert after.people == len(opened) > 0


def test_blinded_labels_are_dealt_by_chance_and_tell_nothing_else(
    small, data_manager, statistician, write, monkeypatch
):
    class Dealer:
        def __init__(self, reverse):
            self.reverse = reverse

        def shuffle(self, letters):
            letters.sort(reverse=self.reverse)

    monkeypatch.setattr(actions, "SystemRandom", lambda: Dealer(False))
    first = write("blinded", data_manager, "first")
    monkeypatch.setattr(actions, "SystemRandom", lambda: Dealer(True))
    second = write("blinded", statistician, "second")

    labels = [{row.participant: row.arm for row in extract.arms} for extract in (first, second)]
    assert [set(each.values()) for each in labels] == [{"A", "B"}] * 2
    assert all(labels[0][person] != labels[1][person] for person in labels[0])
    assert first.about.arms == second.about.arms == ("A", "B")
    assert not first.has("modules")
    assert not first.has("guidance")
    assert "programme" not in {event.reason for event in first.events}


def test_with_nobody_in_an_arm_only_a_pooled_extract_is_written(world, data_manager, write):
    world.allocated(arm="control")

    with pytest.raises(NotExtracted, match="has nobody in it"):
        write("blinded", data_manager)
    assert len(write("pooled", data_manager).participants) == 1


def test_writing_is_recorded_with_its_hash_and_its_rows(world, data_manager, write):
    world.consented()
    extract = write("pooled", data_manager)
    row = Extract.objects.get()

    assert (row.sha256, row.rows["participants.csv"], row.written_by) == (extract.manifest.sha256, 1, data_manager.code)
    event = Event.objects.get(verb="reporting.extract_written")
    assert event.detail == {"analysis": "six_months", "kind": "pooled", "sha256": row.sha256}


def test_only_data_manager_and_statistician_write_extracts(world, write):
    for role in (Role.COORDINATOR, Role.PHYSIOTHERAPIST, Role.THERAPIST, Role.ADMINISTRATOR):
        with pytest.raises(NotTheirRole):
            write("pooled", world.staff(role))


def test_an_extract_reads_tables_and_not_people_one_by_one(world, data_manager, write, django_assert_max_num_queries):
    world.consented()
    with django_assert_max_num_queries(84) as few:
        write("pooled", data_manager, "few")
    for _ in range(3):
        world.screened()
        world.consented()
    with django_assert_max_num_queries(len(few)):
        write("pooled", data_manager, "more")


def test_an_extract_goes_into_an_empty_folder_that_can_be_written(world, data_manager, write, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(FolderNotEmpty, match=r"mine holds files already.*Choose an empty folder"):
        write("pooled", data_manager, "mine")
    with pytest.raises(FolderNotWritable, match="cannot be written: Not a directory"):
        write("pooled", data_manager, "mine/notes.txt/below")

    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    assert not Extract.objects.exists()


def test_each_response_tells_how_and_when_it_came_in_and_how_often_it_was_corrected(small, data_manager, write):
    before = {row.response_id: row for row in write("pooled", data_manager).responses}
    assert {(row.mode, row.in_window, row.minimum_data_set, row.corrections) for row in before.values()} == {
        ("web", True, False, 0)
    }
    assert all(row.completed_on == row.entered_on for row in before.values())

    sent = answered.sent_responses("pain-intensity").filter(assessment__occasion="six_months").first()
    with acting_as(data_manager):
        trial.correct_answers(
            assessment=sent.assessment, instrument="pain-intensity", answers={"pain-intensity": 3},
            reason="The person called", by=data_manager,
        )  # fmt: skip
    extract = write("pooled", data_manager, folder="corrected")
    assert [row.response_id for row in extract.responses if row.corrections == 1] == [f"R{sent.pk}"]
    assert [row.value for row in extract.scores if row.response_id == f"R{sent.pk}"] == [3.0]


def test_the_visits_are_told_in_numbers_and_codes_alike_in_every_kind(small, data_manager, write):
    person = small.baseline_done()
    physio = small.clinician(person, Role.PHYSIOTHERAPIST)
    asked = small.protocol.physiotherapy.asked
    with small.acting(physio):
        visit = plans.visit(person, 1)
        notes = {"easy_minutes": "40", "strength_days": "", "resources_social": "My sister Ulla"}
        visiting.write_notes(visit=visit, notes=notes, by=physio)
        trial.answer_red_flags(visit=visit, answers={each.code: "no" for each in asked}, by=physio)
        visiting.keep_capacity(visit=visit, value=11, key=uuid4(), by=physio)
        physiotherapy.miss_visit(participant=person, number=1, why_coded="ill", why="Ulla drove", by=physio)
    pooled, blinded = write("pooled", data_manager), write("blinded", data_manager)
    (now,) = [row for row in pooled.activity_now if row.participant == person.code]
    assert (now.easy_minutes, now.strength_days, now.hard_minutes) == (40, None, None)
    assert len([row for row in pooled.red_flags if row.participant == person.code]) == len(asked)
    assert [(row.value, row.seconds) for row in pooled.capacity if row.participant == person.code] == [(11, 30)]
    assert [(row.reason, row.number) for row in pooled.missed_visits if row.participant == person.code] == [("ill", 1)]
    assert (pooled.red_flags, pooled.capacity) == (blinded.red_flags, blinded.capacity)
    assert "Ulla" not in str(pooled)


def test_every_version_of_a_plan_is_told_with_its_activities_and_exercises_and_no_word(small, data_manager, write):
    person = small.baseline_done()
    physio = small.clinician(person, Role.PHYSIOTHERAPIST)
    release = library.publish_exercises(library=check.read(CWP / "plan" / "exercises"), by=SYSTEM)
    walk = DraftActivity("walking", (1, 3, 5), 20, "easy", "With Ulla", low_energy_minutes=5)
    draft = Draft((walk,), "Ulla carries", exercises=(DraftExercise("half-squat", "easier", 6, 2),))
    with small.acting(physio):
        for longer in (draft, draft.having(replace(walk, minutes=25), instead_of=walk)):
            physiotherapy.agree_plan(participant=person, draft=longer, key=uuid4(), by=physio)
    extract = write("pooled", data_manager)
    told = [row for row in extract.planned_activities if row.participant == person.code]
    assert [(row.version, row.days_a_week, row.minutes, row.low_energy_minutes) for row in told] == [
        (1, 3, 20, 5), (2, 3, 25, 5)
    ]  # fmt: skip
    dose = [
        (row.version, row.exercise, row.form, row.times, row.sets, row.release) for row in extract.planned_exercises
    ]
    assert [each for each in dose if each[1] == "half-squat"][-2:] == [
        (n, "half-squat", "easier", 6, 2, release.sha256[:12]) for n in (1, 2)
    ]
    assert [row.origin for row in extract.plans if row.participant == person.code] == ["agreed", "agreed"]
    assert "Ulla" not in str(extract)
