"""Every write about the protocol."""

from pathlib import Path

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.methods.study.folder import Study, StudyInvalid, load
from stegvis.protocol.errors import AnotherTrial, InvalidProtocol, OlderThanLoaded
from stegvis.protocol.models import GoneLive, InstrumentVersion, ProtocolVersion


@action("protocol.loaded")
def load_study(*, directory: Path, by: Actor) -> ProtocolVersion:
    """Load a trial's folder as an immutable version; the same content again gives the version that is there.

    A folder with mistakes is refused whole, and so are another trial and a version that would take effect earlier.
    """
    try:
        study = load(directory)
    except StudyInvalid as invalid:
        raise InvalidProtocol(directory=directory, count=len(invalid.problems)) from invalid
    there = ProtocolVersion.objects.filter(sha256=study.sha256).first()
    return there or _store(study)


@action("protocol.gone_live")
def go_live(*, by: Actor) -> GoneLive:
    """Keep the moment from which this installation serves real people. The checks are the command's."""
    return GoneLive.objects.create(at=clock.now(), account_code=by.code)


def _store(study: Study) -> ProtocolVersion:
    protocol = study.protocol
    _check_follows(study)
    row = ProtocolVersion.objects.create(
        number=ProtocolVersion.objects.count() + 1, version=protocol.version.label, sha256=study.sha256,
        effective_from=protocol.version.effective_from, content=protocol.model_dump(mode="json"),
        texts=[text.model_dump(mode="json") for text in study.texts], loaded_at=clock.now(),
    )  # fmt: skip
    for file in study.instruments:
        instrument, _ = InstrumentVersion.objects.get_or_create(
            code=file.code, sha256=file.sha256,
            defaults={"version": file.version, "source": file.source, "loaded_at": clock.now()},
        )  # fmt: skip
        row.instruments.add(instrument)
    note(version=row.version, sha256=row.sha256)
    return row


def _check_follows(study: Study) -> None:
    newest = ProtocolVersion.objects.order_by("-number").first()
    if newest is None:
        return
    loaded = newest.content["trial"]["code"]
    if loaded != study.protocol.trial.code:
        raise AnotherTrial(loaded=loaded, offered=study.protocol.trial.code)
    if study.protocol.version.effective_from < newest.effective_from:
        raise OlderThanLoaded(version=study.protocol.version.label, day=study.protocol.version.effective_from)
