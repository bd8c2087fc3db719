"""Every write about the programme but drafts. The record of each that concerns one person is hidden from blind roles."""

import json
from datetime import date
from uuid import UUID

from stegvis.audit import clock
from stegvis.audit.action import Actor, action, note
from stegvis.audit.once import earlier, make, once
from stegvis.methods.programme import release as releases
from stegvis.methods.programme.content import Programme
from stegvis.methods.programme.replycheck import marks
from stegvis.people.models import Account, Participant
from stegvis.programme import opening, policies, queries
from stegvis.programme.errors import AlreadyAnswered
from stegvis.programme.models import (
    Course,
    Feedback,
    GuidanceTime,
    Homework,
    PartReading,
    Release,
    ReplyDraft,
    Review,
)


@action("programme.published")
def publish(*, programme: Programme, by: Actor) -> Release:
    """Publish a programme as an immutable release; publishing the same content again gives the release that is there."""
    row, _ = Release.objects.get_or_create(
        sha256=releases.sha256(programme),
        defaults={"content": releases.to_data(programme), "published_at": clock.now()},
    )
    return row


@action("programme.reviewed", detail=("language", "profession"))
def sign_review(*, release: Release, language: str, reviewer: str, profession: str, by: Actor) -> Review:
    """A named clinician signs a release in a language; signing it again changes nothing."""
    policies.check_can_sign(release, language, reviewer, profession)
    row, _ = Review.objects.get_or_create(
        release=release, language=language, reviewer=reviewer.strip(), profession=profession,
        defaults={"signed_at": clock.now()},
    )  # fmt: skip
    return row


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

    Sending twice, from two tabs or by a retry, gives the homework that was sent first.
    """
    policies.check_goes_on(by, course)
    _take_turns(course)
    sent = Homework.objects.filter(course=course, module=module).first() or earlier(Homework, key, course=course)
    if sent:
        note(again=True)
        return sent
    step = policies.check_is_open(course, module)
    opening.open_module(course, module)
    words = json.dumps(queries.drafts(course, module), ensure_ascii=False)
    homework = make(
        Homework, key, about="course", course=course, module=module, number=step.module.number, content=words,
        sent_at=clock.now(),
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


@action("programme.homework_answered", tells_arm=True)
def answer_homework(
    *, homework: Homework, text: str, open_next: bool, language: str, key: UUID, by: Account
) -> Feedback:
    """Answer homework, and open the next module if wanted; the same key again gives the answer that was sent."""
    policies.check_guides(by, homework.course)
    policies.check_words(text)
    _take_turns(homework.course)
    sent = Feedback.objects.filter(homework=homework).first()
    if sent:
        if sent.key == key and sent.text == text:
            return sent
        raise AlreadyAnswered()
    now = clock.now()
    feedback = make(
        Feedback, key, about="homework", homework=homework, text=text, marks=sorted(marks(text, language)), account=by,
        sent_at=now,
    )  # fmt: skip
    Homework.objects.filter(pk=homework.pk).update(answered_at=now)
    ReplyDraft.objects.filter(homework=homework).delete()
    note(opened_next=open_next and opening.open_next(homework.course, homework.module))
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


def _take_turns(course: Course) -> None:
    """Two who send at the same moment wait for each other here, before they look at what there is."""
    Course.objects.select_for_update(no_key=True).values_list("pk").get(pk=course.pk)
