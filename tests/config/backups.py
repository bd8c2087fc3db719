"""What the tests of backups share: an installation with the example trial in it, a backup of it, and empty databases."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from django.db import connections
from pydantic import SecretStr

from stegvis.config import postgres, secretfiles
from stegvis.config.backups import making, restoring
from stegvis.config.backups.manifest import Manifest
from stegvis.config.database import socket_url
from stegvis.config.environment import APP_ROLE, CHECKOUT, OWNER_ROLE, Environment

PASSPHRASE = "five words that belong together for nobody"
KEYS = secretfiles.for_tests()
_numbers = count(1)


def environment_on(server: postgres.Server, name: str, var: Path) -> Environment:
    """The settings of an installation on database `name`, whose directory is `var`."""
    return Environment().model_copy(
        update={
            "mode": "test", "var": var, "secrets": None, "study": CHECKOUT / "studies" / "cwp",
            "database_url": SecretStr(socket_url(server.socket, APP_ROLE, name)),
            "owner_database_url": SecretStr(socket_url(server.socket, OWNER_ROLE, name)),
            "pg_bin": server.binaries.directory,
        }
    )  # fmt: skip


@dataclass(frozen=True)
class Source:
    """An installation, and one backup of it that no test changes."""

    env: Environment
    name: str
    folder: Path
    manifest: Manifest
    wanted: making.Wanted


@pytest.fixture(scope="module")
def source(installed_trial, postgres_server, django_db_blocker, tmp_path_factory) -> Iterator[Source]:
    """The example trial, backed up once for all tests of a module."""
    name = f"{installed_trial[0]}_source"
    with django_db_blocker.unblock():
        connections["default"].close()
    postgres.copy_database(postgres_server, installed_trial[0], name)
    place = tmp_path_factory.mktemp("source")
    env = environment_on(postgres_server, name, place)
    wanted = making.Wanted(env, KEYS, PASSPHRASE, making.encrypted_columns())
    folder, manifest = making.make(wanted, place / "backups")
    yield Source(env, name, folder, manifest, wanted)
    postgres.drop_database(postgres_server, name)


@pytest.fixture
def empty(postgres_server: postgres.Server, tmp_path: Path) -> Iterator[Environment]:
    """The settings of an installation whose database holds nothing."""
    name = f"empty_{id(tmp_path)}_{next(_numbers)}"
    postgres.prepare(postgres_server, name)
    yield environment_on(postgres_server, name, tmp_path / "var")
    postgres.drop_database(postgres_server, name)


@pytest.fixture
def copied(source: Source, tmp_path: Path) -> Path:
    """A copy of the backup that a test may spoil."""
    return Path(shutil.copytree(source.folder, tmp_path / source.folder.name))


def opened(folder: Path, env: Environment, passphrase: str = PASSPHRASE) -> restoring.Backup:
    """The backup in `folder`, looked through."""
    return restoring.opened(folder, restoring.keys_to_restore(folder, env, lambda: passphrase))
