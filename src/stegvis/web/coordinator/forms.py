"""Forms of this wing, and how one is carried out: a refusal becomes a sentence on the form, and nothing is half done."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from stegvis.audit import clock
from stegvis.audit.errors import Refused
from stegvis.consent.queries import Layer
from stegvis.methods.study.eligibility import Criterion
from stegvis.methods.study.protocol import Protocol
from stegvis.people.queries import Account, Site
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.safety.queries import Step
from stegvis.trial import queries as trial
from stegvis.trial.queries import CriterionRow, Leaving, Outcome, Sex, Source, Verdict
from stegvis.trial.scheduling.queries import MoveReason
from stegvis.web.coordinator import words
from stegvis.web.coordinator.born import BornField
from stegvis.web.forms import Chips, DayField, Hinted, KeyedForm, NumberBox, SavingButtons, StegForm
from stegvis.web.leaving import ReasonsField
from stegvis.web.public.self_check import ANSWER, NO, NOT_SURE, YES, SelfCheckForm, form_class
from stegvis.web.telephone import TelephoneField

P = ParamSpec("P")
R = TypeVar("R")


def carry_out(form: forms.BaseForm, action: Callable[P, R], *args: P.args, **values: P.kwargs) -> R | None:
    """What the action gives, or None when a room refuses: its sentence then stands on the form."""
    try:
        with transaction.atomic():
            return action(*args, **values)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


# Screening ------------------------------------------------------------------------------------------------------------
class PersonForm(StegForm):
    """Who somebody is and how to reach them."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = TelephoneField(
        label=_("Phone number"), required=False, widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("Needed before the person can be invited: it is the one to sign in with."),
    )


class AnswersForm(PersonForm, SelfCheckForm):
    """Contact details, and what is known so far; whatever is not known stays empty. Built by `answers_form`."""

    mark_optional = True
    born = BornField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name in {"name", "key", "site", "source", "language"}


class _NewScreening(AnswersForm):
    site = forms.ChoiceField(label=_("Site"), widget=Chips)
    source = forms.ChoiceField(label=_("How did the person come to you?"), widget=Chips)
    language = forms.ChoiceField(label=_("Which language does the person want letters in?"), widget=Chips)


def answers_form(criteria: Sequence[Criterion], **more: Any) -> AnswersForm:
    """The form for one screening under way: contact details and the answers that its criteria can be computed from."""
    return _built(AnswersForm, criteria)(**more)


def new_screening_form(protocol: Protocol, sites: Sequence[Site], **more: Any) -> AnswersForm:
    """The same for somebody who is new, with the site, the source and the language."""
    form = _built(_NewScreening, trial.self_check_criteria())(**more)
    choices: dict[str, list[tuple[str, Any]]] = {
        "site": [(site.code, site.name) for site in sites],
        "source": [(each.value, each.label) for each in (Source.CLINIC, Source.PHONE)],
        "language": [(code, words.language_name(code)) for code in protocol.trial.languages],
    }
    for name, offered in choices.items():
        field = cast(forms.ChoiceField, form.fields[name])
        field.choices = offered
        field.initial = offered[0][0] if offered else None
    if len(sites) == 1:
        form.fields["site"].widget = forms.HiddenInput()
    return form


def _built(kind: type[AnswersForm], criteria: Sequence[Criterion]) -> type[AnswersForm]:
    """`kind` with the questions of the criteria; the duration in months, as staff ask for it."""
    asked = form_class(tuple(criteria), words.language())
    fields: dict[str, Any] = dict(asked.base_fields)
    if "pain_months" in fields:
        fields["pain_months"] = forms.IntegerField(
            label=fields["pain_months"].label, min_value=0, max_value=1200, widget=NumberBox(_("months"), width=4)
        )
    fields.pop("key", None)
    return type("OwnScreeningForm", (kind,), fields)


def given_answers(answers: dict[str, Any]) -> dict[str, Any]:
    """Stored answers as the initial values of an answers form."""
    said = {True: YES, False: NO, None: NOT_SURE}
    yes_or_no = {f"{ANSWER}{code}": said[value] for code, value in answers.get("answers", {}).items()}
    return {name: answers.get(name) for name in ("age", "pain_months", "pain_places")} | yes_or_no


