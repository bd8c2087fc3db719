"""A telephone of staff for alerts: the form that they and an administrator have in common, and how it is kept."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from stegvis.audit.action import Actor
from stegvis.people import actions
from stegvis.people.queries import Account
from stegvis.reminders import policies
from stegvis.web.forms import StegForm
from stegvis.web.telephone import TelephoneField


class StaffTelephoneForm(StegForm):
    """A number that text messages can go to, or none."""

    phone = TelephoneField(
        label=_("Telephone for alerts"),
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel", "class": "govuk-input--width-20"}),
        help_text=_("A mobile number, such as 070-174 06 05. Empty: alerts come by e-mail only."),
    )

    def clean_phone(self) -> str:
        """Refuse a number that no text message can go to."""
        phone = str(self.cleaned_data["phone"])
        if phone and not policies.is_textable(phone):
            raise ValidationError(
                _("No text message can go to this number. Write all of it, abroad with + and the country.")
            )
        return phone


def keep(form: StaffTelephoneForm, account: Account, by: Actor) -> None:
    """Keep what a valid form says."""
    actions.keep_staff_telephone(account=account, phone=form.cleaned_data["phone"], by=by)
