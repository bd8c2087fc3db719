"""`stegvis restore`: a backup into a fresh place, where it sends nothing until somebody says that it is the live one."""

from pathlib import Path

import click


@click.command()
@click.argument("backup", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), required=True,
    help="A directory that is empty or does not exist: STEGVIS_VAR from then on.",
)  # fmt: skip
@click.option("--passphrase-file", type=click.Path(path_type=Path), help="What the backup's keys were wrapped with.")
def command(backup: Path, into: Path, passphrase_file: Path | None) -> None:
    """Restore BACKUP (the folder that stegvis backup made, or the newest in a folder of them) into a fresh place.

    With DATABASE_URL and STEGVIS_OWNER_DATABASE_URL the database goes there and must be empty; without them into a database
    of its own inside the directory. Keys go to STEGVIS_SECRETS, or into the directory. All of it is compared with the
    backup, and taken away again should anything differ. The copy sends nothing and lets only administrators in until
    stegvis take-over.
    """
    from stegvis.config.backups import making, restoring
    from stegvis.config.children import stoppable
    from stegvis.config.commands.backup import ask_passphrase
    from stegvis.config.environment import environment

    env, into = environment(), into.absolute()
    with stoppable():
        folder = making.newest(backup)
        keys_of = restoring.keys_to_restore(folder, env, lambda: ask_passphrase(passphrase_file))
        opened = restoring.opened(folder, keys_of)
        click.echo(f"{opened.folder.name}: {len(opened.manifest.files)} files whole, and sealed by the keys.")
        restoring.restore(opened, env, into, lambda sentence: click.echo(f"- {sentence}"))
    click.echo(f"Restored into {into}. Use it with these settings:")
    click.echo(
        f"  STEGVIS_VAR={into}\n  STEGVIS_STUDY={into / 'study'}\n  STEGVIS_SECRETS={env.secrets or into / 'secrets'}"
    )
    click.echo(
        "It is a copy: it sends nothing, and only administrators come in. If its version is older, run stegvis migrate. If the "
        "other installation is gone for good: stegvis take-over"
    )
