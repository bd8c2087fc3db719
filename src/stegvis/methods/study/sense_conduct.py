"""Sense of the conduct: gates, safety rules, texts and retention are complete and fit each other (see `sense`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

from stegvis.methods.study.anatomy import Path
from stegvis.methods.study.conduct import Retention, TextKind
from stegvis.methods.study.problems import Finding
from stegvis.methods.study.raw import Raw, codes, number, reference, rows, table, unique, word

SINGLE_TEXTS: tuple[TextKind, ...] = ("landing", "information", "consent", "safety", "withdrawal")
"""The kinds of text that every trial has exactly once."""
LEAST_ACCESS_LOG_YEARS = 5
"""HSLF-FS 2016:40, chapter 4: logs of who read a patient's record are kept for at least five years."""


def _gates(raw: Raw) -> Iterator[Finding]:
    """No gate twice, and the ones no trial may be without."""
    checks = [row.get("check") for _, row in rows(raw, "gates")]
    needed = ["criteria_confirmed", "consent_given", "safety_rota_filled"]
    if "goals" in raw:
        needed.append("goals_locked")
    for check in needed:
        if checks and check not in checks:
            yield Finding(("gates",), f'lacks "{check}"', f'Add [[gates]] with check = "{check}"')
    if "goals_locked" in checks and "goals" not in raw:
        yield Finding(("gates",), 'has "goals_locked", though there are no goals', "Add [goals], or leave the gate out")
    held = [rule for _, rule in rows(raw, "safety", "rules") if rule.get("before_randomisation") is True]
    if held and "safety_assessed" not in checks:
        wrong = 'lacks "safety_assessed", which a safety rule with before_randomisation needs'
        yield Finding(("gates",), wrong, 'Add [[gates]] with check = "safety_assessed"')
    if "safety_assessed" in checks and not held:
        wrong = 'has "safety_assessed", though no safety rule says before_randomisation'
        yield Finding(("gates",), wrong, "Write before_randomisation = true at a rule, or leave the gate out")
    if "red_flags_decided" in checks and "visits" not in raw:
        wrong = 'has "red_flags_decided", though there are no visits at which warning signs are asked about'
        yield Finding(("gates",), wrong, "Add [[visits]], or leave the gate out")
    yield from _red_flags_gate(raw)
    yield from unique([row for row in rows(raw, "gates") if row[1].get("check") != "visit_held"], ("check",))


def _red_flags_gate(raw: Raw) -> Iterator[Finding]:
    """Warning signs are asked about at every visit; where one comes first, nobody is randomised while one waits."""
    gates = [row for _, row in rows(raw, "gates")]
    first = {str(row.get("visit")) for row in gates if row.get("check") == "visit_held"}
    first |= {f"visit_{row.get('number')}" for _, row in rows(raw, "visits") if row.get("anchor") == "consent"}
    if gates and first and "red_flags_decided" not in {row.get("check") for row in gates}:
        wrong = f'lacks "red_flags_decided", though warning signs are asked about at {min(first)}, before randomisation'
        yield Finding(("gates",), wrong, 'Add [[gates]] with check = "red_flags_decided"')


def _safety(raw: Raw) -> Iterator[Finding]:
    """Rules name what is asked and how urgent it is."""
    safety = table(raw, "safety")
    grades = codes(raw, "safety", "grades")
    at_visits = table(raw, "physiotherapy")
    yield from reference(("physiotherapy",), at_visits, "red_flag_grade", grades, "[[safety.grades]]")
    yield from unique(rows(raw, "physiotherapy", "red_flags"), ("code",))
    yield from reference(("safety",), safety, "something_is_wrong", grades, "[[safety.grades]]")
    yield from reference(("safety",), safety, "declined_grade", grades, "[[safety.grades]]")
    yield from _staffed_hours(raw)
    yield from _word_scan(raw)
    for path, rule in rows(raw, "safety", "rules"):
        yield from reference(path, rule, "grade", grades, "[[safety.grades]]")
        yield from reference(path, rule, "instrument", codes(raw, "instruments"), "[[instruments]]")
        if ("item" in rule) == ("score" in rule):
            yield Finding(path, "must name either an item or a score", "Write one of the two keys, item or score")
        if rule.get("compared_with") == "last_time" and "item" not in rule:
            wrong = 'is "last_time", but the rule watches no item'
            yield Finding((*path, "compared_with"), wrong, "Name an item, or leave compared_with out")


