"""Forms of adverse events: telling, describing, judging, settling, and that somebody outside was told."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stegvis.methods.study.adverse_events import AdverseEvents
from stegvis.safety.harms import queries as harms
from stegvis.web.coordinator.words import language
from stegvis.web.forms import Chips, DayField, KeyedForm

YES, NO = "yes", "no"
YES_OR_NO = ((YES, _("Yes")), (NO, _("No")))
TREATMENTS: Mapping[str, str | Promise] = {
    "activity_plan": _("The activity plan and the visits"),
    "programme": _("The internet programme"),
    harms.PROCEDURES: _("Questionnaires, measurements and calls"),
}
"""What an event is judged against, in words, whoever has what."""


class TellForm(KeyedForm):
    """What happened, since when, and whether it needed care."""

    words = forms.CharField(
        label=_("What has happened?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In the person's own words. It is kept as it stands here."),
    )
    began_on = DayField(
        label=_("When did it begin?"), required=False, help_text=_("Leave it empty if it is not known.")
    )
    needed_care = forms.ChoiceField(
        label=_("Was the person in hospital for it, or in danger of dying?"),
        help_text=_("Yes tells the safety rota at once."),
        choices=YES_OR_NO,
        widget=Chips,
    )

    def given(self) -> dict[str, Any]:
        """What was told, as the action takes it."""
        cleaned = self.cleaned_data
        return {
            "words": cleaned.get("words") or "",
            "began_on": cleaned.get("began_on"),
            "needed_care": cleaned.get("needed_care") == YES,
            "key": cleaned["key"],
        }


class AnswerForm(TellForm):
    """The protocol's question with its answer; what happened only with a yes."""

    field_order = ("said", "channel", "words", "began_on", "needed_care")
    said = forms.ChoiceField(label=_("Anything new or worse?"), choices=YES_OR_NO, widget=Chips)
    channel = forms.ChoiceField(
        label=_("How was it asked?"),
        choices=[
            (harms.Channel.PHONE.value, _("in a call")),
            (harms.Channel.VISIT.value, _("at a visit")),
        ],
        widget=Chips,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class DescribeForm(KeyedForm):
    """What is known of an event now."""

    after = forms.IntegerField(widget=forms.HiddenInput)
    term = forms.ChoiceField(label=_("What kind of event is it?"))
    narrative = forms.CharField(
        label=_("What happened, for somebody who does not know the person"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_(
            "The second assessor reads this and nothing else of what was said. Write nothing that tells the group: not the "
            "programme, not a therapist."
        ),
    )
    started_on = DayField(label=_("When did it begin?"))
    ended_on = DayField(
        label=_("When did it end?"), required=False, help_text=_("Leave it empty as long as it goes on.")
    )
    expected = forms.ChoiceField(label=_("Is it an expected flare, by the rule?"), choices=YES_OR_NO, widget=Chips)
    severity = forms.ChoiceField(
        label=_("How strong was it?"), choices=harms.Severity.choices, widget=forms.RadioSelect
    )
    measure = forms.ChoiceField(label=_("What was done about it?"))
    course = forms.ChoiceField(label=_("How did it go?"))
    changed_why = forms.CharField(
        label=_("Why is it put otherwise now?"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What stood before stays beside it."),
    )

    def __init__(self, said: AdverseEvents, latest: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = [(each.code, each.name.in_language(language())) for each in said.terms]
        for name, offered in (("term", terms), ("measure", harms.Measure.choices), ("course", harms.Course.choices)):
            self.fields[name].choices = [("", _("Choose")), *offered]  # type: ignore[attr-defined]
        self.fields["expected"].help_text = said.rule.in_language(language())
        self.initial.setdefault("after", latest.version if latest else 0)
        if latest is None:
            del self.fields["changed_why"]
            return
        for name in ("term", "narrative", "started_on", "ended_on", "severity", "measure", "course"):
            self.initial.setdefault(name, getattr(latest, name))
        self.initial.setdefault("expected", YES if latest.expected else NO)

    def given(self) -> dict[str, Any]:
        """The description as the action takes it."""
        return {**self.cleaned_data, "expected": self.cleaned_data["expected"] == YES}


class JudgeForm(KeyedForm):
    """Seriousness by each criterion, and the relation to each treatment and the procedures, whoever has what."""

    serious = forms.MultipleChoiceField(
        label=_("Is any of this true?"),
        help_text=_("Tick each that is. With none of them the event is not serious, however strong it was."),
        choices=list(harms.CRITERIA.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why do you judge it so?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        required=False,
    )
    says_if = _("How is it related to this: %(what)s? Judge as if the person had it.")

    def __init__(self, against: tuple[str, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.against = against
        for code in against:
            self.fields[f"to_{code}"] = forms.ChoiceField(
                label=str(self.says_if) % {"what": str(TREATMENTS.get(code, code)).lower()},
                choices=harms.Relation.choices,
                widget=forms.RadioSelect,
            )
        self.order_fields(["serious", *(f"to_{code}" for code in against), "how", "reason"])

    def given(self) -> dict[str, Any]:
        """The judgement as the action takes it, but for the reason."""
        relations = {code: self.cleaned_data[f"to_{code}"] for code in self.against}
        return {"serious": self.cleaned_data["serious"], "relations": relations, "key": self.cleaned_data["key"]}


class SettleForm(JudgeForm):
    """What the two judgements were settled to."""

    how = forms.ChoiceField(label=_("How was it settled?"), choices=harms.Settling.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("What was decided, by whom, and why?")
        self.fields["reason"].required = True


class OutsideForm(KeyedForm):
    """Whom outside one has told."""

    told_to = forms.CharField(
        label=_("Whom have you told, and how?"), max_length=300, widget=forms.Textarea({"rows": 2})
    )
