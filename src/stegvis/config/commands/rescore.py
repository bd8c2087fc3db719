"""`stegvis rescore`: scores again what was sent, after a scoring rule was corrected."""

import click

from stegvis.config.cli import database_running, with_django


@click.command()
@click.option("--instrument", default="", help="Code of one instrument. Default: all of them.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def command(instrument: str, dry_run: bool) -> None:
    """Score every questionnaire that was sent again, by the protocol in force. It is recorded.

    A score that comes out otherwise, or by another version of its rule, is a new row: it counts from now on, and the old
    one stays. What comes out the same is left alone, so that a second run changes nothing.
    """
    with database_running():
        with_django()
        from django.db import transaction

        from stegvis.assessments import actions, queries
        from stegvis.audit import clock
        from stegvis.audit.action import SYSTEM
        from stegvis.audit.queries import stored_offset
        from stegvis.people.acting import acting_as
        from stegvis.protocol import queries as protocols

        known = [each.code for each in protocols.current().instruments]
        if instrument and instrument not in known:
            raise click.BadParameter(f"the protocol has no instrument {instrument}. Choose one of: {', '.join(known)}.")
        with transaction.atomic():
            with acting_as(SYSTEM), clock.shifted(stored_offset()):
                sent = list(queries.sent_responses(instrument))
                otherwise = [response for response in sent if queries.scored_otherwise(response)]
                changed = sum(len(actions.rescore(response=response, by=SYSTEM)) for response in otherwise)
            if dry_run:
                transaction.set_rollback(True)
    would = "would be" if dry_run else "are"
    click.echo(f"{len(sent)} questionnaires looked at, {changed} scores {would} new. The old ones stay.")
