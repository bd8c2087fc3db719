"""What must be so before pages are served: tables as in this version, message catalogues compiled, static files collected.

Each step knows cheaply whether anything changed, so that a second start takes no time: the database carries the
fingerprint of the migrations it has, and a stamp beside the collected files that of the files they came from.
"""

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "web" / "locale"
STATIC = PACKAGE / "web" / "static"
_SCHEMA = "stegvis.schema"
_KEYS = "stegvis.keys"


class UpkeepRefused(Exception):
    """The installation cannot be brought up to date; the text says why and what to do."""


# Tables -------------------------------------------------------------------------------------------------------


def migrations_fingerprint() -> str:
    """Changes when any migration or the version of Django does."""
    from django import VERSION

    digest = hashlib.sha256(repr(VERSION).encode())
    for file in sorted(PACKAGE.glob("*/migrations/*.py")):
        digest.update(str(file.relative_to(PACKAGE)).encode() + file.read_bytes())
    return digest.hexdigest()


def tables_are_current(url: str) -> bool:
    """Whether the database at `url` was migrated by exactly this version."""
    return _remembered(url, _SCHEMA) == migrations_fingerprint()


def keys_fingerprint_of(url: str) -> str | None:
    """The fingerprint of the keys that the database's personal columns were encrypted with, or None when unknown."""
    return _remembered(url, _KEYS)


def check_keys(url: str, fingerprint: str) -> None:
    """Refuse to work with other keys than the database was filled with: what is in it could not be read."""
    known = keys_fingerprint_of(url)
    if known not in {None, fingerprint}:
        raise UpkeepRefused(
            "The keys of this installation are not those that this database was filled with, so names and messages in it "
            "could not be read. Restore the directory of keys from the backup (STEGVIS_SECRETS says where it lies)."
        )


def remember(owner_url: str, *, keys: str) -> None:
    """Note in the database itself what it has been brought to. Without the right to do so nothing is noted."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        for setting, value in ((_SCHEMA, migrations_fingerprint()), (_KEYS, keys)):
            try:
                connection.execute(
                    sql.SQL("ALTER DATABASE {} SET {} = {}").format(name, sql.Identifier(*setting.split(".")), value)
                )
            except psycopg.errors.InsufficientPrivilege:
                return


def _remembered(url: str, setting: str) -> str | None:
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT current_setting(%s, true)", [setting]).fetchone()
    except psycopg.OperationalError as error:
        raise UpkeepRefused(f"The database cannot be reached: {str(error).strip().splitlines()[-1]}") from error
    return row[0] or None if row else None


# Message catalogues ---------------------------------------------------------------------------------------------


def compile_catalogues(locale: Path = LOCALE) -> list[Path]:
    """Compile every .po that is newer than its .mo, without msgfmt. Returns the catalogues compiled."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parents[1].name, abort_invalid=True)
        draft = target.with_suffix(".draft")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.rename(target)
        compiled.append(target)
    return compiled


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
    """Collect, name by content and compress the static files. Django must be set up."""
    import shutil

    from django.core.management import call_command

    shutil.rmtree(target, ignore_errors=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    target.mkdir(parents=True, exist_ok=True)
    (target / ".collected").write_text(static_fingerprint())
