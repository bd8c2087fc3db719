"""The embedded server is shared: the first user starts it, the last one stops it."""

import subprocess

import psycopg
import pytest

from stegvis.config import embedded
from stegvis.config.database import application_url
from stegvis.config.environment import Environment
from stegvis.config.postgres import PostgresRefused


@pytest.fixture
def env(no_settings, short_directory, made_data) -> Environment:
    no_settings.setenv("STEGVIS_VAR", str(short_directory))
    subprocess.run(["cp", "-a", str(made_data), str(short_directory / "postgres")], check=True)
    return Environment()


def _reached(env: Environment) -> bool:
    try:
        with psycopg.connect(application_url(env)) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def test_the_last_user_stops_the_server(env):
    with embedded.in_use(env):
        with embedded.in_use(env):
            assert _reached(env)
        assert _reached(env)

    assert not _reached(env)
    assert embedded.server(env).pid() is None


def test_a_server_left_behind_is_used_and_then_stopped(env):
    left_behind = embedded.server(env)
    left_behind.start()

    with embedded.in_use(env):
        assert _reached(env)

    assert left_behind.pid() is None


def test_a_failing_command_stops_the_server_too(env):
    with pytest.raises(ZeroDivisionError), embedded.in_use(env):
        raise ZeroDivisionError

    assert not _reached(env)


def test_an_external_database_is_left_alone(no_settings, short_directory):
    no_settings.setenv("STEGVIS_VAR", str(short_directory))
    no_settings.setenv("DATABASE_URL", "postgresql://stegvis_app@127.0.0.1:1/stegvis")

    with embedded.in_use(Environment()):
        assert not (short_directory / "postgres").exists()


def test_a_directory_that_cannot_be_written_is_refused_in_a_sentence(no_settings, tmp_path):
    (tmp_path / "file").touch()
    no_settings.setenv("STEGVIS_VAR", str(tmp_path / "file" / "var"))

    with pytest.raises(PostgresRefused, match=r"cannot be written: .*STEGVIS_VAR"), embedded.in_use(Environment()):
        pass
