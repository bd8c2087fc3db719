"""The analysis plan and the protocol speak of the same trial."""

import tomllib

import pytest

from stegvis.methods import study
from stegvis.methods.study.plan_checks import plan_mistakes
from tests.studies.folders import THREE_ARMS

RAW = tomllib.loads((THREE_ARMS / "protocol.toml").read_text())
PLAN = """
baseline = "start"
main_occasion = "week_eight"

[[arms]]
code = "advice"
reference = true
[[arms]]
code = "walking"
[[arms]]
code = "strength"

[[outcomes]]
code = "walking"
kind = "primary"
instrument = "walking-ability"
score = "walking_ability"
better = "higher"
minimum = 0
maximum = 10
mcid = { points = 1 }
"""


def said(source: str) -> str:
    return "\n".join(f"{key} {wrong}" for key, wrong, _ in plan_mistakes(RAW, source))


def test_a_plan_that_agrees_has_no_mistakes():
    assert said(PLAN) == ""


def test_a_score_can_be_analysed_twice_and_says_the_same_of_itself_both_times():
    again = PLAN[PLAN.index("[[outcomes]]") :].replace('code = "walking"', 'code = "walking_log"')
    assert said(PLAN + again) == ""
    assert said(PLAN + again.replace("maximum = 10", "maximum = 9")) == (
        "outcomes.walking_log.maximum is 9, but the protocol says 10"
    )


def test_other_care_is_told_only_of_what_is_asked_at_that_occasion():
    [asked, *_rest] = RAW["occasions"][0]["instruments"]
    care = 'occasions = ["start"]\n[[other_care.items]]\ncode = "x"\ninstrument = '
    assert said(f'{PLAN}\n[other_care]\n{care}"{asked}"') == ""
    assert said(f'{PLAN}\n[other_care]\n{care}"none"') == (
        'other_care.items.x takes "none", which the protocol does not ask at "start"'
    )


COUNTED = '[[harms.deterioration]]\noutcome = "walking"\nsd = {sd}\nreliability = {reliability}\n'


@pytest.mark.parametrize(
    ("sd", "reliability", "expected"),
    [
        ("2.0", "0.8", []),
        ("3", "0.8", ["sd is 3, but adverse_events.deterioration.{own}.sd of protocol.toml is 2"]),
        (
            "2",
            "0.9",
            ["reliability is 0.9, but adverse_events.deterioration.{own}.reliability of protocol.toml is 0.8"],
        ),
        (
            "2",
            '"much"',
            ['reliability is "much", but adverse_events.deterioration.{own}.reliability of protocol.toml is 0.8'],
        ),
    ],
)
def test_a_deterioration_is_counted_by_the_numbers_by_which_it_is_watched(sd, reliability, expected):
    own = next(one["code"] for one in RAW["outcomes"] if one["score"] == "walking_ability")
    watched = {"deterioration": [{"outcome": own, "baseline": "start", "sd": 2, "reliability": 0.8}]}
    plan = PLAN + COUNTED.format(sd=sd, reliability=reliability)

    found = [f"{key} {wrong}" for key, wrong, _ in plan_mistakes(RAW | {"adverse_events": watched}, plan)]

    assert found == [f"harms.deterioration.walking.{one.format(own=own)}" for one in expected]
    assert said(plan) == ""  # a protocol that watches nothing says nothing of it


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('baseline = "start"', 'baseline = "begin"', 'baseline names "begin", which is no occasion'),
        ('code = "strength"', 'code = "power"', 'arms are ["advice", "walking", "power"], but'),
        ("reference = true\n", "", ""),
        (
            'code = "walking"\n[[arms]]',
            'code = "walking"\nreference = true\n[[arms]]',
            "arms.walking has reference = true",
        ),
        ('better = "higher"', 'better = "lower"', 'outcomes.walking.better is "lower", but the protocol says "higher"'),
        ("maximum = 10", "maximum = 100", "outcomes.walking.maximum is 100, but the protocol says 10"),
        ("points = 1", "points = 2", "outcomes.walking.mcid is 2, but the protocol says 1"),
        ('kind = "primary"', 'kind = "secondary"', 'outcomes.walking.kind is "secondary"'),
        ('score = "walking_ability"', 'score = "steps"', 'outcomes.walking takes the score "steps"'),
        ('score = "walking_ability"', 'score = "steps"', 'outcomes lack "walking_ability", a primary outcome'),
        ("[[outcomes]]", "[[outcomes]", "is not TOML"),
    ],
)
def test_a_plan_that_says_something_else_is_told(old, new, sentence):
    assert old in PLAN
    found = said(PLAN.replace(old, new))

    assert sentence in found
    assert bool(found) == bool(sentence)


def test_the_check_of_a_trial_reads_its_plan(spoil, folder):
    (folder / "plan.toml").write_text(PLAN.replace('baseline = "start"', 'baseline = "begin"'))

    [problem] = spoil(('plan = "sap.toml"', 'plan = "plan.toml"'))

    assert (problem.file, problem.key) == ("plan.toml", "baseline")
    assert study.check(THREE_ARMS) == []
