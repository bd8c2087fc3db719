"""`stegvis migrate`: the only command that connects as the owner of the tables."""

import click

from stegvis.config.cli import database_running, with_django


@click.command()
def command() -> None:
    """Bring the database's tables up to this version.

    The only command that connects as the tables' owner: STEGVIS_OWNER_DATABASE_URL for an external server. Running it
    again does no harm. Stop the web server and the worker of an earlier version first.
    """
    import psycopg

    from stegvis.config import upkeep
    from stegvis.config.database import owner_url
    from stegvis.config.environment import environment
    from stegvis.config.postgres import grant_use

    url = owner_url(environment())
    with database_running():
        with_django(as_owner=True)
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from stegvis.config import store_roles
        from stegvis.config.migrating import one_by_one

        upkeep.check_keys(url, settings.KEYS_FINGERPRINT)
        with psycopg.connect(url, autocommit=True) as owner:
            grant_use(owner, settings.APPLICATION_ROLE)
        with one_by_one():
            call_command("migrate", interactive=False, verbosity=1)
        connection.close()
        with psycopg.connect(url, autocommit=True) as owner:
            for role in store_roles.grant(owner):
                click.echo(
                    f"The server has no role {role}, so nobody can be lent its store alone. docs/how-to/production.md"
                )
        upkeep.remember_upkeep(url, keys=settings.KEYS_FINGERPRINT)
