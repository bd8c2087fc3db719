"""Sense of the design: languages, codes, arms, allocation and criteria fit each other (see `sense`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, pairwise

from pydantic import BaseModel

from stegvis.methods.study.anatomy import Path, walk
from stegvis.methods.study.design import SITE
from stegvis.methods.study.problems import Finding, advice, one_of
from stegvis.methods.study.protocol import Protocol
from stegvis.methods.study.raw import Raw, codes, number, reference, rows, table, unique, words
from stegvis.methods.study.tables import LANGUAGE_PATTERN, THE_WHOLE_TABLE, Table, Wording


def _languages(raw: Raw) -> Iterator[Finding]:
    """Every text is there in each language, and in no other."""
    languages = [language for _, language in words(table(raw, "trial"), "languages")]
    for language, times in Counter(languages).items():
        if times > 1:
            yield Finding(("trial", "languages"), f'names "{language}" twice', "Name it once")
    for path, model, value in walk(Protocol, dict(raw)):
        if issubclass(model, Wording) and isinstance(value, dict) and languages:
            yield from _wording(path, value, languages)


def _wording(path: Path, value: Raw, languages: Sequence[str]) -> Iterator[Finding]:
    for language in languages:
        if language not in value:
            yield Finding(path, f'has no text in "{language}"', f'Add {language} = "…": the trial\'s languages need it')
    for language in value:
        if language not in languages and re.match(LANGUAGE_PATTERN, language):
            yield Finding(
                (*path, language), "is not a language of this trial", "Leave it out, or add it to trial.languages"
            )


def _assumptions(raw: Raw) -> Iterator[Finding]:
    """What is assumed exists and has its reason."""
    for path, model, value in walk(Protocol, dict(raw)):
        if issubclass(model, Table) and isinstance(value, dict) and value.get("assumed"):
            yield from _assumption(path, model, value)


def _assumption(path: Path, model: type[BaseModel], value: Raw) -> Iterator[Finding]:
    if "why" not in value:
        yield Finding((*path, "why"), "is missing", "Say why this default was assumed")
    for index, key in words(value, "assumed"):
        if key not in model.model_fields and key != THE_WHOLE_TABLE:
            known = [field for field in model.model_fields if field not in Table.model_fields]
            yield Finding((*path, "assumed", index), f'names "{key}", which is no key here', f"Name {one_of(known)}")


def _codes_are_unique(raw: Raw) -> Iterator[Finding]:
    """No two things of one kind share a code."""
    places: list[tuple[str, ...]] = [
        (name,) for name in ("arms", "sites", "factors", "instruments", "occasions", "outcomes", "departures")
    ]
    places += [
        ("safety", "numbers"),
        ("safety", "grades"),
        ("safety", "rules"),
        ("safety", "checklist"),
        ("reminders", "steps"),
    ]
    for place in places:
        yield from unique(rows(raw, *place), ("code",))
    for path, factor in rows(raw, "factors"):
        levels = [((*path, *inner), level) for inner, level in rows(factor, "levels")]
        yield from unique(levels, ("code",))
    yield from unique(rows(raw, "visits"), ("number",))
    yield from unique(rows(raw, "texts"), ("code", "version"))


def _arms(raw: Raw) -> Iterator[Finding]:
    """The reference arm exists, and treatments and their sections go together."""
    yield from reference(("trial",), table(raw, "trial"), "reference_arm", codes(raw, "arms"), "[[arms]]")
    given = {word for _, arm in rows(raw, "arms") for _, word in words(arm, "treatments")}
    for treatment, section in (("programme", "programme"), ("activity_plan", "goals")):
        if treatment in given and section not in raw:
            yield Finding((section,), f'is missing, though an arm has "{treatment}"', f"Add [{section}]")
        if section in raw and treatment not in given:
            yield Finding((section,), f'is there, though no arm has "{treatment}"', "Leave it out, or name the arm")
    letters = Counter(codes(raw, "arms", code="letter"))
    for path, arm in rows(raw, "arms"):
        if letters[str(arm.get("letter"))] > 1:
            yield Finding(
                (*path, "letter"), "is the letter of another arm too", "Give each arm its own letter: it tells the arm"
            )


def _allocation(raw: Raw) -> Iterator[Finding]:
    """Strata are made of the site and of factors, and no factor is left over."""
    factors = codes(raw, "factors")
    strata = words(table(raw, "allocation"), "strata")
    for index, name in strata:
        if name not in (SITE, *factors):
            yield Finding(
                ("allocation", "strata", index),
                f'names "{name}", which is neither "{SITE}" nor a factor',
                advice(name, (SITE, *factors), "[[factors]]"),
            )
    for name, times in Counter(name for _, name in strata).items():
        if times > 1:
            yield Finding(("allocation", "strata"), f'names "{name}" twice', "Name it once")
    if table(raw, "allocation").get("method") == "minimisation" and not strata:
        yield Finding(("allocation", "strata"), "names nothing to minimise by", f'Name "{SITE}", a factor, or both')
    for path, factor in rows(raw, "factors"):
        if isinstance(factor.get("code"), str) and factor["code"] not in [name for _, name in strata]:
            yield Finding((*path, "code"), "is in no stratum", "Add it to allocation.strata, or leave the factor out")


def _levels(raw: Raw) -> Iterator[Finding]:
    """Levels by age touch without a gap or an overlap, so that everybody belongs to exactly one."""
    for path, factor in rows(raw, "factors"):
        levels = rows(factor, "levels")
        rules = [table(level, "rule") for _, level in levels]
        if not rules or any(rule.get("kind") != "age" for rule in rules):
            continue
        for (place, _), (below, above) in zip(levels[1:], pairwise(rules), strict=False):
            low, high = number(below, "maximum"), number(above, "minimum")
            if low is None or high is None or high != low + 1:
                yield Finding(
                    (*path, *place, "rule", "minimum"),
                    "does not follow the level before it",
                    "Let each level begin one year after the one before it ends",
                )


def _rules(raw: Raw) -> Iterator[Finding]:
    """Rules of criteria and levels name what exists, and their limits are in order."""
    instruments = codes(raw, "instruments")
    for path, _model, rule in walk(Protocol, dict(raw)):
        if not isinstance(rule, dict) or path[-1:] != ("rule",):
            continue
        yield from reference(path, rule, "instrument", instruments, "[[instruments]]")
        low, high = number(rule, "minimum"), number(rule, "maximum")
        if low is not None and high is not None and low > high:
            yield Finding((*path, "minimum"), f"is {low}, above the maximum {high}", "Write the lower age as minimum")
        if rule.get("kind") == "age" and "minimum" not in rule and "maximum" not in rule:
            yield Finding(path, "has neither minimum nor maximum", "Write at least one of them")


def _criteria(raw: Raw) -> Iterator[Finding]:
    """Criteria can be asked, distress is asked after consent only, and no code holds twice on one day."""
    criteria = rows(raw, "criteria")
    for path, criterion in criteria:
        if criterion.get("self_check") is True and "question" not in criterion:
            yield Finding((*path, "question"), "is missing, though the public page asks", "Write how it asks")
        if criterion.get("self_check") is True and criterion.get("decided_at") == "baseline":
            yield Finding(
                (*path, "self_check"),
                "is true, though the criterion is decided on answers given after consent",
                'Write false, or decided_at = "screening"',
            )
        if table(criterion, "rule").get("kind") == "score" and criterion.get("decided_at") != "baseline":
            yield Finding(
                (*path, "decided_at"), "must come after consent: scores need answers", 'Write decided_at = "baseline"'
            )
    for (_, one), (path, other) in combinations(criteria, 2):
        if one.get("code") == other.get("code") and _overlap(one, other):
            yield Finding((*path, "code"), "holds twice on one day", "Let effective_until of the earlier one end it")


def _periods(raw: Raw) -> Iterator[Finding]:
    """What holds for a period begins before it ends."""
    for path, row in rows(raw, "criteria") + rows(raw, "texts"):
        start, end = row.get("effective_from"), row.get("effective_until")
        if isinstance(start, date) and isinstance(end, date) and end <= start:
            yield Finding(
                (*path, "effective_until"), f"is {end}, not after effective_from", f"Write a day after {start}"
            )


def _overlap(one: Raw, other: Raw) -> bool:
    def starts(row: Raw) -> date:
        value = row.get("effective_from")
        return value if isinstance(value, date) else date.min

    def ends(row: Raw) -> date:
        value = row.get("effective_until")
        return value if isinstance(value, date) else date.max

    return max(starts(one), starts(other)) < min(ends(one), ends(other))


CHECKS = (_languages, _assumptions, _codes_are_unique, _arms, _allocation, _levels, _rules, _criteria, _periods)
"""What `sense` runs, in this order."""
