"""A telephone number that somebody can be called on.

Nothing is asked of how it is written: spaces, dashes, brackets and a leading + are all fine, and numbers of every country
are. Letters are not, since a clinic would then wait for a call that nobody can make.
"""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

FEWEST_DIGITS = 6
MOST_DIGITS = 15
"""The longest number there is (ITU-T E.164)."""
_WRITTEN = re.compile(r"\+?[\d\s()/.\-\u2010-\u2013]+")


class TelephoneField(forms.CharField):
    """A number as it was written; refused when it holds anything that is not part of one, or too few or many digits."""

    default_error_messages = {"invalid": _("Write the number with digits only, for example 070-174 06 05.")}

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"autocomplete": "tel", "inputmode": "tel"})
        super().__init__(**{"max_length": 40, "widget": widget, **kwargs})

    def validate(self, value: Any) -> None:
        """Refuse what cannot be called; an empty one only where it is required."""
        super().validate(value)
        if value and not (_WRITTEN.fullmatch(value) and FEWEST_DIGITS <= sum(map(str.isdigit, value)) <= MOST_DIGITS):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
