"""Reads of locks and of what an extract is made of.

The rows come from the tables as they stand, through one builder a file. What tells the arm is read for unblinded extracts
only, by `course` and `dose`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count

from stegvis.allocation import queries as allocation
from stegvis.allocation.actions import AllocatedArm
from stegvis.assessments import queries as assessments
from stegvis.assessments.models import Answer, Assessment
from stegvis.audit import clock
from stegvis.consent.models import Layer, Withdrawal
from stegvis.methods.analysis import tables
from stegvis.methods.study.deviations import BLINDING
from stegvis.methods.study.protocol import Protocol
from stegvis.people.life import queries as life
from stegvis.physiotherapy.models import ArmGuess, ArmTold, DeviceActivity, DeviceDay, Goal, GoalRating, Visit
from stegvis.protocol import queries as protocols
from stegvis.reporting.errors import NoPlan
from stegvis.reporting.models import Extract, Lock, PrintedReport, ReportOpening, ReportOrder
from stegvis.trial import queries as trial
from stegvis.trial.deviations import queries as deviating
from stegvis.trial.models import Enrolment, Outcome, RatingContext, Screening, Stage, StageChange, Unmasking

CHUNK = 2000
"""So many rows of a table are in memory at once while an extract is written."""

LAYER_OF_TREATMENT = {treatment: layer for layer, treatment in tables.TREATMENT_LAYERS.items()}


def main_analysis() -> str:
    """The analysis that a trial is about: the occasion of its primary outcomes."""
    return protocols.current().primary_outcomes[0].occasion


def analyses() -> tuple[str, ...]:
    """The analyses that there can be: the occasions at which the protocol measures an outcome, in its order."""
    measured = {outcome.occasion for outcome in protocols.current().outcomes}
    return tuple(occasion.code for occasion in protocols.current().occasions if occasion.code in measured)


def read_by(analysis: str) -> list[str]:
    """The occasions whose data an analysis reads: its own and those before it."""
    codes = [occasion.code for occasion in protocols.current().occasions]
    return codes[: codes.index(analysis) + 1] if analysis in codes else [analysis]


def name_of(analysis: str, language: str) -> str:
    """What people call an analysis: the name of its occasion."""
    return protocols.current().occasion(analysis).name.in_language(language)


def plan_file() -> Path:
    """The file of the analysis plan, beside the protocol."""
    analysis = protocols.current().analysis
    if analysis is None:
        raise NoPlan()
    return Path(settings.STUDY_DIRECTORY) / analysis.plan


def is_locked(analysis: str) -> bool:
    """Whether the data are locked for an analysis."""
    return lock(analysis) is not None


def lock(analysis: str) -> Lock | None:
    """The lock of an analysis that stands; None before it, and after it was undone."""
    return Lock.objects.filter(analysis=analysis, unlock=None).first()


def openings(analysis: str) -> list[ReportOpening]:
    """Who opened the reports of an analysis, newest first."""
    return list(ReportOpening.objects.filter(analysis=analysis).order_by("-opened_at", "-pk"))


def extracts(analysis: str) -> list[Extract]:
    """The extracts written for an analysis, newest first."""
    return list(Extract.objects.filter(analysis=analysis).order_by("-written_at", "-pk"))


def newest_report(analysis: str, kind: str) -> PrintedReport | None:
    """The report of an analysis that was printed last; its forms are read when they are asked for."""
    printed = PrintedReport.objects.filter(analysis=analysis, kind=kind).defer("html", "results", "pdf", "word")
    return printed.order_by("-printed_at", "-pk").first()


def order_under_way(analysis: str) -> ReportOrder | None:
    """The order of the closed report that waits for the worker; None where there is none."""
    return ReportOrder.objects.filter(analysis=analysis, end=None).order_by("pk").first()


def last_order(analysis: str) -> ReportOrder | None:
    """The order of the closed report that was given last, with what came of it."""
    return ReportOrder.objects.filter(analysis=analysis).select_related("end").order_by("-pk").first()


def next_order() -> ReportOrder | None:
    """The order of any analysis that has waited longest."""
    return ReportOrder.objects.filter(end=None).select_related("ordered_by").order_by("pk").first()


def shared_treatments(protocol: Protocol) -> tuple[str, ...]:
    """The treatments that every arm is offered: tables about others would tell the arms."""
    return tuple(t for t in LAYER_OF_TREATMENT if all(t in arm.treatments for arm in protocol.arms))


# The files of an extract ------------------------------------------------------------------------------------------
def participants(arms: Iterable[AllocatedArm]) -> Iterator[tables.Participant]:
    """Everyone who consented."""
    strata = {each.participant: each.stratum for each in arms}
    elsewhere = trial.randomised_where()
    for row in trial.all_enrolments().iterator(chunk_size=CHUNK):
        if row.consented_on is None:
            continue
        code = row.participant.code
        yield tables.Participant(
            participant=code, site=elsewhere.get(row.participant_id, row.site.code), stratum=strata.get(code),
            consented_on=row.consented_on,
            randomised_on=row.randomised_on, characteristics=_characteristics(row),
        )  # fmt: skip


def screenings() -> Iterator[tables.Screening]:
    """Everyone who was assessed, anonymous."""
    enrolled = _enrolled()
    versions = protocols.labels()
    rows = trial.all_screenings().order_by("opened_at", "pk").iterator(chunk_size=CHUNK)
    for number, row in enumerate(rows, start=1):
        outcome = _outcome(row, enrolled.get(row.participant_id))
        yield tables.Screening(
            number=number, on=_day(row.opened_at), outcome=outcome, protocol_version=versions[row.protocol_version_id],
            criterion=row.criterion if outcome == "not_eligible" else None,
        )  # fmt: skip


def events(protocol: Protocol, *, unblinded: bool) -> Iterator[tables.Event]:
    """What happened to everyone, for the flow; withdrawals that would tell an arm stay out of blind extracts."""
    enrolled = _enrolled()
    for number, row in enumerate(trial.all_screenings().iterator(chunk_size=CHUNK), start=1):
        enrolment = enrolled.get(row.participant_id)
        has_consented = enrolment is not None and enrolment.consented_on is not None
        person = enrolment.code if enrolment and has_consented else f"S{number}"
        yield tables.Event(person, "screened", _day(row.opened_at), None)
        yield from _end_of_screening(person, row, enrolment)
    yield from _stages()
    yield from _deaths()
    yield from _withdrawals(protocol, unblinded=unblinded)
    sent = Assessment.objects.filter(tells_arm=False).select_related("participant")
    for assessment in sent.iterator(chunk_size=CHUNK):
        sent_at = assessment.minimum_at or assessment.submitted_at
        if sent_at is not None:
            on = _day(sent_at)
            yield tables.Event(assessment.participant.code, "completed", on, assessment.occasion)


def occasions() -> Iterator[tables.Occasion]:
    """Every planned occasion of everyone who was randomised, answered or not."""
    randomised = Enrolment.objects.exclude(randomised_on=None).values("participant")
    planned = Assessment.objects.filter(tells_arm=False, participant__in=randomised).select_related("participant")
    found = planned.order_by("participant__code", "due_on").iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        channels = _channels([row.pk for row in chunk])
        for row in chunk:
            sent_at = row.minimum_at or row.submitted_at
            sent = _day(sent_at) if sent_at else None
            used = channels.get(row.pk)
            yield tables.Occasion(
                participant=row.participant.code, occasion=row.occasion, opens_on=row.opens_on, due_on=row.due_on,
                closes_on=row.closes_on, submitted_on=sent,
                channel=used.most_common(1)[0][0] if sent and used else None,
            )  # fmt: skip


def _channels(assessments: list[int]) -> dict[int, Counter[str]]:
    """By assessment, how many answers came in by which way."""
    channels: dict[int, Counter[str]] = {}
    given = Answer.objects.filter(response__assessment__in=assessments)
    for pk, channel, n in given.values_list("response__assessment", "channel").annotate(n=Count("pk")):
        channels.setdefault(pk, Counter())[channel] += n
    return channels


def scores(*, unblinded: bool) -> Iterator[tables.Score]:
    """The newest row of every score; of what only some arms are asked in unblinded extracts only."""
    for row in assessments.newest_scores(of_some_arms=unblinded).iterator(chunk_size=CHUNK):
        response = row.response
        assert response.completed_on is not None  # scores are made on sending
        yield tables.Score(
            participant=row.participant.code, occasion=row.occasion, instrument=row.response.code,
            version=row.response.instrument.version, score=row.name, value=row.value,
            missing_reason=None if row.value is not None else row.missing_reason,
            completed_on=response.completed_on, in_window=bool(response.in_window),
            response_id=f"R{row.response_id}",
        )  # fmt: skip


def responses(*, unblinded: bool) -> Iterator[tables.Response]:
    """Every questionnaire that was sent, with how it came in and how often it was corrected; arms as for scores."""
    corrections = assessments.correction_counts()
    sent = assessments.sent_responses(of_some_arms=unblinded).select_related("instrument").defer("instrument__source")
    for row in sent.iterator(chunk_size=CHUNK):
        assert row.submitted_at is not None and row.completed_on is not None  # noqa: PT018 - kept together on sending
        yield tables.Response(
            participant=row.assessment.participant.code, occasion=row.assessment.occasion, instrument=row.code,
            version=row.instrument.version, response_id=f"R{row.pk}", mode=row.mode or "web",
            completed_on=row.completed_on, entered_on=_day(row.submitted_at), in_window=bool(row.in_window),
            minimum_data_set=row.assessment.minimum_at is not None and row.assessment.submitted_at is None,
            corrections=corrections.get(row.pk, 0),
        )  # fmt: skip


def unmaskings(*, unblinded: bool) -> Iterator[tables.Unmasking]:
    """Every time that an outcome assessor learnt or guessed an arm; before the lock only when, and at which occasion."""
    rows = Unmasking.objects.select_related("participant", "assessor").order_by("at", "pk")
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        yield tables.Unmasking(
            number=number, occasion=row.occasion, on=_day(row.at),
            participant=row.participant.code if unblinded else None,
            assessor=row.assessor.code if unblinded else None,
            guessed_arm=row.guessed_arm or None if unblinded else None,
        )  # fmt: skip


def unblindings(*, unblinded: bool) -> Iterator[tables.Unblinding]:
    """Every emergency and accident, by day; before the lock not about whom, nor which role looked an arm up.

    Therapists exist in some arms only, and whoever has more to do with people learns more of them.
    """
    found: list[tuple[date, dict[str, Any]]] = [
        (_day(row.at), {
            "kind": tables.EMERGENCY, "who": row.by_role if unblinded else None,
            "second_told_on": _day(row.informing.at) if hasattr(row, "informing") else None,
            "participant": row.allocation.participant.code if unblinded else None,
        })
        for row in allocation.told_in_emergencies()
    ]  # fmt: skip
    found += [
        (row.learnt_on, {
            "kind": tables.ACCIDENT, "who": row.learner, "second_told_on": None,
            "participant": row.participant.code if unblinded else None,
        })
        for row in allocation.accidents()
    ]  # fmt: skip
    for number, (on, facts) in enumerate(sorted(found, key=lambda one: one[0]), start=1):
        yield tables.Unblinding(number=number, on=on, **facts)


def deviations(*, unblinded: bool) -> Iterator[tables.Deviation]:
    """Every protocol deviation as it is judged now; of kinds that only some arms can have in unblinded extracts only.

    Whose arm became known is told in those only as well, as for `unblindings`.
    """
    consented = set(Enrolment.objects.exclude(consented_on=None).values_list("participant", flat=True))
    for number, (told, count) in enumerate(deviating.everything(unblinded=unblinded), start=1):
        row, version = told.deviation, told.version
        is_told = row.participant_id in consented and (unblinded or row.kind != BLINDING)
        person = row.participant if is_told else None
        yield tables.Deviation(
            number=number, site=row.site.code, participant=person.code if person else None,
            kind=row.kind, happened_on=row.happened_on, found_on=row.found_on, found_by=row.found_by,
            affects_rights=version.affects_rights, affects_safety=version.affects_safety,
            affects_data=version.affects_data, important=version.is_important, versions=count,
        )  # fmt: skip


def arms(found: Iterable[AllocatedArm], labels: dict[str, str]) -> Iterator[tables.Arm]:
    """Each randomised person's arm, under the labels of this extract."""
    for each in found:
        yield tables.Arm(each.participant, labels[each.arm])


