"""Sense of the schedule: anchors, occasions, outcomes and reminders fit each other (see `sense`)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from stegvis.methods.study.anatomy import Path
from stegvis.methods.study.measurement import CONSENT, RANDOMISATION
from stegvis.methods.study.problems import Finding, advice, one_of
from stegvis.methods.study.raw import Raw, codes, number, reference, rows, table, visit_codes, word, words


def _anchors(raw: Raw) -> Iterator[Finding]:
    """Everything is counted from something known, and visits only from earlier ones."""
    visits = visit_codes(raw)
    known = (CONSENT, RANDOMISATION, *visits)
    scheduled = rows(raw, "occasions") + rows(raw, "visits")
    if "programme" in raw:
        scheduled.append((("programme",), table(raw, "programme")))
    for path, row in scheduled:
        yield from reference(path, row, "anchor", known, "[[visits]]")
        day, before = number(row, "day"), number(row, "before", 0)
        if day is not None and before is not None and before > day:
            yield Finding((*path, "before"), f"opens the window before the anchor (day {day})", f"Write {day} or less")
    for path, visit in rows(raw, "visits"):
        own = visit.get("number")
        later = [f"visit_{n}" for n in _visit_numbers(raw) if isinstance(own, int) and n >= own]
        if visit.get("anchor") in later:
            yield Finding((*path, "anchor"), "is this visit or a later one", "Count it from an earlier visit")


def _visit_numbers(raw: Raw) -> list[int]:
    return [row["number"] for _, row in rows(raw, "visits") if isinstance(row.get("number"), int)]


def _visit_references(raw: Raw) -> Iterator[Finding]:
    """Goals and gates name visits and occasions that exist."""
    visits, occasions = visit_codes(raw), codes(raw, "occasions")
    goals = table(raw, "goals")
    for key in ("set_at", "rated_at"):
        yield from reference(("goals",), goals, key, visits, "[[visits]]")
    for path, gate in rows(raw, "gates"):
        yield from reference(path, gate, "visit", visits, "[[visits]]")
        yield from reference(path, gate, "occasion", occasions, "[[occasions]]")


def _instruments_of(occasion: Raw) -> list[str]:
    return [code for _, code in words(occasion, "instruments")]


def _primary_instruments(raw: Raw) -> list[str]:
    primaries = [row for _, row in rows(raw, "outcomes") if row.get("kind") == "primary"]
    return [row["instrument"] for row in primaries if isinstance(row.get("instrument"), str)]


def _occasions(raw: Raw) -> Iterator[Finding]:
    """Occasions ask instruments that exist, each once, those of the primary outcomes first."""
    instruments, primary = codes(raw, "instruments"), set(_primary_instruments(raw))
    for path, occasion in rows(raw, "occasions"):
        asked = _instruments_of(occasion)
        for index, code in words(occasion, "instruments"):
            if code not in instruments:
                yield Finding(
                    (*path, "instruments", index),
                    f'names "{code}", which is not there',
                    advice(code, instruments, "[[instruments]]"),
                )
            elif code in asked[:index]:
                yield Finding((*path, "instruments", index), f'names "{code}" twice', "Ask it once")
        if not asked and occasion.get("declared_only") is not True:
            yield Finding((*path, "instruments"), "is empty", "Name the instruments, or write declared_only = true")
        yield from _primary_first(path, asked, primary)


def _primary_first(path: Path, asked: list[str], primary: set[str]) -> Iterator[Finding]:
    others_began = False
    for index, code in enumerate(asked):
        if code in primary and others_began:
            yield Finding(
                (*path, "instruments", index),
                f'asks "{code}", which gives a primary outcome, after others',
                "Move it to the front: who stops early has then answered what counts most",
            )
        others_began = others_began or code not in primary


def _outcomes(raw: Raw) -> Iterator[Finding]:
    """Outcomes are measured when they count, within their range, and there is a primary one."""
    occasions = {word(row, "code"): row for _, row in rows(raw, "occasions")}
    outcomes = rows(raw, "outcomes")
    if outcomes and not any(row.get("kind") == "primary" for _, row in outcomes):
        yield Finding(("outcomes",), "has no primary outcome", 'Write kind = "primary" on at least one')
    for path, outcome in outcomes:
        yield from reference(path, outcome, "instrument", codes(raw, "instruments"), "[[instruments]]")
        yield from reference(path, outcome, "occasion", codes(raw, "occasions"), "[[occasions]]")
        occasion = occasions.get(word(outcome, "occasion"))
        if occasion is not None and outcome.get("instrument") not in _instruments_of(occasion):
            yield Finding(
                (*path, "occasion"),
                f"does not ask {outcome.get('instrument')}",
                f"Add the instrument to the occasion {outcome.get('occasion')}, or name another occasion",
            )
        yield from _outcome_numbers(path, outcome)


def _outcome_numbers(path: Path, outcome: Raw) -> Iterator[Finding]:
    low, high, mcid = (number(outcome, key) for key in ("minimum", "maximum", "mcid"))
    if low is not None and high is not None and low >= high:
        yield Finding((*path, "minimum"), f"is {low}, not below the maximum {high}", "Write the lower end as minimum")
    elif low is not None and high is not None and mcid is not None and mcid > high - low:
        yield Finding((*path, "mcid"), f"is {mcid}, more than the whole range", f"Write at most {high - low}")
    if "mcid" in outcome and "mcid_source" not in outcome:
        yield Finding((*path, "mcid_source"), "is missing", "Say where the smallest difference that matters comes from")


def _baseline(raw: Raw) -> Iterator[Finding]:
    """Where the gate wants the primary outcomes, they are asked."""
    occasions = {word(row, "code"): row for _, row in rows(raw, "occasions")}
    for path, gate in rows(raw, "gates"):
        occasion = occasions.get(word(gate, "occasion")) if gate.get("check") == "baseline_primary_complete" else None
        missing = [] if occasion is None else sorted(set(_primary_instruments(raw)) - set(_instruments_of(occasion)))
        if missing:
            yield Finding(
                (*path, "occasion"),
                f"does not ask {one_of(missing)}, which gives a primary outcome",
                f"Add it to the occasion {gate.get('occasion')}",
            )


def _reminders(raw: Raw) -> Iterator[Finding]:
    """The ladder goes upwards, messages have a channel, and no step comes after a window has closed."""
    steps = rows(raw, "reminders", "steps")
    for (_, earlier), (path, later) in pairwise(steps):
        before, day = number(earlier, "day"), number(later, "day")
        if before is not None and day is not None and day <= before:
            yield Finding((*path, "day"), f"is {day}, not after the step before it", f"Write more than {before}")
    for path, step in steps:
        if step.get("kind") == "message" and not step.get("channels"):
            yield Finding((*path, "channels"), "is missing", 'Write channels = ["email"], ["sms"] or both')
        if step.get("kind") == "call" and step.get("channels"):
            yield Finding((*path, "channels"), "belongs to messages, and this is a call", "Leave it out")
        yield from _step_within_windows(raw, path, step)


def _step_within_windows(raw: Raw, path: Path, step: Raw) -> Iterator[Finding]:
    from_opening = table(raw, "reminders").get("counted_from", "opens") == "opens"
    day = number(step, "day")
    for _, occasion in rows(raw, "occasions"):
        before, after = number(occasion, "before", 0), number(occasion, "after", 0)
        if day is None or before is None or after is None or occasion.get("declared_only") is True:
            continue
        length = before + after if from_opening else after
        if day > length:
            yield Finding(
                (*path, "day"),
                f"is {day}, after the window of {occasion.get('code')} has closed (day {length:g} of the ladder)",
                "Write an earlier day, or let the window stay open longer",
            )


def _programme_reminders(raw: Raw) -> Iterator[Finding]:
    """Reminders of the programme come one after the other, none on the day of use itself."""
    days = table(raw, "programme").get("remind_after_days", [])
    whole = [day for day in days if isinstance(day, int)] if isinstance(days, list) else []
    for index, day in enumerate(whole):
        if day <= ([0, *whole])[index]:
            wrong = f"is {day}, not after the day before it"
            yield Finding(("programme", "remind_after_days", index), wrong, "Write rising days, from 1")


def _programme_questions(raw: Raw) -> Iterator[Finding]:
    """Questions of the programme ask instruments that exist, bear no occasion's code, and weekly ones end within the week."""
    instruments, taken = codes(raw, "instruments"), codes(raw, "occasions")
    for path, row in rows(raw, "programme", "questions"):
        for index, code in words(row, "instruments"):
            if code not in instruments:
                wrong = f'names "{code}", which is not there'
                yield Finding((*path, "instruments", index), wrong, advice(code, instruments, "[[instruments]]"))
        if word(row, "code") in taken:
            yield Finding((*path, "code"), "is an occasion's as well", "Choose another code")
        if row.get("when") == "weekly" and (number(row, "days", 7) or 0) > 7:
            yield Finding((*path, "days"), "is longer than a week, and these are weekly", "Write 7 or less")


CHECKS = (
    _anchors,
    _visit_references,
    _occasions,
    _outcomes,
    _baseline,
    _reminders,
    _programme_reminders,
    _programme_questions,
)
"""What `sense` runs, in this order."""
