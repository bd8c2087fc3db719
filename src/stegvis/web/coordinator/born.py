"""Born: the box for a day of birth or a personal identity number, by which somebody is known again; it is not kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stegvis.methods.study.personal_number import Born, read


class BornField(forms.CharField):
    """A day of birth or a personal identity number; it is compared and not kept."""

    def __init__(self, **more: Any) -> None:
        super().__init__(
            label=gettext_lazy("Personal identity number or day of birth"), required=False, max_length=20,
            help_text=gettext_lazy(
                "Used once to see whether the person is known already, and then not kept. For example 1978-05-14."
            ),
            widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric", "class": "govuk-input--width-10"}),
            **more,
        )  # fmt: skip

    def clean(self, value: Any) -> Born | None:
        """The day and the number; refused when they are neither."""
        said = super().clean(value)
        found = read(said) if said else None
        if said and found is None:
            raise forms.ValidationError(
                _("Write the year with four numbers: 1978-05-14, or all twelve of a personal identity number.")
            )
        return found
