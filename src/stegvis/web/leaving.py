"""Why somebody stops: the protocol's coded reasons, asked alike by the person's own page and by the coordinator's form."""

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from stegvis.protocol import queries as protocols
from stegvis.web.forms import ChipBoxes


class ReasonsField(forms.MultipleChoiceField):
    """Any number of the reasons on the protocol's list, or none; named in the language of whoever reads."""

    def __init__(self, **more: Any) -> None:
        refused = {"invalid_choice": gettext_lazy("Choose one of those shown.")}
        super().__init__(required=False, widget=ChipBoxes, error_messages=refused, choices=_offered, **more)


def _offered() -> list[tuple[str, str]]:
    language = get_language() or ""
    return [(each.code, each.name.in_language(language)) for each in protocols.current().leaving_reasons]
