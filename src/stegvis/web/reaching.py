"""How to reach a participant in an alert: the fields that the participant and the coordinator have in common."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stegvis.people.queries import REACHED_BY
from stegvis.web.components.times import short_day
from stegvis.web.forms import Hinted, StegForm
from stegvis.web.telephone import TelephoneField

LONGEST = 300


class ReachForm(StegForm):
    """Where somebody lives and who is close; everything may be left empty."""

    address = forms.CharField(
        label=_("Home address"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 2}),
        help_text=_("For help to come to the right door."),
    )  # fmt: skip
    next_of_kin = forms.CharField(
        label=_("Someone close"),
        max_length=120,
        required=False,
        help_text=_("Name, and who they are: sister, neighbour."),
    )
    next_of_kin_phone = TelephoneField(
        label=_("Phone number of someone close"), required=False,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip

    may_call_next_of_kin = forms.BooleanField(
        label=_("They may be called if something is wrong"), required=False,
        help_text=_("Only when nobody gets an answer otherwise. They are not told what it is about."),
    )  # fmt: skip

    @staticmethod
    def of(identity: Any) -> dict[str, Any]:
        """What is kept, for a form that is opened; empty once it has been erased."""
        names = ("address", "next_of_kin", "next_of_kin_phone")
        kept = {name: getattr(identity, name, "") or "" for name in names}
        return {**kept, "may_call_next_of_kin": getattr(identity, "next_of_kin_agreed_on", None) is not None}


class VerifiedReachForm(ReachForm):
    """The same with what the person has confirmed today, for staff who ask; each says when that was last."""

    verified = forms.MultipleChoiceField(
        label=_("Confirmed with the person today"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, identity: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = zip(REACHED_BY, (_("The phone number"), _("The home address"), _("Someone close")), strict=True)
        choices = [(name, Hinted(label, _last(identity, name))) for name, label in labels]
        cast(forms.ChoiceField, self.fields["verified"]).choices = choices


def _last(identity: Any, name: str) -> str:
    """When the person last said that it was right."""
    day = getattr(identity, f"{name}_verified_on", None)
    return gettext("verified %(day)s") % {"day": short_day(day)} if day else gettext("not verified")
