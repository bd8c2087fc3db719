"""`stegvis randomise`: make and check allocation lists, which needs neither server nor database, and load one.

Made by a person outside the sites: the list goes, once, to whoever loads it; the record with seed and block sizes stays
with the person who made it. Without `--seed` the seed is 128 bits of the system's entropy and is shown to nobody unless
asked for. A seed that was typed is for demonstrations, tests and reproduction; a live installation refuses such a list.
"""

from __future__ import annotations

import json
import os
import secrets
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stegvis.config import list_choices, list_reserve, list_simulation
from stegvis.methods.randomisation import record, sequence, verification
from stegvis.methods.randomisation.blocks import SEED_BITS
from stegvis.methods.randomisation.design import Design
from stegvis.methods.randomisation.errors import DesignRefused, ListUnreadable
from stegvis.methods.randomisation.generating import generate_from
from stegvis.methods.randomisation.sequence import ListFile, SequenceList

OWNER_ONLY = 0o600
RECORD_SUFFIX = ".record.json"


@click.group()
def command() -> None:
    """Make, verify, simulate and load allocation lists: blocks, coins, urns, minimisation."""


@command.command("list")
@list_choices.options
@click.option("--seed", type=int, help="For demonstrations and tests. Default: 128 bits from the system.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write list and record, for you only.")
@click.option("--show-seed", is_flag=True, help="Also print the seed, to standard error.")
def make_list(seed: int | None, out: Path | None, show_seed: bool, **choices: Any) -> None:
    """Make a list and print it as CSV, or write it to a file that only you can read.

    For minimisation the list holds random numbers: an arm is computed when a person comes.
    """
    seed_kind: record.SeedKind = "entropy" if seed is None else "typed"
    used = secrets.randbits(SEED_BITS) if seed is None else seed
    made = _made(seed=used, design=list_choices.design_from(seed=seed, **choices))
    if out is not None:
        _write(made, out, record.record_of(made, seed=used, seed_kind=seed_kind))
    else:
        click.echo(made.csv(), nl=False)
        _say_if_the_seed_is_lost(seed_kind, show_seed)
    if show_seed:
        click.echo(f"seed {used}", err=True)


@command.command("verify")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--record", "record_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--sha256", help="The hash that was written down when the list was made.")
@click.option("--seed", type=int, help="A typed seed; then all choices are needed as they were used.")
@list_choices.options
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(
    file: Path, record_file: Path | None, sha256: str | None, seed: int | None, as_json: bool, **choices: Any
) -> None:
    """Check a list: its structure, its hash, and, with the record or the seed, that it is made exactly so.

    Ends with status 1 when anything is wrong.
    """
    recipe = _recipe(record_file, seed, choices)
    try:
        content = sequence.read(_text(file))
    except ListUnreadable as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    problems = _problems(content, recipe, sha256)
    _report(content, problems, reproduced=recipe is not None, as_json=as_json)
    if problems:
        raise SystemExit(1)


@command.command("recompute")
def recompute() -> None:
    """Check every allocation of this installation: its list, its place, and, where arms are minimised, its arm anew.

    Prints numbers and no arm. Ends with status 1 when anything is wrong.
    """
    from stegvis.config.cli import database_running, with_django

    with_django()
    from stegvis.allocation import recomputing
    from stegvis.people.acting import acting_as

    with database_running(), acting_as(recomputing.SYSTEM):
        found = recomputing.everything()
    click.echo(f"Lists: {found.lists}. Allocations: {found.allocations}, of them computed anew: {found.drawn}.")
    for problem in found.problems:
        click.echo(problem)
    if found.problems:
        raise SystemExit(1)
    click.echo("Every list gives its hash, places were given in order, and every arm comes out again.")


command.add_command(list_simulation.simulate)
command.add_command(list_reserve.command)


@command.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seed-kind", type=click.Choice(record.SEED_KINDS), required=True, help="As the list's record says.")
@click.option("--sha256", help="The hash that was written down when the list was made; needed in a live installation.")
@click.option("--reserve", is_flag=True, help="Places to be read out by telephone while the system is down.")
def load(file: Path, seed_kind: str, sha256: str | None, reserve: bool) -> None:
    """Seal a list into this installation's database, once. The record stays with whoever made the list."""
    from stegvis.config.cli import database_running, with_django

    with_django()
    from django.conf import settings

    from stegvis.allocation import actions
    from stegvis.audit.action import SYSTEM

    with database_running():
        loaded = actions.load_sequence(
            csv_text=_text(file),
            seed_kind=seed_kind,
            by=SYSTEM,
            live=settings.LIVE,
            expected_sha256=sha256,
            reserve=reserve,
        )
    click.echo(f"Loaded and sealed: {loaded.n_places} places, sha256 {loaded.sha256}")
    click.echo(f"Now remove {file} from this computer: whoever reads it knows the allocations to come.")


