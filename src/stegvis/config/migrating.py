"""Migrates as Django does, without making anew at every step each class that any other one points to.

Django keeps a class for every table as it was at each migration. When one table gets a constraint, an index, a field, or is
new, Django makes the classes of all tables related to it anew, which in a house where everything belongs to a participant
are all of them: four fifths of the time that an empty database took. Only the class of the table itself is needed to write
the SQL of such a step. What the others still think of it matters where a migration runs Python, and there Django makes all
of them anew by itself once a state says that this was put off (`is_delayed`). A field that changes is left to Django whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands import migrate
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class OneByOne(ProjectState):
    """The tables at a migration, of which one class at a time is made anew."""

    _whole = False

    def clone(self) -> "OneByOne":
        """A copy of its own kind; Django's is of the plain one."""
        return _of(super().clone())

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        """Make one class anew, and leave those that point to it until somebody asks for them all."""
        if self._whole or "apps" not in self.__dict__:
            super().reload_model(app_label, model_name, delay)
            return
        self.is_delayed = True
        self._reload({(app_label, model_name)})  # type: ignore[attr-defined]

    def alter_field(self, *args: Any, **kwargs: Any) -> None:
        """Change a field in Django's own way: its type may be that of columns in other tables."""
        self.clear_delayed_apps_cache()
        self._whole = True
        try:
            super().alter_field(*args, **kwargs)
        finally:
            self._whole = False


def _of(state: ProjectState) -> OneByOne:
    ours = OneByOne(models=state.models, real_apps=state.real_apps)
    if "apps" in state.__dict__:
        ours.apps = state.apps
    ours.is_delayed = state.is_delayed
    return ours


class Executor(MigrationExecutor):
    """Django's, on such a state."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> OneByOne:
        return _of(super()._create_project_state(with_applied_migrations))  # type: ignore[misc]


@contextmanager
def one_by_one() -> Iterator[None]:
    """Within the block Django's command `migrate`, which cannot be told which executor to use, uses ours."""
    usual = migrate.MigrationExecutor  # type: ignore[attr-defined]
    migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]
    try:
        yield
    finally:
        migrate.MigrationExecutor = usual  # type: ignore[attr-defined]
