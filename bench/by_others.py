"""Every questionnaire of a folder through all commands and a trial's loader: refused, warned or sound, and nothing lost.

    python -m bench.by_others FOLDER
    python -m bench.by_others FOLDER --edits 200      # and about 200 edits of each file, the same every time

Prints a line a file: what became of it, how much was said of it, and what must not happen: a traceback, something lost
when it is written out again, answers that do not come back. Where `fhir.resources` is installed (it is among the
packages for tests), a file that its R4B model refuses must not pass for sound here, but for `UNKNOWN_TO_THE_MODEL`.
Exit status 1 when something must not have happened. Needs neither server nor database.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bench.edits import edits
from bench.trying import Tried, tried
from stegvis.config.commands.questionnaire import command
from stegvis.config.questionnaire_files import questionnaires_in
from stegvis.config.static_pages import addressed_from_here
from stegvis.methods.instruments import Questionnaire, read_json, write_json
from stegvis.methods.instruments.fhir_json import NotJson

UNKNOWN_TO_THE_MODEL = "Extra inputs are not permitted"
"""What fhir.resources says of `_valueString` and the like inside extensions, which FHIR allows and it does not know."""


def main() -> int:
    """Try every file, print a line each and a sum, and say by the exit status whether all went as it must."""
    asks = argparse.ArgumentParser(prog="python -m bench.by_others", description=__doc__.splitlines()[0])
    asks.add_argument("folder", type=Path)
    asks.add_argument("--edits", type=int, default=0, help="about how many edits of each file to try as well")
    told = asks.parse_args()
    files = questionnaires_in([told.folder]).files
    became: Counter[str] = Counter()
    wrong = 0
    for file in files:
        for name, found in _all_of(file, told.edits):
            became[found.verdict] += 1
            wrong += bool(found.wrong)
            if name == file.name or found.wrong:
                print(f"{found.verdict:8}{len(found.said):5}  {name}", *found.wrong, sep="\n    ", flush=True)
    print(f"{len(files)} files, {sum(became.values())} tried: {dict(became)}; {wrong} went wrong")
    return 1 if wrong or not files else 0


def _all_of(file: Path, most: int) -> Iterator[tuple[str, Tried]]:
    """The file through the commands, then as many edits of it as are asked for."""
    yield file.name, _by_commands(file)
    try:
        source = read_json(file.read_bytes()) if most else None
    except NotJson:
        return
    number = sum(1 for _ in edits(source)) if most else 0
    for what, edited in edits(source, every=max(1, number // most)) if number else ():
        yield f"{file.name}, {what}", _held_against_a_model(tried(write_json(edited), rendered), write_json(edited))


def rendered(questionnaire: Questionnaire) -> None:
    """Write the pages of a questionnaire as the command does, and throw them away."""
    with addressed_from_here(), tempfile.TemporaryDirectory() as folder:
        from stegvis.web.answering.files import write_pages

        write_pages(questionnaire, "sv", Path(folder))


def _by_commands(file: Path) -> Tried:
    content = file.read_bytes()
    text = content.decode("utf-8-sig", errors="surrogateescape")
    found = _held_against_a_model(tried(text), text)
    with tempfile.TemporaryDirectory() as folder:
        response = Path(folder) / "response.json"
        response.write_text('{"resourceType": "QuestionnaireResponse", "status": "in-progress"}')
        for arguments in (
            ("check", file), ("check", "--json", file), ("codebook", file), ("validate", file, response),
            ("score", file, response), ("render", file, "--lang", "en", "--out", f"{folder}/en"),
            ("render", file, "--lang", "sv", "--out", f"{folder}/sv"),
        ):  # fmt: skip
            result = CliRunner().invoke(command, [*map(str, arguments)])
            result.output.encode()
            is_exit = result.exception is None or isinstance(result.exception, SystemExit)
            if not is_exit or (result.exit_code != 0) != (found.verdict == "refused"):
                found.wrong.append(f"{arguments[0]} ended with {result.exit_code} {result.exception!r}")
    return found


def _held_against_a_model(found: Tried, text: str) -> Tried:
    """Note it when fhir.resources refuses what is sound here."""
    said = model_refuses(text) if found.verdict == "sound" else []
    if said:
        found.wrong.append(f"sound here, and fhir.resources says {said[:3]}")
    return found


def model_refuses(text: str) -> list[str]:
    """What the R4B model of fhir.resources has against a file, without what it does not know; [] where not installed."""
    try:
        from fhir.resources.R4B.questionnaire import Questionnaire as Model
        from pydantic import ValidationError
    except ImportError:
        return []
    try:
        Model.model_validate_json(text.removeprefix("\ufeff"))
    except ValidationError as error:
        return [_said(one) for one in error.errors() if not _is_unknown(one)]
    except Exception as error:  # noqa: BLE001  the model itself fails on some of them
        return [repr(error)]
    return []


def _said(one: Any) -> str:
    return f"{'.'.join(map(str, one['loc']))}: {one['msg']}"


def _is_unknown(one: Any) -> bool:
    return one["msg"] == UNKNOWN_TO_THE_MODEL and "extension" in one["loc"] and str(one["loc"][-1]).startswith("_value")


if __name__ == "__main__":
    sys.exit(main())
