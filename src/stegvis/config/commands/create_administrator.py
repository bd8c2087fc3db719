"""`stegvis create-administrator`: the first administrator, who lets everybody else in from the pages."""

import click

from stegvis.config.cli import installation


@click.command()
@click.option("--email", prompt="E-mail address", help="Where letters to the administrator go.")
@click.option("--name", prompt="Name", help="The administrator's name.")
@click.option("--language", type=click.Choice(["sv", "en"]), default="sv", show_default=True, help="Of letters.")
@click.option(
    "--new-link", is_flag=True, help="For an administrator who cannot get in: a new link, a new password, a new app."
)
def command(email: str, name: str, language: str, new_link: bool) -> None:
    """Make the first administrator and print a one-time link to choose a password and set up one-time codes.

    Refuses when there is an administrator: the next ones are invited from the pages. With --new-link it gives the
    administrator with this e-mail address a way back in, for example after the loss of the only phone.
    """
    with installation():
        from django.conf import settings
        from django.core.exceptions import ValidationError
        from django.core.validators import validate_email
        from django.db import transaction

        from stegvis.audit.action import SYSTEM
        from stegvis.people import actions, queries
        from stegvis.people.acting import acting_as
        from stegvis.reminders import letters

        try:
            validate_email(email)
        except ValidationError:
            raise click.ClickException(f"{email} is not an e-mail address. Write it as name@example.org") from None
        with transaction.atomic(), acting_as(SYSTEM):
            there = queries.administrators()
            if new_link:
                account = there.filter(pk__in=[a.pk for a in [queries.account_by_email(email)] if a]).first()
                if account is None:
                    raise click.ClickException("No administrator has this e-mail address. Check how it is spelt.")
                actions.reset_second_factor(account=account, reason="new link from the command line", by=SYSTEM)
            else:
                if there.exists():
                    codes = ", ".join(each.code for each in there)
                    raise click.ClickException(
                        f"There is an administrator already ({codes}), who can invite others. If that person cannot get in: "
                        "stegvis create-administrator --new-link"
                    )
                account = actions.add_staff(
                    role="administrator", email=email, name=name, sites=[], language=language, by=SYSTEM
                )
            _, token = actions.make_link(account=account, purpose="invitation", by=SYSTEM)
            address = letters.link(token, language)
    click.echo(f"{account.code} may come in. Open this link within 7 days; it works once:")
    click.echo(address)
    if settings.LIVE:
        click.echo("Before going live the pages are served by: stegvis serve --preparing")