def _word_scan(raw: Raw) -> Iterator[Finding]:
    """What a scan finds is listed without a clock, and every language of the trial has its words."""
    path, scan = ("safety", "word_scan"), table(table(raw, "safety"), "word_scan")
    if not scan:
        return
    yield from reference(path, scan, "grade", codes(raw, "safety", "grades"), "[[safety.grades]]")
    timed = ("respond_within_working_days", "escalate_after_minutes")
    for _, grade in rows(raw, "safety", "grades"):
        if grade.get("code") == scan.get("grade") and any(key in grade for key in timed):
            wrong = f'is "{scan.get("grade")}", for which a clock runs; nobody waits for a scan to find something'
            yield Finding(
                (*path, "grade"), wrong, "Name a grade without respond_within_working_days and escalate_after_minutes"
            )
    there = {row.get("language") for _, row in rows(raw, "safety", "word_scan", "lists")}
    languages = table(raw, "trial").get("languages", [])
    for language in languages if there and isinstance(languages, list) else []:
        if language not in there:
            wrong, way_out = (
                f"has no words in {language}",
                f'Add [[safety.word_scan.lists]] with language = "{language}"',
            )
            yield Finding((*path, "lists"), wrong, way_out)
    yield from unique(rows(raw, "safety", "word_scan", "lists"), ("language",))


def _staffed_hours(raw: Raw) -> Iterator[Finding]:
    """Hours begin before they end, on at least one day, and belong to a site that exists."""
    hours = [
        (("safety", "staffed_hours"), table(table(raw, "safety"), "staffed_hours")),
        *rows(raw, "safety", "site_hours"),
    ]
    for path, row in hours:
        opens, closes = row.get("opens"), row.get("closes")
        if isinstance(opens, time) and isinstance(closes, time) and opens >= closes:
            yield Finding((*path, "closes"), "is not after opens", "Write the later time at closes")
        if row.get("days") == []:
            yield Finding((*path, "days"), "is empty: an alert would never be read", "Write the weekdays, 1 is Monday")
    for path, row in rows(raw, "safety", "site_hours"):
        yield from reference(path, row, "site", codes(raw, "sites"), "[[sites]]")
    yield from unique(rows(raw, "safety", "site_hours"), ("site",))


def _text_references(raw: Raw) -> Iterator[Finding]:
    """Whoever names a text names one of the right kind."""
    wanted: list[tuple[Path, Raw, str, tuple[str, ...]]] = [
        (path, arm, "letter", ("allocation_letter",)) for path, arm in rows(raw, "arms")
    ]
    wanted += [(path, occasion, "thanks", ("thanks",)) for path, occasion in rows(raw, "occasions")]
    wanted += [(path, occasion, "call_script", ("call_script",)) for path, occasion in rows(raw, "occasions")]
    for path, step in rows(raw, "reminders", "steps"):
        wanted.append((path, step, "text", ("call_script",) if step.get("kind") == "call" else ("reminder",)))
    wanted.append((("safety",), table(raw, "safety"), "text", ("safety",)))
    for path, row, key, kinds in wanted:
        known = [code for _, text in rows(raw, "texts") if text.get("kind") in kinds and (code := word(text, "code"))]
        yield from reference(path, row, key, known, f'[[texts]] with kind = "{kinds[0]}"')


def _texts(raw: Raw) -> Iterator[Finding]:
    """Every trial has the texts none can be without, once each, and no code changes its kind."""
    texts = rows(raw, "texts")
    for kind in SINGLE_TEXTS:
        found = {word(text, "code") for _, text in texts if text.get("kind") == kind}
        if texts and not found:
            yield Finding(("texts",), f'has no text of kind "{kind}"', f'Add [[texts]] with kind = "{kind}"')
        if len(found) > 1:
            yield Finding(("texts",), f'has {len(found)} codes of kind "{kind}"', "Keep one; a newer text is a version")
    kinds: dict[Any, Any] = {}
    for path, text in texts:
        if kinds.setdefault(word(text, "code"), text.get("kind")) != text.get("kind"):
            yield Finding((*path, "kind"), "differs from an earlier version of this text", "Keep the kind")


