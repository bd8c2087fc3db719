"""The command line: `stegvis COMMAND`.

Each command is a module that is imported only when it is asked for, so that `stegvis study check` starts at once and
never needs Django, a server or a database. You are probably here to add one: write `config/commands/<name>.py` with a
click command named `command` and give it a line in `COMMANDS`. A command that needs Django calls `with_django()` first;
one that needs the database as well does its work inside `with database_running():`, or inside `with installation():` when
it acts on what is there: on this installation's clock, and in English as the command line speaks.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

COMMANDS: dict[str, tuple[str, str]] = {
    # name: (module, one line for `stegvis --help`, which must not import anything)
    "demo": ("stegvis.config.commands.demo", "Set up the example trial and serve it."),
    "serve": ("stegvis.config.commands.serve", "Serve the pages of this installation."),
    "worker": ("stegvis.config.commands.worker", "Do what is due: send reminders, letters and notices."),
    "migrate": ("stegvis.config.commands.migrate", "Bring the database's tables up to this version."),
    "create-administrator": ("stegvis.config.commands.create_administrator", "Let the first administrator in."),
    "go-live": ("stegvis.config.commands.go_live", "Begin to serve real people, once nothing hinders it."),
    "study": ("stegvis.config.commands.study", "Check and load the files of a trial."),
    "randomise": ("stegvis.config.commands.randomise", "Make, verify and load allocation lists."),
    "questionnaire": ("stegvis.config.commands.questionnaire", "Check, show and score FHIR questionnaires."),
    "programme": ("stegvis.config.commands.programme", "Check, publish and sign the internet programme."),
    "exercises": ("stegvis.config.commands.exercises", "Check, publish and sign the library of exercises."),
    "analyse": ("stegvis.config.commands.analyse", "Print the report from an extract and an analysis plan."),
    "power": ("stegvis.config.commands.power", "Say how many people a trial needs, and its power."),
    "simulate": ("stegvis.config.commands.simulate", "Carry an analysis plan out on made-up trials."),
    "lock": ("stegvis.config.commands.lock", "Say which gates of a lock stand open."),
    "rescore": ("stegvis.config.commands.rescore", "Score what was sent again, after a rule was corrected."),
    "extract": ("stegvis.config.commands.extract", "Write the folder that the analysis reads."),
    "convert": ("stegvis.config.commands.convert", "Write an extract in the formats of other programs."),
    "export": ("stegvis.config.commands.export", "Write the answers out as FHIR, one a line."),
    "backup": ("stegvis.config.commands.backup", "Write everything that must survive, or verify what was written."),
    "restore": ("stegvis.config.commands.restore", "Restore a backup into a fresh place, where it sends nothing."),
    "take-over": ("stegvis.config.commands.take_over", "Let a restored copy be the live installation."),
    "doctor": ("stegvis.config.commands.doctor", "Say what is wrong with this installation and how to mend it."),
}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in `--help`, from the one-liners."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def stegvis() -> None:
    """Run a randomised trial of guided internet CBT with a physiotherapist's activity plan.

    `stegvis demo` shows a whole made-up trial. `stegvis COMMAND --help` explains each command.
    """


def main() -> None:
    """The entry point. A refusal is printed as its sentence, with exit status 1 and no traceback."""
    try:
        stegvis(prog_name="stegvis")
    except Exception as error:
        sentence = _sentence_of(error)
        if sentence is None:
            raise
        sys.stdout.flush()
        sys.stderr.write(f"{sentence}\n")
        sys.exit(1)


def _sentence_of(error: Exception) -> str | None:
    """What to say instead of a traceback, or None when this is a fault of ours and the traceback helps."""
    # Looked up by module, since importing these would make every command slow; what is not loaded was not raised.
    kinds = (
        ("stegvis.audit.errors", "Refused"),
        ("stegvis.config.backups.refusals", "BackupRefused"),
        ("stegvis.config.postgres", "PostgresRefused"),
        ("stegvis.config.database", "NoOwnerAddress"),
        ("stegvis.config.full_disk", "FullDiskRefused"),
        ("stegvis.config.launcher", "LauncherRefused"),
        ("stegvis.config.ports", "PortRefused"),
        ("stegvis.config.secretfiles", "SecretsRefused"),
        ("stegvis.config.upkeep", "UpkeepRefused"),
    )
    for module, name in kinds:
        kind: Any = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return _in_english(error) if name == "Refused" else str(error)
    return None


def _in_english(refusal: Exception) -> str:
    """A refusal's sentence follows the language of a page; here there is none."""
    from django.utils.translation import override

    with override("en"):
        return str(refusal)


def with_django(*, as_owner: bool = False) -> None:
    """Set Django up for this command; `as_owner` only where tables are changed."""
    from stegvis.config.environment import become_owner
    from stegvis.config.upkeep import set_django_up

    if as_owner:
        become_owner()
    set_django_up()
    from django.utils import translation

    translation.activate("en")  # the command line speaks English; letters and pages speak their reader's language


@contextmanager
def database_running() -> Iterator[None]:
    """The database for the length of a command: an embedded one is started if nobody has, and stopped by the last user."""
    from stegvis.config.embedded import in_use
    from stegvis.config.environment import environment

    with in_use(environment()):
        yield


@contextmanager
def installation() -> Iterator[None]:
    """This installation, ready to act on: its database, its tables checked, its clock (a demonstration's is another)."""
    with database_running():
        with_django()
        from django.utils.translation import override

        from stegvis.audit import clock
        from stegvis.audit.queries import stored_offset
        from stegvis.config.environment import environment
        from stegvis.config.upkeep import prepare_database

        prepare_database(environment())
        with override("en"), clock.shifted(stored_offset()):
            yield
