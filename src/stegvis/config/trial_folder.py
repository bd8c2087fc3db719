"""Every mistake in a trial's folder at once: protocol, texts, questionnaires, analysis plan, programme, exercises, and more.

Each kind of file is checked where it is read (`methods.study`, `methods.analysis`, `methods.programme`,
`methods.exercises`, `demonstration.parameters`), and those know nothing of each other. Here their answers are put side by
side, so that nobody is told that a trial is sound and learns at its report that the plan is not. You are probably here to
add a file to the folder of a trial.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from stegvis.demonstration import parameters
from stegvis.methods import study
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.refusals import PlanRefused
from stegvis.methods.exercises import check as exercises
from stegvis.methods.exercises.folder import PLACE as EXERCISES
from stegvis.methods.programme import check as programme
from stegvis.methods.programme import manifest
from stegvis.methods.study.folder import PROTOCOL_FILE
from stegvis.methods.study.problems import Problem
from stegvis.methods.study.texts import number_key


def check(folder: Path) -> list[Problem]:
    """Every mistake in the folder; an empty list when there is none.

    While the protocol cannot be read, only that is said: it names the other files.
    """
    problems = study.check(folder)
    protocol = _protocol(folder)
    broken = {problem.file for problem in problems if not problem.key}
    return [
        *problems,
        *(each for each in _plan(folder, protocol) if each.file not in broken),
        *_programme(folder, protocol),
        *_exercises(folder),
        *_demonstration(folder),
    ]


def _protocol(folder: Path) -> dict[str, Any]:
    try:
        return tomllib.loads((folder / PROTOCOL_FILE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # said already


def _named(protocol: dict[str, Any], table: str, key: str) -> str | None:
    """What the protocol calls a file or folder of its own, where it says so as it should."""
    found = protocol.get(table)
    name = found.get(key) if isinstance(found, dict) else None
    return name if isinstance(name, str) else None


def _plan(folder: Path, protocol: dict[str, Any]) -> Iterator[Problem]:
    name = _named(protocol, "analysis", "plan")
    if name is None or not (folder / name).is_file():
        return
    try:
        read_plan(folder / name)
    except PlanRefused as refused:
        for mistake in refused.mistakes:
            why = f"is refused: {mistake.why}" if mistake.column else mistake.why
            yield Problem(name, mistake.row, mistake.column, why.rstrip("."), mistake.way_out.rstrip("."))


def _programme(folder: Path, protocol: dict[str, Any]) -> Iterator[Problem]:
    name = _named(protocol, "programme", "directory")
    if name is None or not (folder / name).is_dir():
        return
    for found in programme.check(folder / name):
        yield Problem(f"{name}/{found.file}", found.line, "", found.what.rstrip("."), found.right.rstrip("."))
    yield from _numbers(folder / name, name, protocol)


def _exercises(folder: Path) -> Iterator[Problem]:
    """The library of exercises, in a trial that has one."""
    if not (folder / EXERCISES).is_dir():
        return
    for found in exercises.check(folder / EXERCISES):
        yield Problem(f"{EXERCISES}/{found.file}", found.line, "", found.what.rstrip("."), found.right.rstrip("."))


def _numbers(directory: Path, name: str, protocol: dict[str, Any]) -> Iterator[Problem]:
    """Telephone numbers that the programme's texts name and the protocol does not know."""
    file = directory / manifest.FILE
    listed = manifest.read_manifest(file.read_text(encoding="utf-8", errors="replace"))[0] if file.is_file() else None
    safety = protocol.get("safety")
    rows = safety.get("numbers", []) if isinstance(safety, dict) else []
    known = {number_key(row["code"]) for row in rows if isinstance(row, dict) and isinstance(row.get("code"), str)}
    for missing in sorted(set(listed.numbers if listed else ()) - known):
        way_out = f"Give the protocol a [[safety.numbers]] for it; it has: {', '.join(sorted(known))}"
        yield Problem(
            f"{name}/{manifest.FILE}", 0, "numbers", f"names {missing}, which the protocol does not know", way_out
        )


def _demonstration(folder: Path) -> Iterator[Problem]:
    if not (folder / parameters.FILE).is_file():
        return
    try:
        parameters.read(folder)
    except ValidationError as error:
        for each in error.errors():
            key = ".".join(map(str, each["loc"]))
            yield Problem(parameters.FILE, 0, key, f"is refused: {each['msg']}", "Correct the value, or the key's name")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        yield from (each for name in parameters.FILES for each in _not_toml(folder / name))


def _not_toml(file: Path) -> Iterator[Problem]:
    try:
        tomllib.loads(file.read_text(encoding="utf-8") if file.is_file() else "")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        yield Problem(file.name, 0, "", f"is not TOML in UTF-8: {error}", "Mend the place it names")
