"""`stegvis questionnaire`: FHIR Questionnaires and responses from files. Needs neither server nor database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from stegvis.config.questionnaire_files import questionnaires_in
from stegvis.config.questionnaire_report import in_words, report, summary
from stegvis.methods.formats.redcap_reading import DictionaryRefused, read_dictionary
from stegvis.methods.instruments import InvalidQuestionnaire, Misfit, Questionnaire, load, read_json, write_json
from stegvis.methods.instruments.calculation import with_calculated
from stegvis.methods.instruments.codebook import as_csv
from stegvis.methods.instruments.codebook import codebook as rows_of
from stegvis.methods.instruments.fhir_json import NotJson
from stegvis.methods.instruments.positions import parse_position
from stegvis.methods.instruments.scoring import score as scores_of
from stegvis.methods.instruments.validation import answers_in
from stegvis.methods.instruments.wording import printable

_FILE = click.Path(path_type=Path)


@click.group(name="questionnaire")
def command() -> None:
    """Look at FHIR R4 Questionnaires and responses: what they are, what is wrong, what they score."""


@command.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE, metavar="FILE|FOLDER…")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list for programs.")
@click.option("--strict", is_flag=True, help="Also fail on warnings, and when it could not be answered on pages here.")
def check(paths: tuple[Path, ...], as_json: bool, strict: bool) -> None:
    """Say of each FILE, and of each questionnaire in a FOLDER, what it is, what is not carried out, and every mistake.

    Exit status 1 when a file has a mistake (with --strict also when it has a warning, or something that answers depend
    on is not carried out here), else 0; 2 when a folder has no questionnaire in it.
    """
    found = questionnaires_in(paths)
    if not found.files:
        raise click.UsageError(f"There is no questionnaire (.json) in {', '.join(map(str, paths))}.")
    reports = [report(file) for file in found.files]
    if as_json:
        click.echo(write_json(reports))
    else:
        click.echo("\n\n".join(in_words(one) for one in reports))
        if len(reports) > 1 or found.others:
            click.echo(f"\n{summary(reports, len(found.others))}")
    failed = any(one["mistakes"] or (strict and (one["warnings"] or not one["can_be_answered"])) for one in reports)
    raise click.exceptions.Exit(1 if failed else 0)


@command.command()
@click.argument("file", type=_FILE)
@click.argument("response", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list for programs.")
def validate(file: Path, response: Path, as_json: bool) -> None:
    """Hold the QuestionnaireResponse in RESPONSE against the Questionnaire in FILE.

    Every misfit is said with its element path, its rule and a sentence. Exit status 1 when there is one, else 0.
    """
    _, misfits = answers_in(_loaded(file), _resource(response))
    if as_json:
        click.echo(write_json([_as_json(one) for one in misfits]))
    elif misfits:
        click.echo("\n".join(f"{one.rule}: {one.sentence}" for one in misfits))
    else:
        click.echo(f"{response} is a right answer to {file}.")
    raise click.exceptions.Exit(1 if misfits else 0)


@command.command()
@click.argument("file", type=_FILE)
@click.argument("response", type=_FILE)
def score(file: Path, response: Path) -> None:
    """Print as JSON every score, and every calculated value, of the answers in RESPONSE to the Questionnaire in FILE.

    Calculations that ask for the time get that of the response, and give nothing when it has none. Exit status 1, and
    the misfits on standard error, when the response is not a right answer.
    """
    questionnaire, resource = _loaded(file), _resource(response)
    answers, misfits = answers_in(questionnaire, resource)
    if misfits:
        raise click.ClickException("\n".join(f"{one.rule}: {one.sentence}" for one in misfits))
    complete = with_calculated(questionnaire, answers, _moment(resource))
    click.echo(write_json({
        "questionnaire": questionnaire.canonical,
        "scores": [vars(one) | {"value": _number(one.value)} for one in scores_of(questionnaire, complete)],
        "calculated": [
            {"position": position, "linkId": link_id, "value": value}
            for position, value in complete.items()
            if (link_id := parse_position(position)[0]) in questionnaire.calculation_order
        ],
    }))  # fmt: skip


@command.command()
@click.argument("file", type=_FILE)
@click.option("--lang", type=click.Choice(["sv", "en"]), default="sv", help="Language of the pages. Default: sv.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the pages.")
@click.option(
    "--force",
    is_flag=True,
    help="Write into a folder that is not empty; files of the same name are replaced, and those of an earlier rendering "
    "are taken away.",
)
def render(file: Path, lang: str, out: Path, force: bool) -> None:
    """Write the participant's pages of the Questionnaire in FILE as HTML into a folder that needs nothing else.

    Every page that may be asked is there, with the styles of the real ones; index.html leads to them. Nothing is saved
    from these pages.
    """
    questionnaire = _loaded(file)
    if out.exists() and any(out.iterdir()) and not force:
        raise click.ClickException(f"{out} is not empty. Give another folder, or --force to write into this one.")
    from stegvis.config.static_pages import addressed_from_here

    try:
        with addressed_from_here():
            from stegvis.web.answering.files import write_pages

            written = write_pages(questionnaire, lang, out)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}. Give a folder that can be written.") from error
    click.echo(f"{len(written.pages)} pages; begin with {out / 'index.html'}.")
    if written.earlier.removed:
        click.echo(f"Taken away from an earlier rendering: {', '.join(written.earlier.removed)}.")
    if written.earlier.changed:
        click.echo(f"Kept from an earlier rendering, since changed: {', '.join(written.earlier.changed)}.")


@command.command()
@click.argument("file", type=_FILE)
@click.option("--lang", help="Language of the words, where the file has it.")
def codebook(file: Path, lang: str | None) -> None:
    """Print the codebook of the Questionnaire in FILE as CSV: a row for every question and every score."""
    click.echo(as_csv(rows_of(_loaded(file), lang)), nl=False)


@command.command("from-redcap")
@click.argument("dictionary", type=_FILE)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="New folder for the files."
)
@click.option(
    "--url", default="https://stegvis.example/Questionnaire", show_default=True, help="Address they go below."
)
@click.option("--lang", help="Language of the words, such as sv or en.")
def from_redcap(dictionary: Path, out: Path, url: str, lang: str | None) -> None:
    """Make a FHIR Questionnaire of each form in a REDCap data DICTIONARY (CSV).

    Branching logic becomes enableWhen. What cannot be carried over is listed row by row. A dictionary with mistakes is
    refused with all of them, and nothing is written.
    """
    if out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty. Give a new folder.")
    try:
        carried = read_dictionary(dictionary.read_bytes(), file=dictionary.name, base=url, language=lang)
        out.mkdir(parents=True, exist_ok=True)
        for resource in carried.questionnaires.values():
            (out / f"{resource['id']}.json").write_text(write_json(resource) + "\n", encoding="utf-8")
    except DictionaryRefused as refused:
        raise click.ClickException(str(refused)) from None
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}. Mend that and run it again.") from error
    click.echo(f"{len(carried.questionnaires)} questionnaires written to {out}.")
    click.echo("Everything was carried over." if not carried.losses else "Not carried over:")
    for loss in carried.losses:
        click.echo(f"  {printable(str(loss))}")


def _loaded(file: Path) -> Questionnaire:
    try:
        return load(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}. Give a file that can be read.") from error
    except InvalidQuestionnaire as error:
        raise click.ClickException(f"{file} is not a usable questionnaire.\n{error}") from error


def _resource(file: Path) -> Any:
    try:
        return read_json(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}. Give a file that can be read.") from error
    except NotJson as error:
        raise click.ClickException(f"{file} is not JSON: {error}. {error.right}.") from error


def _as_json(one: Misfit) -> dict[str, Any]:
    link_id = None if one.link_id is None else printable(one.link_id)
    return {"path": one.path, "linkId": link_id, "rule": one.rule, "sentence": one.sentence}


def _moment(resource: Any) -> datetime | None:
    """When the response was written, if it says so to the second."""
    try:
        authored = datetime.fromisoformat(resource.get("authored", ""))
    except ValueError:
        return None
    return authored if authored.tzinfo else None


def _number(value: float | None) -> Any:
    """A whole score without the point: 7, not 7.0."""
    return int(value) if value is not None and value == int(value) else value
