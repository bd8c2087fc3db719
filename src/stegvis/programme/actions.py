"""Every write about the programme but drafts. The record of each that concerns one person is hidden from blind roles."""

import json
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit import releases as common
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make, once
from stegvis.methods.programme import release as releases
from stegvis.methods.programme import replycheck
from stegvis.methods.programme.content import Programme
from stegvis.people import policies as people
from stegvis.people.models import Account, Participant, Role
from stegvis.programme import arrangements, opening, policies, queries
from stegvis.programme.errors import AlreadyAnswered, NothingToAdjust, TakenBack
from stegvis.programme.models import (
    ADJUSTED,
    Course,
    Feedback,
    GuidanceTime,
    Homework,
    Note,
    OwnSnippet,
    PartReading,
    Release,
    ReplyDraft,
    Review,
)
from stegvis.protocol import queries as protocol


@action("programme.published")
def publish(*, programme: Programme, by: Actor) -> Release:
    """Publish a programme as an immutable release; publishing the same content again gives the release that is there."""
    return common.keep(Release, releases.sha256(programme), releases.to_data(programme))


@action("programme.reviewed", detail=("language", "profession"))
def sign_review(*, release: Release, language: str, reviewer: str, profession: str, by: Actor) -> Review:
    """A named clinician signs a release in a language; signing it again changes nothing."""
    policies.check_can_sign(release, language, reviewer, profession)
    return common.keep_signature(Review, release, language, reviewer, profession)


@action("programme.course_made", tells_arm=True)
def make_course(*, participant: Participant, opens_on: date, by: Actor) -> Course:
    """Give a participant the newest release, to open on a day; a second call changes nothing."""
    release = policies.check_can_be_given(participant.language)
    row, _ = Course.objects.get_or_create(
        participant=participant, defaults={"release": release, "opens_on": opens_on, "made_at": clock.now()}
    )
    return row


@action("programme.course_stopped", tells_arm=True)
def stop_course(*, course: Course, by: Actor) -> Course:
    """Stop a course: nothing more opens, nothing is deleted."""
    opening.keep_promised(course)
    course.stopped_at = course.stopped_at or clock.now()
    course.save(update_fields=["stopped_at"])
    return course


@action("programme.part_read", detail=("module", "part", "length"), tells_arm=True)
def finish_part(
    *, course: Course, module: str, part: int, length: str, low_energy: bool = False, by: Actor
) -> PartReading:
    """Keep that a part was read to its end; reading it again changes nothing. `low_energy`: on a low-energy day."""
    policies.check_goes_on(by, course)
    policies.check_is_open(course, module)
    opening.open_module(course, module)
    row, _ = PartReading.objects.get_or_create(
        course=course,
        module=module,
        part=part,
        defaults={"length": length, "low_energy": low_energy, "finished_at": clock.now()},
    )
    return row


@action("programme.homework_sent", detail=("module",), tells_arm=True)
def send_homework(*, course: Course, module: str, next_opens: str, key: UUID, by: Actor) -> Homework:
    """Send what has been written in a module to the therapist; the next module opens if the protocol says so.

    Sending twice, from two tabs or by a retry, gives the homework that was sent first. Once a part has been asked for
    again, sending makes homework of another round beside it.
    """
    policies.check_goes_on(by, course)
    _take_turns(course)
    step = queries.way(course).step(module)
    latest = Homework.objects.filter(course=course, module=module).order_by("-round").first()
    sent = earlier(Homework, key, course=course) or (latest if step is None or step.is_done else None)
    if sent:
        note(again=True)
        return sent
    step = policies.check_is_open(course, module)
    opening.open_module(course, module)
    words = json.dumps(queries.drafts(course, module), ensure_ascii=False)
    homework = make(
        Homework, key, about="course", course=course, module=module, number=step.module.number, content=words,
        round=latest.round + 1 if latest else 1, sent_at=clock.now(),
    )  # fmt: skip
    if next_opens == opening.ON_HOMEWORK:
        note(opened_next=opening.open_next(course, module))
    return homework


@action("programme.homework_opened", tells_arm=True)
def open_homework(*, homework: Homework, by: Account) -> Homework:
    """Keep that the therapist has looked at homework."""
    policies.check_guides(by, homework.course)
    if homework.opened_at is None:
        homework.opened_at = clock.now()
        homework.save(update_fields=["opened_at"])
    return homework


@action("programme.homework_answered", detail=("again_part",), tells_arm=True)
def answer_homework(
    *, homework: Homework, text: str, language: str, key: UUID, open_next: bool = False, again_part: int | None = None,
    by: Account,
) -> Feedback:  # fmt: skip
    """Answer homework, and open the next module, or ask for one part again, if wanted.

    It reaches the person once it can no longer be taken back, and so does what it opens. The same key again gives the
    answer that was sent.
    """
    policies.check_guides(by, homework.course)
    policies.check_words(text)
    _take_turns(homework.course)
    sent = Feedback.objects.filter(homework=homework, taken_back_at=None).first()
    if sent:
        if sent.key == key and sent.text == text:
            return sent
        raise AlreadyAnswered()
    if Feedback.objects.filter(homework=homework, key=key).exists():
        raise TakenBack()
    policies.check_was_opened(homework)
    if again_part is not None:
        policies.check_part_can_be_asked_for(homework, again_part)
    now = clock.now()
    shown, rules = _marks(text, language)
    feedback = make(
        Feedback, key, about="homework", homework=homework, text=text, marks=shown, rules=rules, account=by, sent_at=now,
        opens=_following(homework) if open_next and again_part is None else "", again_part=again_part,
    )  # fmt: skip
    Homework.objects.filter(pk=homework.pk).update(answered_at=now)
    ReplyDraft.objects.filter(homework=homework).delete()
    note(opened_next=bool(feedback.opens) and not arrangements.is_held(homework.course))
    return feedback


