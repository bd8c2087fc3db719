"""`stegvis demo`: the example trial, from nothing to a served page."""

import os

import click


@click.command()
@click.option("--fresh", is_flag=True, help="Throw the present example trial away and make a new one.")
@click.option("--at", type=click.Choice(["middle", "end"]), help="How far the trial has come (default: middle).")
@click.option("--participants", type=click.IntRange(0, 100_000), metavar="N", help="How many take part (default: 129).")
@click.option(
    "--seed", type=click.IntRange(min=0), metavar="S", help="What everything is drawn from (default: the study's own)."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on (default: STEGVIS_PORT, 8000).")
@click.option("--no-serve", is_flag=True, help="Make the trial and end.")
def command(
    fresh: bool, at: str | None, participants: int | None, seed: int | None, port: int | None, no_serve: bool
) -> None:
    """Set up the example trial and serve it, until Ctrl-C.

    The first run makes the database and a trial with made-up participants; later runs start with the data as left.
    """
    from stegvis.config import launcher
    from stegvis.config.display import Display
    from stegvis.config.environment import environment

    if port:
        # Before settings are read: links in letters, cookies and the processes we start all follow it.
        os.environ["STEGVIS_PORT"] = str(port)
    env = environment()
    order = launcher.Order(
        wanted={"at": at, "participants": participants, "seed": seed},
        fresh=fresh,
        port=env.port,
        serve=not no_serve,
    )
    launcher.run(env, order, Display())
