"""`stegvis questionnaire`: FHIR Questionnaires from files. Needs neither server nor database."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from stegvis.methods.instruments import InvalidQuestionnaire, Questionnaire, load, write_json


@click.group(name="questionnaire")
def command() -> None:
    """Look at FHIR R4 Questionnaires: what they are, what is wrong, what is not carried out here."""


@command.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list for programs.")
@click.option("--strict", is_flag=True, help="Also fail when answers could not be taken correctly here.")
def check(files: tuple[Path, ...], as_json: bool, strict: bool) -> None:
    """Say of each FILE what it is, what is not carried out here, and every mistake.

    Exit status 1 when a file has a mistake (with --strict also when something that answers depend on is not carried
    out here), else 0.
    """
    reports = [_report(file) for file in files]
    if as_json:
        click.echo(write_json(reports))
    else:
        click.echo("\n\n".join(_in_words(report) for report in reports))
    failed = any(report["mistakes"] or (strict and not report["can_be_answered"]) for report in reports)
    raise click.exceptions.Exit(1 if failed else 0)


def _report(file: Path) -> dict[str, Any]:
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
        return _refused(
            file,
            [
                {"path": m.path, "linkId": m.link_id, "what": m.what, "right": m.right, "sentence": m.sentence}
                for m in error.mistakes
            ],
        )
    return _accepted(file, questionnaire)


def _refused(file: Path, mistakes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"file": str(file), "can_be_answered": False, "mistakes": mistakes}


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
            {"path": u.path, "linkId": u.link_id, "element": u.element, "blocks": u.blocks, "sentence": u.sentence}
            for u in questionnaire.unsupported
        ],
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


def _in_words(report: Mapping[str, Any]) -> str:
    lines = [click.style(report["file"], bold=True)]
    if report["mistakes"]:
        count = len(report["mistakes"])
        lines.append(f"  Not a usable questionnaire: {count} mistake{'' if count == 1 else 's'}.")
        lines += [f"  - {mistake['sentence']}" for mistake in report["mistakes"]]
        return "\n".join(lines)
    lines += _what_it_is(report)
    if not report["unsupported"]:
        lines.append("  Everything in it is carried out here.")
        return "\n".join(lines)
    lines.append(
        "  Not carried out here:"
        if report["can_be_answered"]
        else "  Sound, but it cannot be answered here yet. Not carried out here (! = answers depend on it):"
    )
    lines += [f"  {'!' if one['blocks'] else '-'} {one['sentence']}" for one in report["unsupported"]]
    return "\n".join(lines)


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
    if licence:
        needed = "; a licence is needed" if licence["licence_needed"] else ""
        lines.append(f"  Licence: {licence['holder']} ({', '.join(licence['settings']) or 'no setting'}{needed})")
    else:
        lines.append("  Licence: none recorded")
    if report["risk_items"]:
        lines.append(f"  Answers that can ask for help at once: {', '.join(report['risk_items'])}")
    return lines
