"""What must be so before work begins: tables as in this version, message catalogues compiled, static files collected.

Each step knows cheaply whether anything changed, so that a second start takes no time: the database carries the
fingerprint of the migrations it has, and a stamp beside the collected files that of the files they came from. What the
database knows about itself lies in the table `installation` (name, value), which only the owner of the tables may write.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

import psycopg

from stegvis.audit.mark import RESTORED_COPY
from stegvis.config import secretfiles
from stegvis.config.database import application_url
from stegvis.config.environment import Environment

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "web" / "locale"
STATIC = PACKAGE / "web" / "static"
_TABLES = "tables"
_KEYS = "keys"
BACKUP = "backup"
"""The fact that tells of the last backup (JSON: backup, id, at, place, verified_at)."""
COPY = RESTORED_COPY
"""The fact that marks a restored copy until it takes over (JSON: backup, id, made_at, complete, restored_at)."""


class UpkeepRefused(Exception):
    """The installation cannot be brought up to date; the text says why and what to do."""


def prepare_database(env: Environment) -> None:
    """Refuse to work on tables of another version or with other keys."""
    url = application_url(env)
    check_whole(url)
    if not tables_are_current(url) and _unapplied():
        raise UpkeepRefused("The database's tables are not those of this version. Run: stegvis migrate")
    check_keys(url, keys_of(env).fingerprint)


def prepare_pages(env: Environment) -> None:
    """As `prepare_database`, and with catalogues compiled and static files collected. Needs Django only for what is stale."""
    prepare_database(env)
    compile_catalogues()
    if env.mode != "test" and not static_is_current(env.var / "static"):
        collect_static(env.var / "static")


def keys_of(env: Environment) -> secretfiles.Secrets:
    """The keys of the installation that `env` names; made when it has none yet."""
    return secretfiles.for_tests() if env.mode == "test" else secretfiles.read_or_make(env.secrets_directory)


def check_whole(url: str) -> None:
    """Refuse a database into which a restore was interrupted."""
    mark = recall(url, COPY)
    if mark is not None and not json.loads(mark)["complete"]:
        raise UpkeepRefused(
            "A restore into this database was interrupted, so it is not whole and nothing works on it. Run stegvis restore "
            "again: it begins anew."
        )


def set_django_up() -> None:
    """Once for each process; takes a second or two."""
    import django
    from django.apps import apps

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stegvis.config.settings")
    if not apps.ready:
        django.setup()


# Tables -------------------------------------------------------------------------------------------------------


def migrations_fingerprint() -> str:
    """Changes when any migration or the version of Django does."""
    from django import VERSION

    digest = hashlib.sha256(repr(VERSION).encode())
    for file in sorted(PACKAGE.glob("*/migrations/*.py")):
        digest.update(str(file.relative_to(PACKAGE)).encode() + file.read_bytes())
    return digest.hexdigest()


def known_migrations() -> set[str]:
    """Every migration of this version, as `room.name`: Django's own apps included, and found without setting Django up."""
    import django

    own = {f"{file.parents[1].name}.{file.stem}" for file in PACKAGE.glob("*/migrations/[0-9]*.py")}
    contrib = Path(django.__file__).parent / "contrib"
    return own | {f"{file.parents[1].name}.{file.stem}" for file in contrib.glob("*/migrations/[0-9]*.py")}


def tables_are_current(url: str) -> bool:
    """Whether the database at `url` was migrated by exactly this version."""
    return recall(url, _TABLES) == migrations_fingerprint()


def _unapplied() -> bool:
    """What Django's own record of migrations says; slower, for databases that carry another fingerprint or none."""
    set_django_up()
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def keys_fingerprint_of(url: str) -> str | None:
    """The fingerprint of the keys that the database's personal columns were encrypted with, or None when unknown."""
    return recall(url, _KEYS)


