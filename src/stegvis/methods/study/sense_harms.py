"""Sense of adverse events: times, grades and watched scores are those of the protocol (see `sense`)."""

from __future__ import annotations

from collections.abc import Iterator

from stegvis.methods.study.problems import Finding, advice
from stegvis.methods.study.raw import Raw, codes, reference, rows, table, unique, visit_codes, word, words

PLACE = "adverse_events"


def _asked_at(raw: Raw) -> Iterator[Finding]:
    """Every time at which the question is asked is an occasion or a visit, once."""
    asked = words(table(raw, PLACE), "asked_at")
    known = [*codes(raw, "occasions"), *visit_codes(raw)]
    for index, code in asked:
        if code not in known:
            wrong = f'names "{code}", which is not there'
            yield Finding((PLACE, "asked_at", index), wrong, advice(code, known, "[[occasions]] or [[visits]]"))
        elif code in [earlier for _, earlier in asked[:index]]:
            yield Finding((PLACE, "asked_at", index), f'names "{code}" twice', "Leave one of them out")


def _grades(raw: Raw) -> Iterator[Finding]:
    """Grades are those of the safety section, and a deterioration has one."""
    section, grades = table(raw, PLACE), codes(raw, "safety", "grades")
    for key in ("serious_grade", "deterioration_grade"):
        yield from reference((PLACE,), section, key, grades, "[[safety.grades]]")
    if rows(raw, PLACE, "deterioration") and "deterioration_grade" not in section:
        wrong = "lacks deterioration_grade, without which nobody is told of a deterioration"
        yield Finding((PLACE,), wrong, "Write the code of a grade, best one without a clock")


def _watched(raw: Raw) -> Iterator[Finding]:
    """Watched scores belong to outcomes, and their baseline is an occasion that asks for them."""
    asked = {word(row, "code"): [code for _, code in words(row, "instruments")] for _, row in rows(raw, "occasions")}
    instruments = {word(row, "code"): word(row, "instrument") for _, row in rows(raw, "outcomes")}
    for path, row in rows(raw, PLACE, "deterioration"):
        yield from reference(path, row, "outcome", codes(raw, "outcomes"), "[[outcomes]]")
        yield from reference(path, row, "baseline", codes(raw, "occasions"), "[[occasions]]")
        baseline, instrument = word(row, "baseline"), instruments.get(word(row, "outcome"))
        if baseline is not None and baseline in asked and instrument and instrument not in asked[baseline]:
            wrong = f'is "{baseline}", at which {instrument} is not asked'
            yield Finding((*path, "baseline"), wrong, "Name an occasion that has it among its instruments")
    yield from unique(rows(raw, PLACE, "deterioration"), ("outcome",))
    yield from unique(rows(raw, PLACE, "terms"), ("code",))


CHECKS = (_asked_at, _grades, _watched)
"""What `sense` runs, in this order."""
