"""What the data manager is asked before the data are locked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.web.forms import StegForm


class LockForm(StegForm):
    """A reason, and the password again: a lock stands."""

    reason = forms.CharField(
        label=_("Why are the data locked now?"),
        help_text=_("For example: all windows for six months have closed, and no data query is open."),
        widget=forms.Textarea,
        max_length=1000,
    )
    password = forms.CharField(label=_("Your password again"), widget=forms.PasswordInput)
