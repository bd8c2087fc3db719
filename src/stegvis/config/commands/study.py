"""`stegvis study`: the folder of a trial. Checking it needs neither server nor database, loading it does."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import click

from stegvis.methods.study.problems import Problem


@click.group()
def command() -> None:
    """Check a trial's folder, and load it."""


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the problems, or what the trial is, as JSON.")
def check(directory: Path, as_json: bool) -> None:
    """Check every file of the trial in DIR, such as studies/cwp: protocol, texts, questionnaires, plan, programme.

    Prints each mistake with file, line, key, what is wrong and what would be right, and ends with status 1. Without a
    mistake it prints what the trial is: arms, schedule, outcomes, criteria, and every default that was assumed.
    """
    from stegvis.config import trial_folder
    from stegvis.methods import study

    problems = trial_folder.check(directory)
    if problems:
        click.echo(_problems_as_json(problems) if as_json else _problems_as_text(problems))
        raise SystemExit(1)
    trial = study.load(directory)
    click.echo(_json({"ok": True, **study.summary(trial)}) if as_json else study.describe(trial))


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
def load(directory: Path) -> None:
    """Load the trial in DIR, such as studies/cwp, into this installation, and open its sites.

    The first time it is the protocol; later an amendment, with a higher number and a day from which it holds. The same
    files again change nothing. A folder with a mistake is refused whole: list the mistakes with stegvis study check DIR
    """
    from stegvis.config.cli import installation

    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people import actions as people
        from stegvis.people import queries as sites
        from stegvis.people.acting import acting_as
        from stegvis.protocol import actions, queries

        with transaction.atomic(), acting_as(SYSTEM):
            version = actions.load_study(directory=directory, by=SYSTEM)
            opened = {site.code for site in sites.sites()}
            for site in queries.protocol_of(version.pk).sites:
                if site.code not in opened:
                    people.open_site(
                        code=site.code,
                        name=site.name,
                        phone=site.phone,
                        safety_phone=site.safety_phone or "",
                        by=SYSTEM,
                    )
    click.echo(f"Version {version.version} is loaded; it holds from {version.effective_from}. sha256 {version.sha256}")


@command.command()
@click.argument("code", metavar="CODE")
@click.option("--language", required=True, help="The language of the wording, such as sv.")
def texts(code: str, language: str) -> None:
    """Print an empty file of texts for the skeleton CODE of the library, for a licensee to fill in.

    Save it in the trial's folder as instruments/CODE.LANGUAGE.toml, write the official wording into it, and name it under
    `texts` of the instrument in protocol.toml. stegvis study check DIR then says what is missing or does not fit.
    """
    from stegvis.methods.instruments import library
    from stegvis.methods.instruments.texts import template

    if code not in library.codes():
        raise click.BadParameter(
            f"the library has no {code!r}. It has: {', '.join(library.codes())}.", param_hint="CODE"
        )
    questionnaire = library.load(code)
    if questionnaire.is_worded_in(language):
        raise click.BadParameter(f"{code} has its own wording in {language!r} already.", param_hint="--language")
    click.echo(template(questionnaire, language), nl=False)


def _problems_as_json(problems: Sequence[Problem]) -> str:
    return _json({"ok": False, "problems": [dataclasses.asdict(problem) for problem in problems]})


def _problems_as_text(problems: Sequence[Problem]) -> str:
    last = "1 mistake. Mend it" if len(problems) == 1 else f"{len(problems)} mistakes. Mend these"
    return "\n".join([*map(str, problems), "", f"{last}, then check again."])


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
