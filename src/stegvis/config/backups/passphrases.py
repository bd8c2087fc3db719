"""The installation's keys, wrapped with a passphrase so that they may lie beside the backup that needs them.

The key of the wrapping is derived by Argon2id (RFC 9106, the second recommended option: 64 MiB, three passes, four
lanes); the keys are sealed by AES-256-GCM (NIST SP 800-38D) with the backup's own number as associated data, so that a
wrapping cannot be moved to another backup unseen.
"""

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.secretfiles import Secrets

SHORTEST = 20
"""Characters. Whoever has the folder may guess at leisure, so a passphrase is several words."""

_COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}
_MOST_MEMORY = 1024 * 1024  # KiB; a forged file must not make us fill the machine


def read(file: Path) -> str:
    """The passphrase in `file`: its first line. Raises `BackupRefused` when there is none or it is short."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BackupRefused(f"The passphrase cannot be read from {file}: {_why(error)}. Name another file.") from None
    return checked(lines[0].strip() if lines else "", f"in {file}")


def checked(passphrase: str, where: str) -> str:
    """`passphrase`, if it is long enough. Raises `BackupRefused`."""
    if len(passphrase) < SHORTEST:
        raise BackupRefused(
            f"The passphrase {where} has {len(passphrase)} characters, and one that protects keys needs {SHORTEST} or more. "
            "Take five words or more that belong together for nobody."
        )
    return passphrase


def wrap(keys: Secrets, passphrase: str, backup_id: str) -> str:
    """The three keys as text that opens only with `passphrase` and for the backup `backup_id`."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    plain = {"signing": keys.signing, "field": keys.field_key.hex(), "lookup": keys.lookup_key.hex()}
    sealed = AESGCM(_derive(passphrase, salt, _COST)).encrypt(nonce, json.dumps(plain).encode(), backup_id.encode())
    kept = {"kdf": "argon2id", **_COST, "cipher": "aes-256-gcm"}
    kept |= {name: b64encode(part).decode() for name, part in (("salt", salt), ("nonce", nonce), ("sealed", sealed))}
    return json.dumps(kept, indent=2) + "\n"


def unwrap(text: str, passphrase: str, backup_id: str) -> Secrets:
    """What `wrap` made. Raises `BackupRefused` when the passphrase is another, or the text is not whole."""
    try:
        kept: dict[str, Any] = json.loads(text)
        cost = {name: int(kept[name]) for name in _COST}
        salt, nonce, sealed = (b64decode(kept[name]) for name in ("salt", "nonce", "sealed"))
        if cost["memory_cost"] > _MOST_MEMORY:
            raise ValueError
        key = _derive(passphrase, salt, cost)
        plain = json.loads(AESGCM(key).decrypt(nonce, sealed, backup_id.encode()))
    except InvalidTag:
        raise BackupRefused(
            "The keys in this backup do not open: the passphrase is another one, or the file keys.json was changed. Check "
            "the passphrase, or put the keys themselves into STEGVIS_SECRETS."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise BackupRefused(
            "The file keys.json of this backup cannot be read. Take another copy of the backup, or put the keys themselves "
            "into STEGVIS_SECRETS."
        ) from None
    return Secrets(plain["signing"], bytes.fromhex(plain["field"]), bytes.fromhex(plain["lookup"]))


def _derive(passphrase: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(passphrase.encode(), salt, hash_len=32, type=Type.ID, **cost)


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "no reason given") if isinstance(error, OSError) else "it is no text"
