"""`stegvis programme`: the files of the internet programme. Checking them needs neither server nor database."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from stegvis.methods.programme.check import MeasuredPart
from stegvis.methods.programme.content import Programme
from stegvis.methods.programme.problems import Problem


@click.group()
def command() -> None:
    """Check the internet programme's files, publish them, and keep that a clinician has signed them."""


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print problems and measures as JSON.")
@click.option("--quiet", is_flag=True, help="Print problems only, without the table.")
def check(directory: Path, as_json: bool, quiet: bool) -> None:
    """Check every file of the programme in DIR, such as studies/cwp/programme.

    Prints each problem with file, line, what is wrong and what would be right, then a table with the words, minutes and
    reading level of each part. Ends with status 1 when there is a problem.
    """
    from stegvis.methods.programme import check as checks

    problems, parts, sheets = checks.check(directory), checks.table(directory), checks.sheet_table(directory)
    if as_json:
        click.echo(json.dumps(_as_data(problems, parts, sheets), ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            click.echo(str(problem))
        if parts and not quiet:
            _console().print(_as_table([*parts, *sheets]))
        click.echo(_last_line(problems, parts, sheets))
    if problems:
        raise SystemExit(1)


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option("--port", type=click.IntRange(1, 65535), default=8010, show_default=True, help="Port to listen on.")
def preview(directory: Path, port: int) -> None:
    """Show the programme in DIR in a browser while you write it: each part on a phone and wide, in each language.

    What the check says stands above. A page loads itself anew when you save a file. Needs no trial and no database, and
    listens to this computer only. Ctrl-C stops it.
    """
    from stegvis.config import preview as site
    from stegvis.config.ports import check_free

    check_free(site.HOST, port)
    site.prepare(directory)
    click.echo(f"The programme is shown at http://{site.HOST}:{port}/ while you write. Ctrl-C stops it.")
    site.serve(port)


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
def publish(directory: Path) -> None:
    """Publish the programme in DIR, such as studies/cwp/programme, as a release that never changes.

    Those in the middle of the programme stay on theirs. In a live installation nobody is randomised until a clinician has
    signed the release: see stegvis programme sign
    """
    from stegvis.config.cli import installation
    from stegvis.methods.programme import check as checks

    problems = checks.check(directory)
    if problems:
        for problem in problems:
            click.echo(str(problem))
        click.echo(_last_line(problems, (), ()))
        raise SystemExit(1)
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as
        from stegvis.programme import actions

        with transaction.atomic(), acting_as(SYSTEM):
            release = actions.publish(programme=checks.read(directory), by=SYSTEM)
    click.echo(f"Published. sha256 {release.sha256}")
    click.echo("Now a clinician reads it in each language and signs: stegvis programme sign LANGUAGE")


@command.command()
@click.argument("old")
@click.argument("new")
def diff(old: str, new: str) -> None:
    """Show block by block what differs between OLD and NEW, in every language.

    Each is a programme's folder, a release written to a file, or the hash of a release of this installation (from its
    first eight characters on). Ends with status 0 when nothing differs, 1 when something does.
    """
    from stegvis.methods.programme.changes import changes

    found = changes(_programme_of(old), _programme_of(new))
    for change in found:
        where = [
            change.module or (f"worksheet {change.sheet}" if change.sheet else "programme"),
            change.language,
            f"part {change.part}" if change.part else "",
            change.kind,
        ]
        click.echo(", ".join(each for each in where if each))
        for sign_of, words in (("-", change.before), ("+", change.after)):
            for line in words.splitlines():
                click.echo(f"{sign_of} {line}")
        click.echo()
    click.echo(
        "Nothing differs." if not found else f"{len(found)} {'block differs' if len(found) == 1 else 'blocks differ'}."
    )
    if found:
        raise SystemExit(1)


def _programme_of(named: str) -> Programme:
    """The programme of a folder, a file or a hash; says which of them was not found or not read."""
    from stegvis.methods.programme import check as checks
    from stegvis.methods.programme import release as releases
    from stegvis.methods.programme.problems import ProgrammeInvalid

    place = Path(named)
    try:
        if place.is_dir():
            return checks.read(place)
        if place.is_file():
            return releases.from_json(place.read_text(encoding="utf-8"))
    except (ProgrammeInvalid, releases.ReleaseUnreadable, UnicodeDecodeError) as error:
        raise click.ClickException(f"{named}: {error}") from error
    if not re.fullmatch(r"[0-9a-f]{8,64}", named.lower()):
        raise click.ClickException(f"{named} is no folder, no file and no hash of a release. Give one of the three.")
    return _programme_of_hash(named.lower())


def _programme_of_hash(sha256: str) -> Programme:
    from stegvis.config.cli import installation

    with installation():
        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as
        from stegvis.programme import queries

        with acting_as(SYSTEM):
            release = queries.release_of(sha256)
            if release is None:
                raise click.ClickException(
                    f"No release here, or more than one, begins with {sha256}. Give its whole hash."
                )
            return queries.content(release.pk)


@command.command()
@click.argument("language")
@click.option("--reviewer", required=True, help="The clinician who has read it, by name; it stays with the release.")
@click.option("--profession", required=True, help="The reviewer's: psychologist or physiotherapist.")
@click.option("--sha256", required=True, help="The release that was read, as stegvis programme publish printed it.")
def sign(language: str, reviewer: str, profession: str, sha256: str) -> None:
    """Keep that a named clinician has read the newest release in LANGUAGE and stands for it.

    A release serves real participants in a language once a psychologist has signed it there, and a physiotherapist as well
    where a module touches activity (activity = true in programme.toml). It says who has still to sign.
    """
    from stegvis.config.cli import installation

    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.audit.errors import Refused
        from stegvis.audit.releases import in_words
        from stegvis.people.acting import acting_as
        from stegvis.programme import actions, queries

        with transaction.atomic(), acting_as(SYSTEM):
            release = queries.newest_release()
            if release is None or release.sha256 != sha256.strip().lower():
                raise click.ClickException("The newest release is not the one that was read. Publish that one first.")
            try:
                actions.sign_review(
                    release=release, language=language, reviewer=reviewer, profession=profession, by=SYSTEM
                )
            except Refused as refused:
                raise click.ClickException(str(refused)) from refused
            missing = queries.missing_signatures(release.pk, language)
    click.echo(f"Signed in {language} by {reviewer}, {profession}.")
    if missing:
        click.echo(f"Still to sign in {language}: {in_words(missing)}.")


def _as_data(
    problems: Sequence[Problem], parts: Sequence[MeasuredPart], sheets: Sequence[MeasuredPart]
) -> dict[str, object]:
    return {
        "ok": not problems,
        "problems": [dataclasses.asdict(problem) for problem in problems],
        "parts": [dataclasses.asdict(part) for part in parts],
        "worksheets": [dataclasses.asdict(sheet) for sheet in sheets],
    }


def _as_table(parts: Sequence[MeasuredPart]) -> Table:
    from stegvis.methods.programme.readability import FORMULAS

    table = Table("Module", "Language", "Part", "Version", title="Words, minutes and reading level")
    for column in ("Words", "Minutes", "Words a sentence", "Level"):
        table.add_column(column, justify="right")
    table.add_column("Formula")
    for part in parts:
        measure, formula = part.measure, FORMULAS[part.language][0]
        versions = [("full", measure.words, measure.minutes, measure.reading)]
        if measure.short_words:  # a worksheet has no short version
            versions.append(("short", measure.short_words, measure.short_minutes, measure.short_reading))
        for version, words, minutes, reading in versions:
            numbers = (str(words), str(minutes), f"{reading.words_a_sentence:.1f}", f"{reading.level:.1f}")
            table.add_row(part.module, part.language, str(measure.number), version, *numbers, formula)
    return table


def _last_line(problems: Sequence[Problem], parts: Sequence[MeasuredPart], sheets: Sequence[MeasuredPart]) -> str:
    if problems:
        return (
            f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}. The programme cannot be released yet."
        )
    modules = len({part.module for part in parts})
    line = f"No problems in {modules} {'module' if modules == 1 else 'modules'}, {len(parts)} parts."
    worksheets = len({sheet.module for sheet in sheets})
    return f"{line} None in {worksheets} {'worksheet' if worksheets == 1 else 'worksheets'}." if sheets else line


def _console() -> Console:
    return Console(width=None if Console().is_terminal else 110)
