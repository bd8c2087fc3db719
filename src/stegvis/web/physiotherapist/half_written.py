"""Half-written forms of a visit on their pages: filled in with what was not sent, and kept field by field as somebody writes.

waiting = half_written.Waiting(visit, "goal")
form = GoalForm(request.POST or None, initial=waiting.initial(GoalForm.base_fields))
… waiting.sent(by) when the form has done its work, and `waiting.context(form)` for the page.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from stegvis.audit.action import Actor
from stegvis.audit.errors import Refused
from stegvis.physiotherapy import queries as physiotherapy
from stegvis.physiotherapy.visiting import half_written
from stegvis.web.access import for_role
from stegvis.web.components import autosaving
from stegvis.web.forms import StegForm
from stegvis.web.physiotherapist import frame, noting
from stegvis.web.physiotherapist.forms import ActivityForm
from stegvis.web.physiotherapist.goal_forms import LEVEL_LABELS, LEVEL_NAMES, GoalForm
from stegvis.web.physiotherapist.visit_forms import VERSION, WHY, AgreeForm, ReviewForm
from stegvis.web.physiotherapist.visits import ROLE

SEVERAL = ","


class Waiting:
    """What waits in one form of a visit."""

    def __init__(self, visit: Any, form: str) -> None:
        self.visit, self.form = visit, form
        self.notes = half_written.of(visit, form)

    def initial(self, fields: Mapping[str, forms.Field]) -> dict[str, Any]:
        """What the fields begin with; only those into which something was written."""
        return {
            name: _begins_with(fields[name], note.words)
            for name, note in self.notes.items()
            if name in fields and note.words
        }

    def sent(self, by: Actor) -> None:
        """The form has been sent."""
        half_written.empty(self.visit, self.form, by)

    def context(self, form: forms.BaseForm, after: object = "") -> dict[str, Any]:
        """For the page: where the form is kept, what each field shows, since when.

        `after` tells one form from the next at the same address, so that a device does not offer words of one in another.
        """
        told = [note.written_at for note in self.notes.values() if note.words]
        code = self.visit.participant.code
        url = reverse("physiotherapist:save_form", args=(code, self.visit.number, self.form))
        return {
            "autosave_url": url, "autosave_key": f"{url}{after}", "saved_at": max(told, default=None),
            "versions": [(name + VERSION, note.pk) for name, note in self.notes.items() if name in form.fields],
        }  # fmt: skip


def go_on_at(form: forms.BaseForm, at: str) -> None:
    """Put the cursor into the field at which a visit goes on."""
    if at in form.fields:
        form.fields[at].widget.attrs["autofocus"] = True


@require_POST
@for_role(ROLE)
def save(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """One field of a form that has not been sent comes in by JavaScript."""
    participant = frame.whom(request, code, "visit")
    visit = frame.visit_of(participant, number)
    if not half_written.is_form(form):
        raise Http404
    try:
        bound = _bound(request, participant, form)
        name, value = autosaving.read(bound)
        question = half_written.question(form, name)
        field = bound.fields[name]
        return noting.noted(request, visit, question, _kept(value), lambda words: _pairs(field, name, words))
    except ValidationError as refused:
        return autosaving.refused(refused)
    except Refused as refused:
        return autosaving.refused(ValidationError(str(refused)))


def label_of(form: str, field: str) -> str:
    """What a field is called; "" for one that is chosen and not written."""
    levels = {name: str(LEVEL_LABELS[value]) for value, name in LEVEL_NAMES.items()}
    if form == "goal" and field in levels:
        return levels[field]
    if form == "since":
        return str(WHY) if field.startswith("why_") else ""
    of_form: Mapping[str, type[StegForm]] = {"goal": GoalForm, "agree": AgreeForm}
    found = of_form.get(form, ActivityForm).base_fields.get(field)
    return str(found.label) if type(found) is forms.CharField else ""


def _bound(request: HttpRequest, participant: Any, form: str) -> StegForm:
    """The form to which the field belongs, as the person's page has it."""
    data = request.POST
    if form == "goal":
        mains = [
            (str(each.goal.pk), each.goal.text)
            for each in physiotherapy.goals_of(participant)
            if each.goal.kind == "main"
        ]
        return GoalForm(data, mains=mains, with_levels=frame.uses_levels(participant))
    if form == "since":
        plan = physiotherapy.plan_now(participant)
        return ReviewForm(data, activities=[(each.pk, each.label) for each in plan.activities.all()] if plan else [])
    if form == "agree":
        return AgreeForm(data, has_draft=True, lacks_plan=False, is_held=False, has_next=False)
    return ActivityForm(data)


def _kept(value: Any) -> str:
    """A cleaned value as it is kept."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return SEVERAL.join(str(each) for each in value)
    return "" if value is None else str(value)


def _begins_with(field: forms.Field, words: str) -> Any:
    """What was kept, as the field begins with it."""
    if isinstance(field, forms.MultipleChoiceField):
        return [int(each) if each.isdigit() else each for each in words.split(SEVERAL)]
    return words


def _pairs(field: forms.Field, name: str, words: str) -> list[tuple[str, str]]:
    several = isinstance(field, forms.MultipleChoiceField)
    return [(name, each) for each in (words.split(SEVERAL) if several else [words]) if each or not several]
