"""What this installation is told from outside: the only reader of the environment.

Every setting has a name, a default that suits trying things out, and a sentence that says what it must be. All wrong
settings are reported at once, each with its name, what is wrong and an example, and the program ends with status 2.
You are probably here to add a setting: give it a field, `must`, and an example; the manual's list is made from these.
"""

import difflib
import os
import sys
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic.config import JsonDict
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "STEGVIS_"
CHECKOUT = Path(__file__).resolve().parents[3]
APP_ROLE = "stegvis_app"
OWNER_ROLE = "stegvis_owner"
STORE_ROLES = ("stegvis_care", "stegvis_research")
"""The roles of `audit.stores.ROLES`, for what begins without Django."""

Mode = Literal["demo", "live", "test"]


class WrongSettings(Exception):
    """One or more settings are wrong; the text names each of them."""


def _setting(default: Any, *, must: str, example: str, secret: bool = False, **limits: Any) -> Any:
    """A field with the sentence and the example that its error message shows."""
    extra: JsonDict = {"must": must, "example": example, "secret": secret}
    return Field(default, json_schema_extra=extra, description=must, validate_default=True, **limits)


class Environment(BaseSettings):
    """All settings, checked. Times are minutes or hours as named; directories are absolute."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mode: Mode = _setting("demo", must="must be demo, live or test", example="live")
    var: Path = _setting(
        CHECKOUT / "var",
        must="must be the directory for what this installation makes: the embedded database, logs, collected pages",
        example="/var/lib/stegvis",
    )
    secrets: Path | None = _setting(
        None, must="must be the directory of this installation's keys", example="/etc/stegvis/secrets"
    )
    study: Path = _setting(
        CHECKOUT / "studies" / "cwp", must="must be the directory of the trial's protocol", example="studies/cwp"
    )
    database_url: SecretStr | None = _setting(
        None,
        must="must be the PostgreSQL address of the application's role",
        example=f"postgresql://{APP_ROLE}:password@db.example.org/stegvis",
        secret=True,
        validation_alias="DATABASE_URL",
    )
    owner_database_url: SecretStr | None = _setting(
        None,
        must="must be the PostgreSQL address of the role that owns the tables; only migrations use it",
        example=f"postgresql://{OWNER_ROLE}:password@db.example.org/stegvis",
        secret=True,
    )
    pg_bin: Path | None = _setting(
        None,
        must="must be the directory that holds PostgreSQL's initdb and postgres",
        example="/usr/lib/postgresql/15/bin",
    )
    host: str = _setting("127.0.0.1", must="must be the address the web server listens on", example="127.0.0.1")
    port: int = _setting(8000, must="must be a whole number from 1 to 65535", example="8000", ge=1, le=65535)
    web_workers: int = _setting(2, must="must be a whole number from 1 to 64", example="2", ge=1, le=64)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = _setting(
        ("127.0.0.1", "localhost", "[::1]"),
        must="must be the names this site is reached by, separated by commas",
        example="trial.example.org",
    )
    site_url: str = _setting(
        "", must="must be the address that links in letters begin with", example="https://trial.example.org"
    )
    mail: Literal["file", "console", "smtp"] = _setting(
        "file", must="must be file (an outbox folder), console or smtp", example="smtp"
    )
    mail_from: str = _setting(
        "Stegvis <study@stegvis.example>",
        must="must be the address that letters come from",
        example="The pain study <study@example.org>",
    )
    mail_host: str = _setting("localhost", must="must be the name of the mail server", example="mail.example.org")
    mail_port: int = _setting(587, must="must be a whole number from 1 to 65535", example="587", ge=1, le=65535)
    mail_user: str = _setting("", must="must be the name to sign in to the mail server with", example="stegvis")
    mail_password: SecretStr = _setting(
        SecretStr(""), must="must be the mail server's password", example="a long password", secret=True
    )
    sms: Literal["off", "file", "46elks"] = _setting(
        "file", must="must be off, file (an outbox folder) or 46elks", example="46elks"
    )
    sms_address: str = _setting(
        "https://api.46elks.com/a1/sms",
        must="must be the address that text messages are posted to",
        example="https://api.46elks.com/a1/sms",
    )
    sms_user: str = _setting("", must="must be the name to sign in to the SMS provider with", example="u0123456789")
    sms_password: SecretStr = _setting(
        SecretStr(""), must="must be the SMS provider's password", example="a long password", secret=True
    )
    sms_from: str = _setting(
        "Stegvis",
        must="must be the sender of text messages: 3 to 11 letters and digits, or a number such as +46701740605",
        example="PainStudy",
        pattern=r"^([A-Za-z][A-Za-z0-9]{2,10}|\+[1-9][0-9]{6,14})$",
    )
    participant_idle_minutes: int = _setting(60, must="must be from 5 to 1440 minutes", example="60", ge=5, le=24 * 60)
    staff_idle_minutes: int = _setting(30, must="must be from 5 to 480 minutes", example="30", ge=5, le=8 * 60)
    session_hours: int = _setting(12, must="must be from 1 to 168 hours", example="12", ge=1, le=7 * 24)
    device_file_megabytes: int = _setting(
        500,
        must="must be from 1 to 2000: how many MB a file from a phone or a watch may have",
        example="500",
        ge=1,
        le=2000,
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _setting(
        "INFO", must="must be DEBUG, INFO, WARNING or ERROR", example="INFO"
    )

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("var", "secrets", "study", "pg_bin")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("var", mode="after")
    @classmethod
    def _var_is_no_file(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("is a file, but must be a directory")
        return value

    @field_validator("secrets", mode="after")
    @classmethod
    def _secrets_outside_the_checkout(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if not _live(info):
            return value
        if value is None:
            raise ValueError("is not set, and a live installation keeps its keys outside the program's folder")
        if value.resolve().is_relative_to(CHECKOUT):
            raise ValueError("lies inside the program's folder, where a copy of the program would carry the keys along")
        return value

    @field_validator("study", mode="after")
    @classmethod
    def _study_exists(cls, value: Path) -> Path:
        if "STEGVIS_STUDY" in os.environ and not value.is_dir():
            raise ValueError("is not a directory that exists")
        return value

    @field_validator("pg_bin", mode="after")
    @classmethod
    def _pg_bin_holds_a_server(cls, value: Path | None) -> Path | None:
        if value is not None and not (value / "postgres").exists():
            raise ValueError("holds no program named postgres")
        return value

    @field_validator("database_url", mode="after")
    @classmethod
    def _database_url_reads(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None and _live(info):
            raise ValueError("is not set, and a live installation needs a database server of its own")
        return _readable_address(value)

    @field_validator("owner_database_url", mode="after")
    @classmethod
    def _owner_url_reads(cls, value: SecretStr | None) -> SecretStr | None:
        return _readable_address(value)

    @field_validator("allowed_hosts", mode="after")
    @classmethod
    def _hosts_are_named(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if _live(info) and "STEGVIS_ALLOWED_HOSTS" not in os.environ:
            raise ValueError("is not set, and a live installation answers only to its own name")
        if not value:
            raise ValueError("is empty")
        if any(host == "*" or "/" in host or " " in host for host in value):
            raise ValueError("must be plain names without *, / or spaces")
        return value

    @field_validator("site_url", mode="after")
    @classmethod
    def _site_url_is_an_address(cls, value: str, info: ValidationInfo) -> str:
        if _live(info) and not value.startswith("https://"):
            raise ValueError("must begin with https:// in a live installation: letters carry links to sign in")
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("does not begin with https://")
        return value.rstrip("/")

    @field_validator("mail", mode="after")
    @classmethod
    def _mail_is_sent(cls, value: str, info: ValidationInfo) -> str:
        if _live(info) and value != "smtp":
            raise ValueError("must be smtp in a live installation; anything else shows sign-in links to who reads it")
        return value

    @field_validator("sms_address", mode="after")
    @classmethod
    def _sms_address_is_one(cls, value: str, info: ValidationInfo) -> str:
        if not value.startswith("https://") and (_live(info) or not value.startswith("http://")):
            raise ValueError("must begin with https://: text messages carry links to sign in")
        return value

    @field_validator("sms", mode="after")
    @classmethod
    def _sms_is_sent(cls, value: str, info: ValidationInfo) -> str:
        if _live(info) and value == "file" and "STEGVIS_SMS" in os.environ:
            raise ValueError("must be off or 46elks in a live installation; a file shows sign-in links to who reads it")
        return "off" if _live(info) and value == "file" else value

    @property
    def secrets_directory(self) -> Path:
        """Where the keys lie."""
        return self.secrets or self.var / "secrets"

    @property
    def database_is_embedded(self) -> bool:
        """Whether the launcher starts the database itself."""
        return self.database_url is None


def _live(info: ValidationInfo) -> bool:
    return info.data.get("mode") == "live"


def _readable_address(value: SecretStr | None) -> SecretStr | None:
    """Refuse what PostgreSQL's client library cannot read, without repeating it (it may hold a password)."""
    if value is None:
        return None
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    address = value.get_secret_value()
    if not address.startswith(("postgresql://", "postgres://")):
        raise ValueError("does not start with postgresql://")
    try:
        parts = conninfo_to_dict(address)
    except ProgrammingError:
        raise ValueError("cannot be read as a PostgreSQL address") from None
    missing = [name for name, key in (("a role", "user"), ("a database name", "dbname")) if not parts.get(key)]
    if missing:
        raise ValueError(f"lacks {' and '.join(missing)}")
    return value


