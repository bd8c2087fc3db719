"""What a questionnaire declares about itself in our own extensions: its scores, its licence, its neutral labels."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stegvis.methods.instruments import extensions as ext
from stegvis.methods.instruments.errors import Findings, Place
from stegvis.methods.instruments.primitives import is_of
from stegvis.methods.instruments.questionnaire import SETTINGS, Licence, ScoreRule


def neutral_labels(top: Mapping[str, Any]) -> frozenset[str]:
    """The languages in which only neutral labels stand, and not the instrument's own wording."""
    return frozenset(lang for lang in ext.values_of(top, ext.NEUTRAL_LABELS) if isinstance(lang, str))


def scores(top: Mapping[str, Any], findings: Findings) -> tuple[ScoreRule, ...]:
    """The scores with the parameters of their scoring functions, not yet checked against the items."""
    rules = []
    for number, raw in enumerate(top.get("extension", ())):
        if isinstance(raw, Mapping) and raw.get("url") == ext.SCORE:
            path = f"Questionnaire.extension[{number}]"
            rule = _score_rule(ext.parameters_of(raw.get("extension")), Place(path, None, findings))
            rules += [rule] if rule else []
    return tuple(rules)


def licence(top: Mapping[str, Any], place: Place) -> Licence | None:
    """The licence record, or None when the file has none."""
    raw = next(ext.values_of(top, ext.LICENCE), None)
    if raw is None:
        return None
    parts = ext.parameters_of(raw)
    strange = sorted(set(map(str, parts.get("setting", ()))) - set(SETTINGS))
    if strange:
        place.mistake(f"the licence names the setting {', '.join(strange)}", f"Use: {', '.join(SETTINGS)}", "extension")
    missing = [name for name in ("holder", "terms") if not isinstance(parts.get(name, [None])[0], str)]
    if missing:
        place.mistake(f"the licence lacks {' and '.join(missing)}", "Say who holds it and on what terms", "extension")
        return None
    return Licence(
        holder=parts["holder"][0],
        terms=parts["terms"][0],
        evidence=tuple(map(str, parts.get("evidence", ()))),
        read_on=parts.get("readOn", [None])[0],
        settings=frozenset(map(str, parts.get("setting", ()))),
        licence_needed=parts.get("licenceNeeded", [False])[0] is True,
    )


_ABOUT_A_SCORE = ("name", "function", "higherIs", "low", "high", "source")


def _score_rule(parts: dict[str, list[Any]], place: Place) -> ScoreRule | None:
    single = {name: parts.pop(name, [None])[0] for name in _ABOUT_A_SCORE}
    if not isinstance(single["name"], str) or not isinstance(single["function"], str):
        place.mistake("a score without name or function", "Give both as inner extensions")
        return None
    if single["higherIs"] not in (None, "better", "worse"):
        place.mistake(f"higherIs {single['higherIs']!r}", "Say better or worse")
    for name in ("low", "high"):
        if single[name] is not None and not is_of(single[name], "decimal"):
            place.mistake(f"{name} of the score {single['name']!r} is not a number", "Give valueDecimal")
            single[name] = None
    return ScoreRule(
        name=single["name"],
        function=single["function"],
        parameters=parts,
        path=place.path,
        higher_is=single["higherIs"],
        low=None if single["low"] is None else Decimal(str(single["low"])),
        high=None if single["high"] is None else Decimal(str(single["high"])),
        source=single["source"],
    )
