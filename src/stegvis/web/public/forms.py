"""Forms of signing in and of settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stegvis.web.forms import KeyedForm, StegForm

_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "class": "govuk-input--width-10", "maxlength": "12"}


class SignInForm(KeyedForm):
    """An address with a password, or an address alone and a wish for a link."""

    next = forms.CharField(widget=forms.HiddenInput, required=False)
    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("Password"),
        required=False,
        max_length=200,
        strip=False,
        help_text=_("Leave it empty if you want a link by e-mail instead."),
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class CodeForm(StegForm):
    """A one-time code from an authenticator app."""

    code = forms.CharField(
        label=_("One-time code"), max_length=12, help_text=_("6 digits from your app."), widget=forms.TextInput(_CODE)
    )


class NewPasswordForm(StegForm):
    """A new password, once: it can be shown while it is written, so nobody has to write it twice."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        help_text=_("At least 12 characters. Some words that only you would put together are easy to keep in mind."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class ChangePasswordForm(NewPasswordForm):
    """The same for someone who has a password already."""

    present = forms.CharField(
        label=_("The password you have now"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("present", "password")


class ReadingForm(StegForm):
    """How pages look on this device."""

    theme = forms.ChoiceField(
        label=_("Light or dark"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("As this device does")), ("light", _("Light")), ("dark", _("Dark"))],
    )
    size = forms.ChoiceField(
        label=_("Size of letters"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("Normal")), ("large", _("Large")), ("largest", _("Largest"))],
    )
    letters = forms.ChoiceField(
        label=_("Kind of letters"),
        widget=forms.RadioSelect,
        required=False,
        choices=[("", _("Normal")), ("clear", _("Extra clear, each letter easy to tell from the others"))],
    )


class AccountReadingForm(ReadingForm):
    """The same for someone who is signed in: the language goes for letters as well."""

    language = forms.ChoiceField(
        label=_("Language"), widget=forms.RadioSelect, help_text=_("Letters to you are written in it as well.")
    )
    field_order = ("language",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
