"""`stegvis doctor`: what is wrong with this installation and how to mend it."""

import json
import sys
from dataclasses import asdict

import click

from stegvis.config.cli import database_running


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def command(as_json: bool) -> None:
    """Say what is wrong with this installation and how to mend it.

    Settings are checked first, as before every command. Ends with status 1 when anything is wrong.
    """
    from stegvis.config.diagnosis import Finding, findings
    from stegvis.config.environment import environment
    from stegvis.config.postgres import PostgresRefused

    try:
        with database_running():
            found = list(findings(environment()))
    except PostgresRefused as refused:
        found = [Finding("database", False, "does not start", str(refused))]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in found], indent=2, ensure_ascii=False))
    else:
        for finding in found:
            click.echo(f"{'well ' if finding.well else 'WRONG'}  {finding.what}: {finding.said}")
            if not finding.well:
                click.echo(f"       {finding.mend}")
    sys.exit(0 if all(finding.well for finding in found) else 1)
