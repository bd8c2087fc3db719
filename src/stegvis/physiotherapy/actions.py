"""Every write of visits, the plan and the diary; those of goals are known here too, from their own corner."""

from datetime import date, datetime, time
from uuid import UUID

from django.db import IntegrityError, transaction

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.errors import KeyUsedElsewhere
from stegvis.audit.once import earlier, make_in_turn
from stegvis.people.models import Participant
from stegvis.physiotherapy import policies, queries
from stegvis.physiotherapy.errors import ToldAlready, VisitNotBooked
from stegvis.physiotherapy.exercises import policies as library
from stegvis.physiotherapy.goals.actions import lock_goals as lock_goals
from stegvis.physiotherapy.goals.actions import rate_goal as rate_goal
from stegvis.physiotherapy.goals.actions import set_aside_goal as set_aside_goal
from stegvis.physiotherapy.goals.actions import set_goal as set_goal
from stegvis.physiotherapy.models import (
    AfterEffect,
    DiaryEntry,
    Effect,
    MissedVisit,
    Mode,
    Origin,
    Plan,
    PlanDraft,
    PlannedActivity,
    Setback,
    TakenBackAhead,
    UndoneEntry,
    Visit,
)
from stegvis.physiotherapy.policies import take_turns
from stegvis.physiotherapy.queries import Draft, Made
from stegvis.physiotherapy.versions import make_version
from stegvis.physiotherapy.visiting import policies as visiting
from stegvis.physiotherapy.visiting.queries import Missed


# Visits -----------------------------------------------------------------------------------------------------------
@action("physiotherapy.visit_booked", detail=("number", "planned_on", "planned_time", "planned_mode"))
def book_visit(
    *, participant: Participant, number: int, planned_on: date, planned_time: time | None = None,
    planned_mode: str = "", by: Actor,
) -> Visit:  # fmt: skip
    """Book a visit for a day, or move one that has not been held; the local time and how it is to be held may be left open."""
    policies.check_may_book(by, participant)
    if planned_mode:
        policies.check_choice(planned_mode, Mode)
    take_turns(participant)
    booked = {
        "planned_on": planned_on, "planned_time": planned_time, "planned_mode": planned_mode, "booked_at": clock.now()
    }  # fmt: skip
    visit = queries.visit(participant, number)
    if visit is None:
        return Visit.objects.create(participant=participant, number=number, **booked)
    policies.check_open(visit)
    for name, value in booked.items():
        setattr(visit, name, value)
    visit.save(update_fields=list(booked))
    return visit


@action("physiotherapy.visit_held", detail=("number", "mode"))
def hold_visit(
    *, participant: Participant, number: int, mode: str, held_at: datetime | None = None, by: Actor
) -> Visit:
    """Keep that a booked visit was held, how, and when (now unless told)."""
    policies.check_own_physiotherapist(by, participant)
    policies.check_choice(mode, Mode)
    visit = _open_visit(participant, number)
    moment = held_at or clock.now()
    policies.check_has_been(moment)
    visit.held_at, visit.mode, visit.by_id = moment, mode, by.pk
    visit.save(update_fields=["held_at", "mode", "by"])
    note(on=clock.local(moment).date().isoformat())
    return visit


@action("physiotherapy.visit_missed", detail=("number", "why_coded"))
def miss_visit(
    *, participant: Participant, number: int, why_coded: str = Missed.NOT_TOLD, why: str = "", by: Actor
) -> Visit:
    """Keep that a booked visit did not take place, a coded reason, and a few words. It can be booked again."""
    policies.check_may_book(by, participant)
    policies.check_choice(why_coded, Missed)
    policies.check_lines(why)
    visit = _open_visit(participant, number)
    if visit.state == "missed" and visit.missed_reason == why:
        note(repeated=True)
        return visit
    visit.missed_at, visit.missed_reason = clock.now(), why
    visit.save(update_fields=["missed_at", "missed_reason"])
    MissedVisit.objects.create(
        visit=visit, planned_on=visit.planned_on, reason=why_coded, words=why, missed_at=visit.missed_at,
        missed_by_id=by.pk,
    )  # fmt: skip
    return visit


