"""`stegvis study`: the folder of a trial. Checking it needs neither server nor database."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import click

from stegvis.methods.study.problems import Problem


@click.group()
def command() -> None:
    """Check a trial's folder."""


@command.command()
@click.argument("directory", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option("--json", "as_json", is_flag=True, help="Print the problems, or what the trial is, as JSON.")
def check(directory: Path, as_json: bool) -> None:
    """Check every file of the trial in DIR, such as studies/cwp.

    Prints each mistake with file, line, key, what is wrong and what would be right, and ends with status 1. Without a
    mistake it prints what the trial is: arms, schedule, outcomes, criteria, and every default that was assumed.
    """
    from stegvis.methods import study

    problems = study.check(directory)
    if problems:
        click.echo(_problems_as_json(problems) if as_json else _problems_as_text(problems))
        raise SystemExit(1)
    trial = study.load(directory)
    click.echo(_json({"ok": True, **study.summary(trial)}) if as_json else study.describe(trial))


def _problems_as_json(problems: Sequence[Problem]) -> str:
    return _json({"ok": False, "problems": [dataclasses.asdict(problem) for problem in problems]})


def _problems_as_text(problems: Sequence[Problem]) -> str:
    count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    return "\n".join([*map(str, problems), "", f"{count}. Mend these, then check again."])


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2)
