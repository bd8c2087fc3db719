"""`stegvis exercises`: the files of the library of exercises. Checking them needs neither server nor database."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from stegvis.methods.programme.problems import Problem

if TYPE_CHECKING:
    from stegvis.methods.exercises.check import Measured

DIRECTORY = click.Path(path_type=Path, exists=True, file_okay=False)


@click.group()
def command() -> None:
    """Check the library of exercises, look at it, publish it, and keep that a physiotherapist has signed it."""


@command.command()
@click.argument("directory", type=DIRECTORY, metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print problems and measures as JSON.")
@click.option("--quiet", is_flag=True, help="Print problems only, without the table.")
def check(directory: Path, as_json: bool, quiet: bool) -> None:
    """Check every exercise of the library in DIR, such as studies/cwp/plan/exercises.

    Prints each problem with file, line, what is wrong and what would be right, then a table with the words and the reading
    level of each exercise. Ends with status 1 when there is a problem.
    """
    from stegvis.methods.exercises import check as checks

    problems, measured = checks.check(directory), checks.table(directory)
    if as_json:
        data = {"ok": not problems, "problems": [dataclasses.asdict(each) for each in problems]}
        click.echo(
            json.dumps(data | {"exercises": [dataclasses.asdict(each) for each in measured]}, ensure_ascii=False)
        )
    else:
        for problem in problems:
            click.echo(str(problem))
        if measured and not quiet:
            Console(width=None if Console().is_terminal else 110).print(_as_table(measured))
        click.echo(_last_line(problems, measured))
    if problems:
        raise SystemExit(1)


@command.command()
@click.argument("directory", type=DIRECTORY, metavar="DIR")
@click.option("--port", type=click.IntRange(1, 65535), default=8011, show_default=True, help="Port to listen on.")
def preview(directory: Path, port: int) -> None:
    """Show the library in DIR in a browser while you write it: every exercise with its drawing, in each language.

    What the check says stands above. Load the page anew after you have saved a file. Needs no trial and no database, and
    listens to this computer only. Ctrl-C stops it.
    """
    from stegvis.config import preview as site
    from stegvis.config.ports import check_free

    check_free(site.HOST, port)
    site.prepare(directory, pages_at="stegvis.web.preview.exercise_urls")
    click.echo(f"The exercises are shown at http://{site.HOST}:{port}/ while you write. Ctrl-C stops it.")
    site.serve(port)


@command.command()
@click.argument("directory", type=DIRECTORY, metavar="DIR")
def publish(directory: Path) -> None:
    """Publish the library in DIR, such as studies/cwp/plan/exercises, as a release that never changes.

    Whoever has exercises in their plan stays on the release from which they were chosen. In a live installation exercises
    are chosen from the newest release that a physiotherapist has signed: see stegvis exercises sign
    """
    from stegvis.config.cli import installation
    from stegvis.methods.exercises import check as checks

    problems = checks.check(directory)
    if problems:
        for problem in problems:
            click.echo(str(problem))
        click.echo(_last_line(problems, ()))
        raise SystemExit(1)
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as
        from stegvis.physiotherapy.exercises import actions

        with transaction.atomic(), acting_as(SYSTEM):
            release = actions.publish_exercises(library=checks.read(directory), by=SYSTEM)
    click.echo(f"Published. sha256 {release.sha256}")
    click.echo("Now a physiotherapist looks at it in each language and signs: stegvis exercises sign LANGUAGE")


@command.command()
@click.argument("language")
@click.option(
    "--reviewer", required=True, help="The physiotherapist who has read it, by name; it stays with the release."
)
@click.option("--sha256", required=True, help="The release that was read, as stegvis exercises publish printed it.")
def sign(language: str, reviewer: str, sha256: str) -> None:
    """Keep that a named physiotherapist has read a release in LANGUAGE, looked at its drawings, and stands for it."""
    from stegvis.config.cli import installation

    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.audit.errors import Refused
        from stegvis.people.acting import acting_as
        from stegvis.physiotherapy.exercises import actions, queries

        with transaction.atomic(), acting_as(SYSTEM):
            release = queries.release_of(sha256.strip().lower())
            if release is None:
                raise click.ClickException("No release here has this hash. Publish the library that was read first.")
            try:
                actions.sign_exercises(release=release, language=language, reviewer=reviewer, by=SYSTEM)
            except Refused as refused:
                raise click.ClickException(str(refused)) from refused
    click.echo(f"Signed in {language} by {reviewer}, physiotherapist.")


def _as_table(measured: Sequence[Measured]) -> Table:
    from stegvis.methods.programme.readability import FORMULAS

    table = Table("Exercise", "Language", "Name", title="Words and reading level")
    for column in ("Words", "Words a sentence", "Level"):
        table.add_column(column, justify="right")
    table.add_column("Formula")
    for each in measured:
        reading = each.reading
        numbers = (str(reading.words), f"{reading.words_a_sentence:.1f}", f"{reading.level:.1f}")
        table.add_row(each.code, each.language, each.name, *numbers, FORMULAS[each.language][0])
    return table


def _last_line(problems: Sequence[Problem], measured: Sequence[Measured]) -> str:
    if problems:
        return f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}. The library cannot be released yet."
    count = len({each.code for each in measured})
    return f"No problems in {count} {'exercise' if count == 1 else 'exercises'}."
