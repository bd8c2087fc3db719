"""Instrument checks: what the protocol says of questionnaires, items and scores, against what their files have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stegvis.methods.instruments.questionnaire import SETTINGS
from stegvis.methods.study import raw as contents
from stegvis.methods.study.anatomy import Path as Key
from stegvis.methods.study.instrument_files import InstrumentFile
from stegvis.methods.study.problems import Finding, advice
from stegvis.methods.study.sense_data import measures


def instrument_findings(raw: dict[str, Any], instruments: dict[str, InstrumentFile]) -> Iterator[Finding]:
    """What the protocol says of items and scores against what the questionnaires have."""
    for path, outcome in contents.rows(raw, "outcomes"):
        yield from _unknown_part(path, outcome, "score", instruments)
        yield from _against_score(path, outcome, instruments)
    for path, criterion in contents.rows(raw, "criteria"):
        yield from _unknown_scores((*path, "rule"), contents.table(criterion, "rule"), instruments)
    for path, factor in contents.rows(raw, "factors"):
        for place, level in contents.rows(factor, "levels"):
            yield from _unknown_scores((*path, *place, "rule"), contents.table(level, "rule"), instruments)
    for path, check in contents.rows(raw, "edit_checks"):
        for place, measure in measures(path, check):
            yield from _unknown_part(place, measure, "item", instruments)
            yield from _unknown_part(place, measure, "score", instruments)
    yield from _wordings(raw, instruments)
    yield from _licences(raw, instruments)
    covered = set()
    for path, rule in contents.rows(raw, "safety", "rules"):
        covered.add((contents.word(rule, "instrument"), contents.word(rule, "item")))
        yield from _unknown_part(path, rule, "item", instruments)
        yield from _unknown_part(path, rule, "score", instruments)
    yield from _uncovered_risks(raw, instruments, covered)


def _wordings(raw: dict[str, Any], files: dict[str, InstrumentFile]) -> Iterator[Finding]:
    """A questionnaire speaks every language of the trial, and whether it has its own words is said truly."""
    languages = [language for _, language in contents.words(contents.table(raw, "trial"), "languages")]
    for path, row in contents.rows(raw, "instruments"):
        instrument = files.get(str(row.get("code")))
        if instrument is None:
            continue
        for language in languages:
            if language not in instrument.languages:
                wrong = f'is not in "{language}" throughout, a language of this trial'
                yield Finding(path, wrong, f"Add the translations to {instrument.place}")
            elif language not in instrument.worded_in and not _is_made_up(raw):
                yield _without_wording(path, language, instrument.terms)
        if row.get("skeleton") is True and instrument.worded_in:
            wrong = f'is true, but {instrument.place} has its wording in "{instrument.worded_in[0]}"'
            yield Finding((*path, "skeleton"), wrong, "Take the wording out of the file, or write false")
        if row.get("skeleton", False) is False and not instrument.worded_in:
            wrong = f"is false, but {instrument.place} has neutral labels only"
            yield Finding((*path, "skeleton"), wrong, "Write skeleton = true")


def _is_made_up(raw: dict[str, Any]) -> bool:
    """Whether the trial is for trying things out, with contacts that are made up: it may show neutral labels."""
    return contents.table(raw, "contact").get("fictitious") is True


def _without_wording(path: Key, language: str, terms: str | None) -> Finding:
    wrong = f'has no wording of its own in "{language}", only neutral labels, so nobody can be asked in that language'
    if terms:
        wrong = f"{wrong}. Its terms: {terms}".rstrip(".")
    return Finding(path, wrong, "Load the official text (`texts`), or leave the instrument out of this trial")


def _licences(raw: dict[str, Any], files: dict[str, InstrumentFile]) -> Iterator[Finding]:
    """Every instrument has a licence record, and it permits each setting of the trial."""
    declared = [setting for _, setting in contents.words(contents.table(raw, "trial"), "settings")]
    settings = [setting for setting in declared or ["research"] if setting in SETTINGS]
    for path, row in contents.rows(raw, "instruments"):
        instrument = files.get(str(row.get("code")))
        if instrument is None:
            continue
        if instrument.settings is None:
            wrong = f"has no licence record in {instrument.place}"
            yield Finding(
                path, wrong, "Add who holds it, on what terms, how that is known, and the settings it permits"
            )
            continue
        for setting in settings:
            if setting not in instrument.settings:
                wrong = f'may not be used in the setting "{setting}". Its terms: {instrument.terms}'
                permitted = ", ".join(instrument.settings) or "none"
                right = f"Leave it out, or ask its holder; the settings it permits are: {permitted}"
                yield Finding(path, wrong.rstrip("."), right)


def _unknown_part(path: Key, row: dict[str, Any], key: str, files: dict[str, InstrumentFile]) -> Iterator[Finding]:
    instrument, part = files.get(str(row.get("instrument"))), row.get(key)
    if instrument is not None and isinstance(part, str):
        known = instrument.items if key == "item" else instrument.score_names
        if part not in known:
            wrong = f'names "{part}", which {instrument.place} does not have'
            yield Finding((*path, key), wrong, advice(part, known, "that file"))


def _against_score(path: Key, outcome: dict[str, Any], files: dict[str, InstrumentFile]) -> Iterator[Finding]:
    """An outcome must point the way its score points, and lie within the score's range."""
    instrument = files.get(str(outcome.get("instrument")))
    if instrument is None or outcome.get("score") not in instrument.score_names:
        return
    score = instrument.score(outcome["score"])
    better = {"worse": "lower", "better": "higher"}.get(score.higher_is or "")
    if better is not None and outcome.get("better") in ("lower", "higher") and outcome["better"] != better:
        wrong = f'is "{outcome["better"]}", but in {instrument.place} higher is {score.higher_is}'
        yield Finding((*path, "better"), wrong, f'Write "{better}", or mend that file')
    for key, declared in (("minimum", score.low), ("maximum", score.high)):
        given = contents.number(outcome, key)
        if given is not None and declared is not None and given != declared:
            wrong = f"is {given:g}, but {instrument.place} says {declared:g}"
            yield Finding((*path, key), wrong, f"Write {declared:g}, or mend that file")


def _unknown_scores(path: Key, rule: dict[str, Any], files: dict[str, InstrumentFile]) -> Iterator[Finding]:
    instrument = files.get(str(rule.get("instrument")))
    for index, score in contents.words(rule, "scores"):
        if instrument is not None and score not in instrument.score_names:
            wrong = f'names "{score}", which {instrument.place} does not have'
            yield Finding((*path, "scores", index), wrong, advice(score, instrument.score_names, "that file"))


def _uncovered_risks(
    raw: dict[str, Any], instruments: dict[str, InstrumentFile], covered: set[tuple[Any, Any]]
) -> Iterator[Finding]:
    """An item about danger that is asked without anyone being told."""
    for path, row in contents.rows(raw, "instruments"):
        instrument = instruments.get(str(row.get("code")))
        if instrument is None:
            continue
        for item in instrument.risk_items:
            if (instrument.code, item) not in covered:
                yield Finding(
                    path,
                    f'asks "{item}", which is about danger, and no safety rule listens',
                    "Add a [[safety.rules]] with this item: a worrying answer must reach a human",
                )
