"""A clinician's decision about warning signs: one form for whoever meets the person and for those on the rota."""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from stegvis.audit.errors import Refused
from stegvis.people.queries import Account
from stegvis.physiotherapy.visiting import queries as visiting
from stegvis.trial import actions as trial
from stegvis.web.forms import Chips, KeyedForm

LINE = 500
_OUTCOMES = [(value, capfirst(label)) for value, label in visiting.Going.choices]


class DecideForm(KeyedForm):
    """A clinician's decision about the warning signs."""

    outcome = forms.ChoiceField(label=_("What is decided"), choices=_OUTCOMES, widget=Chips)
    limits = forms.CharField(
        label=_("Limits, as they are to stand on the plan"), help_text=_("For example: no lifting above the shoulder."),
        max_length=LINE, required=False,
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What was found, and with whom it was spoken about"), max_length=LINE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def is_decided(request: HttpRequest, form: DecideForm, visit: Any) -> bool:
    """Keep the decision of whoever is signed in; False when it is refused, with the sentence on the form."""
    given = form.cleaned_data
    try:
        with transaction.atomic():
            trial.decide_activity(
                visit=visit, outcome=given["outcome"], reason_words=given["reason"], limits=given["limits"],
                key=given["key"], by=cast(Account, request.user),
            )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