# The plan ---------------------------------------------------------------------------------------------------------
@action("physiotherapy.plan_drafted")
def save_draft(*, participant: Participant, draft: Draft, by: Actor) -> PlanDraft:
    """Keep the plan as far as it has come; nobody but the physiotherapists sees it until it is agreed."""
    policies.check_own_physiotherapist(by, participant)
    library.check_chosen(draft.exercises)
    visiting.check_may_plan(participant)
    visiting.check_effort(participant, draft.activities)
    row, _ = PlanDraft.objects.update_or_create(
        participant=participant,
        defaults={"content": draft.to_json(), "saved_at": clock.now(), "saved_by_id": by.pk},
    )
    note(activities=len(draft.activities))
    return row


@action("physiotherapy.plan_agreed", detail=("visit",))
def agree_plan(*, participant: Participant, draft: Draft, visit: Visit | None = None, key: UUID, by: Actor) -> Plan:
    """Make the next version of the plan, as agreed with the person; the draft on the desk is thrown away."""
    policies.check_own_physiotherapist(by, participant)
    policies.check_plan(draft.activities)
    policies.check_lines(draft.flare_rule)
    policies.check_aims(draft.aim_minutes, draft.aim_strength_days)
    policies.check_visit_of(participant, visit)
    release = library.check_release(draft.exercises, participant.language)
    take_turns(participant)
    again = earlier(Plan, key, participant=participant)
    if again is not None:
        return again
    visiting.check_may_plan(participant)
    visiting.check_effort(participant, draft.activities)
    newest = queries.plan_now(participant)
    plan = make_version(
        participant, draft, version=newest.version + 1 if newest else 1, origin=Origin.AGREED, visit=visit,
        release=release, key=key, by=by,
    )  # fmt: skip
    PlanDraft.objects.filter(participant=participant).delete()
    note(version=plan.version, activities=len(draft.activities))
    if release is not None:
        note(exercises=len(draft.exercises), library=release.sha256[:12])
    return plan


# The diary --------------------------------------------------------------------------------------------------------
# An entry that a device made without a connection is `made` then; it is taken however late, and in whatever order, it
# comes, also beside another device's entry of the same planned activity: which of the two counts, the reads decide.


@action("physiotherapy.activity_logged", detail=("smaller",))
def log_planned(
    *, activity: PlannedActivity, on: date, felt: str = "", smaller: bool = False, minutes: int | None = None,
    made: Made | None = None, key: UUID, by: Actor,
) -> DiaryEntry:  # fmt: skip
    """*Done*: keep that a planned activity was done as planned, or `smaller` and then in how many `minutes`."""
    lasted = activity.minutes if minutes is None else minutes
    policies.check_low_energy(lasted, activity.minutes)
    return _enter(
        participant=activity.plan.participant, on=on, planned_activity=activity, kind=activity.kind,
        title=activity.title, minutes=lasted, effort=activity.effort, felt=felt, smaller=smaller, made=made, key=key,
        by=by,
    )  # fmt: skip


@action("physiotherapy.other_activity_logged")
def log_activity(
    *, participant: Participant, on: date, kind: str, minutes: int, effort: str, title: str = "", felt: str = "",
    planned_activity: PlannedActivity | None = None, made: Made | None = None, key: UUID, by: Actor,
) -> DiaryEntry:  # fmt: skip
    """Keep something done that was not planned, or a planned activity done otherwise (then `planned_activity` is given)."""
    policies.check_activity(queries.DraftActivity(kind, (on.isoweekday(),), minutes, effort, title))
    return _enter(
        participant=participant, on=on, planned_activity=planned_activity, kind=kind, title=title, minutes=minutes,
        effort=effort, felt=felt, made=made, key=key, by=by,
    )  # fmt: skip


@action("physiotherapy.rest_logged")
def log_rest(
    *, participant: Participant, on: date, planned_activity: PlannedActivity | None = None, made: Made | None = None,
    key: UUID, by: Actor,
) -> DiaryEntry:  # fmt: skip
    """*Resting today*: keep that rest was chosen, in place of a planned activity or altogether."""
    kind = planned_activity.kind if planned_activity else ""
    return _enter(
        participant=participant, on=on, planned_activity=planned_activity, kind=kind, rested=True, made=made, key=key,
        by=by,
    )  # fmt: skip


@action("physiotherapy.setback_logged", detail=("setback",))
def log_setback(
    *, participant: Participant, on: date, setback: str, made: Made | None = None, key: UUID, by: Actor
) -> DiaryEntry:
    """Keep that the person is ill, or has a flare, on a day."""
    policies.check_choice(setback, Setback)
    return _enter(participant=participant, on=on, setback=setback, made=made, key=key, by=by)


