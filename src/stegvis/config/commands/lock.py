"""`stegvis lock`: close the data for one analysis."""

import click

from stegvis.config.cli import installation


@click.command()
@click.argument("data_manager")
@click.option("--reason", required=True, help="Why the data are closed now; it stays in the record.")
@click.option("--analysis", help="The occasion that the analysis is about. Default: that of the primary outcomes.")
@click.confirmation_option(prompt="A lock stands and cannot be taken back. Lock the data?")
def command(data_manager: str, reason: str, analysis: str | None) -> None:
    """Lock the data for an analysis on behalf of DATA_MANAGER (the code of an account, such as DM-01)."""
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people import queries as people
        from stegvis.people.acting import acting_as
        from stegvis.reporting import actions, queries

        with transaction.atomic(), acting_as(SYSTEM):
            account = people.account_by_code(data_manager)
            if account is None:
                raise click.ClickException(f"There is no account {data_manager}. The code stands on the staff page.")
            lock = actions.lock_data(analysis=analysis or queries.main_analysis(), reason=reason, by=account)
    click.echo(f"Locked for the analysis {lock.analysis}.")
