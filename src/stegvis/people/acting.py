"""Tells the database who acts, so that row-level security can hide what is not theirs.

The settings last for the transaction (`SET LOCAL`) and never leak to the next user of a connection. The web's
middleware calls `enter` once for each request, in one query; actions that the system itself must do on
someone's behalf (find an address to send a sign-in link to) step into `acting_as(SYSTEM)` for just that.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from stegvis.audit.action import Actor, stands_together
from stegvis.audit.asked import forget

_SETTINGS = ("role", "account", "participant", "sites")
_ENTER = f"""
    WITH before AS MATERIALIZED (
        SELECT {", ".join(f"coalesce(current_setting('stegvis.{s}', true), '') AS {s}" for s in _SETTINGS)}
    )
    SELECT before.*,
           set_config('stegvis.role', %(role)s, true),
           set_config('stegvis.account', %(account)s, true),
           set_config('stegvis.participant', coalesce(
               (SELECT id::text FROM people_participant WHERE account_id = %(pk)s), ''), true),
           set_config('stegvis.sites', coalesce(
               (SELECT string_agg(site_id::text, ',') FROM people_posting
                WHERE account_id = %(pk)s AND until_at IS NULL), ''), true),
           coalesce((SELECT seconds FROM audit_clockoffset), 0)
    FROM before
"""
"""Materialised, so that what was set before is read before it is set anew."""


@dataclass(frozen=True)
class Acting:
    """Who acts, as the database was told, and how far the demonstration's clock stands from the real one."""

    role: str
    account: int | None
    participant: int | None
    sites: tuple[int, ...]
    clock_offset: timedelta


def enter(account: Actor | None) -> Acting:
    """Tell the database for the rest of this transaction that `account` acts (None: nobody signed in).

    One query: it also looks up where the account works, whom it is, and the stored clock offset.
    """
    role = account.role if account is not None else "anyone"
    pk = account.pk if account is not None else None
    _before, entered = _enter(role, pk)
    return entered


def _enter(role: str, pk: int | None) -> tuple[list[str], Acting]:
    """Tell the database, in one query; what it had been told before, and what it knows now."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, {"role": role, "account": "" if pk is None else str(pk), "pk": pk})
        row = cursor.fetchone()
    before, (_role, _account, participant, sites, seconds) = list(row[: len(_SETTINGS)]), row[len(_SETTINGS) :]
    return before, Acting(
        role=role,
        account=pk,
        participant=int(participant) if participant else None,
        sites=tuple(int(site) for site in sites.split(",") if site),
        clock_offset=timedelta(seconds=seconds),
    )


_innermost: ContextVar[tuple[str, int | None] | None] = ContextVar("innermost", default=None)


@contextmanager
def acting_as(account: Actor) -> Iterator[None]:
    """Within the block `account` acts; afterwards whoever acted before does again.

    Opens a transaction if there is none. A block inside a block of the same actor changes nothing and asks nothing.
    """
    who = (account.role, account.pk)
    if _innermost.get() == who:
        yield
        return
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(savepoint=not stands_together()):
        before, _now = _enter(account.role, account.pk)
        forget()
        token = _innermost.set(who)
        try:
            yield
        finally:
            _innermost.reset(token)
        if not is_outermost:  # what was told to a transaction goes with it
            _write(before)
        forget()


def _write(values: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"set_config('stegvis.{s}', %s, true)" for s in _SETTINGS), values)
