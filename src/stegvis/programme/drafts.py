"""Keeps a person's words on their way, every few seconds. Drafts write rows and no event: sending is the event."""

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.people import policies as people
from stegvis.programme import policies, queries
from stegvis.programme.errors import UnknownField
from stegvis.programme.models import Course, Draft, Homework, ReplyDraft

_LONGEST = 20_000


def save(*, course: Course, module: str, values: dict[str, str], by: Actor) -> None:
    """Keep what stands in some fields of an open module; after sending, nothing changes any more."""
    policies.check_is_own(by, course)
    found = queries.content(course.release_id).module(module)
    known = {field.name for field in found.fields(course.participant.language)}
    for name in values:
        if name not in known:
            raise UnknownField(field=name)
    now = clock.now()
    Draft.objects.bulk_create(
        [Draft(course=course, module=module, field=n, value=v[:_LONGEST], saved_at=now) for n, v in values.items()],
        update_conflicts=True, unique_fields=["course", "module", "field"], update_fields=["value", "saved_at"],
    )  # fmt: skip


def save_reply(*, homework: Homework, text: str, by: Actor) -> None:
    """Keep a therapist's answer on its way."""
    people.check_caseload(by, homework.course.participant)
    ReplyDraft.objects.update_or_create(homework=homework, defaults={"text": text[:_LONGEST], "saved_at": clock.now()})


def reply(homework: Homework) -> str:
    """The answer on its way, if there is one."""
    return ReplyDraft.objects.filter(homework=homework).values_list("text", flat=True).first() or ""
