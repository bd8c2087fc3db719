"""Data columns in the plan: how a table that somebody else made is read, `[data]` of sap.toml.

An extract of ours needs none of this: its tables are defined in `tables`. A table of anybody's (one file, CSV or
Parquet) has the names and codes that its makers chose, and the plan says which column is what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .toml_reader import Reader

WIDE, LONG = "wide", "long"
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DECIMALS = {"point": ".", "comma": ","}
MISSING = ("", "NA", "NaN", ".")


@dataclass(frozen=True, slots=True)
class DataColumns:
    """Which column of a table is what.

    `arms` and `occasions` say how the table writes each code of the plan. `outcomes` gives the column of each outcome
    at each occasion: of its own when the table is wide, the same for all when it is long.
    A wide table may have no column for the participant: then each row is one.
    """

    shape: str
    participant: str | None
    arm: str
    arms: Mapping[str, str]
    stratum: str | None
    site: str | None
    therapist: str | None
    occasion: str | None
    occasions: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, str]]
    missing: tuple[str, ...]
    delimiter: str
    decimal: str


def read_data_columns(
    one: Reader, *, arms: tuple[str, ...], occasions: tuple[str, ...], outcomes: tuple[str, ...]
) -> DataColumns:
    """The table `[data]`, for the plan's own codes."""
    shape = one.choice("shape", (WIDE, LONG))
    decimal = one.choice("decimal", tuple(DECIMALS), default="point")
    columns = DataColumns(
        shape=shape,
        participant=one.text("participant", example="id", optional=shape == WIDE) or None,
        arm=one.text("arm", example="treatment"),
        arms=_written(one, "arms", arms),
        stratum=one.text("stratum", optional=True) or None,
        site=one.text("site", optional=True) or None,
        therapist=one.text("therapist", optional=True) or None,
        occasion=one.text("occasion", example="visit") if shape == LONG else None,
        occasions=_written(one, "occasions", occasions) if shape == LONG else {},
        outcomes=_read_outcomes(one.table("outcomes"), shape, occasions, outcomes),
        missing=one.codes("missing", optional=True) or MISSING,
        delimiter=DELIMITERS[one.choice("delimiter", tuple(DELIMITERS), default="comma")],
        decimal=DECIMALS[decimal],
    )
    one.done()
    return columns


def _written(one: Reader, key: str, codes: tuple[str, ...]) -> Mapping[str, str]:
    """How the table writes each code: as it is, unless the plan says otherwise."""
    said = one.optional_table(key)
    if said is None:
        return {code: code for code in codes}
    written = {code: said.text(code, example="1") if said.has(code) else code for code in codes}
    said.done()
    if len(set(written.values())) < len(written):
        one.mistake(key, "two codes are written alike.", "Give each its own value of the column.")
    return written


def _read_outcomes(
    one: Reader, shape: str, occasions: tuple[str, ...], outcomes: tuple[str, ...]
) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, Mapping[str, str]] = {}
    for outcome in outcomes:
        if shape == LONG:
            column = one.text(outcome, example=outcome)
            found[outcome] = dict.fromkeys(occasions, column)
        else:
            by_occasion = one.table(outcome)
            codes = by_occasion.keys()
            chosen = {each: by_occasion.text(each, example=f"{outcome}_{each}") for each in codes}
            for each in chosen:
                if each not in occasions:
                    by_occasion.mistake(each, "no such occasion is defined.", f"Defined are: {', '.join(occasions)}.")
            found[outcome] = chosen
    one.done()
    return found
