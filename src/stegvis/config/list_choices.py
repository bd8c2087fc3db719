"""The choices behind an allocation list as somebody gives them: in a file for the owner only, typed when asked, or as options.

Block sizes on the command line stay in the shell's history and stand in the list of processes for everybody on the computer
to see. So they are an option only beside a typed seed, which is for demonstrations and tests and which a live installation
refuses; in earnest they are asked for, unseen, or stand in the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import click

from stegvis.methods.randomisation.design import BLOCKS, Design
from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.keys import METHODS, design_of

SEEN = (
    "Block sizes on the command line stay in the shell's history, and everybody on this computer can see them. Leave "
    "--blocks out: they are asked for, unseen. Or give a file that only you can read: --design FILE."
)


class Codes(click.ParamType):
    """Codes with commas between, as `1,2,3`."""

    name = "A,B,…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...] | object:
        """A tuple of codes."""
        return tuple(part.strip() for part in value.split(",")) if isinstance(value, str) else value


class Numbers(click.ParamType):
    """Whole numbers with a separator between, as `4,6` or `2:1`."""

    def __init__(self, separator: str, example: str) -> None:
        self.separator = separator
        self.name = example

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...] | object:
        """A tuple of numbers."""
        if not isinstance(value, str):
            return value
        try:
            return tuple(int(part) for part in value.split(self.separator))
        except ValueError:
            self.fail(f"“{value}” is not a row of whole numbers. Write it like {self.name}.", param, ctx)


def options(command: Any) -> Any:
    """The options of a command that makes a list."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


_OPTIONS = (
    click.option("--design", "design_file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                 help="A TOML file with all choices, instead of the options that follow."),
    click.option("--method", type=click.Choice(METHODS), default=BLOCKS, show_default=True),
    click.option("--arms", type=Codes(), help="Codes of the arms, as in the protocol."),
    click.option("--ratio", type=Numbers(":", "2:1"), help="One part per arm. Default: equal parts."),
    click.option("--blocks", type=Numbers(",", "4,6"), help="Block sizes; only with --seed. Otherwise they are asked for."),
    click.option("--strata", type=Codes(), help="Strata in order; factors joined by /, as BJ/under50."),
    click.option("--factors", type=Codes(), help="The factors of minimisation, as the protocol's allocation.strata."),
    click.option("--per-stratum", type=int, help="At least this many places in each stratum."),
)  # fmt: skip


def design_from(design_file: Path | None, seed: int | None, **given: Any) -> Design:
    """The design that a file or the options describe; what is missing of it is asked for where that is safer."""
    try:
        if design_file is not None:
            return design_of(tomllib.loads(design_file.read_text(encoding="utf-8")))
        blocks = given.pop("blocks", None)
        if blocks and seed is None:
            raise click.UsageError(SEEN)
        keys = {key: list(value) if isinstance(value, tuple) else value for key, value in given.items() if value}
        if keys["method"] == BLOCKS:
            keys["block_sizes"] = blocks or _asked()
        return design_of(keys)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as unreadable:
        raise click.ClickException(f"{design_file} is not a TOML file: {unreadable}") from unreadable
    except DesignRefused as refused:
        raise click.ClickException(str(refused)) from refused


def _asked() -> tuple[int, ...]:
    """Block sizes typed twice, unseen."""
    typed = click.prompt(
        "Block sizes with commas between (not shown)", hide_input=True, confirmation_prompt=True, err=True
    )
    try:
        return tuple(int(part) for part in str(typed).split(","))
    except ValueError:
        raise click.ClickException("Block sizes are whole numbers with commas between. No list was made.") from None
