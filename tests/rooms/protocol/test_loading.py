"""Loading a trial's folder: whole or not at all, once, and never changed afterwards."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.models import Event
from stegvis.methods.study import check
from stegvis.protocol import actions, queries
from stegvis.protocol.errors import AnotherTrial, InvalidProtocol, NoProtocol, OlderThanLoaded, UnknownInstrument
from stegvis.protocol.models import InstrumentVersion, ProtocolVersion
from tests.studies.folders import CWP, THREE_ARMS

IN_FORCE = date(2026, 9, 1)


@pytest.fixture(autouse=True)
def nothing_parsed(moment):
    queries.forget()


@pytest.fixture
def amended(tmp_path):
    """Writes the example trial's folder anew, with lines of its protocol replaced."""

    def write(**lines: str) -> Path:
        folder = tmp_path / f"amended-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(CWP, folder)
        text = (folder / "protocol.toml").read_text()
        for old, new in {"number = 1\nlabel": "number = 2\nlabel", 'label = "1.0"': 'label = "2.0"', **lines}.items():
            assert old in text
            text = text.replace(old, new, 1)
        (folder / "protocol.toml").write_text(text)
        return folder

    return write


def later(amended, day=IN_FORCE):
    return amended(**{"effective_from = 2026-01-01": f"effective_from = {day}", "planned_n = 200": "planned_n = 240"})


def load(folder):
    return actions.load_study(directory=folder, by=SYSTEM)


def test_a_trial_is_loaded_with_its_texts_and_instruments():
    version = load(CWP)

    assert (version.number, version.version, version.effective_from) == (1, "1.0", date(2026, 1, 1))
    assert queries.is_loaded()
    assert queries.current().trial.code == "cwp"
    assert queries.text("landing", "sv").language == "sv"
    assert queries.questionnaire("phq-9").by_link_id["phq9-9"].options
    assert version.instruments.count() == len(queries.current().instruments)


def test_whether_a_trial_is_loaded_is_not_asked_again_within_a_page(django_assert_num_queries):
    with queries.remembered():
        assert not queries.is_loaded()
        load(CWP)
        assert queries.is_loaded()
        queries.current()
        with django_assert_num_queries(0):
            assert queries.is_loaded()


def test_what_was_loaded_stands_in_the_record_without_the_folders_name():
    load(CWP)
    event = Event.objects.get(verb="protocol.loaded")

    assert event.detail == {"version": "1.0", "sha256": ProtocolVersion.objects.get().sha256}
    assert str(CWP) not in str(event.detail)


def test_the_same_folder_again_is_the_version_that_is_there():
    assert load(CWP) == load(CWP)
    assert ProtocolVersion.objects.count() == 1


def test_an_amendment_is_a_new_version_from_its_day_on(amended):
    first, second = load(CWP), load(later(amended))

    assert (first.number, second.number) == (1, 2)
    assert queries.version(IN_FORCE - timedelta(days=1)) == first
    assert queries.version(IN_FORCE) == second
    assert (queries.current(date(2026, 8, 31)).trial.planned_n, queries.current().trial.planned_n) == (200, 240)
    assert queries.labels() == {first.pk: "1.0", second.pk: "2.0"}


def test_an_amendment_shares_the_instruments_that_did_not_change(amended):
    first, second = load(CWP), load(later(amended))

    assert set(first.instruments.all()) == set(second.instruments.all())
    assert InstrumentVersion.objects.count() == first.instruments.count()


def test_before_the_first_version_takes_effect_the_first_is_used():
    first = load(CWP)

    assert queries.version(date(2025, 6, 1)) == first


def test_an_amendment_that_would_take_effect_earlier_is_refused(amended):
    load(later(amended))

    with pytest.raises(OlderThanLoaded, match=r"Version 2\.0 takes effect on 2026-05-01"):
        load(later(amended, date(2026, 5, 1)))
    assert ProtocolVersion.objects.count() == 1


def test_another_trial_needs_an_installation_of_its_own():
    load(CWP)

    with pytest.raises(AnotherTrial, match="runs the trial cwp; three-arms needs"):
        load(THREE_ARMS)
    assert queries.current().trial.code == "cwp"


def test_a_folder_with_mistakes_is_refused_whole(amended):
    folder = amended(**{'reference_arm = "control"': 'reference_arm = "nobody"'})
    (folder / "texts" / "en" / "landing.md").unlink()

    with pytest.raises(InvalidProtocol, match=f"has {len(check(folder))} mistakes, so nothing was loaded"):
        load(folder)
    assert not queries.is_loaded()
    assert not InstrumentVersion.objects.exists()
    assert not Event.objects.exists()


def test_without_a_protocol_there_is_a_sentence():
    with pytest.raises(NoProtocol, match="stegvis study load DIR"):
        queries.current()


def test_an_instrument_that_the_protocol_does_not_use_is_unknown():
    load(CWP)

    with pytest.raises(UnknownInstrument, match="knows no instrument wai-sr"):
        queries.questionnaire("wai-sr")


def test_what_was_loaded_never_changes():
    version = load(CWP)

    for row, change in ((version, {"number": 9}), (version.instruments.first(), {"source": "{}"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        version.instruments.clear()


def test_a_text_is_the_one_in_force_on_its_day_in_the_language_asked_for():
    load(THREE_ARMS)

    assert [queries.text("yes", "de", on=day).version for day in (date(2026, 2, 1), date(2026, 3, 1))] == [1, 2]
    assert queries.text("yes", "de").language == "de"
    assert queries.text("yes", "sv").language == "en"


def test_a_letter_is_filled_in():
    load(CWP)
    values = {"link": "http://here", "site_name": "S", "site_phone": "1", "minutes": "40", "closes_on": "1 May 2026"}
    title, body = queries.letter("reminder-first", "en", values)

    assert title == "Some questions from the Stegvis study"
    assert "http://here" in body
    assert body.rstrip().endswith("\nThe Stegvis study")
    assert "{" not in title + body


def test_the_version_in_force_is_asked_once_within_a_request(django_assert_num_queries):
    load(CWP)
    queries.current()

    with django_assert_num_queries(1), queries.remembered():
        for _ in range(5):
            queries.version()


def test_going_live_is_kept_once():
    assert not queries.is_live()
    with clock.frozen(clock.at(IN_FORCE)):
        row = actions.go_live(by=SYSTEM)

    assert queries.is_live()
    assert (row.at, row.account_code) == (clock.at(IN_FORCE), "system")
    with pytest.raises(DatabaseError), transaction.atomic():
        actions.go_live(by=SYSTEM)
