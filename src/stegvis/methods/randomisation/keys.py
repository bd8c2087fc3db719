"""The keys by which a design is written down: in a design file, in the record of a list, at the head of a list of numbers.

One vocabulary for all three, so that what was typed can be compared with what was recorded. Fractions may be written as
`2/3` or `0.8`; they are kept exactly.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from stegvis.methods.randomisation.design import BLOCKS, EVERYBODY, Design
from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.margins import Minimise
from stegvis.methods.randomisation.rules import BiasedCoin, BigStick, Rule, Simple, Urn

COMMON = frozenset({"method", "arms", "ratio", "strata", "per_stratum"})
OWN: dict[str, frozenset[str]] = {
    BLOCKS: frozenset({"block_sizes"}),
    "simple": frozenset(),
    "biased_coin": frozenset({"p"}),
    "big_stick": frozenset({"limit"}),
    "urn": frozenset({"alpha", "beta"}),
    "minimisation": frozenset({"factors", "weights", "measure", "p"}),
}
"""Which keys belong to which method, beside those of every design."""
METHODS = tuple(OWN)


def design_of(keys: Mapping[str, Any]) -> Design:
    """A design from its keys. Raises :class:`DesignRefused` for a key that is missing, strange or cannot be."""
    method = keys.get("method", BLOCKS)
    if method not in METHODS:
        raise DesignRefused(f"“{method}” is no method of randomisation. Use one of {', '.join(METHODS)}.")
    if strange := sorted(set(keys) - COMMON - OWN[method]):
        raise DesignRefused(
            f"{method} has no choice “{strange[0]}”. It has: {', '.join(sorted(COMMON | OWN[method]))}."
        )
    try:
        arms = tuple(str(arm) for arm in keys["arms"])
        return Design(
            arms=arms,
            ratio=tuple(int(part) for part in keys.get("ratio") or (1,) * len(arms)),
            block_sizes=tuple(int(size) for size in keys.get("block_sizes", ())),
            strata=tuple(keys.get("strata") or (EVERYBODY,)),
            per_stratum=int(keys["per_stratum"]),
            rule=rule_of(method, keys),
        )
    except KeyError as missing:
        raise DesignRefused(f"The design does not say “{missing.args[0]}”. Add it.") from missing
    except (TypeError, ValueError) as wrong:
        if isinstance(wrong, DesignRefused):
            raise
        raise DesignRefused(
            "A choice of the design is of the wrong kind: a list where a number belongs, or words."
        ) from wrong


def rule_of(method: str, keys: Mapping[str, Any]) -> Rule | Minimise | None:
    """The rule of a method, with the usual parameters where none are given; None for permuted blocks."""
    return _RULES[method](keys)


def _minimise(keys: Mapping[str, Any]) -> Minimise:
    weights = tuple(_fraction(weight) for weight in keys.get("weights", ()))
    return Minimise(tuple(keys["factors"]), weights, keys.get("measure", "range"), _fraction(keys.get("p", "4/5")))


_RULES: dict[str, Callable[[Mapping[str, Any]], Rule | Minimise | None]] = {
    BLOCKS: lambda _keys: None,
    "simple": lambda _keys: Simple(),
    "biased_coin": lambda keys: BiasedCoin(_fraction(keys.get("p", "2/3"))),
    "big_stick": lambda keys: BigStick(int(keys.get("limit", 3))),
    "urn": lambda keys: Urn(int(keys.get("alpha", 0)), int(keys.get("beta", 1))),
    "minimisation": _minimise,
}


def keys_of_rule(rule: Rule | Minimise) -> dict[str, Any]:
    """The rule's own keys."""
    values = {key: getattr(rule, key) for key in sorted(OWN[rule.method])}
    return {key: _plain(value) for key, value in values.items()}


def keys_of_design(design: Design) -> dict[str, Any]:
    """Every key of a design; those of permuted blocks as they have always stood in a record."""
    own = {"block_sizes": list(design.block_sizes)} if design.rule is None else keys_of_rule(design.rule)
    method = {} if design.rule is None else {"method": design.method}
    return {
        **method, "arms": list(design.arms), "ratio": list(design.ratio), **own, "strata": list(design.strata),
        "per_stratum": design.per_stratum,
    }  # fmt: skip


def head_of(design: Design) -> str:
    """What stands at the head of a list file without blocks: the method, and for numbers all that turns them into arms."""
    if not isinstance(design.rule, Minimise):
        return json.dumps({"method": design.method})
    keys = {
        "method": design.method,
        "arms": list(design.arms),
        "ratio": list(design.ratio),
        **keys_of_rule(design.rule),
    }
    return json.dumps(keys, ensure_ascii=False)


def _fraction(value: Any) -> Fraction:
    return Fraction(str(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return str(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
