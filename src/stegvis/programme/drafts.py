"""Keeps a person's words on their way, every few seconds. Drafts write rows and no event: sending is the event."""

from stegvis.audit import clock
from stegvis.audit.action import Actor
from stegvis.programme import policies, queries
from stegvis.programme.errors import UnknownField
from stegvis.programme.models import Course, Draft, Homework, ReplyDraft


def save(*, course: Course, module: str, values: dict[str, str], by: Actor) -> None:
    """Keep what stands in some fields of an open module; after sending, nothing changes any more."""
    policies.check_goes_on(by, course)
    policies.check_can_write(course, module, values)
    found = queries.content(course.release_id).module(module)
    known = {field.name for field in found.fields(course.participant.language)}
    for name in values:
        if name not in known:
            raise UnknownField(field=name)
    policies.check_length(*values.values())
    now = clock.now()
    Draft.objects.bulk_create(
        [Draft(course=course, module=module, field=n, value=v, saved_at=now) for n, v in values.items()],
        update_conflicts=True, unique_fields=["course", "module", "field"], update_fields=["value", "saved_at"],
    )  # fmt: skip


def save_reply(*, homework: Homework, text: str, by: Actor) -> None:
    """Keep a therapist's answer on its way."""
    policies.check_guides(by, homework.course)
    policies.check_length(text)
    ReplyDraft.objects.update_or_create(homework=homework, defaults={"text": text, "saved_at": clock.now()})


def reply(homework: Homework) -> str:
    """The answer on its way, if there is one."""
    return ReplyDraft.objects.filter(homework=homework).values_list("text", flat=True).first() or ""
