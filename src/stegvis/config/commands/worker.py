"""`stegvis worker`: the clock's work."""

import signal

import click

from stegvis.config.cli import database_running, with_django


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Seconds between rounds."
)
@click.option("--with-parent", type=int, metavar="PID", hidden=True, help="End when this process, our parent, ends.")
def command(once: bool, every: float, with_parent: int | None) -> None:
    """Do what is due: send reminders, letters and notices, until Ctrl-C.

    One worker works at a time; a second one waits and takes over when the first ends.
    """
    from stegvis.config.environment import environment
    from stegvis.config.lifeline import die_with_parent
    from stegvis.config.upkeep import prepare_database

    if with_parent is not None:
        die_with_parent(signal.SIGTERM, with_parent)
    with database_running():
        with_django()
        prepare_database(environment())
        from stegvis.config.rounds import Rounds, finish_what_was_begun

        rounds = Rounds()
        if once:
            rounds.do()
            finish_what_was_begun()
        else:
            rounds.repeat(every)
