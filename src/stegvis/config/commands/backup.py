"""`stegvis backup`: write everything that must survive, and verify what was written by restoring it."""

import sys
from pathlib import Path

import click

from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.cli import database_running, with_django


@click.command()
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), help="Make a backup in this folder of backups.")
@click.option(
    "--verify",
    type=click.Path(path_type=Path, file_okay=False),
    help="Verify this backup, or the newest in this folder.",
)
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path), help="What the keys are wrapped with: the file's first line."
)
@click.option("--without-keys", is_flag=True, help="Leave the keys out; they are then kept apart by other means.")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Afterwards remove all but the newest N backups.")
def command(
    to: Path | None, verify: Path | None, passphrase_file: Path | None, without_keys: bool, keep: int | None
) -> None:
    """Write the database, the trial's folder and the wrapped keys into a new folder, or verify such a folder, or both.

    Made while people work: dump and counts see one moment. Verifying restores the backup into a throw-away place with a
    database server of its own and compares rows, record, walls and keys; it touches nothing else. Both are recorded, and
    stegvis doctor knows when each was last done. Settings with passwords are in no backup.
    """
    if to is None and verify is None:
        raise click.UsageError("Say where to: --to DIR makes a backup, --verify DIR verifies one.")
    if keep is not None and to is None:
        raise click.UsageError("--keep goes with --to, whose folder is thinned out.")
    if without_keys and passphrase_file:
        raise click.UsageError("--without-keys and --passphrase-file exclude each other.")
    with database_running():
        with_django()
        if to is not None:
            _make(to, None if without_keys else ask_passphrase(passphrase_file, new=True))
        if verify is not None:
            _verify(verify, passphrase_file)
        if to is not None and keep is not None:
            _thin_out(to, keep)


def _make(to: Path, passphrase: str | None) -> None:
    from stegvis.config import upkeep
    from stegvis.config.backups import making, noting
    from stegvis.config.children import stoppable
    from stegvis.config.environment import environment

    env = environment()
    keys = upkeep.keys_of(env)
    wanted = making.Wanted(env, keys, passphrase, making.encrypted_columns())
    with stoppable():
        folder, made = making.make(wanted, to)
    noting.made(env, folder, made)
    click.echo(f"Backed up to {folder}: {made.rows} rows in {len(made.tables)} tables, {len(made.files)} files.")
    if passphrase is None:
        click.echo(
            f"It holds no keys. Without those in {env.secrets_directory} no name and no message in it can be read: keep them "
            "apart, where this backup is not."
        )


def _verify(place: Path, passphrase_file: Path | None) -> None:
    from stegvis.config.backups import making, noting, restoring, verifying
    from stegvis.config.children import stoppable
    from stegvis.config.environment import environment

    env = environment()
    folder = making.newest(place)
    with stoppable():
        keys_of = restoring.keys_to_verify(folder, env, lambda: ask_passphrase(passphrase_file))
        backup = restoring.opened(folder, keys_of)
        click.echo(f"{folder.name}: {len(backup.manifest.files)} files whole, and sealed by the keys.")
        verifying.verify(backup, env, lambda sentence: click.echo(f"- {sentence}"))
    noting.verified(env, backup.manifest, folder)
    click.echo("Verified by restoring it into a throw-away place.")


def _thin_out(to: Path, keep: int) -> None:
    from stegvis.config.backups import making, noting
    from stegvis.config.environment import environment

    for gone in making.thin_out(to, keep, noting.last_verified(environment())):
        click.echo(f"Removed {gone.name}.")


def ask_passphrase(file: Path | None, *, new: bool = False) -> str:
    """From the file, or asked for at a terminal. Raises `BackupRefused` where nobody can be asked."""
    from stegvis.config.backups import passphrases

    if file is not None:
        return passphrases.read(file)
    if not sys.stdin.isatty():
        raise BackupRefused(
            "The keys of this installation are wrapped with a passphrase, and none was given. Name a file that holds it: "
            "--passphrase-file FILE" + (". To keep the keys apart: --without-keys" if new else "")
        )
    asked = click.prompt("Passphrase for the keys", hide_input=True, confirmation_prompt=new)
    return passphrases.checked(asked, "that was typed")