def _recipe(record_file: Path | None, seed: int | None, choices: dict[str, Any]) -> record.Record | None:
    """How the list is said to be made: from its record, from a typed seed with all choices, or not known."""
    if record_file is not None:
        if seed is not None:
            raise click.UsageError("Give either --record or --seed: the record holds its own seed.")
        try:
            return record.from_json(_text(record_file))
        except ListUnreadable as unreadable:
            raise click.ClickException(str(unreadable)) from unreadable
    if seed is None:
        return None
    if not choices["design_file"] and not (choices["arms"] and choices["per_stratum"]):
        raise click.UsageError("With --seed also give --arms, --blocks, --strata and --per-stratum, as they were used.")
    made = _made(seed=seed, design=list_choices.design_from(seed=seed, **choices))
    return record.record_of(made, seed=seed, seed_kind="typed")


def _made(*, seed: int, design: Design) -> SequenceList:
    try:
        return generate_from(design, seed)
    except DesignRefused as refused:
        raise click.ClickException(str(refused)) from refused


def _problems(content: ListFile, recipe: record.Record | None, sha256: str | None) -> tuple[verification.Problem, ...]:
    ratio = dict(zip(recipe.design.arms, recipe.design.ratio, strict=True)) if recipe else None
    places, head = content.places, content.head
    problems = verification.check_file(content, ratio=ratio)
    if sha256:
        problems += verification.check_hash(places, sha256, head=head)
    if recipe:
        problems += verification.check_reproduction(places, design=recipe.design, seed=recipe.seed)
        problems += verification.check_hash(places, recipe.sha256, head=head)
    return tuple(dict.fromkeys(problems))


def _report(content: ListFile, problems: tuple[verification.Problem, ...], *, reproduced: bool, as_json: bool) -> None:
    digest, places = sequence.sha256_of(content.csv()), content.places
    strata = Counter(place.stratum for place in places)
    if as_json:
        answer = {
            "ok": not problems,
            "sha256": digest,
            "places": len(places),
            "strata": dict(strata),
            "reproduction_checked": reproduced,
            "problems": [{"row": problem.row, "sentence": problem.sentence} for problem in problems],
        }
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    click.echo(f"sha256 {digest}")
    click.echo("; ".join(f"stratum {stratum}: {count} places" for stratum, count in strata.items()))
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo("This list must not be used. Ask whoever made it for the file as it was made.")
    elif reproduced:
        click.echo("The list holds: its structure is whole, and the seed gives exactly these bytes.")
    else:
        click.echo("The structure is whole. Whether it is the list of its seed was not checked: give --record.")


def _say_if_the_seed_is_lost(seed_kind: record.SeedKind, show_seed: bool) -> None:
    if seed_kind == "entropy" and not show_seed:
        click.echo(
            "The seed of this list was not kept, so nobody can make the list again to check it. "
            "Use --out FILE to keep it in a record beside the list.",
            err=True,
        )


def _write(made: SequenceList, out: Path, how: record.Record) -> None:
    """Write record and list, both or neither, owner-only, never over a file that is there."""
    beside = out.with_name(out.name + RECORD_SUFFIX)
    for path in (out, beside):
        if path.exists():
            raise click.ClickException(f"{path} exists already; a list is never written over. Choose another name.")
    _write_new(beside, record.to_json(how))
    try:
        _write_new(out, made.csv())
    except BaseException:
        beside.unlink()
        raise
    click.echo(f"sha256 {how.sha256}")
    click.echo(f"List:   {out} ({len(made.places)} places; only you can read it)")
    click.echo(f"Record: {beside} ({how.seed_kind} seed and block sizes). {record.KEEP_APART}")


def _write_new(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be written: {problem.strerror}. Choose another place.") from problem
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink()
        raise


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{path} is not text in UTF-8. Use the file as it was made.") from problem
