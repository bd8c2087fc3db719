"""`stegvis go-live`: the moment from which an installation serves real people."""

from collections.abc import Iterator

import click

from stegvis.config.cli import installation


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask again.")
def command(yes: bool) -> None:
    """Begin to serve real people, once nothing hinders it.

    Says everything that is left to do, all of it at once, and ends with status 1 while anything is. Going live is recorded
    and cannot be taken back: from then on lists need their hash, and the programme a clinician's signature.
    """
    with installation():
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people.acting import acting_as
        from stegvis.protocol import actions, queries

        if queries.is_live():
            click.echo("This installation has gone live already.")
            return
        left = list(_left())
        if left:
            click.echo(f"Not yet: {len(left)} {'thing hinders' if len(left) == 1 else 'things hinder'} it.")
            for reason in left:
                click.echo(f"- {reason}")
            raise SystemExit(1)
        if not yes:
            click.confirm("Nothing hinders it. This cannot be taken back. Go live?", abort=True)
        with transaction.atomic(), acting_as(SYSTEM):
            actions.go_live(by=SYSTEM)
    click.echo("This installation is live. Serve it by: stegvis serve")


def _left() -> Iterator[str]:
    from django.conf import settings

    from stegvis.audit.queries import stored_offset
    from stegvis.trial import readiness

    if not settings.LIVE:
        yield (
            f"STEGVIS_MODE is {settings.MODE}. Set STEGVIS_MODE=live; what else a live installation must be told is then "
            "said by stegvis doctor."
        )
    if stored_offset():
        yield "The clock of this database is a demonstration's. A real trial begins in a database of its own."
    yield from readiness.hindrances()
