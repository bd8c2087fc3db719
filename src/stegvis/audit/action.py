"""The `action` decorator: every write in the house is a verb that leaves one line in the record.

    @action("allocation.made", detail=("stratum",))
    def allocate(*, participant, stratum, by): ...

opens a transaction, runs the function, and writes one `Event`: who (`by`), in which role, when, what, about whom, and
why (a `reason` argument). A function that fails leaves neither row nor event. Only arguments named in `detail` are kept,
and what the function adds by `note(…)`: the record tells that a message was sent, never what it says.

That something happened at all can tell an arm: homework was sent, a therapist was given. Such lines say so
(`@action(…, tells_arm=True)`, or `conceal()` where it depends), and the database shows them to nobody who must not know.
"""

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

from django.db import connection, models, transaction

from stegvis.audit import clock
from stegvis.audit.asked import asking_anew
from stegvis.audit.models import SITE_OF, Event

P = ParamSpec("P")
R = TypeVar("R")

ACTIONS: dict[str, Callable[..., Any]] = {}
"""Every action by its verb; the reference of events is printed from it."""

_together: ContextVar[bool] = ContextVar("together", default=False)
_notes: ContextVar[list[dict[str, Any]]] = ContextVar("notes", default=[])  # noqa: B039 - replaced, never mutated


class Actor(Protocol):
    """Whoever acts: an account, or the system itself."""

    @property
    def pk(self) -> Any: ...
    @property
    def role(self) -> str: ...
    @property
    def code(self) -> str: ...


@dataclass(frozen=True)
class System:
    """The clock's work and the command line, when no person acts."""

    pk: None = None
    role: str = "system"
    code: str = "system"


SYSTEM = System()


@dataclass(frozen=True)
class Anyone:
    """Whoever has not signed in: the public's self-check, an attempt to sign in."""

    pk: None = None
    role: str = "anyone"
    code: str = "anyone"


ANYONE = Anyone()


OF_SOME_ARMS = "therapist"
"""The role that exists in some arms only: whatever it does about a participant tells the arm."""

_TELLS_ARM = "tells_arm"


def action(
    verb: str, *, detail: tuple[str, ...] = (), tells_arm: bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action named `room.verb`; `detail` names the arguments kept in the record.

    With `tells_arm` the record of every call is hidden from blind roles.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        _check_shape(verb, function, detail)
        unless_told = {name: one.default for name, one in inspect.signature(function).parameters.items()}

        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            notes: dict[str, Any] = {_TELLS_ARM: tells_arm}
            outer = _notes.get()
            token = _notes.set([*outer, notes])
            try:
                # An action within an action stands or falls with it, and so needs no savepoint of its own.
                with asking_anew(), transaction.atomic(savepoint=not (outer or stands_together())):
                    result = function(*args, **kwargs)
                    kept = {name: kwargs.get(name, unless_told[name]) for name in detail}
                    _record(verb, kwargs, kept | notes, result)
            finally:
                _notes.reset(token)
            return result

        run.__stegvis_verb__ = verb  # type: ignore[attr-defined]
        ACTIONS[verb] = run
        return run

    return decorate


@contextmanager
def together() -> Iterator[None]:
    """Within the block actions stand or fall with the transaction around them: a refusal of one undoes all of it.

    For building many people's days at once, where a refusal ends the build anyway.
    """
    token = _together.set(True)
    try:
        yield
    finally:
        _together.reset(token)


def stands_together() -> bool:
    """Whether what is done now stands or falls with the transaction around it, and so needs no savepoint (`together`)."""
    return _together.get()


def is_running() -> bool:
    """Whether an action is running: whatever fails there undoes all of it, and needs no savepoint of its own."""
    return bool(_notes.get())


def note(**facts: Any) -> None:
    """Add `facts` to the record of the action that is running; codes and numbers, never free text, names or arms."""
    stack = _notes.get()
    if not stack:
        raise RuntimeError("note() is called inside an action; there is none running.")
    stack[-1].update(facts)


def conceal() -> None:
    """Hide the record of the action that is running from blind roles, because this call of it tells an arm."""
    note(**{_TELLS_ARM: True})


def tells_arm_by_role(by: Actor, participant: str) -> bool:
    """Whether the mere fact that `by` did or read something about a participant (code, or "") tells the arm."""
    return bool(participant) and by.role == OF_SOME_ARMS


def _check_shape(verb: str, function: Callable[..., Any], detail: tuple[str, ...]) -> None:
    parameters = inspect.signature(function).parameters
    positional = [p.name for p in parameters.values() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    if positional:
        raise TypeError(
            f"Action {verb}: {', '.join(positional)} must be keyword-only, so that calls read as sentences."
        )
    missing = {"by", *detail} - set(parameters)
    if missing:
        raise TypeError(f"Action {verb} lacks the parameter {', '.join(sorted(missing))}.")
    if verb in ACTIONS:
        raise TypeError(f"Two actions are named {verb}; the record could not tell them apart.")


# In words of its own, since every write in the house makes one: composed anew each time it took as long as the write.
_COLUMNS = (
    "occurred_at", "actor_id", "actor_role", "actor_code", "verb", "participant", "site", "subject", "detail", "reason",
    "tells_arm",
)  # fmt: skip
_VALUES = [SITE_OF if name == "site" else "%s" for name in _COLUMNS]
_KEEP = f"INSERT INTO {Event._meta.db_table} ({', '.join(_COLUMNS)}) VALUES ({', '.join(_VALUES)})"


def _record(verb: str, arguments: dict[str, Any], detail: dict[str, Any], result: Any) -> None:
    by: Actor = arguments["by"]
    participant = _participant_code(arguments, result)
    tells_arm = detail.pop(_TELLS_ARM) or tells_arm_by_role(by, participant)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            (
                clock.now(),
                by.pk,
                by.role,
                by.code,
                verb,
                participant,
                participant,
                participant,
                _subject(arguments, result),
                json.dumps({name: _plain(value) for name, value in detail.items()}),
                arguments.get("reason") or "",
                tells_arm,
            ),
        )


def _participant_code(arguments: dict[str, Any], result: Any) -> str:
    """The code of the person it is about: an argument `participant`, or one that belongs to a participant."""
    for value in (arguments.get("participant"), *arguments.values(), result):
        if isinstance(value, models.Model) and value._meta.label == "people.Participant":
            return str(value.code)  # type: ignore[attr-defined]
        owner = getattr(value, "participant", None) if isinstance(value, models.Model) else None
        if owner is not None and value._meta.label != "people.Account":
            return str(owner.code)
    return ""


def _subject(arguments: dict[str, Any], result: Any) -> str:
    """The row that was made or changed; for an action that returns none, the account it is about."""
    for value in (result, arguments.get("account")):
        if isinstance(value, models.Model):
            return _reference(value)
    return ""


def _reference(row: models.Model) -> str:
    return f"{row._meta.label}:{row.pk}"


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return _reference(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)
