"""Attempts: how an analysis makes a finding, also when the number cannot be computed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from stegvis.methods.analysis.findings import Finding
from stegvis.methods.analysis.refusals import NotEstimable

ALL = "all"


def attempt(build: Callable[[], Any], **facts: Any) -> Finding:
    """A finding with the numbers that `build` returns, or with its refusal.

    `build` returns a mapping of numbers, or a frozen result of an estimator, whose numeric fields are taken.
    """
    try:
        return Finding(numbers=numbers_of(build()), **facts)
    except NotEstimable as refusal:
        return Finding(refusal=refusal, **facts)


def numbers_of(result: Any) -> Mapping[str, float]:
    """The numeric fields of a result; `t` and `z` are called `statistic`, `n1` and so on are left to `n`."""
    if isinstance(result, Mapping):
        return {name: float(number) for name, number in result.items()}
    renamed = {"t": "statistic", "z": "statistic"}
    skipped = {"n", "n1", "n0", "level", "continuity", "tied", "draws", "seed", "observations", "clusters"}
    numbers = {}
    for one in dataclasses.fields(result):
        value = getattr(result, one.name)
        if one.name not in skipped and isinstance(value, int | float):
            numbers[renamed.get(one.name, one.name)] = float(value)
    return numbers


def arm_id(arm: str) -> str:
    """An arm in an id; everyone together is `all`."""
    return arm or ALL


def contrast_id(contrast: tuple[str, str]) -> str:
    """A contrast in an id."""
    return f"{contrast[0]}-{contrast[1]}"
