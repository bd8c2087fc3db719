"""`stegvis serve`: the web server."""

import signal

import click

from stegvis.config.cli import database_running, with_django


@click.command()
@click.option("--host", help="Address to listen on (default: STEGVIS_HOST, 127.0.0.1).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: STEGVIS_PORT, 8000).")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes (default: STEGVIS_WEB_WORKERS, 2).")
@click.option("--preparing", is_flag=True, help="Serve a live installation that has not gone live, to administrators.")
@click.option("--with-parent", type=int, metavar="PID", hidden=True, help="End when this process, our parent, ends.")
def command(host: str | None, port: int | None, workers: int | None, preparing: bool, with_parent: int | None) -> None:
    """Serve the pages of this installation, until Ctrl-C.

    In a live installation a web server that speaks TLS (nginx, Caddy) stands in front and sets X-Forwarded-Proto. Until it
    has gone live (stegvis go-live) it is served with --preparing only, and nobody but administrators comes in.
    """
    from stegvis.config.environment import environment
    from stegvis.config.lifeline import die_with_parent
    from stegvis.config.ports import check_free
    from stegvis.config.upkeep import prepare_pages

    env = environment()
    listen_on, number = host or env.host, port or env.port
    check_free(listen_on, number)
    if with_parent is not None:
        die_with_parent(signal.SIGTERM, with_parent)
    with database_running():
        prepare_pages(env)
        if env.mode == "live" and not preparing:
            _check_gone_live()
        _serve(listen_on, number, workers or env.web_workers)


def _check_gone_live() -> None:
    with_django()
    from django.db import connection

    from stegvis.protocol.queries import is_live

    if not is_live():
        raise click.ClickException(
            "This installation has not gone live, so nobody is served yet. See what is left: stegvis go-live. "
            "To invite staff and set up one-time codes before that: stegvis serve --preparing"
        )
    connection.close()


def _serve(host: str, port: int, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "stegvis.config.webworker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_access=False,
        websockets=False,
    ).serve()
