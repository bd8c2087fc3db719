"""Every write about locks, extracts and reports."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom
from typing import Any

from django.conf import settings

from stegvis.allocation import actions as allocation
from stegvis.allocation.actions import AllocatedArm
from stegvis.assessments import actions as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.methods.analysis.extract import write_extract as write_files
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED, About, Manifest, Version, stands_in
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.people.models import Participant
from stegvis.protocol import queries as protocols
from stegvis.reporting import conduct, course, dose, given, plans, policies, queries, visits
from stegvis.reporting.errors import FolderNotWritable, LockedAlready, NotExtracted, NotPrinted
from stegvis.reporting.models import Extract, Lock, PrintedReport, ReportOpening

SECONDS_TO_PRINT = 120


@action("reporting.data_locked", detail=("analysis",))
def lock_data(*, analysis: str, reason: str, by: Actor) -> Lock:
    """Close the data for one analysis. It stands; the unblinded report of that analysis opens.

    From now on no answer is taken for its occasion, nor for those before it, which the analysis reads as well.
    """
    policies.check_can_lock(by)
    policies.check_analysis(analysis)
    policies.check_reason(reason)
    there = queries.lock(analysis)
    if there is not None:
        raise LockedAlready(on=clock.local(there.locked_at).date())
    assessments.close_occasions(occasions=queries.read_by(analysis), by=by)
    return Lock.objects.create(analysis=analysis, locked_at=clock.now(), locked_by=by.code, reason=reason)


@action("reporting.extract_written", detail=("analysis", "kind"))
def write_extract(*, analysis: str, kind: str, folder: Path, plan: Path, answers: bool = False, by: Actor) -> Extract:
    """Write an extract into an empty folder: CSV files with arms in one of their own, and a manifest with hashes.

    `kind` is `pooled`, `blinded` (dummy labels, permuted anew each time) or `unblinded` (after the lock). `plan` is the
    analysis plan whose hash goes along. With `answers` every coded answer, consent and contact goes along too, which the
    analysis does not read and other formats need; what somebody wrote stays. What the analysis would refuse to read is not
    written at all.
    """
    policies.check_can_see(by, analysis, kind)
    policies.check_analysis(analysis)
    policies.check_folder(folder)
    protocol = protocols.current()
    found = allocation.arms_for_extract(blinded=kind != UNBLINDED, by=by)
    labels = _labels([arm.code for arm in protocol.arms], kind)
    about = _about(kind, tuple(sorted(labels.values())) if kind == BLINDED else tuple(labels.values()), plan)
    with acting_as(SYSTEM):  # whoever asks sees no person's rows, of which the extract is made
        rows = _rows(protocol, kind, found, labels)
        if answers:
            unblinded = kind == UNBLINDED
            rows |= {"answers": given.answers(unblinded=unblinded)} | conduct.rows(unblinded=unblinded)
            rows |= {"answer_changes": given.changes(unblinded=unblinded)}
        manifest = _write(folder, about, rows)
    note(sha256=manifest.sha256, **({"answers": True} if answers else {}))
    return Extract.objects.create(
        analysis=analysis, kind=kind, sha256=manifest.sha256, written_at=clock.now(), written_by=by.code,
        rows={name: summary.rows for name, summary in manifest.files.items()},
    )  # fmt: skip


@action("reporting.report_printed", detail=("analysis", "kind", "language"))
def print_report(*, analysis: str, kind: str, plan: Path, language: str, by: Actor) -> PrintedReport:
    """Write an extract and print its report with `stegvis analyse`, a process of its own that reads nothing else.

    The statistics stay out of the web server, and the report is the same as anyone makes from the same extract.
    """
    with tempfile.TemporaryDirectory(prefix="stegvis-report-") as place:
        extract = write_extract(analysis=analysis, kind=kind, folder=Path(place) / "extract", plan=plan, by=by)
        out = Path(place) / "report"
        command = [sys.executable, "-m", "stegvis", "analyse", str(Path(place) / "extract")]
        command += ["--plan", str(plan), "--out", str(out), "--lang", language, "--only", ",".join(_forms())]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_PRINT, check=False)  # noqa: S603
        if done.returncode != 0:
            raise NotPrinted(why=(done.stderr or done.stdout).strip()[-800:])
        return PrintedReport.objects.create(
            extract=extract, analysis=analysis, kind=kind, language=language, printed_at=clock.now(),
            html=(out / "report.html").read_text(encoding="utf-8"),
            results=(out / "results.json").read_text(encoding="utf-8"), pdf=_read(out / "report.pdf"),
            word=_read(out / "report.docx"),
        )  # fmt: skip


@action("reporting.report_opened", detail=("analysis", "kind"))
def open_report(*, analysis: str, kind: str, by: Actor) -> ReportOpening:
    """Keep that someone opened a report; the arms only after the lock."""
    policies.check_can_see(by, analysis, kind)
    return ReportOpening.objects.create(
        analysis=analysis, kind=kind, opened_at=clock.now(), opened_by=by.code, opened_as=by.role
    )


def _forms() -> tuple[str, ...]:
    """The forms that this installation can print: PDF and Word need packages that a web server may be without."""
    is_complete = find_spec("typst") is not None and find_spec("docx") is not None
    return ("html", "pdf", "docx") if is_complete else ("html",)


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.exists() else None


def _rows(
    protocol: Protocol, kind: str, found: tuple[AllocatedArm, ...], labels: dict[str, str]
) -> dict[str, Iterable[Any]]:
    """The rows of every file that an extract of this kind may hold, read as they are written."""
    unblinded = kind == UNBLINDED
    rows: dict[str, Iterable[Any]] = {
        "participants": queries.participants(found), "screening": queries.screenings(), "goals": queries.goals(),
        "scores": queries.scores(unblinded=unblinded), "responses": queries.responses(unblinded=unblinded),
        "events": queries.events(protocol, unblinded=unblinded), "occasions": queries.occasions(),
        "unmaskings": queries.unmaskings(unblinded=unblinded), "ratings": queries.ratings(), "visits": queries.visits(),
        "deviations": queries.deviations(unblinded=unblinded),
        "device_days": queries.device_days(), "device_activities": queries.device_activities(),
    }  # fmt: skip
    rows |= visits.rows() | plans.rows() | {"releases": course.releases(unblinded=unblinded)}
    if kind != POOLED:
        rows["arms"] = queries.arms(found, labels)
    if kind == UNBLINDED:
        rows |= {"modules": course.modules(), "guidance": course.guidance(), "days": dose.days()}
        rows |= {"replies": course.replies(), "arrangements": course.arranged(), "leavings": course.leavings()}
        rows |= {"rating_doses": queries.rating_doses()}
        rows |= {"guesses": queries.guesses(), "disclosures": queries.disclosures()}
    return rows


def _write(folder: Path, about: About, rows: dict[str, Iterable[Any]]) -> Manifest:
    try:
        return write_files(folder, about, **{name: each for name, each in rows.items() if stands_in(name, about)})
    except ExtractRefused as refused:
        raise NotExtracted(why=str(refused)) from refused
    except OSError as error:
        raise FolderNotWritable(folder=folder, why=error.strerror) from error


def _labels(arms: list[str], kind: str) -> dict[str, str]:
    """Each arm's label in this extract: its code when unblinded; otherwise a letter, dealt anew by the system's chance."""
    if kind == UNBLINDED:
        return {arm: arm for arm in arms}
    if kind == POOLED:
        return {}
    letters = [chr(ord("A") + n) for n in range(len(arms))]
    SystemRandom().shuffle(letters)
    return dict(zip(arms, letters, strict=True))


def _about(kind: str, arms: tuple[str, ...], plan: Path) -> About:
    version = protocols.version()
    protocol = protocols.current()
    sap = read_plan(plan)
    return About(
        kind=kind, made_up=Participant.objects.filter(made_up=True).exists(), study=protocol.trial.code,
        titles=dict(protocol.trial.title.root), registration=protocol.trial.registration, written_at=clock.now(),
        data_until=clock.today(), code_commit=settings.CODE_COMMIT,
        protocol=Version(version.version, version.sha256), sap=Version(sap.version, sap.sha256), arms=arms,
        shared_treatments=queries.shared_treatments(protocol),
    )  # fmt: skip
