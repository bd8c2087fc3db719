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
from collections.abc import Sequence
from pathlib import Path

import click

from stegvis.methods.randomisation import record, sequence, verification
from stegvis.methods.randomisation.blocks import SEED_BITS, generate
from stegvis.methods.randomisation.errors import DesignRefused, ListUnreadable
from stegvis.methods.randomisation.sequence import Place, SequenceList

OWNER_ONLY = 0o600
RECORD_SUFFIX = ".record.json"


class _Codes(click.ParamType):
    """Codes with commas between, as `1,2,3`."""

    name = "A,B,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...] | object:
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


class _Numbers(click.ParamType):
    """Whole numbers with a separator between, as `4,6` or `2:1`."""

    def __init__(self, separator: str, example: str) -> None:
        self.separator = separator
        self.name = example

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...] | object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(int(part) for part in value.split(self.separator))
        except ValueError:
            self.fail(f"“{value}” is not a row of whole numbers. Write it like {self.name}.", param, ctx)


@click.group()
def command() -> None:
    """Make, verify and load allocation lists (permuted blocks of random size, stratified)."""


@command.command("list")
@click.option("--arms", type=_Codes(), required=True, help="Codes of the arms, as in the protocol.")
@click.option("--ratio", type=_Numbers(":", "2:1"), help="One part per arm. Default: equal parts.")
@click.option("--blocks", type=_Numbers(",", "4,6"), required=True, help="Block sizes, drawn with equal probability.")
@click.option("--strata", type=_Codes(), required=True, help="Strata in order; factors joined by |, as 1|under50.")
@click.option("--per-stratum", type=int, required=True, help="At least this many places in each stratum.")
@click.option("--seed", type=int, help="For demonstrations and tests. Default: 128 bits from the system.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write list and record, for you only.")
@click.option("--show-seed", is_flag=True, help="Also print the seed, to standard error.")
def make_list(
    arms: tuple[str, ...],
    ratio: tuple[int, ...] | None,
    blocks: tuple[int, ...],
    strata: tuple[str, ...],
    per_stratum: int,
    seed: int | None,
    out: Path | None,
    show_seed: bool,
) -> None:
    """Make a list and print it as CSV, or write it to a file that only you can read."""
    seed_kind: record.SeedKind = "entropy" if seed is None else "typed"
    used = secrets.randbits(SEED_BITS) if seed is None else seed
    made = _made(arms, ratio, blocks, strata, per_stratum, used)
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
@click.option("--seed", type=int, help="A typed seed; then --arms, --blocks, --strata and --per-stratum are needed.")
@click.option("--arms", type=_Codes(), help="Arms, in the order used when the list was made.")
@click.option("--ratio", type=_Numbers(":", "2:1"), help="Their ratio. Default: equal parts.")
@click.option("--blocks", type=_Numbers(",", "4,6"))
@click.option("--strata", type=_Codes(), help="Strata, in the order used when the list was made.")
@click.option("--per-stratum", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(
    file: Path,
    record_file: Path | None,
    sha256: str | None,
    seed: int | None,
    arms: tuple[str, ...] | None,
    ratio: tuple[int, ...] | None,
    blocks: tuple[int, ...] | None,
    strata: tuple[str, ...] | None,
    per_stratum: int | None,
    as_json: bool,
) -> None:
    """Check a list: its structure, its hash, and, with the record or the seed, that it is made exactly so.

    Ends with status 1 when anything is wrong.
    """
    recipe = _recipe(record_file, seed, arms, ratio, blocks, strata, per_stratum)
    try:
        places = sequence.read_csv(_text(file))
    except ListUnreadable as unreadable:
        raise click.ClickException(str(unreadable)) from unreadable
    problems = _problems(places, recipe, sha256)
    _report(places, problems, reproduced=recipe is not None, as_json=as_json)
    if problems:
        raise SystemExit(1)


@command.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--seed-kind", type=click.Choice(record.SEED_KINDS), required=True, help="As the list's record says.")
@click.option("--sha256", help="The hash that was written down when the list was made; needed in a live installation.")
def load(file: Path, seed_kind: str, sha256: str | None) -> None:
    """Seal a list into this installation's database, once. The record stays with whoever made the list."""
    from stegvis.config.cli import database_running, with_django

    with_django()
    from django.conf import settings

    from stegvis.allocation import actions
    from stegvis.audit.action import SYSTEM

    with database_running():
        loaded = actions.load_sequence(
            csv_text=_text(file), seed_kind=seed_kind, by=SYSTEM, live=settings.LIVE, expected_sha256=sha256
        )
    click.echo(f"Loaded and sealed: {loaded.n_places} places, sha256 {loaded.sha256}")
    click.echo(f"Now remove {file} from this computer: whoever reads it knows the allocations to come.")


def _recipe(
    record_file: Path | None,
    seed: int | None,
    arms: tuple[str, ...] | None,
    ratio: tuple[int, ...] | None,
    blocks: tuple[int, ...] | None,
    strata: tuple[str, ...] | None,
    per_stratum: int | None,
) -> record.Record | None:
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
    if not (arms and blocks and strata and per_stratum):
        raise click.UsageError("With --seed also give --arms, --blocks, --strata and --per-stratum, as they were used.")
    made = _made(arms, ratio, blocks, strata, per_stratum, seed)
    return record.record_of(made, seed=seed, seed_kind="typed")


def _made(
    arms: tuple[str, ...],
    ratio: tuple[int, ...] | None,
    blocks: tuple[int, ...],
    strata: tuple[str, ...],
    per_stratum: int,
    seed: int,
) -> SequenceList:
    equal = (1,) * len(arms)
    try:
        return generate(
            arms=arms, ratio=ratio or equal, block_sizes=blocks, strata=strata, per_stratum=per_stratum, seed=seed
        )
    except DesignRefused as refused:
        raise click.ClickException(str(refused)) from refused


def _problems(
    places: Sequence[Place], recipe: record.Record | None, sha256: str | None
) -> tuple[verification.Problem, ...]:
    ratio = dict(zip(recipe.design.arms, recipe.design.ratio, strict=True)) if recipe else None
    problems = verification.check_structure(places, ratio=ratio)
    if sha256:
        problems += verification.check_hash(places, sha256)
    if recipe:
        problems += verification.check_reproduction(places, design=recipe.design, seed=recipe.seed)
        problems += verification.check_hash(places, recipe.sha256)
    return tuple(dict.fromkeys(problems))


def _report(
    places: Sequence[Place], problems: Sequence[verification.Problem], *, reproduced: bool, as_json: bool
) -> None:
    digest = sequence.sha256_of(sequence.to_csv(places))
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
