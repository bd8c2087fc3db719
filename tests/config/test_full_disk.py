"""A full disk is one sentence, and nothing else is taken for one."""

import psycopg
import pytest
from django.db import OperationalError

from stegvis.config import full_disk
from stegvis.config.environment import Environment
from stegvis.config.full_disk import FullDiskRefused, plainly


@pytest.fixture
def env(no_settings, tmp_path) -> Environment:
    no_settings.setenv("STEGVIS_VAR", str(tmp_path))
    return Environment()


def test_the_databases_own_word_for_a_full_disk_is_understood(env):
    with pytest.raises(FullDiskRefused, match=r"is full\. Free some space"), plainly(env):
        raise OperationalError from psycopg.errors.DiskFull("could not extend file")


@pytest.mark.parametrize("gone", [psycopg.OperationalError("in recovery mode"), RuntimeError("a helper failed")])
def test_a_database_that_gave_up_for_want_of_room_is_a_full_disk_too(env, monkeypatch, gone):
    with pytest.raises(type(gone)), plainly(env):
        raise gone

    monkeypatch.setattr(full_disk, "A_LOG_FILE", 2**60)
    with pytest.raises(FullDiskRefused), plainly(env):
        raise gone


def test_without_room_another_mistake_is_still_itself(env, monkeypatch):
    monkeypatch.setattr(full_disk, "A_LOG_FILE", 2**60)

    with pytest.raises(ZeroDivisionError), plainly(env):
        raise ZeroDivisionError
