"""Half-written: what stands in a form of a visit that has not been sent yet, so that a crash or a lost session loses no word.

Kept as the notes of a visit are, field by field as somebody writes, under the form's name and the field's; sending the form
empties them. So whoever goes on with the visit, also a colleague, finds the words in their places.
"""

from collections.abc import Mapping

from stegvis.audit.action import Actor
from stegvis.physiotherapy.models import Visit, VisitNote
from stegvis.physiotherapy.visiting import actions, queries

PARTS: Mapping[str, str] = {"goal": "goals", "activity": "plan", "since": "since", "agree": "agree"}
"""The forms that are kept, and the part of the visit on which each stands.

The form of an activity that is being changed has the activity's mark for its name, and stands on the week plan.
"""


def is_form(name: str) -> bool:
    """Whether this is the name of a form that is kept."""
    return queries.HALF_WRITTEN.fullmatch(question(name, "field")) is not None


def part_of(form: str) -> str:
    """The part of the visit on which a form stands."""
    return PARTS.get(form, "plan")


def question(form: str, field: str) -> str:
    """What a field is called among the notes."""
    return f"{form}.{field}"


def apart(question: str) -> tuple[str, str]:
    """The form and the field of a note; the form is "" for a question of the conversation."""
    form, dot, field = question.partition(".")
    return (form, field) if dot else ("", question)


def of(visit: Visit, form: str) -> dict[str, VisitNote]:
    """What was written into a form and not sent, by field, the newest of each; an emptied field is among them."""
    found = ((apart(name), note) for name, note in queries.notes_of(visit).items())
    return {field: note for (of_form, field), note in found if of_form == form}


def empty(visit: Visit, form: str, by: Actor) -> None:
    """The form has been sent: nothing of it waits any more. Call it in the transaction of what the form did."""
    waiting = [field for field, note in of(visit, form).items() if note.words]
    if waiting:
        actions.write_notes(visit=visit, notes={question(form, field): "" for field in waiting}, by=by)