def read() -> Environment:
    """Read and check the environment. Raises `WrongSettings` with every wrong setting."""
    wrong = _misspelt()
    try:
        found = Environment()
    except ValidationError as error:
        wrong += [_explain(problem) for problem in error.errors()]
    if wrong:
        count = "1 setting is wrong" if len(wrong) == 1 else f"{len(wrong)} settings are wrong"
        raise WrongSettings(f"Stegvis cannot start: {count}.\n\n" + "\n".join(wrong))
    return found


def _variable(field: str) -> str:
    return "DATABASE_URL" if field.lower() == "database_url" else PREFIX + field.upper()


def _misspelt() -> list[str]:
    """Names with our prefix that mean nothing: almost always a spelling mistake that would otherwise pass unseen."""
    known = {_variable(name) for name in Environment.model_fields}
    wrong = []
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else "remove it."
            wrong.append(f"  {name} is not a setting: {hint}")
    return wrong


def _explain(problem: Any) -> str:
    """One wrong setting in words: name, value (never a secret), what it must be, example."""
    field = str(problem["loc"][0]).lower()
    info = Environment.model_fields[field]
    extra = info.json_schema_extra
    assert isinstance(extra, dict)  # _setting made it
    name = _variable(field)
    given = os.environ.get(name)
    said = name if given is None or extra["secret"] else f'{name}="{given}"'
    own = problem["ctx"].get("error") if problem["type"] == "value_error" else None
    what = str(own) if own is not None else str(extra["must"])
    return f"  {said} {what}.\n      For example: {name}={extra['example']}"


_owner = False


def become_owner() -> None:
    """For the one command that changes tables: from now on settings address the database as its owner."""
    global _owner  # noqa: PLW0603 -- a process is one or the other, from its start
    _owner = True


def is_owner() -> bool:
    """Whether this process addresses the database as the owner of its tables."""
    return _owner


@cache
def environment() -> Environment:
    """The checked settings, read once. Wrong ones end the program with status 2 and no traceback."""
    try:
        return read()
    except WrongSettings as wrong:
        sys.stderr.write(f"{wrong}\n")
        raise SystemExit(2) from None
