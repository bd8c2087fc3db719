"""Lives: what the made-up people will do, drawn before anything happens."""

from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from stegvis.demonstration import answers, parameters
from stegvis.demonstration.lives import draw_lives, summary
from stegvis.methods.instruments import load as load_questionnaire
from stegvis.methods.instruments import score, validate
from stegvis.methods.study.folder import load

STUDY = Path(__file__).parents[2] / "studies" / "cwp"


@pytest.fixture(scope="module")
def protocol():
    return load(STUDY).protocol


@pytest.fixture(scope="module")
def model():
    return parameters.read(STUDY)


def test_the_default_seed_has_the_published_flow_without_forcing_a_number(protocol, model):
    lives = draw_lives(model, protocol, seed=model.default_seed, participants=129)
    got = summary(protocol, model, lives)
    assert got["by_arm"] == {"intervention": 64, "control": 65}
    assert (got["answered"], got["started"], got["finished"]) == (82, 43, 16)


def test_another_seed_gives_what_it_gives(protocol, model):
    found = [summary(protocol, model, draw_lives(model, protocol, seed=n, participants=129)) for n in range(4)]
    assert len({each["answered"] for each in found}) > 1
    assert all(each["randomised"] == 129 for each in found)


def test_the_same_seed_gives_the_same_lives(protocol, model):
    first, again = (draw_lives(model, protocol, seed=5, participants=20) for _ in range(2))
    assert [(each.arm, each.baseline, each.goals) for each in first] == [
        (each.arm, each.baseline, each.goals) for each in again
    ]


def test_everyone_randomised_goes_through_the_protocols_windows(protocol, model):
    gate = {each.check: each for each in protocol.gates}
    for life in draw_lives(model, protocol, seed=6, participants=129):
        if life.randomised_on is None:
            continue
        assert life.screened_on < life.consented_on <= life.baseline_on < life.visit1_on <= life.randomised_on
        assert (life.randomised_on - life.baseline_on).days <= gate["baseline_primary_complete"].max_age_days
        assert (life.randomised_on - life.visit1_on).days <= gate["visit_held"].within_days


def test_goals_of_one_person_resemble_each_other(protocol, model):
    people = [
        life for seed in range(6) for life in draw_lives(model, protocol, seed=seed, participants=129) if life.arm
    ]
    pairs = [[goal.level == "fully" for goal in life.goals] for life in people if len(life.goals) > 1]
    alike = fmean(first == second for first, second, *_ in pairs)
    share = fmean(level for levels in pairs for level in levels)
    assert alike > share**2 + (1 - share) ** 2 + 0.02


def test_answers_missing_not_at_random_are_an_option(protocol, model):
    """With it, those who answer have changed otherwise than those who do not."""
    worse = model.model_copy(update={"retention": model.retention.model_copy(update={"unobserved": 2.0})})
    score_name = model.scores[0].score

    def difference(chosen):
        people = [x for n in range(5) for x in draw_lives(chosen, protocol, seed=n, participants=129) if x.arm]
        change = {True: [], False: []}
        for life in people:
            change[life.answers].append(life.follow_up[score_name] - life.baseline[score_name])
        return fmean(change[True]) - fmean(change[False])

    assert difference(worse) > difference(model) + 5


@pytest.mark.parametrize("file", load(STUDY).instruments, ids=lambda each: each.code)
def test_any_questionnaire_is_filled_in_soundly_and_scores_near_its_level(file, model):
    questionnaire = load_questionnaire(file.source)
    yes_or_no = {rule.name for rule in questionnaire.scores if (rule.low, rule.high) == (0, 1)}
    levels = {each.score: each.mean for each in model.scores if each.instrument == questionnaire.code}
    levels |= dict.fromkeys(yes_or_no & set(levels), 1.0)  # so that what is asked after a yes is asked
    found: dict[str, list[float]] = {name: [] for name in levels}
    for number in range(40):
        given = answers.answer(questionnaire, levels, Random(number), model.typical)
        assert not validate(questionnaire, given, complete=False)
        for each in score(questionnaire, given):
            found.get(each.name, []).append(each.value)
    for each in model.scores:
        if each.score in found:
            assert abs(fmean(found[each.score]) - levels[each.score]) < 0.35 * each.sd, each.score


def test_what_is_asked_only_after_a_yes_is_answered_only_after_a_yes(protocol, model):
    care = load_questionnaire(next(each.source for each in load(STUDY).instruments if each.code == "concomitant-care"))
    said = {share: answers.answer(care, {"care_analgesics": share}, Random(1), model.typical) for share in (0.1, 0.9)}
    assert "care-analgesic-days" in said[0.9]
    assert "care-analgesic-days" not in said[0.1]