def check_keys(url: str, fingerprint: str) -> None:
    """Refuse to work with other keys than the database was filled with: what is in it could not be read."""
    known = keys_fingerprint_of(url)
    if known not in {None, fingerprint}:
        raise UpkeepRefused(
            "The keys of this installation are not those that this database was filled with, so names and messages in it "
            "could not be read. Restore the directory of keys from the backup (STEGVIS_SECRETS says where it lies). A "
            "demonstration has no backup and needs none: script/demo --fresh"
        )


def remember_upkeep(owner_url: str, *, keys: str) -> None:
    """Note in the database itself which tables it has, and the fingerprint of its keys."""
    remember(owner_url, _TABLES, migrations_fingerprint())
    remember(owner_url, _KEYS, keys)


_OWN_TABLE = """
CREATE TABLE installation (name text PRIMARY KEY, value text NOT NULL);
GRANT SELECT ON installation TO PUBLIC;
DO $$
DECLARE other text;
BEGIN -- default privileges let the application write to whatever its owner makes; not to this
    FOR other IN SELECT DISTINCT grantee FROM information_schema.role_table_grants
                 WHERE table_name = 'installation' AND grantee NOT IN (current_user, 'PUBLIC') LOOP
        EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON installation FROM %I', other);
    END LOOP;
END $$;
"""


def remember(owner_url: str, name: str, value: str) -> None:
    """Note a fact about the installation in its database, as the owner of the tables."""
    with psycopg.connect(owner_url) as connection:
        if connection.execute("SELECT to_regclass('installation')").fetchone() == (None,):
            connection.execute(_OWN_TABLE)
        connection.execute(
            "INSERT INTO installation VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )


def forget(owner_url: str, name: str) -> None:
    """Take back what `remember` noted."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("DELETE FROM installation WHERE name = %s", [name])


def empty(owner_url: str) -> None:
    """Remove everything, what the database knows of itself included. An interruption leaves an empty database."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND usename = current_user"
        )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")  # the right to use it is granted by whoever fills it


def recall(url: str, name: str) -> str | None:
    """A fact noted by `remember`, or None. Raises `UpkeepRefused` when the database cannot be reached."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT value FROM installation WHERE name = %s", [name]).fetchone()
    except psycopg.errors.UndefinedTable:
        return None
    except psycopg.OperationalError as error:
        raise UpkeepRefused(f"The database cannot be reached: {reason(error)}") from error
    return str(row[0]) if row else None


def reason(error: psycopg.OperationalError) -> str:
    """Why a database was not reached: the driver's last line that is no hint (it indents those)."""
    lines = [line for line in str(error).strip().splitlines() if line.strip() and not line.startswith("\t")]
    return lines[-1] if lines else "it gave no reason"


# Message catalogues ---------------------------------------------------------------------------------------------


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Compile every .po that is newer than its .mo, without msgfmt. Returns the catalogues compiled."""
    stale = [source for source in sorted(locale.glob("*/LC_MESSAGES/*.po")) if _is_stale(source)]
    return [_compile(source) for source in stale]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parents[1].name, abort_invalid=True)
    target = source.with_suffix(".mo")
    draft = target.with_suffix(f".{os.getpid()}.draft")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.rename(target)
    return target


# Static files ---------------------------------------------------------------------------------------------------


def static_fingerprint(source: Path = STATIC) -> str:
    """Changes when any static file does."""
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(str(file.relative_to(source)).encode() + file.read_bytes())
    return digest.hexdigest()


def static_is_current(target: Path) -> bool:
    """Whether the collected files in `target` were made from the present ones."""
    stamp = target / ".collected"
    return stamp.exists() and stamp.read_text() == static_fingerprint()


def collect_static(target: Path) -> None:
    """Collect, name by content and compress the static files."""
    set_django_up()
    from django.core.management import call_command

    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    target.mkdir(parents=True, exist_ok=True)
    (target / ".collected").write_text(static_fingerprint())