def goals() -> Iterator[tables.Goal]:
    """Every goal that stands; its words, and those of its levels, stay."""
    randomised_at = dict(Enrolment.objects.exclude(randomised_at=None).values_list("participant", "randomised_at"))
    rows = Goal.objects.filter(set_aside=None).select_related("participant").annotate(n_levels=Count("levels"))
    for row in rows.order_by("participant__code", "pk").iterator(chunk_size=CHUNK):
        given = randomised_at.get(row.participant_id)
        yield tables.Goal(
            participant=row.participant.code, goal=f"G{row.pk}", kind=row.kind, type=row.type,
            parent=f"G{row.parent_id}" if row.parent_id else None, set_on=_day(row.set_at),
            locked_on=_day(row.locked_at) if row.locked_at else None, target_week=row.target_week,
            before_allocation=bool(row.locked_at and (given is None or row.locked_at < given)),
            importance=row.importance, difficulty=row.difficulty, confidence=row.confidence,
            levels=row.n_levels or None, starts_at=row.starts_at,
        )  # fmt: skip


def ratings() -> Iterator[tables.Rating]:
    """Every rating of a goal that stands, corrected ones included."""
    for number, row in _numbered_ratings():
        yield tables.Rating(
            goal=f"G{row.goal_id}", number=number[row.pk], level=row.level, rater=row.rater, mode=row.mode,
            rated_on=row.on, occasion=row.occasion, gas_level=row.gas_level,
            corrects=number[row.corrects_id] if row.corrects_id else None, entered_on=_day(row.rated_at),
        )  # fmt: skip