def _asked_again(raw: Raw) -> Iterator[Finding]:
    """Only a consent is asked for again, and only in a version that comes after another."""
    for path, text in rows(raw, "texts"):
        if text.get("asks_again") is True and text.get("kind") != "consent":
            wrong = f'is true, though the text is of kind "{text.get("kind")}"'
            yield Finding(
                (*path, "asks_again"), wrong, "Write it at the consent text, in a version that names the change"
            )
        elif text.get("asks_again") is True and (number(text, "version") or 1) < 2:
            yield Finding((*path, "asks_again"), "is true in the first version", "Leave it out: nobody agreed before")
        yield from _refused(raw, path, text)


def _refused(raw: Raw, path: Path, text: dict[str, Any]) -> Iterator[Finding]:
    """What follows a no is said in full, and only where somebody is asked."""
    said = [key for key in ("adds", "if_refused", "ends") if key in text]
    if text.get("asks_again") is not True:
        for key in said:
            yield Finding(
                (*path, key), "is given, though nobody is asked again", "Add asks_again = true, or leave it out"
            )
        return
    follows, adds = text.get("if_refused", "goes_on"), text.get("adds") or []
    asked = [str(row.get("code")) for _, row in rows(raw, "occasions") if row.get("declared_only") is not True]
    for code in adds if isinstance(adds, list) else []:
        yield from reference(path, {"adds": code}, "adds", asked, "[[occasions]] that are asked")
    if adds and follows == "goes_on":
        wrong = 'is "goes_on", though the amendment adds occasions, which whoever says no is not asked'
        yield Finding((*path, "if_refused"), wrong, 'Write if_refused = "additions_wait", or "ends"')
    if follows == "additions_wait" and not adds:
        yield Finding((*path, "adds"), "is empty, so that nothing would wait", "Name the occasions that are added")
    if follows == "ends" and "ends" not in text:
        yield Finding((*path, "ends"), "is missing", 'Name what ends: "programme", "plan", "questions" or "everything"')
    if follows != "ends" and "ends" in text:
        yield Finding((*path, "ends"), "is given, though nothing ends", 'Write if_refused = "ends", or leave it out')


def _retention(raw: Raw) -> Iterator[Finding]:
    """Access logs are kept as long as the law says; a screening does not end before somebody was asked about it."""
    years = number(table(raw, "retention"), "access_log_years")
    if table(raw, "trial").get("holidays", "SE") == "SE" and years is not None and years < LEAST_ACCESS_LOG_YEARS:
        yield Finding(
            ("retention", "access_log_years"),
            f"is {years}, less than HSLF-FS 2016:40 demands",
            f"Write {LEAST_ACCESS_LOG_YEARS} or more",
        )
    fields = Retention.model_fields
    asked, until = (
        number(table(raw, "retention"), name, fields[name].default)
        for name in ("screening_asked_days", "screening_open_days")
    )
    if asked is not None and until is not None and until <= asked:
        yield Finding(
            ("retention", "screening_open_days"),
            f"is {until}, and a coordinator is asked after {asked}, when it is over",
            f"Write more than {asked}",
        )


def _caseloads(raw: Raw) -> Iterator[Finding]:
    """Limits of their own belong to sites that exist, once each."""
    for path, row in rows(raw, "caseloads", "site_limits"):
        yield from reference(path, row, "site", codes(raw, "sites"), "[[sites]]")
    yield from unique(rows(raw, "caseloads", "site_limits"), ("site",))


def _after_follow_up(raw: Raw) -> Iterator[Finding]:
    """What is asked or offered late names occasions that exist."""
    known = codes(raw, "occasions")
    for path, arm in rows(raw, "arms"):
        yield from reference((*path, "afterwards"), table(arm, "afterwards"), "after", known, "[[occasions]]")
    for code in table(raw, "contact_refresh").get("occasions", []):
        yield from reference(("contact_refresh",), {"occasions": code}, "occasions", known, "[[occasions]]")


def _lists(raw: Raw) -> Iterator[Finding]:
    """Kinds of deviations and kinds of training are told apart by their codes."""
    yield from unique(rows(raw, "deviations"), ("code",))
    yield from unique(rows(raw, "delegation", "training"), ("code",))


CHECKS = (_caseloads, _after_follow_up, _lists, _gates, _safety, _text_references, _texts, _asked_again, _retention)
"""What `sense` runs, in this order."""
