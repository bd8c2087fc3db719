"""Every write of what visits bring out; each adds rows and changes none."""

from collections.abc import Mapping
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make, once
from stegvis.people.models import Account
from stegvis.physiotherapy import policies as room
from stegvis.physiotherapy import queries as plans
from stegvis.physiotherapy.models import Plan, Visit
from stegvis.physiotherapy.policies import take_turns
from stegvis.physiotherapy.visiting import policies, queries
from stegvis.physiotherapy.visiting.models import (
    ActivityDecision,
    ActivityReview,
    CapacityResult,
    JudgedBy,
    Reached,
    RedFlagAnswer,
    VisitAgreement,
    VisitNote,
    WhoJudgement,
)
from stegvis.protocol import queries as protocols


@action("physiotherapy.visit_noted")
def write_notes(*, visit: Visit, notes: Mapping[str, str], by: Actor) -> list[VisitNote]:
    """Keep what was written, by question (`queries.QUESTIONS`); what stands there already makes no row."""
    room.check_own_physiotherapist(by, visit.participant)
    for question, words in notes.items():
        policies.check_note(question, words)
    take_turns(visit.participant)
    known = {question: each.words for question, each in queries.notes_of(visit).items()}
    new = {question: words for question, words in notes.items() if words != known.get(question, "")}
    note(questions=sorted(new), visit=visit.number)
    rows = [
        VisitNote(visit=visit, question=question, words=words, written_at=clock.now(), written_by_id=by.pk)
        for question, words in new.items()
    ]
    return VisitNote.objects.bulk_create(rows)


@action("physiotherapy.red_flags_answered")
def answer_red_flags(*, visit: Visit, answers: Mapping[str, str], by: Actor) -> list[RedFlagAnswer]:
    """Keep answers about warning signs, by code: yes, no, unknown; gives back those that are new. A room above raises alerts."""
    room.check_own_physiotherapist(by, visit.participant)
    policies.check_answers(answers)
    take_turns(visit.participant)
    known = {flag: each.said for flag, each in queries.flags_at(visit).items()}
    new = {flag: said for flag, said in answers.items() if said != known.get(flag)}
    note(flags=sorted(new), visit=visit.number)
    rows = [
        RedFlagAnswer(visit=visit, flag=flag, said=said, answered_at=clock.now(), answered_by_id=by.pk)
        for flag, said in new.items()
    ]
    return RedFlagAnswer.objects.bulk_create(rows)


@action("physiotherapy.activity_decided", detail=("outcome",))
def decide_activity(
    *, visit: Visit, outcome: str, reason_words: str, limits: str = "", key: UUID, by: Account
) -> ActivityDecision:
    """Keep a licensed clinician's decision about the warning signs that wait; words lie encrypted and stay out of the record."""
    participant = visit.participant
    policies.check_decides(by, participant)
    take_turns(participant)
    said = {"outcome": outcome, "reason": reason_words, "limits": limits}
    again = earlier(ActivityDecision, key, said=said, visit=visit)
    if again is not None:
        return again
    policies.check_decision(participant, outcome, reason_words, limits)
    return make(
        ActivityDecision, key, about="visit", visit=visit, outcome=outcome, reason=reason_words, limits=limits,
        flags=list(queries.standing(participant).waiting), decided_at=clock.now(), decided_by=by,
    )  # fmt: skip


@action("physiotherapy.capacity_tested")
def keep_capacity(
    *, visit: Visit, value: int | None = None, not_done: str = "", key: UUID, by: Actor
) -> CapacityResult:
    """Keep the result of the protocol's capacity test in its unit, or why it was not done. Tested again is another row."""
    test = protocols.current().physiotherapy.capacity_test
    room.check_own_physiotherapist(by, visit.participant)
    policies.check_result(value, not_done, test.most)
    if value is not None:
        policies.check_may_test(visit)
    note(visit=visit.number, done=value is not None)
    return once(
        CapacityResult, key, about="visit", visit=visit, test=test.code, value=value, not_done=not_done,
        seconds=test.seconds if value is not None else None, measured_at=clock.now(), measured_by_id=by.pk,
    )  # fmt: skip


@action("physiotherapy.activities_reviewed")
def review_activities(*, visit: Visit, verdicts: Mapping[int, tuple[str, str]], by: Actor) -> list[ActivityReview]:
    """Keep what becomes of each activity of the plan in force: its key, the verdict and why. The draft is another action's."""
    participant = visit.participant
    room.check_own_physiotherapist(by, participant)
    take_turns(participant)
    policies.check_reviews(plans.plan_now(participant), verdicts)
    note(visit=visit.number, activities=len(verdicts))
    rows = [
        ActivityReview(
            visit=visit, activity_id=pk, verdict=verdict, why=why, reviewed_at=clock.now(), reviewed_by_id=by.pk
        )
        for pk, (verdict, why) in verdicts.items()
    ]
    return ActivityReview.objects.bulk_create(rows)


@action("physiotherapy.who_judged")
def judge_who(*, visit: Visit, aerobic: str, strength: str, source: str, key: UUID, by: Actor) -> WhoJudgement:
    """Keep the physiotherapist's judgement of the WHO's advice: minutes, strength, and what it rests on."""
    room.check_own_physiotherapist(by, visit.participant)
    for value in (aerobic, strength):
        room.check_choice(value, Reached)
    room.check_choice(source, JudgedBy)
    return once(
        WhoJudgement, key, about="visit", visit=visit, aerobic=aerobic, strength=strength, source=source,
        judged_at=clock.now(), judged_by_id=by.pk,
    )  # fmt: skip


@action("physiotherapy.visit_agreed")
def keep_agreement(
    *, visit: Visit, plan: Plan | None, summary: str, read_aloud: bool, app_shown: bool, key: UUID, by: Actor
) -> VisitAgreement:
    """Keep what was agreed at the end of a visit, in the words that stood on the page, and what was seen to."""
    room.check_own_physiotherapist(by, visit.participant)
    note(visit=visit.number, read_aloud=read_aloud, app_shown=app_shown)
    return once(
        VisitAgreement, key, about="visit", visit=visit, plan=plan, summary=summary, read_aloud=read_aloud,
        app_shown=app_shown, agreed_at=clock.now(), agreed_by_id=by.pk,
    )  # fmt: skip
