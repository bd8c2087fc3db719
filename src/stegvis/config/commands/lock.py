"""`stegvis lock`: what stands before a lock. Locking itself takes two people, each with a password, on their pages."""

import click

from stegvis.config.cli import installation


@click.command()
@click.option("--analysis", help="The occasion that the analysis is about. Default: that of the primary outcomes.")
def command(analysis: str | None) -> None:
    """Say whether the data are locked for an analysis, and which gates stand open.

    The data manager asks for the lock under Data and report, and the statistician agrees there.
    """
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.monitoring import data_queries
        from stegvis.people.acting import acting_as
        from stegvis.reporting import locking, queries

        with transaction.atomic(), acting_as(SYSTEM):
            about = analysis or queries.main_analysis()
            still_open = data_queries.open_queries(queries.read_by(about))
            lock, gates = queries.lock(about), locking.gates(about, still_open)
    if lock is not None:
        click.echo(f"Locked for the analysis {about} on {lock.locked_at:%Y-%m-%d} by {lock.locked_by}.")
        return
    click.echo(f"The data are open for the analysis {about}.")
    for gate in gates:
        click.echo(f"  {gate.code:10} {'closed' if not gate.open else f'open ({gate.open})'}")
