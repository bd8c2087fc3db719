"""What a member of staff has heard and somebody must look at: one form for every wing, told to the site's safety rota.

An alert from here does not say who raised it: some roles meet people in some arms only. What is written goes to the rota
and nowhere else.
"""

from typing import Any, cast

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from stegvis.audit.errors import Refused
from stegvis.people.queries import Account
from stegvis.trial import actions as trial
from stegvis.web.forms import KeyedForm


class ConcernForm(KeyedForm):
    """Something heard that somebody on the rota must look at."""

    words = forms.CharField(
        label=_("What did you hear?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Those on the site's safety rota read it, at once. Write nothing about the group."),
    )


def form_of(request: HttpRequest) -> ConcernForm:
    """The form as sent, or an empty one."""
    return ConcernForm(request.POST if request.method == "POST" else None)


def is_told(request: HttpRequest, form: ConcernForm, participant: Any) -> bool:
    """Tell the rota what was sent; False when nothing was, or when it is refused, with the sentence on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    words, key = form.cleaned_data["words"], form.cleaned_data["key"]
    try:
        with transaction.atomic():
            trial.report_concern(participant=participant, words=words, key=key, by=cast(Account, request.user))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
