"""The second trial: sound, and in nothing like the example."""

from stegvis.methods import study
from stegvis.methods.instruments import reading
from stegvis.methods.instruments.scoring import check_scores
from tests.studies.folders import CWP, THREE_ARMS


def test_the_second_trial_has_no_mistakes():
    assert [str(problem) for problem in study.check(THREE_ARMS)] == []


def test_its_questionnaires_can_be_answered_and_scored():
    for file in study.load(THREE_ARMS).instruments:
        questionnaire = reading.load(file.source)

        assert questionnaire.can_be_answered
        assert check_scores(questionnaire) == []
        assert questionnaire.sha256 == file.sha256


def test_it_shares_neither_arm_nor_site_instrument_or_occasion_with_the_example():
    one, other = study.load(CWP).protocol, study.load(THREE_ARMS).protocol

    for tables in ("arms", "sites", "instruments", "occasions"):
        codes = [{table.code for table in getattr(protocol, tables)} for protocol in (one, other)]
        assert codes[0].isdisjoint(codes[1])
    assert [arm.ratio for arm in other.arms] == [2, 1, 1]
    assert other.programme is None
    assert other.goals is None
    assert other.allocation.strata == ("site", "age_band")
