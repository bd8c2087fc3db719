"""Messages between a participant and staff, as every wing has them: words only, and how soon answers come.

A file is refused with a kind sentence, and what was written stays: pictures of skin or papers would be health data that
nobody has asked for, in a place where nobody looks for them.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stegvis.messaging.queries import Waited
from stegvis.monitoring.queries import punctual
from stegvis.protocol import queries as protocols
from stegvis.web.forms import KeyedForm

NO_FILES = gettext_lazy(
    "Only words can be sent here, no files. Your words are still here. Describe the picture, or call."
)


class WordsForm(KeyedForm):
    """A message of words. Give it the request's files too, so that it can say that none can be sent."""

    body = forms.CharField(
        label=gettext_lazy("Your message"),
        widget=forms.Textarea(attrs={"rows": 5, "data-no-files": NO_FILES}),
        error_messages={"required": gettext_lazy("There is nothing written yet. Write a few words first, then send.")},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse files."""
        if self.files:
            raise ValidationError(NO_FILES)
        return super().clean() or {}


def punctuality_in_words(waits: Waited) -> str:
    """How soon answers came, in a sentence or two."""
    return in_words(punctual(waits, protocols.current()))


def in_words(found: Any) -> str:
    """A `Punctuality` in a sentence or two."""
    if not found.answered:
        said = _("No message has been answered in the last four weeks.")
    else:
        hours = max(round(found.median_hours), 1)
        said = ngettext(
            "%(n)s message answered in the last four weeks, half of them within %(hours)s h.",
            "%(n)s messages answered in the last four weeks, half of them within %(hours)s h.",
            found.answered,
        ) % {"n": found.answered, "hours": hours}
    if not found.due:
        return said
    return said + " " + _("%(kept)s of %(due)s within the promised time.") % {"kept": found.in_time, "due": found.due}
