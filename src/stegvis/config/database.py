"""Where the database is and who asks: PostgreSQL addresses of the two roles, and the same as Django wants them.

The application connects as `stegvis_app`, which owns nothing and passes no row-level security; only migrations connect
as `stegvis_owner`. Without `DATABASE_URL` both reach the embedded server through its socket.
"""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from stegvis.config.environment import APP_ROLE, OWNER_ROLE, Environment

NAME = "stegvis"
_SOCKET_PATH_BYTES = 107  # sun_path on Linux is 108 with its final zero
_SOCKET_NAME = "/.s.PGSQL.5432"


class NoOwnerAddress(Exception):
    """Tables can be changed only by their owner: set STEGVIS_OWNER_DATABASE_URL to the owner's PostgreSQL address."""

    def __str__(self) -> str:
        return self.__doc__ or ""


def socket_directory(var: Path) -> Path:
    """The directory of the embedded server's socket: inside `var`, or in the temporary directory when that path is too long.

    Always the same for the same `var`, so that a second terminal finds the server that the first one started.
    """
    inside = var / "run"
    if len(os.fsencode(inside)) + len(_SOCKET_NAME) <= _SOCKET_PATH_BYTES:
        return inside
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"stegvis-{os.geteuid()}-{digest}"


def socket_url(directory: Path, role: str, name: str = NAME) -> str:
    """The address of database `name` on the embedded server whose socket lies in `directory`."""
    return f"postgresql:///{name}?host={quote(str(directory))}&user={role}"


def application_url(env: Environment) -> str:
    """The address that pages, worker and commands use."""
    if env.database_url is not None:
        return env.database_url.get_secret_value()
    return socket_url(socket_directory(env.var), APP_ROLE)


def owner_url(env: Environment) -> str:
    """The address that migrations use. Raises `NoOwnerAddress` for an external server whose owner's address is not set."""
    if env.owner_database_url is not None:
        return env.owner_database_url.get_secret_value()
    if env.database_url is not None:
        raise NoOwnerAddress
    return socket_url(socket_directory(env.var), OWNER_ROLE)


_PREPARED = {"server_side_binding": True, "prepare_threshold": 3}
"""The server plans a query that comes again on a connection once: with row-level security, planning is most of its work."""


def for_django(url: str) -> dict[str, Any]:
    """`url` as an entry of Django's DATABASES. What Django has no word for (sslmode, …) becomes an option."""
    from psycopg.conninfo import conninfo_to_dict

    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname"),
        "USER": parts.pop("user"),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "connect_timeout": 5,
            "application_name": "stegvis",
            **parts,
        },
    }
