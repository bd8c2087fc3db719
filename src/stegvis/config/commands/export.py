"""`stegvis export`: data out, in the field's formats."""

from pathlib import Path

import click

from stegvis.config.cli import installation


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--reason", required=True, help="Why the data are taken out; it stays in the record.")
def command(folder: Path, reason: str) -> None:
    """Write every questionnaire that was sent to FOLDER, as FHIR R4 QuestionnaireResponse, one a line (NDJSON).

    Pseudonymous: a person appears by code only. The export is recorded.
    """
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.exchange import actions
        from stegvis.people.acting import acting_as

        with transaction.atomic(), acting_as(SYSTEM):
            count = actions.export_responses(folder=folder, reason=reason, by=SYSTEM)
    click.echo(f"{count} responses written to {folder}")
