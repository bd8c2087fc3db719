"""Adverse events in the protocol: times, grades and watched scores that fit; the smallest reliable change by hand."""

import pytest

SECTION = """\
[adverse_events]
question = { de = "Neu?", en = "New?" }
rule = { de = "Muskelkater.", en = "Soreness." }
asked_at = ["start"]
serious_grade = "soon"
report_to = { de = "Sponsor", en = "Sponsor" }
terms = [{ code = "fall", name = { de = "Sturz", en = "Fall" } }]

[reminders]"""
WATCHED = (
    'deterioration = [{ outcome = "OUTCOME", baseline = "start", sd = 10, reliability = 0.75, source = "Ours." }]\n'
    'serious_grade = "soon"'
)


@pytest.fixture
def told(spoil, three_arms):
    """What is said of the section above with something in it replaced."""
    outcome = three_arms.protocol.outcomes[0].code

    def tell(old="", new=""):
        new = new.replace("OUTCOME", outcome)
        return " ".join(f"{each.key} {each.wrong}" for each in spoil(("[reminders]", SECTION.replace(old, new))))

    return tell


def test_a_section_that_fits_is_accepted(told):
    assert told() == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('["start"]', '["visit_9"]', 'names "visit_9", which is not there'),
        ('["start"]', '["start", "start"]', 'names "start" twice'),
        ('serious_grade = "soon"', 'serious_grade = "sun"', 'names "sun"'),
        ('serious_grade = "soon"', WATCHED, "lacks deterioration_grade"),
        ('serious_grade = "soon"', WATCHED.replace("OUTCOME", "joy"), 'names "joy"'),
        ('serious_grade = "soon"', WATCHED.replace('"start"', '"never"'), 'names "never"'),
    ],
)
def test_what_does_not_fit_is_told(told, old, new, sentence):
    assert sentence in told(old, new)


def test_a_deterioration_is_beyond_the_smallest_reliable_change(cwp):
    pain = cwp.adverse_events.deterioration[0]

    assert pain.smallest == pytest.approx(24.792, abs=0.001)  # 1.96 · √2 · 20 · √(1 − 0.8)
    assert pain.is_reliable(40, 65, lower_is_better=True)
    assert not pain.is_reliable(40, 64, lower_is_better=True)
    assert pain.is_reliable(65, 40, lower_is_better=False)
    assert not pain.is_reliable(65, 40, lower_is_better=True)
