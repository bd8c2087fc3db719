"""Arranging: a therapist agrees a pace, plans a pause, holds the next module and releases it, and keeps conversations.

Each decision is recorded with its reason, which the participant is not shown. None of it moves the day of an outcome:
this room does not know those days.
"""

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import once
from stegvis.people.models import Account
from stegvis.programme import opening, policies
from stegvis.programme.models import Agreement, Contact, Course, Hold, Homework, Pause


@action("programme.pace_agreed", detail=("per_week", "core_only"), tells_arm=True)
def agree_pace(
    *, course: Course, per_week: int, core_only: bool, words: str, key: UUID, by: Account
) -> Agreement:  # fmt: skip
    """Keep the pace agreed with a person: modules a week, and whether only the core is on their way from now on.

    A reason in `words` is asked for where it is slower than the protocol plans. The same key again changes nothing.
    """
    policies.check_can_be_arranged(by, course)
    policies.check_pace(per_week)
    policies.check_slower_has_reason(per_week, words, core_only=core_only)
    opening.keep_promised(course)
    return once(
        Agreement, key, about="course", course=course, per_week=per_week, core_only=core_only, reason=words or None,
        account=by, agreed_at=clock.now(),
    )  # fmt: skip


@action("programme.pause_planned", detail=("from_on", "until_on"), tells_arm=True)
def plan_pause(*, course: Course, from_on: date, until_on: date, words: str, key: UUID, by: Account) -> Pause:
    """Keep a pause agreed with a person, both days included: reminders rest, and nothing closes."""
    policies.check_can_be_arranged(by, course)
    policies.check_reason(words)
    again = Pause.objects.filter(key=key).exists()
    if not again:
        policies.check_pause(course, from_on, until_on)
    return once(
        Pause, key, about="course", course=course, from_on=from_on, until_on=until_on, reason=words, account=by,
        decided_at=clock.now(),
    )  # fmt: skip


@action("programme.pause_ended", tells_arm=True)
def end_pause(*, pause: Pause, by: Account) -> Pause:
    """End a pause today, before its last day; one that has not begun is called off."""
    policies.check_can_be_arranged(by, pause.course)
    policies.check_pause_goes_on(pause)
    pause.ended_at = clock.now()
    pause.save(update_fields=["ended_at"])
    return pause


@action("programme.module_held", detail=("look_again_on",), tells_arm=True)
def hold_next(*, course: Course, look_again_on: date, words: str, key: UUID, by: Account) -> Hold:
    """Keep the next module closed for a clinical reason, until it is released; it is looked at again on a day."""
    policies.check_can_be_arranged(by, course)
    policies.check_reason(words)
    if not Hold.objects.filter(key=key).exists():
        policies.check_can_hold(course, look_again_on)
    opening.keep_promised(course)
    return once(
        Hold, key, about="course", course=course, look_again_on=look_again_on, reason=words, account=by,
        held_at=clock.now(),
    )  # fmt: skip


@action("programme.module_released", tells_arm=True)
def release(*, hold: Hold, next_opens: str, by: Account) -> Hold:
    """Release what was held: what would be open without the hold opens now."""
    policies.check_can_be_arranged(by, hold.course)
    policies.check_is_held(hold)
    hold.released_at = clock.now()
    hold.save(update_fields=["released_at"])
    note(opened=opening.open_what_was_held(hold.course, next_opens))
    return hold


@action("programme.opened_unanswered", tells_arm=True)
def open_unanswered(*, homework: Homework, by: Actor) -> Homework:  # noqa: ARG001 - an action says who acts
    """Open the next module because the answer is later than promised, where the protocol lets it wait for the answer."""
    note(opened=opening.open_next(homework.course, homework.module))
    return homework


@action("programme.contact_kept", detail=("kind", "mode", "outcome", "minutes"), tells_arm=True)
def keep_contact(
    *, course: Course, kind: str, mode: str, outcome: str, held_on: date, minutes: int, found: Mapping[str, str],
    words: str, key: UUID, by: Account,
) -> Contact:  # fmt: skip
    """Keep a conversation with a person, or a try at one; the same key again changes nothing.

    `found` is what a start call is for, by `policies.START_FINDINGS`; empty for other kinds. A course that was stopped
    takes conversations as well: somebody who leaves is still talked with.
    """
    policies.check_guides(by, course)
    policies.check_contact(course, held_on, minutes)
    policies.check_found(kind, outcome, found)
    policies.check_length(words)
    return once(
        Contact, key, about="course", course=course, kind=kind, mode=mode, outcome=outcome, held_on=held_on,
        minutes=minutes, found=json.dumps(dict(found), sort_keys=True) if found else None, words=words or None,
        account=by, kept_at=clock.now(),
    )  # fmt: skip
