"""PostgreSQL's own pg_dump and pg_restore: which are used, and how they are run.

Server and programs should be of one major version: a newer pg_dump reads an older server, but writes what an older
pg_restore cannot read. Passwords go by the environment, never by the command line, which every user of the machine sees.
"""

import os
import subprocess
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from stegvis.config.backups.manifest import Manifest
from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.environment import Environment
from stegvis.config.postgres import Binaries, known_binaries

SEEING_ALL = "-c stegvis.role=system -c stegvis.allocating=all"
"""The tables' owner is bound by row-level security like everybody: this opens what `audit.rowsecurity` and `allocation` close."""


def seeing_all(url: str) -> str:
    """`url` with the settings that let its session through row-level security."""
    options = " ".join(part for part in (str(conninfo_to_dict(url).get("options") or ""), SEEING_ALL) if part)
    return make_conninfo(url, options=options)


_TELLS_A_TIMEOUT = 17
"""From this version on pg_restore sets transaction_timeout, which an older server does not know."""


def to_dump(env: Environment, server_major: int) -> Binaries:
    """The programs that dump from a server: of its own version if there are any, else the oldest newer ones."""
    return _oldest(env, "pg_dump", server_major, f"postgresql-client-{server_major}")


def to_restore(env: Environment, server_major: int, dump_major: int) -> Binaries:
    """The programs that restore to a server what those of `dump_major` dumped. Raises `BackupRefused`."""
    needed = max(server_major, dump_major)
    below = _TELLS_A_TIMEOUT if server_major < _TELLS_A_TIMEOUT else None
    return _oldest(env, "pg_restore", needed, f"postgresql-client-{needed}", below=below)


def throw_away_server(env: Environment, manifest: Manifest) -> Binaries:
    """The programs of a server that a backup can be tried on. Raises `BackupRefused`."""
    needed = max(manifest.server_major, manifest.dump_major)
    return _oldest(env, "initdb", needed, f"postgresql-{needed}")


def _oldest(env: Environment, program: str, needed: int, package: str, below: int | None = None) -> Binaries:
    usable = [
        each
        for each in known_binaries(env.pg_bin, program)
        if each.major >= needed and (below is None or each.major < below)
    ]
    if not usable:
        wanted = f"{needed} or newer" if below is None else f"{needed} to {below - 1}"
        raise BackupRefused(
            f"PostgreSQL's {program} in version {wanted} is needed and was not found. Install it (Debian: apt-get install "
            f"{package}), or set STEGVIS_PG_BIN to the directory that holds it."
        )
    return min(usable, key=lambda each: each.major)


def dump(binaries: Binaries, url: str, file: Path, snapshot: str, without: str) -> None:
    """Write the database at `url`, as `snapshot` sees it, to `file` in PostgreSQL's own format; table `without` is left out."""
    _run(
        binaries, "pg_dump", url,
        "--format=custom", "--enable-row-security", f"--snapshot={snapshot}", f"--exclude-table=public.{without}",
        "--no-publications", "--no-subscriptions", f"--file={file}",
    )  # fmt: skip


def restore(binaries: Binaries, url: str, file: Path) -> None:
    """Fill the database at `url` from `file`: all of it, or nothing."""
    _run(binaries, "pg_restore", url, "--single-transaction", "--exit-on-error", "--no-owner", str(file))


def _run(binaries: Binaries, name: str, url: str, *arguments: str) -> None:
    parts = {key: str(value) for key, value in conninfo_to_dict(seeing_all(url)).items()}
    password = parts.pop("password", None)
    address = make_conninfo("", **parts)
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {}), "LC_ALL": "C"}
    command = [binaries.program(name), f"--dbname={address}", "--no-password", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, errors="replace")  # noqa: S603
    if done.returncode != 0:
        raise BackupRefused(f"PostgreSQL's {name} did not finish: {_reason(done.stderr)}. Mend that and run it again.")


def _reason(said: str) -> str:
    """The first error, without the lines that quote data."""
    errors = [line.split("error:", 1)[1].strip() for line in said.splitlines() if "error:" in line]
    return errors[0].rstrip(".") if errors else "it gave no reason"
