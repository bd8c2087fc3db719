"""The public self-check: its questions, made from the criteria that the protocol marks `self_check`.

Answers go by the kind of a criterion's rule: an age in years, where it hurts and for how long, or yes and no. They become
the plain values that `trial` understands, and nothing of them is kept until somebody leaves contact details.
"""

from itertools import pairwise
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stegvis.methods.study.eligibility import AgeRule, AnswerRule, Criterion, WidespreadPainRule
from stegvis.web.forms import BodyMapField, KeyedForm, NumberBox

ANSWER = "criterion_"
YES, NO, NOT_SURE = "yes", "no", "not_sure"
_YEAR = 12  # months
_BOUNDS = frozenset({1, 3, 6, _YEAR, 5 * _YEAR})


class SelfCheckForm(KeyedForm):
    """What `form_class` builds on."""

    def answers(self) -> dict[str, Any]:
        """What `trial` is given: age, pain_months, pain_places, answers by criterion; None for what is not known."""
        given = self.cleaned_data
        said = {name: given[name] for name in given if name.startswith(ANSWER)}
        return {
            "age": given.get("age"),
            "pain_months": given.get("pain_months"),
            "pain_places": given.get("pain_places"),
            "answers": {name.removeprefix(ANSWER): {YES: True, NO: False}.get(value) for name, value in said.items()},
        }


def form_class(criteria: tuple[Criterion, ...], language: str) -> type[SelfCheckForm]:
    """The form of these criteria, in the protocol's order and in one language."""
    fields: dict[str, forms.Field] = {}
    for criterion in criteria:
        question = criterion.question.in_language(language) if criterion.question else ""
        rule = criterion.rule
        if isinstance(rule, AgeRule):
            fields["age"] = _age(question)
        elif isinstance(rule, WidespreadPainRule):
            fields["pain_places"] = _places(question)
            fields["pain_months"] = _duration(rule.minimum_months)
        elif isinstance(rule, AnswerRule):
            fields[f"{ANSWER}{criterion.code}"] = _yes_or_no(question)
    return cast(type[SelfCheckForm], type("OwnSelfCheckForm", (SelfCheckForm,), fields))


def _age(question: str) -> forms.Field:
    sentence = _("Write your age in whole years, for example 47.")
    return forms.IntegerField(
        label=question, min_value=1, max_value=120, widget=NumberBox(_("years"), width=3),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
    )  # fmt: skip


def _places(question: str) -> forms.Field:
    return BodyMapField(
        label=question,
        help_text=_("Mark each place that hurts most days. Tap again to take it away."),
        no_pain=_("I have no pain"),
        error_messages={
            "required": _("Mark each place that hurts, or say that you have no pain."),
            "both": _("You marked places, and also that you have no pain. Keep the one that is right."),
        },
    )


def _duration(minimum_months: int) -> forms.Field:
    """How long, in steps; one of them begins where the protocol's limit lies."""
    bounds = sorted(_BOUNDS | ({minimum_months} if minimum_months else set()))
    steps = [(0, _("Less than %s") % _length(bounds[0]))]
    steps += [(low, _between(low, high)) for low, high in pairwise(bounds)]
    steps.append((bounds[-1], _("%s or longer") % _length(bounds[-1])))
    return forms.TypedChoiceField(
        label=_("For how long have you had pain?"),
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        choices=steps,
    )


def _between(low: int, high: int) -> str:
    return _("%(low)s up to %(high)s") % {"low": _length(low), "high": _length(high)}


def _length(months: int) -> str:
    if months % _YEAR == 0:
        return ngettext("%d year", "%d years", months // _YEAR) % (months // _YEAR)
    return ngettext("%d month", "%d months", months) % months


def _yes_or_no(question: str) -> forms.Field:
    return forms.ChoiceField(
        label=question,
        widget=forms.RadioSelect,
        choices=[(YES, _("Yes")), (NO, _("No")), (NOT_SURE, _("I am not sure"))],
    )
