"""What `stegvis questionnaire check` says of one file, as data and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from stegvis.methods.instruments import InvalidQuestionnaire, Mistake, Questionnaire, load
from stegvis.methods.instruments.wording import printable

FEW_PLACES = 3
"""What stands at more places than this is said once, with the number of places."""


def report(file: Path) -> dict[str, Any]:
    """The file as data: what it is, its warnings, what is not carried out here, its mistakes."""
    try:
        questionnaire = load(file)
    except OSError as error:
        mistake = {
            "path": str(file),
            "what": error.strerror or "cannot be read",
            "right": "Give a file that can be read",
        }
        return _refused(file, [mistake | {"linkId": None, "sentence": f"{mistake['what']}. {mistake['right']}."}])
    except InvalidQuestionnaire as error:
        return _refused(file, [_mistake(one) for one in error.mistakes])
    return _accepted(file, questionnaire)


def _refused(file: Path, mistakes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"file": str(file), "can_be_answered": False, "mistakes": mistakes, "warnings": []}


def _mistake(one: Mistake) -> dict[str, Any]:
    link_id = None if one.link_id is None else printable(one.link_id)
    return {"path": one.path, "linkId": link_id, "what": one.what, "right": one.right, "sentence": one.sentence}


def _accepted(file: Path, questionnaire: Questionnaire) -> dict[str, Any]:
    return {
        "file": str(file),
        "code": questionnaire.code,
        "url": questionnaire.url,
        "version": questionnaire.version,
        "title": questionnaire.title.plain,
        "status": questionnaire.status,
        "sha256": questionnaire.sha256,
        "languages": list(questionnaire.languages),
        "neutral_labels": sorted(questionnaire.neutral_labels),
        "questions": len(questionnaire.questions),
        "risk_items": list(questionnaire.risk_items),
        "scores": [
            {"name": rule.name, "function": rule.function, "source": rule.source} for rule in questionnaire.scores
        ],
        "licence": _licence(questionnaire),
        "can_be_answered": questionnaire.can_be_answered,
        "unsupported": [
            {
                "path": u.path,
                "linkId": u.link_id,
                "element": u.element,
                "blocks": u.blocks,
                "what": u.what,
                "sentence": u.sentence,
            }
            for u in questionnaire.unsupported
        ],
        "calculated": list(questionnaire.calculation_order),
        "warnings": [_mistake(one) for one in questionnaire.warnings],
        "mistakes": [],
    }


def _licence(questionnaire: Questionnaire) -> dict[str, Any] | None:
    licence = questionnaire.licence
    if licence is None:
        return None
    return {
        "holder": licence.holder,
        "terms": licence.terms,
        "evidence": list(licence.evidence),
        "settings": sorted(licence.settings),
        "licence_needed": licence.licence_needed,
    }


def summary(reports: Sequence[Mapping[str, Any]], others: int) -> str:
    """How many of several files are sound, taken with warnings, and refused; `others` were left aside."""
    refused = sum(bool(one["mistakes"]) for one in reports)
    warned = sum(bool(one["warnings"]) for one in reports)
    sound = len(reports) - refused - warned
    text = f"{len(reports)} questionnaires: {sound} sound, {warned} taken with warnings, {refused} refused."
    return f"{text} Left aside, since they are something else: {others} files." if others else text


def in_words(report: Mapping[str, Any]) -> str:
    """The same for a person at a terminal; what a file could hide or steer it with is spelt out."""
    title, *lines = _in_words(report)
    return "\n".join([click.style(printable(title), bold=True), *map(printable, lines)])


def _in_words(report: Mapping[str, Any]) -> list[str]:
    lines = [report["file"]]
    if report["mistakes"]:
        count = len(report["mistakes"])
        lines.append(f"  Not a usable questionnaire: {count} mistake{'' if count == 1 else 's'}.")
        lines += [f"  - {mistake['sentence']}" for mistake in report["mistakes"]]
        return lines
    lines += _what_it_is(report)
    if report["warnings"]:
        lines.append("  Taken with a warning, since it cannot be meant so:")
        lines += [f"  ? {one['sentence']}" for one in report["warnings"]]
    if not report["unsupported"]:
        return [*lines, "  Everything in it is carried out here."]
    lines.append(
        "  Not carried out here:"
        if report["can_be_answered"]
        else "  Sound, but it cannot be answered on pages here yet. Not carried out here (! = answers depend on it):"
    )
    return [*lines, *_left_out(report["unsupported"])]


def _left_out(unsupported: list[dict[str, Any]]) -> Iterator[str]:
    """Each thing that is not carried out, with its places or, where there are many, their number."""
    alike: dict[tuple[str, bool], list[dict[str, Any]]] = {}
    for one in unsupported:
        alike.setdefault((one["what"], one["blocks"]), []).append(one)
    for (what, blocks), places in alike.items():
        mark = "!" if blocks else "-"
        if len(places) <= FEW_PLACES:
            yield from (f"  {mark} {one['sentence']}" for one in places)
        else:
            link_ids = list(dict.fromkeys(one["linkId"] for one in places if one["linkId"]))
            named = f" (linkIds {', '.join(link_ids)})" if link_ids else ""
            yield f"  {mark} {places[0]['path']} and {len(places) - 1} other places{named}: {what}."


def _what_it_is(report: Mapping[str, Any]) -> list[str]:
    languages = [
        f"{lang} (neutral labels, text not supplied)" if lang in report["neutral_labels"] else lang
        for lang in report["languages"]
    ]
    licence = report["licence"]
    version = f"version {report['version']}" if report["version"] else "no version"
    lines = [
        f"  {report['title']} · {report['code']}, {version}, {report['status']}",
        f"  Questions: {report['questions']} · languages: {', '.join(languages) or 'not stated'}",
        f"  Scores: {', '.join(one['name'] for one in report['scores']) or 'none declared'}",
    ]
    if report["calculated"]:
        lines.append(f"  Calculated: {', '.join(report['calculated'])}")
    if licence:
        needed = "; a licence is needed" if licence["licence_needed"] else ""
        lines.append(f"  Licence: {licence['holder']} ({', '.join(licence['settings']) or 'no setting'}{needed})")
    else:
        lines.append("  Licence: none recorded")
    if report["risk_items"]:
        lines.append(f"  Answers that can ask for help at once: {', '.join(report['risk_items'])}")
    return lines
