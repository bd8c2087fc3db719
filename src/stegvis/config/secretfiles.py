"""The installation's own keys: made on first start, readable by the owner only, never in the database or the program.

Three files: what Django signs with, what personal columns are encrypted with, and what look-ups are hashed with. Losing
the second means losing every name and message for good, so a directory that holds only some of the three is refused
instead of being completed: it is a half-restored backup.
"""

import fcntl
import hashlib
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY_BYTES = 32
NAMES = ("signing.key", "field-encryption.key", "lookup.key")


class SecretsRefused(Exception):
    """The keys cannot be used as they lie there; the text says why and what to do."""


@dataclass(frozen=True, repr=False)
class Secrets:
    """The three keys, 32 bytes each; `signing` as hexadecimal text."""

    signing: str
    field_key: bytes
    lookup_key: bytes

    @property
    def fingerprint(self) -> str:
        """Tells whether two installations hold the same keys without revealing them (16 hexadecimal digits)."""
        return hashlib.sha256(b"stegvis keys" + self.field_key + self.lookup_key).hexdigest()[:16]


def for_tests() -> Secrets:
    """Keys that are the same in every process of a test run, and nowhere else of use."""
    keys = [hashlib.sha256(f"test {name}".encode()).digest() for name in NAMES]
    return Secrets(keys[0].hex(), keys[1], keys[2])


def read_or_make(directory: Path) -> Secrets:
    """The keys in `directory`; makes all three when there is none yet.

    Raises `SecretsRefused` when some are missing, damaged, or readable by others.
    """
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(directory):
        return _read_or_make(directory)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Two first starts at the same moment must agree on one set of keys."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _read_or_make(directory: Path) -> Secrets:
    present = [name for name in NAMES if (directory / name).exists()]
    if not present:
        _make(directory)
    elif len(present) < len(NAMES):
        missing = ", ".join(sorted(set(NAMES) - set(present)))
        raise SecretsRefused(
            f"The directory of keys {directory} lacks {missing}. New keys could not read what the old ones encrypted: "
            "restore the missing files from the backup."
        )
    keys = [_read(directory / name) for name in NAMES]
    return Secrets(keys[0].hex(), keys[1], keys[2])


def put(directory: Path, keys: Secrets) -> None:
    """Write keys that came from elsewhere, a backup, into a directory without any. Raises `SecretsRefused` when it has some."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(directory):
        if any((directory / name).exists() for name in NAMES):
            raise SecretsRefused(
                f"{directory} holds keys already, and they are not overwritten. Name an empty directory."
            )
        _write(directory, (keys.signing, keys.field_key.hex(), keys.lookup_key.hex()))


def _make(directory: Path) -> None:
    _write(directory, tuple(secrets.token_hex(KEY_BYTES) for _ in NAMES))


def _write(directory: Path, keys: tuple[str, ...]) -> None:
    """Write each key to a temporary name first, so that a full disk or a crash leaves no half key behind."""
    directory.chmod(0o700)
    for name, key in zip(NAMES, keys, strict=True):
        draft = directory / f".{name}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())
    for name in NAMES:
        (directory / f".{name}.draft").rename(directory / name)


def _read(file: Path) -> bytes:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise SecretsRefused(f"The key {file} can be read by others (mode {mode:o}). Run: chmod 600 {file}")
    try:
        key = bytes.fromhex(file.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretsRefused(
            f"The key {file} is damaged: it must hold 64 hexadecimal digits. Restore it from the backup."
        )
    return key
