"""Making: an order becomes a file: an extract, the conversion of it in a process of its own, and both in one archive.

It goes on where it was interrupted. The extract stays in the order's folder until the file is kept, so that a worker that
was ended makes no other one; the conversion keeps the files that it had finished (`methods.formats.bundle`). Three times
is tried; what the same order would be refused again for ends it at once.
"""

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from stegvis.audit import clock
from stegvis.audit.action import SYSTEM
from stegvis.audit.errors import Refused
from stegvis.exchange import actions, queries
from stegvis.exchange.errors import TooLargeToKeep
from stegvis.exchange.models import Export, ExportProgress
from stegvis.methods.analysis.manifest import FILE as MANIFEST
from stegvis.people.acting import acting_as
from stegvis.reporting import actions as reporting
from stegvis.reporting import queries as reports

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 3
MOST_BYTES = 2_000_000_000
REFUSED = 1
"""The exit status of `stegvis convert` when it refuses."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first time that an archive can tell; every file has it, so that the same files give the same bytes."""


class ConversionRefused(Exception):
    """The conversion refuses what it was given; its text is the refusal's."""


def make_next() -> bool:
    """Make the file of the order that has waited longest. Whether there was one."""
    with transaction.atomic(), acting_as(SYSTEM):
        export = queries.next_waiting()
        progress = _begin(export) if export else None
    if export is None or progress is None:
        return False
    with override(export.language):
        _make(export, progress)
    return True


def _begin(export: Export) -> ExportProgress:
    progress, _made = ExportProgress.objects.get_or_create(export=export, defaults={"begun_at": clock.now()})
    progress.attempts += 1
    progress.save(update_fields=["attempts"])
    return progress


def _make(export: Export, progress: ExportProgress) -> None:
    folder = Path(settings.VAR_DIRECTORY) / "exports" / str(export.pk)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        if progress.attempts > MOST_ATTEMPTS:
            raise ConversionRefused(_("It was begun three times and never finished. The worker's log says more."))
        _extract(export, progress, folder / "extract")
        _convert(export, progress, folder)
        _keep(export, progress, folder)
    except (Refused, ConversionRefused) as refused:
        with transaction.atomic(), acting_as(SYSTEM):
            actions.refuse_export(export=export, refusal=str(refused), by=SYSTEM)
    shutil.rmtree(folder, ignore_errors=True)


def _extract(export: Export, progress: ExportProgress, folder: Path) -> None:
    """The extract that the file is made of, unless the one of an earlier attempt is there, whole."""
    manifest = folder / MANIFEST
    if progress.extract_sha256 and manifest.is_file() and _sha256(manifest) == progress.extract_sha256:
        return
    shutil.rmtree(folder, ignore_errors=True)
    _say(progress, _("Reading the data"))
    with transaction.atomic(), acting_as(SYSTEM):
        written = reporting.write_extract(
            analysis=export.analysis, kind=export.kind, folder=folder, plan=reports.plan_file(),
            answers=export.answers, by=export.ordered_by,
        )  # fmt: skip
        progress.extract_sha256 = written.sha256
        progress.save(update_fields=["extract_sha256"])


def _convert(export: Export, progress: ExportProgress, folder: Path) -> None:
    """The conversion, as anybody may make it from the same extract; what it tells of its progress is kept."""
    out = folder / "out"
    if (out / MANIFEST).is_file():
        return
    command = [sys.executable, "-m", "stegvis", "convert", str(folder / "extract"), "--to", export.format]
    command += ["--out", str(out), "--reason", export.reason, "--study", str(settings.STUDY_DIRECTORY)]
    command += ["--lang", export.language, "--with-parent", str(os.getpid())]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        for line in process.stderr or ():
            said.append(line.strip())
            _say(progress, line.strip())
    if process.returncode == REFUSED:
        raise ConversionRefused("\n".join(line for line in said if " s  " not in line))
    if process.returncode:
        raise RuntimeError(f"stegvis convert ended with {process.returncode}: {said[-3:]}")


def _keep(export: Export, progress: ExportProgress, folder: Path) -> None:
    files = json.loads((folder / "out" / MANIFEST).read_text(encoding="utf-8"))["files"]
    archive = _archive(export, folder)
    if archive.stat().st_size > MOST_BYTES:
        raise TooLargeToKeep(most=MOST_BYTES // 1_000_000)
    with transaction.atomic(), acting_as(SYSTEM), archive.open("rb") as file:
        actions.keep_export(
            export=export, file=file, sha256=_sha256(archive), extract_sha256=progress.extract_sha256, files=files,
            by=SYSTEM,
        )  # fmt: skip


def _archive(export: Export, folder: Path) -> Path:
    """All files of the conversion in one, in the order of their names."""
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((folder / "out").iterdir()):
            entry = zipfile.ZipInfo(f"{queries.name_of(export)}/{file.name}", EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            with archive.open(entry, "w", force_zip64=True) as written, file.open("rb") as read:
                shutil.copyfileobj(read, written)
    return path


def _say(progress: ExportProgress, step: str) -> None:
    with transaction.atomic(), acting_as(SYSTEM):
        room = ExportProgress._meta.get_field("step").max_length or 0
        ExportProgress.objects.filter(pk=progress.pk).update(step=step[:room])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        digest: Any = hashlib.file_digest(file, "sha256")
    return str(digest.hexdigest())
