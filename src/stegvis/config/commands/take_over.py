"""`stegvis take-over`: the moment from which a restored copy is the live installation."""

import click

from stegvis.config.cli import installation


@click.command()
@click.option("--administrator", required=True, metavar="CODE", help="The administrator's code, such as AD-01.")
@click.option("--reason", required=True, help="Why this copy takes over; it stays in the record.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
def command(administrator: str, reason: str, yes: bool) -> None:
    """Let a restored copy be the live installation: it sends what is due again, and everybody comes in.

    Only when the installation that it was copied from is gone for good: two that send would write to everybody twice, and
    give two people the same place in the allocation list. Needs STEGVIS_OWNER_DATABASE_URL on an external server.
    """
    import json

    from stegvis.config import database, upkeep
    from stegvis.config.environment import environment

    with installation():
        owner = database.owner_url(environment())
        mark = upkeep.recall(owner, upkeep.COPY)
        if mark is None:
            click.echo("This installation is no restored copy, so there is nothing to take over.")
            return
        copied = json.loads(mark)
        click.echo(
            f"Restored from {copied['backup']}, made at {copied['made_at']}. What was done since then is not in it."
        )
        click.echo(_due_in_words())
        if not yes:
            click.confirm("Is the other installation gone for good, and this the live one?", abort=True)
        _record(administrator, reason, copied)
        upkeep.forget(owner, upkeep.COPY)
    click.echo("This installation is the live one. Start the web server and the worker again.")


def _due_in_words() -> str:
    from django.db import transaction

    from stegvis.audit.action import SYSTEM
    from stegvis.people.acting import acting_as
    from stegvis.reminders import queries

    with transaction.atomic(), acting_as(SYSTEM):
        count = queries.due().count()
    what = "1 message is" if count == 1 else f"{count} messages are"
    return f"{what} due and will be sent, also where the lost installation has sent them since the backup."


def _record(administrator: str, reason: str, copied: dict[str, str]) -> None:
    from django.db import transaction

    from stegvis.audit import actions
    from stegvis.audit.action import SYSTEM
    from stegvis.people import queries
    from stegvis.people.acting import acting_as

    with transaction.atomic(), acting_as(SYSTEM):
        account = queries.administrators().filter(code=administrator).first()
        if account is None:
            codes = ", ".join(each.code for each in queries.administrators()) or "there are none"
            raise click.ClickException(f"{administrator} is no administrator here. The administrators: {codes}.")
        if not reason.strip():
            raise click.ClickException("A reason is needed: it stays in the record. For example: the server burnt down")
        actions.note_taking_over(backup=copied["backup"], made_at=copied["made_at"], reason=reason, by=account)
