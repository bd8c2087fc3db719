"""Goals are set in the person's words, locked for good, and rated by whom and how the row says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stegvis.audit import clock
from stegvis.audit.errors import KeyUsedElsewhere, SentWithOtherWords
from stegvis.audit.models import Event
from stegvis.people.acting import acting_as
from stegvis.people.errors import NotInYourCaseload, NotTheirRole
from stegvis.physiotherapy import actions, queries
from stegvis.physiotherapy.errors import (
    DayIsToday,
    GoalIsLocked,
    GoalNotLocked,
    GoalSetAside,
    NeedsItsMainGoal,
    NoMainGoal,
    NoSuchLevel,
    NothingWritten,
    NotInItsPlace,
    NotTheRatingThatCounts,
    NotYet,
    NotYours,
    OutsideTheScale,
    RatedAlready,
    RatedBeforeItWasLocked,
    RatedByNobodyThere,
    UnknownChoice,
)
from stegvis.physiotherapy.models import Goal, GoalRating


def lock(participant, by):
    with acting_as(by):
        return actions.lock_goals(participant=participant, by=by)


def set_aside(goal, by):
    with acting_as(by):
        return actions.set_aside_goal(goal=goal, by=by)


def rate(goal, by, level="partly", rater="participant", mode="own_screen", occasion="visit3", key=None, **more):
    with acting_as(by):
        return actions.rate_goal(
            goal=goal, level=level, rater=rater, mode=mode, occasion=occasion, key=key or uuid4(), by=by, **more
        )


def correct(rating, by, level="fully", why="Pressed the wrong one", **more):
    given = {"rater": rating.rater, "mode": rating.mode, "occasion": rating.occasion, **more}
    return rate(rating.goal, by, level, corrects=rating, reason_given=why, **given)


def goals(participant):
    with acting_as(participant.account):
        return queries.goals_of(participant)


def test_a_goal_keeps_the_persons_words_and_what_belongs_to_it(participant, set_goal, physiotherapist, moment):
    goal = set_goal(
        participant, "Walk to the shop and home again", goal_type="participation", how_seen="I carry the milk",
        target_week=12, importance=9, difficulty=6, confidence=7,
    )  # fmt: skip

    with acting_as(participant.account):
        stored = Goal.objects.get()
    assert (stored.text, stored.how_seen) == ("Walk to the shop and home again", "I carry the milk")
    assert (stored.type, stored.target_week) == ("participation", 12)
    assert (stored.importance, stored.difficulty, stored.confidence) == (9, 6, 7)
    assert (stored.set_at, stored.set_by_id, stored.locked_at) == (moment, physiotherapist.pk, None)
    assert goal == stored
    assert "milk" not in str(list(Event.objects.values()))


def test_an_intermediate_goal_leads_to_a_main_goal_of_the_same_person(participant, control, set_goal):
    main = set_goal(participant)
    step = set_goal(participant, "Walk to the corner", kind="intermediate", parent=main)

    assert [(each.goal, each.parent) for each in goals(participant)] == [(main, None), (step, main.pk)]
    for wrong in (
        {"kind": "intermediate"},
        {"kind": "main", "parent": main},
        {"kind": "intermediate", "parent": step},
    ):
        with pytest.raises(NeedsItsMainGoal):
            set_goal(participant, **wrong)
    with pytest.raises(NeedsItsMainGoal):
        set_goal(control, kind="intermediate", parent=main)


def test_a_goal_without_words_or_outside_its_scales_is_refused(participant, set_goal):
    with pytest.raises(NothingWritten):
        set_goal(participant, "  ")
    for wrong in ({"confidence": 11}, {"importance": -1}, {"target_week": 261}):
        with pytest.raises(OutsideTheScale):
            set_goal(participant, **wrong)
    for wrong in ({"goal_type": "dream"}, {"kind": "side"}):
        with pytest.raises(UnknownChoice):
            set_goal(participant, **wrong)


def test_a_goal_sent_twice_is_one_goal(participant, control, set_goal):
    key = uuid4()
    assert set_goal(participant, key=key) == set_goal(participant, key=key)
    for other in ({"target_week": 12}, {"importance": 0}, {"goal_type": "health"}, {"how_seen": "I carry the milk"}):
        with pytest.raises(SentWithOtherWords):
            set_goal(participant, key=key, **other)
    with pytest.raises(KeyUsedElsewhere):
        set_goal(control, key=key)
    assert len(goals(participant)) == 1


def test_only_the_own_physiotherapist_sets_and_locks_goals(participant, set_goal, outsider, therapist, coordinator):
    for deed in (lambda by: set_goal(participant, by=by), lambda by: lock(participant, by)):
        with pytest.raises(NotInYourCaseload):
            deed(outsider)
        for other in (therapist, coordinator, participant.account):
            with pytest.raises(NotTheirRole):
                deed(other)


def test_goals_are_not_locked_without_a_main_goal(participant, set_goal, physiotherapist, moment):
    with pytest.raises(NoMainGoal, match="AL-001 cannot be locked yet"):
        lock(participant, physiotherapist)
    main = set_goal(participant)
    set_goal(participant, "Walk to the corner", kind="intermediate", parent=main)

    assert [goal.locked_at for goal in lock(participant, physiotherapist)] == [moment, moment]
    with acting_as(participant.account):
        assert queries.goals_locked_at(participant) == moment


def test_a_main_goal_that_was_set_aside_locks_nothing(participant, set_goal, physiotherapist):
    set_aside(set_goal(participant), physiotherapist)
    with pytest.raises(NoMainGoal):
        lock(participant, physiotherapist)
    with acting_as(participant.account):
        assert queries.goals_locked_at(participant) is None


def test_a_goal_set_later_is_locked_later_and_the_first_moment_stays(
    locked, participant, set_goal, physiotherapist, moment
):
    later = moment + timedelta(days=28)
    with clock.frozen(later):
        set_goal(participant, "Dance at the wedding")
        assert [goal.locked_at for goal in lock(participant, physiotherapist)] == [moment, later]

    with acting_as(participant.account):
        assert queries.goals_locked_at(participant) == moment
    counts = (
        Event.objects.filter(verb="physiotherapy.goals_locked").order_by("pk").values_list("detail__goals", flat=True)
    )
    assert list(counts) == [1, 1]


def test_a_goal_that_is_not_locked_gives_way_to_another_and_its_steps_follow(participant, set_goal):
    old = set_goal(participant, "Walk")
    step = set_goal(participant, "Walk to the corner", kind="intermediate", parent=old)
    new = set_goal(participant, "Walk to the shop", instead_of=old)

    assert [(each.goal, each.parent) for each in goals(participant)] == [(new, None), (step, new.pk)]
    with acting_as(participant.account):
        assert queries.goal(participant, old.pk) is None
        assert queries.goal(participant, new.pk) == new


def test_a_goal_takes_the_place_of_its_own_kind_and_person_only(participant, control, set_goal):
    main = set_goal(participant)
    with pytest.raises(NotInItsPlace):
        set_goal(participant, kind="intermediate", parent=main, instead_of=main)
    with pytest.raises(NotInItsPlace):
        set_goal(control, instead_of=main)


def test_setting_a_main_goal_aside_takes_its_steps_along(participant, set_goal, physiotherapist):
    main = set_goal(participant)
    set_goal(participant, "Walk to the corner", kind="intermediate", parent=main)
    set_aside(main, physiotherapist)

    assert goals(participant) == []
    with pytest.raises(GoalSetAside):
        set_aside(main, physiotherapist)
    with pytest.raises(NeedsItsMainGoal):
        set_goal(participant, kind="intermediate")
    with pytest.raises(GoalSetAside):
        set_goal(participant, kind="intermediate", parent=main)


def test_a_locked_goal_is_neither_set_aside_nor_replaced(locked, participant, set_goal, physiotherapist):
    with pytest.raises(GoalIsLocked, match="Set a new goal beside it"):
        set_aside(locked, physiotherapist)
    with pytest.raises(GoalIsLocked):
        set_goal(participant, "Something easier", instead_of=locked)
    assert [each.goal for each in goals(participant)] == [locked]


def test_a_goal_known_from_before_it_was_locked_is_locked_all_the_same(participant, set_goal, physiotherapist):
    seen_unlocked = set_goal(participant)
    lock(participant, physiotherapist)
    with pytest.raises(GoalIsLocked):
        set_aside(seen_unlocked, physiotherapist)


def test_a_rating_says_whose_it_is_and_how_it_was_given(locked, participant, physiotherapist, moment):
    own = rate(locked, participant.account, "fully")
    read_out = rate(locked, physiotherapist, "partly", mode="read_out", occasion="month6")
    judged = rate(locked, physiotherapist, "not", rater="physiotherapist")

    assert (own.rater, own.mode, own.entered_by, own.rated_at) == (
        "participant", "own_screen", participant.account, moment,
    )  # fmt: skip
    assert (read_out.rater, read_out.mode, read_out.entered_by) == ("participant", "read_out", physiotherapist)
    assert (judged.rater, judged.mode) == ("physiotherapist", "own_screen")


def test_nobody_rates_in_a_way_that_cannot_have_been(locked, participant, physiotherapist):
    for by, rater, mode in (
        (physiotherapist, "participant", "own_screen"),
        (physiotherapist, "physiotherapist", "read_out"),
        (physiotherapist, "physiotherapist", "telephone"),
        (participant.account, "participant", "paper"),
        (participant.account, "participant", "read_out"),
        (participant.account, "physiotherapist", "own_screen"),
    ):
        with pytest.raises(RatedByNobodyThere):
            rate(locked, by, rater=rater, mode=mode)
    with acting_as(participant.account):
        assert not GoalRating.objects.exists()


def test_only_the_person_and_their_own_physiotherapist_rate(locked, control, outsider, therapist, coordinator):
    for other in (control.account, outsider, therapist, coordinator):
        with pytest.raises(NotYours):
            rate(locked, other)


def test_a_goal_is_locked_before_it_is_rated(participant, set_goal, physiotherapist):
    goal = set_goal(participant)
    with pytest.raises(GoalNotLocked, match="Lock the goals of AL-001"):
        rate(goal, participant.account)

    [goal] = lock(participant, physiotherapist)
    assert rate(goal, participant.account).level == "partly"


def test_a_rating_has_a_level_and_an_occasion(locked, participant):
    with pytest.raises(UnknownChoice):
        rate(locked, participant.account, level="almost")
    with pytest.raises(NothingWritten):
        rate(locked, participant.account, occasion="")


def test_a_rating_sent_twice_is_one_rating(locked, participant, physiotherapist, set_goal):
    key = uuid4()
    first = rate(locked, participant.account, "fully", key=key)
    assert rate(locked, participant.account, "fully", key=key) == first
    with pytest.raises(SentWithOtherWords):
        rate(locked, participant.account, "not", key=key)

    set_goal(participant, "Another")
    [_, other] = lock(participant, physiotherapist)
    with pytest.raises(KeyUsedElsewhere):
        rate(other, participant.account, key=key)


def test_a_goal_is_rated_once_on_an_occasion_and_a_mistake_is_corrected_with_its_reason(locked, participant):
    first = rate(locked, participant.account, "not")
    with pytest.raises(RatedAlready, match="rated on this occasion, on 2026-11-13"):
        rate(locked, participant.account, "fully")
    with pytest.raises(NothingWritten):
        correct(first, participant.account, why=" ")
    second = correct(first, participant.account, "fully", "I read it wrongly")

    assert (second.corrects, second.reason, second.on) == (first, "I read it wrongly", first.on)
    with pytest.raises(NotTheRatingThatCounts):
        correct(first, participant.account, "partly")
    assert correct(second, participant.account, "partly").corrects == second


def test_a_correction_is_of_the_same_goal_occasion_and_rater(locked, participant, physiotherapist):
    first = rate(locked, participant.account, "not")
    for by, other in (
        (participant.account, {"occasion": "month6"}),
        (physiotherapist, {"rater": "physiotherapist"}),
    ):
        with pytest.raises(NotTheRatingThatCounts):
            correct(first, by, **other)


def test_the_record_tells_of_a_correction_and_not_what_it_says(locked, participant):
    first = rate(locked, participant.account, "not")
    correct(first, participant.account, "fully", "I read it wrongly")
    events = Event.objects.filter(verb="physiotherapy.goal_rated").order_by("pk")

    assert [event.detail["corrects"] for event in events] == [None, f"physiotherapy.GoalRating:{first.pk}"]
    assert "wrongly" not in str(list(events.values()))


def test_the_last_of_an_occasion_counts_and_all_stay(locked, participant, moment):
    first = rate(locked, participant.account, "not")
    with clock.frozen(moment + timedelta(hours=1)):
        correct(first, participant.account, "partly")
    with clock.frozen(moment + timedelta(hours=2)):
        rate(locked, participant.account, "fully", occasion="six_months")

    [goal] = goals(participant)
    assert [(rating.occasion, rating.level) for rating in goal.ratings] == [
        ("visit3", "partly"),
        ("six_months", "fully"),
    ]
    assert goal.rated_at("visit3").level == "partly"
    assert goal.last.level == "fully"
    with acting_as(participant.account):
        assert queries.ratings_of(locked).count() == 3


def test_what_came_by_telephone_or_on_paper_has_the_day_on_which_it_was_given(locked, physiotherapist, moment):
    with clock.frozen(moment + timedelta(days=84)):
        paper = rate(locked, physiotherapist, mode="paper", given_on=clock.today() - timedelta(days=3))
        call = rate(locked, physiotherapist, mode="telephone", occasion="month6")
        assert (paper.on, call.on) == (clock.today() - timedelta(days=3), clock.today())

        for mode, days, refusal in (
            ("paper", 1, NotYet),
            ("paper", -85, RatedBeforeItWasLocked),
            ("read_out", -1, DayIsToday),
        ):
            given_on = clock.today() + timedelta(days=days)
            with pytest.raises(refusal):
                rate(locked, physiotherapist, mode=mode, given_on=given_on, occasion="year1")


def test_a_goal_without_levels_is_rated_without_one(locked, participant):
    with pytest.raises(NoSuchLevel, match="set without levels"):
        rate(locked, participant.account, gas_level=0)
    with pytest.raises(OutsideTheScale):
        rate(locked, participant.account, gas_level=3)


def test_a_goal_never_rated_stays_in_sight(locked, participant, physiotherapist):
    [goal] = goals(participant)
    assert goal.last is None
    with acting_as(physiotherapist):
        summary = queries.summaries([participant.pk])[participant.pk]
    assert (summary.goals, summary.goals_locked, summary.goals_rated) == (1, 1, 0)


def test_goals_take_three_queries_however_many(participant, set_goal, django_assert_num_queries):
    for count in (1, 2):
        set_goal(participant)
        with acting_as(participant.account), django_assert_num_queries(3):
            assert len(queries.goals_of(participant)) == count


def test_the_record_does_not_tell_the_level(locked, participant):
    rate(locked, participant.account, "fully")
    event = Event.objects.get(verb="physiotherapy.goal_rated")
    assert event.detail["occasion"] == "visit3"
    assert "fully" not in str(event.detail)
