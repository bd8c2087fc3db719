"""Sense of the edit checks: each names data that are collected, and can both fail and pass (see `sense`)."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.study.anatomy import Path
from stegvis.methods.study.problems import Finding
from stegvis.methods.study.raw import Raw, Row, codes, number, reference, rows, table, unique, visit_codes, word, words

BLIND = "outcome_assessor"
"""The role that answers for answers: it does not know the arm."""


def _edit_checks(raw: Raw) -> Iterator[Finding]:
    """Codes are used once; occasions, instruments and days exist; limits leave something between them."""
    checks = rows(raw, "edit_checks")
    yield from unique(checks, ("code",))
    occasions = codes(raw, "occasions")
    days = ["consent", "randomisation", *visit_codes(raw), *occasions]
    for path, check in checks:
        for place, occasion in words(check, "occasions"):
            named = {"occasion": occasion}
            for finding in reference((), named, "occasion", occasions, "[[occasions]]"):
                yield Finding((*path, "occasions", place), finding.wrong, finding.right)
        for key in ("first", "second"):
            yield from reference(path, check, key, days, "consent, randomisation, [[visits]] and [[occasions]]")
        yield from _limits(path, check)
        if check.get("kind") != "days" and check.get("asked_of", BLIND) != BLIND:
            wrong = f'is "{check.get("asked_of")}", who is shown arms, and the check is about answers'
            yield Finding((*path, "asked_of"), wrong, f'Write "{BLIND}", or leave it out')
        for where, measure in measures(path, check):
            yield from reference(where, measure, "instrument", codes(raw, "instruments"), "[[instruments]]")


def _limits(path: Path, check: Raw) -> Iterator[Finding]:
    """A range or a number of days has at least one limit, and the lower one is not above the upper one."""
    low, high = number(check, "minimum"), number(check, "maximum")
    if word(check, "kind") in {"range", "days"} and low is None and high is None:
        yield Finding(path, "has no limit, so that it could never fail", "Write minimum, maximum or both")
    if low is not None and high is not None and low > high:
        yield Finding(
            (*path, "minimum"), f"is {low:g}, above maximum, so that everything would fail", "Exchange the two"
        )


def _measures_are_whole(raw: Raw) -> Iterator[Finding]:
    """Each datum is an item or a score, and a statement compares with a number or with another datum."""
    for path, check in rows(raw, "edit_checks"):
        for place, measure in measures(path, check):
            if check.get("kind") != "missing" and ("item" in measure) == ("score" in measure):
                yield Finding(place, "must name either an item or a score", "Write one of the two keys, item or score")
            if "operator" in measure and ("value" in measure) == ("than" in measure):
                yield Finding(
                    place, "must compare with either a number or a datum", "Write one of the two keys, value or than"
                )


def measures(path: Path, check: Raw) -> Iterator[Row]:
    """The tables of a check that name a datum, each with its path."""
    if "instrument" in check:
        yield path, dict(check)
    for key in ("when", "then"):
        statement = table(check, key)
        if statement:
            yield (*path, key), statement
        if than := table(statement, "than"):
            yield (*path, key, "than"), than


CHECKS = (_edit_checks, _measures_are_whole)
"""What `sense` runs, in this order."""
