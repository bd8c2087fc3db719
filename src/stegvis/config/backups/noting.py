"""What an installation remembers of its backups: the last one and the last verified one, for `stegvis doctor`.

Both are facts in the database that was backed up (`upkeep.BACKUP`), and lines in its record.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from stegvis.audit import clock
from stegvis.config import database, upkeep
from stegvis.config.backups.manifest import Manifest
from stegvis.config.environment import Environment


def made(env: Environment, folder: Path, manifest: Manifest) -> None:
    """Note a finished backup."""
    _note(env, made={"name": folder.name, "id": manifest.id, "at": manifest.made_at})
    _record("note_backup", folder.name, manifest)


def verified(env: Environment, manifest: Manifest, folder: Path) -> None:
    """Note a verified backup, unless it is another installation's; when it was made counts, not when it was verified."""
    if manifest.keys != upkeep.keys_of(env).fingerprint:
        return
    before = remembered(env).get("verified", {}).get("at", "")
    if manifest.made_at >= before:
        _note(env, verified={"name": folder.name, "id": manifest.id, "at": manifest.made_at})
    _record("note_verification", folder.name, manifest)


def last_verified(env: Environment) -> str | None:
    """The name of the newest backup that was verified."""
    name: str | None = remembered(env).get("verified", {}).get("name")
    return name


def remembered(env: Environment) -> dict[str, Any]:
    """What was noted: `made` and `verified`, each with name, id and `at` (ISO 8601, UTC)."""
    kept: dict[str, Any] = json.loads(upkeep.recall(database.application_url(env), upkeep.BACKUP) or "{}")
    return kept


def age(at: str) -> float:
    """Hours since `at`, by the real clock."""
    return (clock.wall() - datetime.fromisoformat(at)).total_seconds() / 3600


def _note(env: Environment, **what: dict[str, str]) -> None:
    upkeep.remember(database.owner_url(env), upkeep.BACKUP, json.dumps(remembered(env) | what))


def _record(name: str, backup: str, manifest: Manifest) -> None:
    from django.db import transaction

    from stegvis.audit import actions
    from stegvis.audit.action import SYSTEM
    from stegvis.audit.queries import stored_offset
    from stegvis.people.acting import acting_as

    with transaction.atomic(), acting_as(SYSTEM), clock.shifted(stored_offset()):
        getattr(actions, name)(name=backup, rows=manifest.rows, by=SYSTEM)
