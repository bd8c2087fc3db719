"""Answers: fills any questionnaire so that its scores come near what a life holds for them.

Works from the questionnaire alone: which items a score takes, and which way each counts, is found by scoring extreme
answers, so that nothing here knows an instrument.
"""

from collections.abc import Mapping
from functools import lru_cache
from random import Random
from types import MappingProxyType
from typing import Any

from stegvis.methods.instruments import pain_map, scoring
from stegvis.methods.instruments.enablement import enabled
from stegvis.methods.instruments.questionnaire import Item, Questionnaire

SPREAD = 0.13
"""SD of an item around its person's level, as a share of the item's range."""


def answer(
    questionnaire: Questionnaire,
    levels: Mapping[str, float],
    choices: Random,
    typical: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> dict[str, Any]:
    """Answers to every question that is asked, aiming at `levels` (score name → value).

    Scores without a level lie in the middle. `typical` has the lowest and highest answer to numbers that no score takes,
    by linkId, between which every one is as likely.
    """
    answers: dict[str, Any] = {}
    for item in questionnaire.questions:
        if item.is_body_map:
            answers[item.link_id] = _places(item, levels, questionnaire, choices)
        elif item.is_question and _is_asked(questionnaire, item, answers):
            usual = typical.get(item.link_id)
            value = choices.randint(*usual) if usual else _value(questionnaire, item, levels, choices)
            if value is not None:
                answers[item.link_id] = value
    return answers


def _is_asked(questionnaire: Questionnaire, item: Item, before: Mapping[str, Any]) -> bool:
    """Whether the answers given so far lead to this question; it stands after those that it depends on."""
    return not item.conditions or item.link_id in enabled(questionnaire, before)


def _value(questionnaire: Questionnaire, item: Item, levels: Mapping[str, float], choices: Random) -> Any:
    steps = _steps(item)
    if not steps:
        return None
    share, exact = 0.5, False
    for name, (low, high, direction) in _uses(questionnaire, item.link_id).items():
        if name in levels:
            share = (levels[name] - low) / (high - low)
            share = share if direction > 0 else 1 - share
            exact = len(_items_of(questionnaire, name)) == 1
            break
    noisy = share if exact else choices.gauss(share, SPREAD)
    place = round(min(1.0, max(0.0, noisy)) * (len(steps) - 1))
    return steps[place]


def _places(item: Item, levels: Mapping[str, float], questionnaire: Questionnaire, choices: Random) -> list[str]:
    """So many different sites as the level says, the back and shoulders first; the option for no pain when none."""
    wanted = max((levels[rule.name] for rule in questionnaire.scores if rule.name in levels), default=0.0)
    offered = {option.key for option in item.options}
    regions = [region for region in pain_map.regions().values() if region.id in offered and region.wpi_site]
    by_site: dict[str, list[str]] = {}
    for region in regions:
        by_site.setdefault(str(region.wpi_site), []).append(region.id)
    sites = sorted(by_site, key=lambda site: (not _is_common(site), choices.random()))
    count = min(len(sites), max(0, round(wanted)))
    if count == 0:
        return [option.key for option in item.options if option.exclusive][:1]
    chosen = [choices.choice(by_site[site]) for site in sites[:count]]
    return [option.key for option in item.options if option.key in chosen]


def _is_common(site: str) -> bool:
    """Neck, low back, a shoulder and a hip on either side: enough to be widespread by the 1990 criterion."""
    return site in {"neck", "lower_back", "shoulder_girdle_l", "shoulder_girdle_r", "hip_l", "hip_r"}


@lru_cache(maxsize=4096)
def _steps(item: Item) -> tuple[Any, ...]:
    """The possible answers to an item, in the order of their numbers; none for free text."""
    if item.options:
        numbered = [option for option in item.options if option.ordinal is not None]
        return tuple(option.key for option in sorted(numbered, key=lambda option: float(option.ordinal or 0)))
    if item.type == "integer" and item.minimum is not None and item.maximum is not None:
        return tuple(range(int(item.minimum), int(item.maximum) + 1))
    return (False, True) if item.type == "boolean" else ()


@lru_cache(maxsize=4096)
def _uses(questionnaire: Questionnaire, link_id: str) -> dict[str, tuple[float, float, int]]:
    """The scores that an item counts in: lowest and highest possible value, and +1 or −1 for the item's direction."""
    steps = _steps(questionnaire.by_link_id[link_id])
    middle = _middle(questionnaire)
    low = _scores(questionnaire, {**middle, link_id: steps[0]})
    high = _scores(questionnaire, {**middle, link_id: steps[-1]})
    found = {}
    for rule in questionnaire.scores:
        difference = (high.get(rule.name) or 0.0) - (low.get(rule.name) or 0.0)
        if difference:
            found[rule.name] = (*_range(questionnaire, rule.name), 1 if difference > 0 else -1)
    return found


@lru_cache(maxsize=256)
def _items_of(questionnaire: Questionnaire, name: str) -> tuple[str, ...]:
    asked = (item.link_id for item in questionnaire.questions if item.is_question and _steps(item))
    return tuple(link_id for link_id in asked if name in _uses(questionnaire, link_id))


@lru_cache(maxsize=256)
def _range(questionnaire: Questionnaire, name: str) -> tuple[float, float]:
    """The lowest and the highest value of a score, found by answering every item both ways that matter."""
    middle = _middle(questionnaire)
    lowest, highest = dict(middle), dict(middle)
    for link_id, value in middle.items():
        steps = _steps(questionnaire.by_link_id[link_id])
        first = _scores(questionnaire, {**middle, link_id: steps[0]}).get(name)
        last = _scores(questionnaire, {**middle, link_id: steps[-1]}).get(name)
        ordered = steps if (first or 0.0) <= (last or 0.0) else tuple(reversed(steps))
        lowest[link_id], highest[link_id] = (ordered[0], ordered[-1]) if first != last else (value, value)
    low, high = _scores(questionnaire, lowest).get(name), _scores(questionnaire, highest).get(name)
    return (low or 0.0, high or 1.0) if low != high else (0.0, 1.0)


@lru_cache(maxsize=64)
def _middle(questionnaire: Questionnaire) -> dict[str, Any]:
    asked = [item for item in questionnaire.questions if item.is_question and not item.is_body_map]
    return {item.link_id: _steps(item)[len(_steps(item)) // 2] for item in asked if _steps(item)}


def _scores(questionnaire: Questionnaire, answers: Mapping[str, Any]) -> dict[str, float | None]:
    return {score.name: score.value for score in scoring.score(questionnaire, answers)}
