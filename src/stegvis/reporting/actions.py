"""Every write about locks, extracts and reports."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.conf import settings

from stegvis.allocation import actions as allocation
from stegvis.allocation.actions import AllocatedArm
from stegvis.assessments import actions as assessments
from stegvis.audit import clock
from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.audit.once import once
from stegvis.methods.analysis.extract import write_extract as write_files
from stegvis.methods.analysis.manifest import BLINDED, POOLED, UNBLINDED, About, Manifest, Version, stands_in
from stegvis.methods.analysis.plan_reader import read_plan
from stegvis.methods.analysis.refusals import ExtractRefused
from stegvis.methods.study.protocol import Protocol
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant
from stegvis.protocol import queries as protocols
from stegvis.reporting import conduct, course, dose, given, harms, locking, plans, policies, queries, visits
from stegvis.reporting.errors import FolderNotWritable, NotExtracted, NotPrinted
from stegvis.reporting.models import (
    Extract,
    Kind,
    Lock,
    LockProposal,
    PlanSignature,
    PrintedReport,
    ReportOpening,
    ReportOrder,
    ReportOrderEnd,
    Unlock,
)

SECONDS_TO_PRINT = 120


@action("reporting.plan_signed")
def sign_plan(*, by: Actor) -> PlanSignature:
    """The statistician stands for the analysis plan as its file is now; signing the same file again changes nothing."""
    policies.check_can_sign(by)
    plan = read_plan(queries.plan_file())
    note(sha256=plan.sha256, version=plan.version)
    row, _made = PlanSignature.objects.get_or_create(
        plan_sha256=plan.sha256, signed_by=by.code,
        defaults={"version": plan.version, "signed_as": by.role, "signed_at": clock.now()},
    )  # fmt: skip
    return row


@action("reporting.lock_proposed", detail=("analysis", "open_queries"))
def propose_lock(
    *, analysis: str, reason: str, open_queries: int, despite: Mapping[str, str] = MappingProxyType({}), by: Actor
) -> LockProposal:
    """Ask that the data be locked for an analysis; somebody in another role agrees, or lets it lapse.

    Every gate must be closed, or be set aside in `despite` (gate to reason) where it may be. `open_queries` is how many data
    queries stand open.
    """
    policies.check_can_propose(by)
    policies.check_analysis(analysis)
    policies.check_reason(reason)
    policies.check_not_locked(analysis)
    policies.check_gates(analysis, open_queries, despite)
    kept = {each.code: despite[each.code] for each in locking.standing_open(analysis, open_queries, {})}
    note(despite=sorted(kept))
    return LockProposal.objects.create(
        analysis=analysis, to_lock=True, reason=reason, despite=kept, proposed_at=clock.now(), proposed_by=by.code,
        proposed_as=by.role,
    )  # fmt: skip


@action("reporting.data_locked", detail=("analysis", "open_queries"))
def lock_data(*, analysis: str, open_queries: int, by: Actor) -> Lock:
    """Agree to what was asked for and close the data for one analysis; its unblinded report opens.

    The gates are looked at again. From now on no answer is taken for its occasion, nor for those before it, which the
    analysis reads as well.
    """
    asked = policies.check_can_agree(by, locking.proposal(analysis), to_lock=True)
    policies.check_not_locked(analysis)
    policies.check_gates(analysis, open_queries, asked.despite)
    note(proposed_by=asked.proposed_by)
    assessments.close_occasions(occasions=queries.read_by(analysis), by=by)
    return Lock.objects.create(
        analysis=analysis, number=Lock.objects.filter(analysis=analysis).count() + 1, locked_at=clock.now(),
        locked_by=by.code, reason=asked.reason, proposal=asked, plan_sha256=locking.plan_sha256(),
        protocol_sha256=protocols.version().sha256, code_commit=settings.CODE_COMMIT,
    )  # fmt: skip


@action("reporting.unlock_proposed", detail=("analysis",))
def propose_unlock(*, analysis: str, reason: str, by: Actor) -> LockProposal:
    """Ask that a lock be undone; somebody in another role agrees, or lets it lapse."""
    policies.check_can_propose(by)
    policies.check_locked(analysis)
    policies.check_reason(reason)
    return LockProposal.objects.create(
        analysis=analysis, to_lock=False, reason=reason, proposed_at=clock.now(), proposed_by=by.code,
        proposed_as=by.role,
    )  # fmt: skip


@action("reporting.data_unlocked", detail=("analysis",))
def unlock_data(*, analysis: str, by: Actor) -> Unlock:
    """Agree to undo a lock: answers are taken again where no other lock reads them, and the report by arm closes.

    The lock's row stays, with who had opened the arms: whoever saw them stays unblinded.
    """
    asked = policies.check_can_agree(by, locking.proposal(analysis), to_lock=False)
    there = policies.check_locked(analysis)
    note(proposed_by=asked.proposed_by, number=there.number)
    row = Unlock.objects.create(lock=there, proposal=asked, unlocked_at=clock.now(), unlocked_by=by.code)
    still = {code for each in queries.analyses() if queries.is_locked(each) for code in queries.read_by(each)}
    opened = [code for code in queries.read_by(analysis) if code not in still]
    assessments.reopen_occasions(occasions=opened, reason=asked.reason, by=by)
    return row


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
    return _extracted(analysis=analysis, kind=kind, told=kind, folder=folder, plan=plan, answers=answers, by=by)


@action("reporting.report_printed", detail=("analysis", "kind", "language"))
def print_report(*, analysis: str, kind: str, plan: Path, language: str, by: Actor) -> PrintedReport:
    """Write an extract and print its report with `stegvis analyse`, a process of its own that reads nothing else.

    The statistics stay out of the web server, and the report is the same as anyone makes from the same extract.
    """
    with tempfile.TemporaryDirectory(prefix="stegvis-report-") as place:
        extract = write_extract(analysis=analysis, kind=kind, folder=Path(place) / "extract", plan=plan, by=by)
        return _printed(Path(place), extract, plan, language)


@action("reporting.closed_report_ordered", detail=("analysis", "language"))
def order_closed_report(*, analysis: str, language: str, key: UUID, by: Account) -> ReportOrder:
    """Order the closed report from the data at hand; the worker prints it. One that waits already is not ordered twice."""
    policies.check_can_see_closed(by)
    policies.check_analysis(analysis)
    there = queries.order_under_way(analysis)
    if there is not None:
        note(repeated=True)
        return there
    return once(
        ReportOrder, key, about="ordered_by", ordered_by=by, analysis=analysis, language=language,
        ordered_at=clock.now(),
    )  # fmt: skip


@action("reporting.ordered_report_ended")
def end_order(*, order: ReportOrder, printed: PrintedReport | None, refusal: str, by: Actor) -> ReportOrderEnd:
    """Keep what came of an order."""
    note(printed=printed is not None)
    return ReportOrderEnd.objects.create(order=order, ended_at=clock.now(), printed=printed, refusal=refusal)


@action("reporting.closed_report_printed", detail=("analysis", "language"))
def print_closed_report(*, analysis: str, plan: Path, language: str, by: Actor) -> PrintedReport:
    """Print the report by arm for the data-monitoring committee, from the data at hand, before any lock.

    Arms stand by name or masked as the committee's charter says. Nobody but the committee is shown it, and the extract that
    it is printed from is kept nowhere.
    """
    told = policies.check_can_see_closed(by)
    policies.check_analysis(analysis)
    with tempfile.TemporaryDirectory(prefix="stegvis-report-") as place, acting_as(SYSTEM):
        extract = _extracted(
            analysis=analysis, kind=Kind.CLOSED, told=told, folder=Path(place) / "extract", plan=plan, answers=False,
            by=SYSTEM,
        )  # fmt: skip
        return _printed(Path(place), extract, plan, language, "--closed")


@action("reporting.closed_report_opened", detail=("analysis",))
def open_closed_report(*, analysis: str, reason: str, by: Actor) -> ReportOpening:
    """Keep that a member of the committee opened the closed report, and why."""
    policies.check_can_see_closed(by)
    policies.check_reason(reason)
    return ReportOpening.objects.create(
        analysis=analysis, kind=Kind.CLOSED, opened_at=clock.now(), opened_by=by.code, opened_as=by.role, reason=reason
    )


@action("reporting.report_opened", detail=("analysis", "kind"))
def open_report(*, analysis: str, kind: str, by: Actor) -> ReportOpening:
    """Keep that someone opened a report; the arms only after the lock."""
    policies.check_can_see(by, analysis, kind)
    return ReportOpening.objects.create(
        analysis=analysis, kind=kind, opened_at=clock.now(), opened_by=by.code, opened_as=by.role
    )


def _extracted(
    *, analysis: str, kind: str, told: str, folder: Path, plan: Path, answers: bool, by: Actor
) -> Extract:  # fmt: skip
    """Write an extract that tells of the arms what one of the kind `told` does, and keep it as of `kind`."""
    protocol = protocols.current()
    found = allocation.arms_for_extract(blinded=told != UNBLINDED, by=by)
    labels = _labels([arm.code for arm in protocol.arms], told)
    about = _about(told, tuple(sorted(labels.values())) if told == BLINDED else tuple(labels.values()), plan)
    with acting_as(SYSTEM):  # whoever asks sees no person's rows, of which the extract is made
        rows = _rows(protocol, told, found, labels)
        if answers:
            unblinded = told == UNBLINDED
            rows |= {"answers": given.answers(unblinded=unblinded)} | conduct.rows(unblinded=unblinded)
            rows |= {"answer_changes": given.changes(unblinded=unblinded)}
        manifest = _write(folder, about, rows)
    note(sha256=manifest.sha256, **({"answers": True} if answers else {}))
    return Extract.objects.create(
        analysis=analysis, kind=kind, sha256=manifest.sha256, written_at=clock.now(), written_by=by.code,
        # How many modules there are would tell whoever reads this table how large the arms are.
        rows={} if kind == Kind.CLOSED else {name: summary.rows for name, summary in manifest.files.items()},
    )  # fmt: skip


def _printed(place: Path, extract: Extract, plan: Path, language: str, *more: str) -> PrintedReport:
    """The report of the extract in `place`/extract, printed by a process of its own and kept."""
    out = place / "report"
    command = [sys.executable, "-m", "stegvis", "analyse", str(place / "extract")]
    command += ["--plan", str(plan), "--out", str(out), "--lang", language, "--only", ",".join(_forms()), *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_TO_PRINT, check=False)  # noqa: S603
    if done.returncode != 0:
        raise NotPrinted(why=(done.stderr or done.stdout).strip()[-800:])
    return PrintedReport.objects.create(
        extract=extract, analysis=extract.analysis, kind=extract.kind, language=language, printed_at=clock.now(),
        html=(out / "report.html").read_text(encoding="utf-8"),
        results=(out / "results.json").read_text(encoding="utf-8"), pdf=_read(out / "report.pdf"),
        word=_read(out / "report.docx"),
    )  # fmt: skip


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
        "deviations": queries.deviations(unblinded=unblinded), "unblindings": queries.unblindings(unblinded=unblinded),
        "device_days": queries.device_days(), "device_activities": queries.device_activities(),
    }  # fmt: skip
    rows |= harms.rows(unblinded=unblinded)
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