@action("physiotherapy.entry_undone")
def undo_entry(*, entry: DiaryEntry, by: Actor) -> UndoneEntry:
    """Take a diary entry back. It stays in the table and counts no more; undoing it twice changes nothing."""
    policies.check_person_or_physiotherapist(by, entry.participant)
    return _undo(entry, clock.now(), by.pk)


@action("physiotherapy.entry_taken_back")
def take_back(*, participant: Participant, entry_key: UUID, by: Actor) -> None:
    """Take back, by its key, an entry that a device made; also one that has yet to arrive. Twice is as once."""
    policies.check_person_or_physiotherapist(by, participant)
    take_turns(participant)
    entry = queries.entry_with(participant, entry_key)
    if entry is not None:
        _undo(entry, clock.now(), by.pk)
        return
    note(ahead=True)
    if not TakenBackAhead.objects.filter(participant=participant, entry_key=entry_key).exists():
        _take_back_ahead(participant, entry_key, by)


@action("physiotherapy.after_effect_told", detail=("effect",))
def tell_after_effect(*, entry: DiaryEntry, effect: str, by: Actor) -> AfterEffect:
    """Keep how the body felt 24–48 h after something done; an empty `effect` is *do not ask*. Asked once of an entry."""
    policies.check_person_or_physiotherapist(by, entry.participant)
    if effect:
        policies.check_choice(effect, Effect)
    take_turns(entry.participant)
    policies.check_something_done(entry)
    told, is_new = AfterEffect.objects.get_or_create(
        entry=entry, defaults={"effect": effect, "told_at": clock.now(), "told_by_id": by.pk}
    )
    if not is_new and told.effect != effect:
        raise ToldAlready()
    return told


def _open_visit(participant: Participant, number: int) -> Visit:
    take_turns(participant)
    visit = queries.visit(participant, number)
    if visit is None:
        raise VisitNotBooked(number=number, participant=participant.code)
    policies.check_open(visit)
    return visit


def _enter(
    *, participant: Participant, on: date, planned_activity: PlannedActivity | None = None, kind: str = "",
    title: str = "", minutes: int = 0, effort: str = "", felt: str = "", rested: bool = False, smaller: bool = False,
    setback: str = "", made: Made | None = None, key: UUID, by: Actor,
) -> DiaryEntry:  # fmt: skip
    policies.check_person_or_physiotherapist(by, participant)
    policies.check_day(participant, on, made)
    policies.check_felt(felt)
    take_turns(participant)
    said = {
        "kind": kind, "title": title, "minutes": minutes, "effort": effort, "felt": felt, "rested": rested,
        "smaller": smaller, "setback": setback,
    }  # fmt: skip
    again = earlier(DiaryEntry, key, said=said, participant=participant)
    if again is not None:
        return again
    policies.check_own(participant, planned_activity)
    if made is None:
        policies.check_free(planned_activity, on)
    entry = make_in_turn(
        DiaryEntry, key, participant=participant, on=on, planned_activity=planned_activity, **said,
        made_on=policies.latest_day(made) if made else None, made_at=min(made.at, clock.now()) if made else None,
        logged_at=clock.now(), logged_by_id=by.pk,
    )  # fmt: skip
    if made is not None:  # only what waited on a device can arrive after it was taken back
        _undo_if_taken_back(entry)
    if entry.backdated:
        note(backdated=True)
    return entry


def _undo_if_taken_back(entry: DiaryEntry) -> None:
    """A device may have taken an entry back before the entry itself arrived."""
    ahead = TakenBackAhead.objects.filter(participant=entry.participant, entry_key=entry.key).first()
    if ahead is not None:
        _undo(entry, ahead.taken_back_at, ahead.taken_back_by_id)
        note(taken_back=True)


def _take_back_ahead(participant: Participant, entry_key: UUID, by: Actor) -> None:
    try:
        with transaction.atomic():
            TakenBackAhead.objects.create(
                participant=participant, entry_key=entry_key, taken_back_at=clock.now(), taken_back_by_id=by.pk
            )
    except IntegrityError as error:  # another person's, which this actor does not see
        raise KeyUsedElsewhere() from error


def _undo(entry: DiaryEntry, at: datetime, by: int | None) -> UndoneEntry:
    undone, _ = UndoneEntry.objects.get_or_create(entry=entry, defaults={"undone_at": at, "undone_by_id": by})
    return undone
