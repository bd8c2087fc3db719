"""Strata: which stratum of the allocation a person belongs to."""

from __future__ import annotations

from stegvis.methods.study.design import SITE, Factor
from stegvis.methods.study.eligibility import Facts, rule_holds
from stegvis.methods.study.protocol import STRATUM_SEPARATOR, Protocol


class StratumUnknown(ValueError):
    """The facts do not place this person in exactly one level of a stratification factor."""


def stratum_of(protocol: Protocol, site: str, facts: Facts) -> str:
    """The stratum of a person at a site, one of `protocol.strata`.

    Raises KeyError when the site is not in the protocol and StratumUnknown when the facts do not give exactly one level
    of each factor.
    """
    parts = [
        protocol.site(site).code if name == SITE else _level(_factor(protocol, name), facts)
        for name in protocol.allocation.strata
    ]
    return STRATUM_SEPARATOR.join(parts) or protocol.strata[0]


def _factor(protocol: Protocol, code: str) -> Factor:
    return next(factor for factor in protocol.factors if factor.code == code)


def _level(factor: Factor, facts: Facts) -> str:
    levels = [level.code for level in factor.levels if rule_holds(level.rule, level.code, facts)]
    if len(levels) != 1:
        fitting = ", ".join(levels) or "none"
        raise StratumUnknown(
            f"The stratum is not known: of the levels of {factor.code}, exactly one must fit, and what is known fits "
            f"{fitting}. Complete what the factor needs, then try again."
        )
    return levels[0]