def rating_doses() -> Iterator[tables.RatingDose]:
    """How much of the programme had been done at each rating; for unblinded extracts only."""
    done = dict(RatingContext.objects.values_list("rating", "modules_done"))
    for number, row in _numbered_ratings():
        if row.pk in done:
            yield tables.RatingDose(goal=f"G{row.goal_id}", number=number[row.pk], modules_done=done[row.pk])


def _numbered_ratings() -> Iterator[tuple[dict[int, int], GoalRating]]:
    """Each rating of a goal that stands, with the numbers of those before it, within its goal, by primary key."""
    counts: Counter[int] = Counter()
    numbers: dict[int, int] = {}
    rows = GoalRating.objects.filter(goal__set_aside=None).select_related("corrects")
    for row in rows.order_by("rated_at", "pk").iterator(chunk_size=CHUNK):
        counts[row.goal_id] += 1
        numbers[row.pk] = counts[row.goal_id]
        yield numbers, row


def guesses() -> Iterator[tables.Guess]:
    """Which arm the physiotherapists took people to be in; for unblinded extracts only."""
    rows = ArmGuess.objects.select_related("participant", "visit", "guessed_by").order_by("guessed_at", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        yield tables.Guess(
            participant=row.participant.code, visit=row.visit.number, physiotherapist=row.guessed_by.code,
            on=_day(row.guessed_at), guessed_arm=row.arm, sure=row.sure or None, had_been_told=row.had_been_told,
            held_the_visit=row.visit.by_id == row.guessed_by_id if row.visit.held_at else None,
        )  # fmt: skip


def disclosures() -> Iterator[tables.Disclosure]:
    """Each time that an arm became known to a physiotherapist; for unblinded extracts only."""
    numbers: Counter[str] = Counter()
    rows = ArmTold.objects.select_related("participant", "kept_by").order_by("kept_at", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        code = row.participant.code
        numbers[code] += 1
        yield tables.Disclosure(
            participant=code, number=numbers[code], physiotherapist=row.kept_by.code, on=row.told_on,
            told_by=row.told_by, how=row.how,
        )  # fmt: skip


def visits() -> Iterator[tables.Visit]:
    """Every visit that was planned."""
    words = {"in_person": "clinic", "video": "video", "telephone": "phone"}
    rows = Visit.objects.select_related("participant").order_by("participant__code", "number")
    for row in rows.iterator(chunk_size=CHUNK):
        yield tables.Visit(
            participant=row.participant.code, visit=row.number, planned_on=row.planned_on,
            held_on=_day(row.held_at) if row.held_at else None, mode=words.get(row.mode), planned_at=_moment(row),
        )  # fmt: skip


def _moment(row: Visit) -> datetime | None:
    time = row.planned_time
    return None if time is None else clock.at(row.planned_on, time.hour, time.minute)


def device_days() -> Iterator[tables.DeviceDay]:
    """Steps by day as devices counted them: of each day the row with most steps that stands."""
    rows = DeviceDay.objects.filter(intake__taken_back_at=None).select_related("participant", "intake")
    newest = rows.order_by("participant__code", "on", "-steps", "-pk").distinct("participant__code", "on")
    for row in newest.iterator(chunk_size=CHUNK):
        yield tables.DeviceDay(
            participant=row.participant.code, on=row.on, steps=row.steps, source=row.source, format=row.intake.format
        )


def device_activities() -> Iterator[tables.DeviceActivity]:
    """Activities as devices recorded them."""
    rows = DeviceActivity.objects.filter(intake__taken_back_at=None).select_related("participant", "intake")
    number, before = 0, None
    for row in rows.order_by("participant__code", "on", "started_at", "pk").iterator(chunk_size=CHUNK):
        number = number + 1 if before == (row.participant_id, row.on) else 1
        before = (row.participant_id, row.on)
        yield tables.DeviceActivity(
            participant=row.participant.code, on=row.on, number=number, minutes=row.minutes, kind=row.kind,
            source=row.source, format=row.intake.format,
        )  # fmt: skip


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _characteristics(row: Enrolment) -> dict[str, str]:
    return {"age": "" if row.age is None else str(row.age), "sex": row.sex}


@dataclass(frozen=True, slots=True)
class _Enrolled:
    """What of an enrolment the end of a screening asks for; one stands in memory for everybody."""

    code: str
    stage: str
    stage_since: datetime
    consented_on: date | None


def _enrolled() -> dict[int | None, _Enrolled]:
    """Every enrolment, by participant."""
    names = ("participant", "participant__code", "stage", "stage_since", "consented_on")
    rows = trial.all_enrolments().values_list(*names)
    return {pk: _Enrolled(*facts) for pk, *facts in rows.iterator(chunk_size=CHUNK)}


def _outcome(row: Screening, enrolment: _Enrolled | None) -> str:
    if row.outcome == Outcome.ELIGIBLE:
        if enrolment and enrolment.consented_on:
            return "went_on"
        return "declined" if enrolment and enrolment.stage == Stage.NOT_RANDOMISED else "open"
    words = {Outcome.OPEN: "open", Outcome.EXCLUDED: "not_eligible", Outcome.DECLINED: "declined"}
    return words.get(Outcome(row.outcome), "declined")


def _end_of_screening(person: str, row: Screening, enrolment: _Enrolled | None) -> Iterator[tables.Event]:
    outcome = _outcome(row, enrolment)
    if outcome == "went_on" and enrolment and enrolment.consented_on:
        yield tables.Event(person, "consented", enrolment.consented_on, None)
    elif outcome == "not_eligible" and row.concluded_at:
        yield tables.Event(person, "excluded", _day(row.concluded_at), row.criterion)
    elif outcome == "declined":
        ended = enrolment.stage_since if enrolment else row.concluded_at
        reason = Outcome.NO_REPLY.value if row.outcome == Outcome.NO_REPLY else None
        yield tables.Event(person, "declined", _day(ended or row.opened_at), reason)


def _stages() -> Iterator[tables.Event]:
    changes = StageChange.objects.select_related("enrolment__participant").order_by("entered_at", "pk")
    for row in changes.iterator(chunk_size=CHUNK):
        code = row.enrolment.participant.code
        if row.stage == Stage.ALLOCATED:
            yield tables.Event(code, "randomised", _day(row.entered_at), None)
        if row.stage == Stage.NOT_RANDOMISED and row.enrolment.consented_on:
            yield tables.Event(code, "left_before_randomisation", _day(row.entered_at), row.reason or None)


def _deaths() -> Iterator[tables.Event]:
    consented = set(Enrolment.objects.exclude(consented_on=None).values_list("participant", flat=True))
    for row in life.deaths().order_by("since", "pk"):
        if row.participant_id in consented:
            yield tables.Event(row.participant.code, "died", row.since, None)


def _withdrawals(protocol: Protocol, *, unblinded: bool) -> Iterator[tables.Event]:
    consented = set(Enrolment.objects.exclude(consented_on=None).values_list("participant", flat=True))
    shared = {LAYER_OF_TREATMENT[treatment] for treatment in shared_treatments(protocol)}
    rows = Withdrawal.objects.select_related("participant").order_by("at", "pk")
    for row in rows.iterator(chunk_size=CHUNK):
        if row.participant_id not in consented:
            continue  # who never was in the trial is an anonymous count
        is_treatment = row.layer in LAYER_OF_TREATMENT.values() and row.layer != Layer.EVERYTHING
        if is_treatment and not unblinded and row.layer not in shared:
            continue
        yield tables.Event(row.participant.code, "withdrew", _day(row.at), row.layer)
