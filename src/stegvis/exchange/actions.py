"""Every export, recorded with its reason: who took what out, and why."""

from pathlib import Path

from stegvis.audit.action import Actor, action, note
from stegvis.exchange import policies, queries
from stegvis.exchange.errors import FolderNotEmpty, FolderNotWritable
from stegvis.methods.instruments import write_json


@action("exchange.responses_exported", detail=("format",))
def export_responses(*, folder: Path, format: str = "fhir-ndjson", reason: str, by: Actor) -> int:  # noqa: A002 - the field's word
    """Write every sent response as one line of FHIR R4 JSON (NDJSON), pseudonymous; returns how many."""
    policies.check_can_export(by)
    if folder.is_dir() and any(folder.iterdir()):
        raise FolderNotEmpty(folder=folder)
    try:
        count = _write(folder)
    except OSError as error:
        raise FolderNotWritable(folder=folder, why=error.strerror) from error
    note(responses=count)
    return count


def _write(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "QuestionnaireResponse.ndjson").open("w", encoding="utf-8") as file:
        for record in queries.responses():
            file.write(write_json(queries.to_fhir(record)) + "\n")
            count += 1
    return count
