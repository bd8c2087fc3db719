"""What a backup says of itself: `manifest.json`, and the seal that only the installation's own keys can make.

The manifest holds the size and SHA-256 of every file, the number and digest of the rows of every table, the walls of the
database, and who made it with what. `manifest.seal` is an HMAC-SHA-256 (RFC 2104) over the manifest's bytes, keyed by a key
that is derived from the installation's (HKDF, RFC 5869): damage is told by the hashes, and a change that mends the hashes by
the seal.
"""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from stegvis.config.backups.refusals import BackupRefused
from stegvis.config.secretfiles import Secrets

FORMAT = 1
MANIFEST, SEAL, DUMP, KEYS, STUDY = "manifest.json", "manifest.seal", "database.dump", "keys.json", "study"
_PIECE = 2**20


@dataclass(frozen=True)
class Manifest:
    """Everything a restore is compared with. `tables` is name: (rows, digest), `files` is path: (bytes, SHA-256)."""

    format: int
    id: str
    made_at: str  # ISO 8601, UTC
    mode: str
    version: str
    migrations: list[str]
    server_major: int
    dump_major: int
    application_role: str
    owner_role: str
    keys: str  # their fingerprint
    keys_included: bool
    facts: dict[str, str]
    tables: dict[str, tuple[int, str]]
    record: tuple[int, str]
    shown: dict[str, int]  # rows of protected tables that nobody in particular sees
    walls: list[str]
    encrypted: list[tuple[str, str]]
    files: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(count for count, _ in self.tables.values())


def write(folder: Path, manifest: Manifest, keys: Secrets) -> None:
    """Put manifest and seal into `folder`."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    (folder / SEAL).write_text(_seal((folder / MANIFEST).read_bytes(), keys) + "\n")


def read(folder: Path) -> Manifest:
    """The manifest of the backup in `folder`. Raises `BackupRefused` for what is no backup, or one of a newer format."""
    try:
        found: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupRefused(
            f"{folder} is no backup: it holds no {MANIFEST}. Name the folder that stegvis backup made, such as "
            "stegvis-20260131T030000Z."
        ) from None
    except (OSError, ValueError):
        raise BackupRefused(_broken(folder, f"{MANIFEST} cannot be read")) from None
    version = found.get("format") if isinstance(found, dict) else None
    if not isinstance(version, int):
        raise BackupRefused(_broken(folder, f"{MANIFEST} is none of ours"))
    if version > FORMAT:
        raise BackupRefused(
            f"The backup {folder.name} was made by a newer version of Stegvis ({found.get('version')}), which this version "
            "cannot read. Install that version or a newer one, and restore with it."
        )
    return _of(found, folder)


def _of(found: dict[str, Any], folder: Path) -> Manifest:
    try:
        known = {field.name: found[field.name] for field in fields(Manifest)}
        for name in ("tables", "files"):
            known[name] = {key: (int(one), str(other)) for key, (one, other) in known[name].items()}
        known["record"] = tuple(known["record"])
        known["encrypted"] = [tuple(pair) for pair in known["encrypted"]]
        return Manifest(**known)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BackupRefused(_broken(folder, f"{MANIFEST} lacks something")) from None


def check_seal(folder: Path, keys: Secrets) -> None:
    """Refuse a manifest that was not written with these keys. Raises `BackupRefused`."""
    try:
        there = (folder / SEAL).read_text().strip()
    except (OSError, ValueError):
        there = ""
    if not hmac.compare_digest(there.encode(), _seal((folder / MANIFEST).read_bytes(), keys).encode()):
        raise BackupRefused(_broken(folder, f"{MANIFEST} does not bear the seal of this installation's keys"))


def _seal(manifest: bytes, keys: Secrets) -> str:
    key = HKDF(SHA256(), 32, salt=None, info=b"stegvis backup seal").derive(keys.field_key + keys.lookup_key)
    return hmac.new(key, manifest, hashlib.sha256).hexdigest()


def check_files(folder: Path, manifest: Manifest) -> None:
    """Refuse a backup of which a file is missing, broken or too many. Raises `BackupRefused`, naming every file."""
    there = {path for path in files_in(folder) if path not in {MANIFEST, SEAL}}
    wrong = [f"{path} is missing" for path in sorted(set(manifest.files) - there)]
    wrong += [f"{path} does not belong to it" for path in sorted(there - set(manifest.files))]
    wrong += [
        f"{path} is not what was written"
        for path in sorted(there & set(manifest.files))
        if measured(folder / path) != manifest.files[path]
    ]
    if wrong:
        raise BackupRefused(_broken(folder, "; ".join(wrong)))


def files_in(folder: Path) -> list[str]:
    """Every file below `folder`, by its path in it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def measured(file: Path) -> tuple[int, str]:
    """Bytes and SHA-256 of `file`, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _broken(folder: Path, fact: str) -> str:
    return (
        f"The backup {folder.name} is broken or was tampered with: {fact}. Nothing was restored. Take another copy of it, or an "
        "earlier backup."
    )
