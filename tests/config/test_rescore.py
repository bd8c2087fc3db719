"""`stegvis rescore`: looks at what was sent, keeps what comes out otherwise, and records only that."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from click.testing import CliRunner

from stegvis.assessments.models import Score
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.config.commands import rescore
from stegvis.methods.instruments import scoring
from stegvis.people.acting import acting_as
from tests import worlds

PAIN = "pain-intensity"


@pytest.fixture
def sent(example_trial, monkeypatch):
    """Two people have sent the baseline; the database of the tests stands for the installation's."""
    monkeypatch.setattr(rescore, "database_running", nullcontext)
    monkeypatch.setattr(rescore, "with_django", lambda: None)
    with clock.frozen(clock.at(worlds.FRIDAY, 10)):
        yield [example_trial.baseline_done() for _ in range(2)]


@pytest.fixture
def corrected_rule(sent, monkeypatch):
    """From now on pain is scored by another version of its rule."""
    real = scoring.score

    def score(*given):
        return [replace(each, version="2") if each.name == "pain_intensity" else each for each in real(*given)]

    monkeypatch.setattr(scoring, "score", score)


def run(*said):
    return CliRunner().invoke(rescore.command, list(said))


def events():
    with acting_as(SYSTEM):
        return Event.objects.filter(verb="assessments.rescored").count()


def versions():
    return list(Score.objects.filter(name="pain_intensity", scoring_version="2"))


def test_what_comes_out_the_same_leaves_neither_a_row_nor_an_event(sent):
    before = Score.objects.count()
    result = run()

    assert (result.exit_code, Score.objects.count(), events()) == (0, before, 0)
    assert ", 0 scores are new" in result.output


def test_a_corrected_rule_leaves_a_row_and_an_event_for_each_response_that_changes_and_only_once(corrected_rule):
    assert "2 questionnaires looked at, 2 scores are new" in run("--instrument", PAIN).output
    assert (len(versions()), events()) == (2, 2)
    assert ", 0 scores are new" in run().output
    assert (len(versions()), events()) == (2, 2)


def test_a_dry_run_says_what_would_change_and_changes_nothing(corrected_rule):
    assert "2 scores would be new" in run("--dry-run").output
    assert (versions(), events()) == ([], 0)


def test_an_instrument_that_the_protocol_lacks_is_refused_with_those_it_has(sent):
    result = run("--instrument", "fiqr")

    assert result.exit_code == 2
    assert "no instrument fiqr" in result.output
    assert PAIN in result.output
