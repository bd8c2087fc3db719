"""Visiting: a warning sign reaches the rota; a clinician decides; a visit is agreed; a colleague takes over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID, uuid5

from stegvis.audit.action import SYSTEM, Actor, action, note
from stegvis.people import actions as people
from stegvis.people import policies as who
from stegvis.people import queries as staff
from stegvis.people.acting import acting_as
from stegvis.people.models import Account, Participant, Role
from stegvis.physiotherapy import actions as physiotherapy
from stegvis.physiotherapy.models import ActivityDecision, Plan, RedFlagAnswer, Visit, VisitAgreement
from stegvis.physiotherapy.queries import Draft
from stegvis.physiotherapy.visiting import actions as visiting
from stegvis.physiotherapy.visiting.queries import Said
from stegvis.protocol import queries as protocols
from stegvis.reminders.queries import NEW_PHYSIOTHERAPIST
from stegvis.trial import moving, policies, worries
from stegvis.trial.actions.meeting import hold_visit
from stegvis.trial.queries import RED_FLAG


@action("trial.red_flags_answered")
def answer_red_flags(*, visit: Visit, answers: Mapping[str, str], by: Actor) -> list[RedFlagAnswer]:
    """Keep answers about warning signs; the first yes that waits for a decision tells the site's rota, in every arm.

    Further ones before that decision belong to the same alert: one person, one call.
    """
    new = visiting.answer_red_flags(visit=visit, answers=answers, by=by)
    if any(each.said == Said.YES for each in new):
        with acting_as(SYSTEM):
            before = ActivityDecision.objects.filter(visit__participant=visit.participant_id).count()
        safety = protocols.current().safety
        grade = protocols.current().physiotherapy.red_flag_grade or safety.something_is_wrong
        source = f"{RED_FLAG}:{visit.participant.code}:{before}"
        worries.alert(visit.participant, RED_FLAG, source, grade, by)
        note(alert=True)
    return new


@action("trial.activity_decided", detail=("outcome",))
def decide_activity(
    *, visit: Visit, outcome: str, reason_words: str, limits: str = "", key: UUID, by: Account
) -> ActivityDecision:
    """Keep a named clinician's decision about warning signs: whoever meets the person, or is on the site's rota."""
    policies.check_decides_activity(by, visit.participant)
    return visiting.decide_activity(
        visit=visit, outcome=outcome, reason_words=reason_words, limits=limits, key=key, by=by
    )


@dataclass(frozen=True)
class Next:
    """The visit that is booked at the end of one: its number, day, local time and how it is to be held."""

    number: int
    on: date
    at: time | None = None
    mode: str = ""


@action("trial.visit_agreed")
def agree_visit(
    *, visit: Visit, draft: Draft | None, mode: str, summary: str, read_aloud: bool, app_shown: bool,
    following: Next | None = None, key: UUID, by: Actor,
) -> VisitAgreement:  # fmt: skip
    """End a visit: the plan becomes its next version, the visit is held, the next one booked, the agreement kept.

    All of it or nothing. `draft` is None where the plan in force goes on as it is. A visit that was held already is agreed
    anew: the plan and the agreement, and the next booking, are made beside what stands.
    """
    participant = visit.participant
    plan: Plan | None = None
    if draft is not None:
        plan = physiotherapy.agree_plan(
            participant=participant, draft=draft, visit=visit, key=uuid5(key, "plan"), by=by
        )
    if visit.held_at is None:
        hold_visit(participant=participant, number=visit.number, mode=mode, by=by)
    if following is not None:
        physiotherapy.book_visit(
            participant=participant, number=following.number, planned_on=following.on, planned_time=following.at,
            planned_mode=following.mode, by=by,
        )  # fmt: skip
    return visiting.keep_agreement(
        visit=visit, plan=plan, summary=summary, read_aloud=read_aloud, app_shown=app_shown, key=key, by=by
    )


@action("trial.visits_taken_over")
def take_over(*, participant: Participant, by: Account) -> None:
    """A physiotherapist of the site meets the person from now on in a colleague's place; the person is told who it is.

    What was written stays with who wrote it, and the visit goes on where it was left.
    """
    who.check_role(by, Role.PHYSIOTHERAPIST)
    who.check_at_site(by, participant.site)
    before = staff.clinician_of(participant, Role.PHYSIOTHERAPIST)
    if before is not None and before.pk == by.pk:
        note(repeated=True)
        return
    note(before=before.code if before else "")
    with acting_as(SYSTEM):  # who cares for whom is the site's to say (decision 0019); here the colleague says it
        row = people.assign_clinician(participant=participant, clinician=by, role=Role.PHYSIOTHERAPIST, by=SYSTEM)
        told = f"new_physiotherapist:{participant.code}:{row.pk}"
        moving.write_to(participant, kind=NEW_PHYSIOTHERAPIST, key=told, by=SYSTEM)
