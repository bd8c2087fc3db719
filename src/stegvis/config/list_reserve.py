"""`stegvis randomise reserve`: for the person outside the sites who reads one place out by telephone while the system is down.

The reserve is a list of its own, loaded as such (`stegvis randomise load --reserve`), so that no place can be given twice: the
system gives those of its list, the telephone those of the reserve. Here it lies in one file, each place encrypted by itself
with a key made from a password (scrypt, RFC 7914; AES-256-GCM). Reading opens the next place of a stratum and no other, and
writes down for whom before it shows the arm.
"""

from __future__ import annotations

import base64
import getpass
import json
import os
import secrets
from collections import Counter
from pathlib import Path
from typing import Any

import click

from stegvis.methods.randomisation import sequence
from stegvis.methods.randomisation.errors import ListUnreadable

OWNER_ONLY = 0o600
READINGS_SUFFIX = ".readings.jsonl"
COST = {"n": 2**15, "r": 8, "p": 1}
PADDED = 48
SHORTEST = 12


@click.group("reserve")
def command() -> None:
    """Seal a reserve list for whoever reads it out by telephone, and read one place of it."""


@command.command("seal")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The sealed file.")
def seal(file: Path, out: Path) -> None:
    """Seal a list, place by place, with a password that is typed unseen."""
    try:
        content = sequence.read(file.read_text(encoding="utf-8"))
    except (ListUnreadable, UnicodeDecodeError) as unreadable:
        raise click.ClickException(f"{file} is no allocation list: {unreadable}") from unreadable
    if content.minimise is not None:
        raise click.ClickException("This list holds numbers, from which nobody can read an arm. Make one of blocks.")
    password = click.prompt("Password (not shown)", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < SHORTEST:
        raise click.ClickException(f"The password needs at least {SHORTEST} characters. Nothing was sealed.")
    _write_new(out, json.dumps(_sealed(content, password)))
    click.echo(f"Sealed: {out} ({len(content.places)} places). Now remove {file} once it is loaded as a reserve.")


@command.command("read")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--stratum", required=True, help="The stratum of the person, as the coordinator reads it from the screen or list."
)
@click.option("--for", "for_whom", required=True, help="The code of the participant, such as BJ-012.")
def read(file: Path, stratum: str, for_whom: str) -> None:
    """Read the next place of a stratum: one, after it has been written down for whom."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    readings = _readings(file)
    if earlier := next((each for each in readings if each["for"] == for_whom), None):
        raise click.ClickException(
            f"{for_whom} has been read place {earlier['position']} of {earlier['stratum']} already."
        )
    position = 1 + Counter(each["stratum"] for each in readings)[stratum]
    place = kept["places"].get(f"{stratum} {position}")
    if place is None:
        raise click.ClickException(f"The reserve has no place {position} in stratum {stratum}. Randomisation waits.")
    arm = _opened(kept, place, f"{stratum} {position}", click.prompt("Password (not shown)", hide_input=True, err=True))
    _note(file, {"stratum": stratum, "position": position, "for": for_whom, "by": getpass.getuser()})
    click.echo(f"Stratum {stratum}, place {position}, for {for_whom}: {arm}")


def _sealed(content: sequence.ListFile, password: str) -> dict[str, Any]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt = secrets.token_bytes(16)
    cipher, places = AESGCM(_key(password, salt)), {}
    for place in content.places:
        name, nonce = f"{place.stratum} {place.position}", secrets.token_bytes(12)
        places[name] = _text(nonce + cipher.encrypt(nonce, place.arm.rjust(PADDED).encode(), name.encode()))
    return {"sha256": sequence.sha256_of(content.csv()), "salt": _text(salt), "places": places}


def _opened(kept: dict[str, Any], sealed: str, name: str, password: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    raw = base64.b64decode(sealed)
    try:
        cipher = AESGCM(_key(password, base64.b64decode(kept["salt"])))
        return cipher.decrypt(raw[:12], raw[12:], name.encode()).decode().strip()
    except InvalidTag:
        raise click.ClickException("That is not the password, or the file was changed. Nothing was read.") from None


def _key(password: str, salt: bytes) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, **COST).derive(password.encode())


def _readings(file: Path) -> list[dict[str, Any]]:
    beside = file.with_name(file.name + READINGS_SUFFIX)
    return [json.loads(line) for line in beside.read_text(encoding="utf-8").splitlines()] if beside.exists() else []


def _note(file: Path, reading: dict[str, Any]) -> None:
    """Write a reading down, on the disk before anything is shown."""
    from stegvis.audit import clock

    descriptor = os.open(
        file.with_name(file.name + READINGS_SUFFIX), os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER_ONLY
    )
    with os.fdopen(descriptor, "a", encoding="utf-8") as log:
        log.write(json.dumps({**reading, "at": clock.wall().isoformat()}, ensure_ascii=False) + "\n")
        log.flush()
        os.fsync(log.fileno())


def _write_new(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    except OSError as problem:
        raise click.ClickException(f"{path} cannot be written: {problem.strerror}. Choose another place.") from problem
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
