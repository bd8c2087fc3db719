"""Edit checks: what fails is asked about, what is not known is not, and a check that cannot fail is a mistake."""

from datetime import date

import pytest
from pydantic import TypeAdapter

from stegvis.methods.study.edit_checks import EditCheck, Known, failures

ASK = {"en": "Which is right?"}
PAIN = {"instrument": "pain", "item": "now"}
PLACES = {"instrument": "map", "score": "places"}


def fails(known, occasion="baseline", **check):
    made = TypeAdapter(EditCheck).validate_python({"code": "c", "ask": ASK, **check})
    return [dict(each.value) for each in failures([made], occasion, known)]


def test_a_datum_outside_its_range_is_asked_about_and_one_at_the_limit_is_not():
    for number, expected in ((24, [{"now": 24}]), (25, []), (100, []), (101, [{"now": 101}])):
        known = Known(items={("pain", "now"): number})
        assert fails(known, kind="range", **PAIN, minimum=25, maximum=100) == expected
    assert fails(Known(), kind="range", **PAIN, minimum=25) == []


def test_a_missing_answer_is_asked_about_once_the_questionnaire_was_sent():
    check = {"kind": "missing", **PAIN}
    assert fails(Known(sent=frozenset({"pain"})), **check) == [{"now": None}]
    assert fails(Known(), **check) == []
    preferred_not_to = Known(sent=frozenset({"pain"}), said=frozenset({("pain", "now")}))
    assert fails(preferred_not_to, **check) == []


def test_two_data_that_contradict_each_other_are_asked_about_with_both_values():
    check = {
        "kind": "consistency",
        "when": {**PAIN, "operator": "==", "value": 0},
        "then": {**PLACES, "operator": "==", "value": 0},
    }
    for pain, places, expected in (
        (0, 3, [{"now": 0, "places": 3}]),
        (0, 0, []),
        (5, 3, []),
        (None, 3, []),
        (0, None, []),
    ):
        known = Known(items={("pain", "now"): pain}, scores={("map", "places"): places})
        assert fails(known, **check) == expected


def test_a_datum_can_be_compared_with_another():
    check = {"kind": "consistency", "then": {**PAIN, "operator": "<=", "than": {"instrument": "pain", "item": "worst"}}}
    known = Known(items={("pain", "now"): 7, ("pain", "worst"): 4})
    assert fails(known, **check) == [{"now": 7, "worst": 4}]
    assert fails(Known(items={("pain", "now"): 4, ("pain", "worst"): 7}), **check) == []


def test_days_in_the_wrong_order_are_asked_about():
    check = {"kind": "days", "first": "baseline", "second": "randomisation", "minimum": 0}
    early, late = date(2026, 3, 1), date(2026, 3, 4)
    assert fails(Known(days={"baseline": early, "randomisation": late}), **check) == []
    assert fails(Known(days={"baseline": late, "randomisation": early}), **check) == [
        {"baseline": "2026-03-04", "randomisation": "2026-03-01"}
    ]
    assert fails(Known(days={"baseline": late}), **check) == []


def test_a_check_looks_at_its_own_occasions_only():
    known = Known(items={("pain", "now"): 1})
    check = {"kind": "range", **PAIN, "minimum": 25, "occasions": ["six_months"]}
    assert fails(known, occasion="baseline", **check) == []
    assert fails(known, occasion="six_months", **check) == [{"now": 1}]


CHECK = '[[edit_checks]]\ncode = "c"\nask = { en = "Which?", de = "Welches?" }\n'


@pytest.mark.parametrize(
    ("check", "wrong"),
    [
        ('kind = "range"\ninstrument = "none"\nitem = "x"\nminimum = 1', 'names "none", which is not there'),
        ('kind = "days"\nfirst = "consent"\nsecond = "later"\nminimum = 1', 'names "later", which is not there'),
        ('kind = "days"\nfirst = "consent"\nsecond = "randomisation"', "has no limit"),
        ('kind = "range"\ninstrument = "steadiness"\nminimum = 1', "must name either an item or a score"),
        ('kind = "missing"\ninstrument = "steadiness"\nitem = "x"', 'names "x"'),
        ('kind = "missing"\nasked_of = "coordinator"\ninstrument = "steadiness"\nitem = "falls"', "who is shown arms"),
        ('kind = "missing"\noccasions = ["never"]\ninstrument = "steadiness"\nitem = "falls"', 'names "never"'),
    ],
)
def test_a_check_of_what_is_not_collected_is_a_mistake(spoil, check, wrong):
    problems = spoil(("[retention]", f"{CHECK}{check}\n\n[retention]"))
    assert any(wrong in str(problem) for problem in problems), [str(each) for each in problems]


def test_the_example_trial_checks_its_data(cwp):
    assert {each.kind for each in cwp.edit_checks} == {"consistency", "missing", "range", "days"}
