"""Two people in each arm, a data manager and a statistician; what is made is made in the test's own folder."""

import json
from uuid import uuid4

import pytest

from stegvis.exchange import actions, making
from stegvis.people.acting import acting_as
from stegvis.people.models import Role


@pytest.fixture(autouse=True)
def place(settings, tmp_path):
    settings.VAR_DIRECTORY = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def people(world):
    return [world.allocated(arm=arm.code) for arm in world.protocol.arms]


@pytest.fixture
def data_manager(world):
    return world.staff(Role.DATA_MANAGER)


@pytest.fixture
def statistician(world):
    return world.staff(Role.STATISTICIAN)


def order(by, **changed):
    """An order as the form makes it: answers pooled as CSV."""
    asked = {
        "analysis": "six_months", "kind": "pooled", "format": "csv", "answers": True, "language": "en",
        "reason": "For the steering group", "key": uuid4(),
    }  # fmt: skip
    with acting_as(by):
        return actions.order_export(**asked | changed, by=by)


@pytest.fixture
def converted(monkeypatch):
    """Conversions that take no time: one file each, with the manifest that says so."""

    def convert(export, progress, folder):
        (folder / "out").mkdir()
        (folder / "out" / "table.csv").write_text("participant\n")
        files = {"table.csv": {"bytes": 12, "rows": 0, "sha256": "e" * 64}}
        (folder / "out" / "manifest.json").write_text(json.dumps({"files": files}))

    monkeypatch.setattr(making, "_convert", convert)