@action("programme.reply_taken_back", tells_arm=True)
def take_back(*, feedback: Feedback, by: Account) -> Feedback:
    """Take an answer back before it reaches the person: the row stays, and its text is the draft again."""
    homework = feedback.homework
    policies.check_guides(by, homework.course)
    _take_turns(homework.course)
    feedback.refresh_from_db(fields=["taken_back_at"])
    if feedback.taken_back_at is not None:
        return feedback
    policies.check_can_take_back(by, feedback)
    feedback.taken_back_at = clock.now()
    feedback.save(update_fields=["taken_back_at"])
    Homework.objects.filter(pk=homework.pk).update(answered_at=None)
    ReplyDraft.objects.update_or_create(
        homework=homework, defaults={"text": feedback.text, "saved_at": feedback.taken_back_at}
    )
    return feedback


@action("programme.opened_by_reply", tells_arm=True)
def open_by_reply(*, feedback: Feedback, by: Actor) -> Feedback:
    """Write down that an answer which has reached the person has opened a module, as far as it is on their way."""
    policies.check_reached(feedback)
    module = opening.open_promised(feedback)
    note(module=module.code if module else None)
    return feedback


@action("programme.feedback_read", tells_arm=True)
def read_feedback(*, feedback: Feedback, by: Account) -> Feedback:
    """Keep that the participant has read an answer."""
    policies.check_is_own(by, feedback.homework.course)
    if feedback.read_at is None:
        feedback.read_at = clock.now()
        feedback.save(update_fields=["read_at"])
    return feedback


@action("programme.time_kept", detail=("seconds", "kind"), tells_arm=True)
def keep_time(*, course: Course, seconds: int, kind: str, by: Account, key: UUID | None = None) -> GuidanceTime:
    """Keep how long a therapist worked for a participant; what is entered by hand has a key and is kept once."""
    policies.check_guides(by, course)
    policies.check_time(seconds)
    worked = {
        "course": course, "account": by, "seconds": seconds, "kind": kind, "on": clock.today(), "kept_at": clock.now(),
    }  # fmt: skip
    if key is None:
        return GuidanceTime.objects.create(**worked)
    return once(GuidanceTime, key, about="course", **worked)


@action("programme.time_adjusted", detail=("on", "minutes"), tells_arm=True)
def adjust_time(*, course: Course, on: date, minutes: int, reason: str, key: UUID, by: Account) -> GuidanceTime:
    """Set right how many minutes, in all, `by` worked for a participant on a day: a row with the difference and a reason.

    What was measured or entered stays. The reason stands in the row, encrypted, and in the record as any reason does.
    """
    policies.check_guides(by, course)
    policies.check_adjustment(course, on, minutes * 60, reason)
    _take_turns(course)
    made = earlier(GuidanceTime, key, said={"reason": reason}, course=course)
    if made is not None:
        return made
    difference = minutes * 60 - queries.seconds_on(course, on, by)
    if difference == 0:
        raise NothingToAdjust(minutes=minutes)
    return make(
        GuidanceTime, key, about="course", course=course, account=by, seconds=difference, kind=ADJUSTED, reason=reason,
        on=on, kept_at=clock.now(),
    )  # fmt: skip


@action("programme.note_written", tells_arm=True)
def write_note(*, course: Course, text: str, key: UUID, by: Account) -> Note:
    """Write a note in a person's record. It is never changed: a correction is another note."""
    policies.check_guides(by, course)
    policies.check_words(text)
    return once(Note, key, about="course", course=course, text=text, account=by, written_at=clock.now())


@action("programme.snippet_made", detail=("group", "language"))
def make_snippet(
    *, group: str, language: str, text: str, key: UUID, replaces: OwnSnippet | None = None, by: Account
) -> OwnSnippet:
    """Add a sentence to one's own library; with `replaces` in the place of another, which is kept and no longer shown."""
    people.check_role(by, Role.THERAPIST)
    policies.check_snippet(group, text)
    if replaces is not None:
        _end_snippet(replaces, by)
    return once(
        OwnSnippet, key, about="account", account=by, group=group, language=language, text=text, made_at=clock.now()
    )


@action("programme.snippet_removed")
def remove_snippet(*, snippet: OwnSnippet, by: Account) -> OwnSnippet:
    """Take a sentence out of one's own library; the row stays."""
    people.check_role(by, Role.THERAPIST)
    return _end_snippet(snippet, by)


def _end_snippet(snippet: OwnSnippet, by: Account) -> OwnSnippet:
    policies.check_own_snippet(by, snippet)
    if snippet.removed_at is None:
        snippet.removed_at = clock.now()
        snippet.save(update_fields=["removed_at"])
    return snippet


def _marks(text: str, language: str) -> tuple[list[str], str]:
    """The marks of an answer and the version of the rules; nothing where the protocol or the language has none."""
    schedule = protocol.current().programme
    if schedule is None or not schedule.reply_check or language not in replycheck.PHRASES:
        return [], ""
    return sorted(replycheck.marks(text, language)), replycheck.VERSION


def _following(homework: Homework) -> str:
    """The module that an answer to homework promises; "" after the last, and for a course that was stopped."""
    after = opening.following(homework.course, homework.module)
    return after.code if after and homework.course.stopped_at is None else ""


def _take_turns(course: Course) -> None:
    """Two who send at the same moment wait for each other here, before they look at what there is."""
    Course.objects.select_for_update(no_key=True).values_list("pk").get(pk=course.pk)
