"""`stegvis extract`: the folder that the analysis reads."""

from pathlib import Path

import click

from stegvis.config.cli import installation


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--kind",
    type=click.Choice(["pooled", "blinded", "unblinded"]),
    default="pooled",
    show_default=True,
    help="Without arms; with dummy arms, permuted anew; with the arms, after the lock.",
)
@click.option("--analysis", help="The occasion that the analysis is about. Default: that of the primary outcomes.")
@click.option(
    "--answers", is_flag=True, help="Coded answers, consents and contacts too, for `stegvis convert`; never words."
)
def command(folder: Path, kind: str, analysis: str | None, answers: bool) -> None:
    """Write an extract to FOLDER: CSV files and a manifest with row counts and hashes. It is recorded.

    Then print the report from it, on any machine: stegvis analyse FOLDER --plan studies/<trial>/sap.toml --out DIR
    """
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as
        from stegvis.reporting import actions, queries

        with transaction.atomic(), acting_as(SYSTEM):
            about = analysis or queries.main_analysis()
            written = actions.write_extract(
                analysis=about, kind=kind, folder=folder, plan=queries.plan_file(), answers=answers, by=SYSTEM
            )
    rows = ", ".join(f"{name} {count}" for name, count in written.rows.items())
    click.echo(f"Written to {folder} ({kind}): {rows}\nSHA-256 of the manifest: {written.sha256}")
