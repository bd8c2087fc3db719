"""Every export, recorded with its reason: who took what out, and why."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.exchange import own_data, policies, queries, responses
from stegvis.exchange.errors import FolderNotEmpty, FolderNotWritable
from stegvis.exchange.models import Export, ExportDownload, ExportOutcome, ExportPart
from stegvis.methods.instruments import write_json
from stegvis.people.models import Participant

PART_BYTES = 1_000_000


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


@action("exchange.export_ordered", detail=("analysis", "kind", "format", "answers"))
def order_export(
    *, analysis: str, kind: str, format: str, answers: bool, language: str, reason: str, key: UUID, by: Actor,  # noqa: A002
) -> Export:  # fmt: skip
    """Order data in a format; the worker makes the file. The same form sent twice orders once.

    `kind` is as for an extract: `pooled`, `blinded` or `unblinded`, which only the lock opens.
    """
    policies.check_can_order(by, analysis=analysis, kind=kind, format=format, answers=answers, reason=reason)
    asked = {"analysis": analysis, "kind": kind, "format": format, "answers": answers, "reason": reason.strip()}
    asked |= {"ordered_by_id": by.pk}
    there = queries.ordered_with(key)
    if there is None:
        return Export.objects.create(**asked, language=language, ordered_at=clock.now(), key=key)
    if any(getattr(there, name) != value for name, value in asked.items()):
        raise KeyUsedElsewhere()
    return there


@action("exchange.export_made")
def keep_export(
    *, export: Export, file: IO[bytes], sha256: str, extract_sha256: str, files: Mapping[str, Any], by: Actor
) -> ExportOutcome:
    """Keep the file that was made for an order, with its hash and those of the files in it."""
    size = 0
    for position, content in enumerate(iter(lambda: file.read(PART_BYTES), b"")):
        ExportPart.objects.create(export=export, position=position, content=content)
        size += len(content)
    note(kind=export.kind, format=export.format, sha256=sha256, extract_sha256=extract_sha256, bytes=size)
    return ExportOutcome.objects.create(
        export=export, ended_at=clock.now(), sha256=sha256, size=size, extract_sha256=extract_sha256, files=dict(files),
    )  # fmt: skip


@action("exchange.export_refused")
def refuse_export(*, export: Export, refusal: str, by: Actor) -> ExportOutcome:
    """Keep that no file could be made for an order, and why."""
    note(kind=export.kind, format=export.format)
    return ExportOutcome.objects.create(export=export, ended_at=clock.now(), refusal=refusal)


@action("exchange.export_taken")
def take_export(*, export: Export, by: Actor) -> ExportDownload:
    """Keep that somebody takes an export's file; whether they may is asked anew each time."""
    policies.check_can_take(by, export)
    note(kind=export.kind, format=export.format)
    return ExportDownload.objects.create(export=export, taken_at=clock.now(), taken_by=by.code, taken_as=by.role)


@action("exchange.export_files_removed")
def remove_files(*, by: Actor) -> int:
    """Remove the bytes that have been kept long enough; what they were, with their hash, stays. How many exports' they were."""
    old = queries.old_parts()
    count = old.values("export").distinct().count()
    old.delete()
    note(exports=count)
    return count


@action("exchange.own_data_taken")
def take_own_data(*, participant: Participant, by: Actor) -> dict[str, Any]:
    """Give a participant all that is kept about them, as plain data (see `own_data`); to nobody else."""
    policies.check_own(participant, by)
    return own_data.own_data(participant)


def _write(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "QuestionnaireResponse.ndjson").open("w", encoding="utf-8") as file:
        for record in responses.responses():
            file.write(write_json(responses.to_fhir(record)) + "\n")
            count += 1
    return count
