"""`stegvis convert`: an extract in the formats of others. Needs neither server nor database."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import click

FORMATS = {
    "csv": "tables, and codebook.csv and codebook.html",
    "parquet": "typed tables, and the codebook",
    "sav": "SPSS, with variable and value labels",
    "dta": "Stata, with variable and value labels",
    "dataset-json": "CDISC Dataset-JSON 1.1: ADSL, ADQS, ADGOAL",
    "odm": "CDISC ODM-XML 1.3.2: metadata and data",
    "redcap": "REDCap data dictionary and data import",
    "fhir": "HL7 FHIR R4, NDJSON",
}
A_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog="Formats: " + "; ".join(f"{name} ({what})" for name, what in FORMATS.items()) + ".")
@click.argument("extract", type=A_FOLDER)
@click.option("--to", "format", type=click.Choice(list(FORMATS)), required=True, help="Format to write.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to make.")
@click.option("--reason", required=True, help="Why the data are handed on; it stays in the manifest beside them.")
@click.option("--study", type=A_FOLDER, help="The trial's folder: for answers, and for odm, redcap and fhir.")
@click.option("--lang", type=click.Choice(["en", "sv"]), default="en", show_default=True, help="Language of labels.")
@click.option("--with-parent", type=int, metavar="PID", hidden=True, help="End when this process, our parent, ends.")
def command(
    extract: Path, format: str, out: Path, reason: str, study: Path | None, lang: str, with_parent: int | None,  # noqa: A002
) -> None:  # fmt: skip
    """Write the EXTRACT, a folder that `stegvis extract` made, in the format of other programs.

    What is pooled or blinded stays so, people stay codes, and nothing is written when the extract is not what its
    manifest says. A manifest beside the files says which extract they come from, why, and the hash of each. One that was
    interrupted goes on when the same command is given again.
    """
    from stegvis.config.lifeline import die_with_parent
    from stegvis.methods.analysis.refusals import Refused
    from stegvis.methods.formats.convert import convert

    if with_parent is not None:
        die_with_parent(signal.SIGTERM, with_parent)
    began = time.monotonic()

    def progress(step: str) -> None:
        click.echo(f"{time.monotonic() - began:6.1f} s  {step}", err=True)

    try:
        written = convert(extract, format, out, reason=reason, study=study, lang=lang, progress=progress)
    except Refused as refused:
        click.echo(str(refused), err=True)
        raise SystemExit(1) from None
    except OSError as error:
        why = f"The conversion is not finished: {error.filename or out}: {error.strerror}. Mend that, and give the command anew."
        raise click.ClickException(why) from None
    for note in written.notes:
        click.echo(f"Note: {note}")
    rows = sum(each.get("rows", 0) for each in written.files.values())
    click.echo(f"{out}: {len(written.files)} files, {rows} rows, manifest.json with their hashes.")
