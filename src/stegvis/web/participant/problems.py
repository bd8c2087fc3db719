"""Problems: the question of the protocol whether anything is new or worse, the same for everybody; and telling unasked."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from stegvis.audit.errors import Refused
from stegvis.people.queries import Participant
from stegvis.safety.harms import queries as harms
from stegvis.trial import actions as trial
from stegvis.web import access
from stegvis.web.forms import Chips, DayField, KeyedForm, answer
from stegvis.web.participant.gate import help_first, own_page

YES, NO = "yes", "no"
YES_OR_NO = ((YES, gettext_lazy("Yes")), (NO, gettext_lazy("No")))


class ProblemForm(KeyedForm):
    """What is new or worse, in a few words."""

    words = forms.CharField(
        label=gettext_lazy("What is it?"),
        help_text=gettext_lazy("A few words are enough. Pain, tiredness, a fall, low mood: anything counts."),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
    )
    began_on = DayField(
        label=gettext_lazy("When did it begin?"),
        required=False,
        help_text=gettext_lazy("About when is enough. You can leave it empty."),
    )
    needed_care = forms.ChoiceField(
        label=gettext_lazy("Were you in hospital for it, or in danger of dying?"), choices=YES_OR_NO, widget=Chips
    )

    def given(self) -> dict[str, Any]:
        """What was told, as the action takes it."""
        said = self.cleaned_data
        return {
            "words": said.get("words") or "", "began_on": said.get("began_on"),
            "needed_care": said.get("needed_care") == YES, "key": said["key"],
        }  # fmt: skip


class AskedForm(ProblemForm):
    """The question itself; what it is only with a yes."""

    field_order = ("said", "words", "began_on", "needed_care")
    said = forms.ChoiceField(label="", choices=YES_OR_NO, widget=Chips)

    def __init__(self, question: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].label = question
        self.fields["words"].label = gettext_lazy("If yes: what is it?")
        for name in ("words", "needed_care"):
            self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        """A yes says what it is."""
        cleaned = super().clean() or {}
        if cleaned.get("said") == YES:
            for name in ("words", "needed_care"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@own_page
def problem(request: HttpRequest, person: Participant) -> HttpResponse:
    """The question that waits, or a place to tell of a problem unasked."""
    said, asked = harms.rules(), harms.asked_of(person)
    if said is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = AskedForm(said.question.in_language(get_language() or ""), posted) if asked else ProblemForm(posted)
    if form.is_valid() and _is_kept(request, form, person, asked):
        if form.cleaned_data.get("needed_care") == YES:
            return help_first(request, reverse("participant:today"))
        messages.success(request, _("Thank you. It is kept."))
        return redirect("participant:today")
    return answer(request, "participant/problem.html", form, {"asked": asked, "site": person.site, "tab": "more"})


def _is_kept(request: HttpRequest, form: ProblemForm, person: Participant, asked: harms.Asked | None) -> bool:
    """Whether it was kept; when it is refused the sentence stands on the form, with the words."""
    by = access.actor(request)
    try:
        if isinstance(form, AskedForm) and asked is not None:
            is_so = form.cleaned_data["said"] == YES
            given = form.given() if is_so else {"key": form.cleaned_data["key"]}
            trial.answer_about_harms(participant=person, moment=asked.moment, said=is_so, by=by, **given)
        else:
            trial.tell_of_event(participant=person, by=by, **form.given())
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True