class CriteriaForm(StegForm):
    """A clinician's findings on criteria, each with its source. Only what differs from the last finding is a new one."""

    def __init__(self, rows: Sequence[CriterionRow], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            code, found = row.criterion.code, row.decision
            self.fields[f"verdict_{code}"] = forms.ChoiceField(
                label=row.criterion.text.in_language(words.language()),
                choices=Verdict.choices,
                widget=Chips,
                required=False,
                initial=found.verdict if found else None,
            )
            known = found.source if found and found.source in words.SOURCES else None
            self.fields[f"source_{code}"] = forms.ChoiceField(
                label=_("How is it known?"),
                choices=list(words.SOURCES.items()),
                initial=known or "telephone",
                required=False,
            )

    def findings(self) -> Iterator[tuple[str, str, str]]:
        """Code, verdict and source of each finding that is new or differs from the last."""
        for row in self.rows:
            code, found = row.criterion.code, row.decision
            verdict = self.cleaned_data[f"verdict_{code}"]
            source = self.cleaned_data[f"source_{code}"] or "telephone"
            if verdict and (found is None or (found.verdict, found.source) != (verdict, source)):
                yield code, verdict, source


class EndForm(StegForm):
    """How a screening ends, other than with an invitation."""

    outcome = forms.ChoiceField(
        label=_("How does it end?"),
        widget=forms.RadioSelect,
        choices=[
            (Outcome.EXCLUDED, _("Not eligible: a criterion speaks against it")),
            (Outcome.DECLINED, _("The person declined")),
            (Outcome.NO_REPLY, _("The person could not be reached")),
            (Outcome.TWICE, _("The same person has been screened already")),
        ],
    )
    criterion = forms.ChoiceField(
        label=_("Which criterion?"), required=False, help_text=_("Only when the person is not eligible.")
    )

    def __init__(self, criteria: Sequence[Criterion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {each.code: each.label.in_language(words.language()) for each in criteria}
        cast(forms.ChoiceField, self.fields["criterion"]).choices = [("", "–"), *labels.items()]

    def clean(self) -> dict[str, Any]:
        """Not eligible names its criterion; the other ends have none."""
        given = super().clean() or {}
        if given.get("outcome") != Outcome.EXCLUDED:
            given["criterion"] = ""
        elif not given.get("criterion"):
            self.add_error("criterion", _("Choose the criterion that speaks against it."))
        return given


class InviteForm(PersonForm):
    """The last look at who is invited."""

    sex = forms.ChoiceField(label=_("Sex, as the person says"), choices=Sex.choices, widget=Chips, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True


# Participants ---------------------------------------------------------------------------------------------------------
class ContactForm(PersonForm):
    """A participant's contact details."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = _("It is also the address to sign in with.")


class ReferralForm(StegForm):
    """That a referral was made which a rule of the protocol demands."""

    referred_to = forms.CharField(
        label=_("Where to?"),
        max_length=200,
        help_text=_("For example the health centre's psychologist. Write no names of people."),
    )


class BookForm(StegForm):
    """The day of a visit."""

    planned_on = DayField(label=_("Which day?"))


class MoveVisitForm(BookForm, KeyedForm):
    """Another day for a visit that is booked, and why."""

    reason = forms.ChoiceField(
        label=_("Why is it moved?"),
        help_text=_("Your answer saves it."),
        widget=SavingButtons,
        choices=MoveReason.choices,
    )


class PhysiotherapistForm(StegForm):
    """Who cares for a participant as physiotherapist."""

    clinician = forms.ChoiceField(label=_("Physiotherapist"), widget=forms.RadioSelect)

    def __init__(self, offered: Sequence[Account], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(each.code, f"{each.name}, {each.code}") for each in offered]
        cast(forms.ChoiceField, self.fields["clinician"]).choices = people


class ReassignForm(PhysiotherapistForm):
    """Who cares for a participant from now on, and why; whoever is the first needs no reason."""

    why = forms.CharField(
        label=_("Why another one?"), max_length=200,
        help_text=_("Both physiotherapists can read it. The person is told by letter who it is, not why."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = bool(self.initial.get("clinician"))


class PasswordForm(KeyedForm):
    """The password again, before what cannot be undone."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class LeaveForm(StegForm):
    """Why somebody will not be randomised."""

    why = forms.ChoiceField(
        label=_("Why?"),
        widget=forms.RadioSelect,
        choices=[(each.value, each.label) for each in Leaving if each != Leaving.WITHDREW],
    )


class WithdrawForm(StegForm):
    """What somebody asks to stop."""

    layers = forms.MultipleChoiceField(
        label=_("What does the person want to stop?"), widget=forms.CheckboxSelectMultiple
    )
    reasons = ReasonsField(
        label=_("Did the person say why?"),
        help_text=_("Tick what the person said by themselves, or leave it empty: no reason is needed."),
    )
    why = forms.CharField(
        label=_("The person's own words, if they want to say why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Only what the person wants to be kept."),
    )

    def __init__(self, protocol: Protocol, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [
            (Layer.PROGRAMME, _("The internet programme"), _("Its steps and its messages stop."), "programme"),
            (Layer.PLAN, _("The activity plan"), _("Visits and the diary stop."), "activity_plan"),
        ]
        choices: list[tuple[str, Any]] = [
            (layer.value, Hinted(label, hint))
            for layer, label, hint, treatment in offered
            if protocol.arms_with(cast(Any, treatment))
        ]
        choices += [
            (Layer.QUESTIONS.value, Hinted(_("The questions"), _("No more questionnaires, reminders or calls."))),
            (Layer.EVERYTHING.value, Hinted(_("Everything"), _("The person leaves the study."))),
        ]
        cast(forms.MultipleChoiceField, self.fields["layers"]).choices = choices


# Alerts, calls, messages, rota ----------------------------------------------------------------------------------------
STEPS = [(each.value, each.label) for each in Step if each not in {Step.ACKNOWLEDGED, Step.ASKED}]


class StepForm(KeyedForm):
    """What was done about an alert."""

    step = forms.ChoiceField(
        label=_("What have you done?"),
        widget=forms.RadioSelect,
        choices=STEPS,
    )
    words = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What you found and what was agreed. Those on the rota can read it."),
    )

    def __init__(self, *args: Any, assesses: bool = True, by_two: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        left_out = {Step.CLOSED if by_two else Step.TO_CLOSE, *([] if assesses else [Step.ASSESSED])}
        field = cast(forms.ChoiceField, self.fields["step"])
        field.choices = [each for each in STEPS if each[0] not in left_out]


class ConfirmForm(KeyedForm):
    """That one has read why a colleague thinks an alert can be closed, and thinks so too; `confirms` is what was read."""

    confirms = forms.IntegerField(widget=forms.HiddenInput)


class CallForm(KeyedForm):
    """When to try again, and what came of a call: its buttons, so that one press records it."""

    again = forms.TypedChoiceField(
        label=_("If the answers have not come by then, try again"),
        widget=Chips,
        coerce=int,
        initial=3,
        choices=[(1, _("tomorrow")), (3, _("in 3 days")), (7, _("in a week"))],
    )
    outcome = forms.ChoiceField(
        label=_("What came of it?"), help_text=_("Your answer saves it."), widget=SavingButtons,
        choices=list(trial.CALL_OUTCOMES.items()),
    )  # fmt: skip

    def __init__(self, *args: Any, offers_assessor: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [each for each in trial.CALL_OUTCOMES.items() if offers_assessor or each[0] != trial.TO_ASSESSOR]
        cast(forms.ChoiceField, self.fields["outcome"]).choices = offered

    def next_try(self, protocol: Protocol, site: str) -> Any:
        """The day of the next try, on which the site (by code) works; none for someone who does not wish to answer."""
        if self.cleaned_data["outcome"] == "declined":
            return None
        day = clock.today() + timedelta(days=self.cleaned_data["again"])
        return protocol.workdays_at(site).on_or_after(day)


class MissForm(StegForm):
    """That a visit did not take place."""

    reason = forms.ChoiceField(label=_("Why?"), choices=visiting.Missed.choices, widget=Chips, initial="not_told")
    why = forms.CharField(label=_("More, in a few words"), max_length=200, required=False)


class RotaForm(StegForm):
    """Someone for a site's rota."""

    account = forms.ChoiceField(label=_("Put on the rota"), required=True)

    def __init__(self, offered: Sequence[Account], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(each.code, f"{each.name}, {each.get_role_display()}") for each in offered]
        cast(forms.ChoiceField, self.fields["account"]).choices = people
