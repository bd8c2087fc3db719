"""Made-up people's worksheets: what the trial's file says fits its sheets, and some of it is kept and shared."""

from datetime import date
from types import SimpleNamespace

import pytest

from stegvis.audit import clock
from stegvis.demonstration import parameters, sheets
from stegvis.demonstration.lives import Life
from stegvis.methods.programme import answers, check
from stegvis.people.acting import acting_as
from stegvis.people.models import Role
from stegvis.programme.worksheets import queries
from tests import worlds
from tests.studies.folders import CWP


@pytest.fixture
def world(db):
    with clock.frozen(clock.at(worlds.FRIDAY, 9)):
        yield worlds.installed()


@pytest.fixture(scope="module")
def model():
    return parameters.read(CWP)


def life(number: int) -> Life:
    """As much of a life as a worksheet asks for."""
    return SimpleNamespace(number=number, language="en")  # type: ignore[return-value]


def test_every_answer_in_the_file_fits_its_field_in_both_languages(model):
    programme = check.read(CWP / "programme")
    for told in model.words["worksheets"]:
        fields = {field.name: field for field in programme.worksheet(told["sheet"]).fields("en")}
        for language in ("sv", "en"):
            for name, text in sheets._words(told, language).items():
                assert answers.as_text(answers.answer(fields[name], text)) == text, name
        assert programme.module(told["module"])


def test_some_are_kept_and_some_of_those_shared_with_the_therapist(world, model):
    arm = world.protocol.arms_with("programme")[0].code
    person = world.allocated(arm=arm, on=date(2026, 9, 4))
    with world.acting(person.account):
        course = world.course(person)
        for number in range(30):
            sheets.write(model, life(number), person, "alarm")
        kept = queries.entries(course).count()
    assert 1 <= kept < 30
    with acting_as(world.clinician(person, Role.THERAPIST)):
        assert 1 <= queries.shared_with(person, "therapist").count() <= kept


def test_a_module_without_a_sheet_leaves_none(world, model):
    person = world.allocated(arm=world.protocol.arms_with("programme")[0].code, on=date(2026, 9, 4))
    with world.acting(person.account):
        sheets.write(model, life(1), person, "start")
        assert not queries.entries(world.course(person)).exists()
