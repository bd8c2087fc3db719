"""The administrator's forms."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from stegvis.people import queries as people
from stegvis.people.queries import Role
from stegvis.web.forms import DayField, Hinted, KeyedForm, StegForm

LIST_BYTES = 2 * 1024 * 1024


def _roles() -> list[tuple[str, str]]:
    """The roles of staff, named in the language of whoever reads: asked for with each form."""
    return [(role.value, str(role.label).capitalize()) for role in Role if role != Role.PARTICIPANT]


class InviteForm(KeyedForm):
    """A new member of staff."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect, choices=_roles)
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    sites = forms.MultipleChoiceField(
        label=_("Works at"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Data managers, statisticians, administrators and the committee work for the whole trial, everyone else at a site."
        ),
    )
    licensed_clinician = forms.BooleanField(
        label=_("Licensed clinician"),
        required=False,
        help_text=_("May confirm the criteria of who can take part. Check the licence before you tick this."),
    )
    language = forms.ChoiceField(label=_("Language of letters"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sites"].choices = [(site.code, site.name) for site in people.sites()]  # type: ignore[attr-defined]
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A role that belongs to a site needs one, and one that does not has none."""
        given = super().clean() or {}
        belongs = given.get("role") in people.SITE_ROLES
        if belongs and not given.get("sites") and "sites" not in self.errors:
            self.add_error("sites", _("Choose where this person works."))
        if not belongs:
            given["sites"] = []
        return given


class ReasonForm(StegForm):
    """Why; it stays in the record."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=200,
        widget=forms.TextInput({"class": "govuk-input--width-30"}),
        help_text=_("A few words. They stay in the record, so name no participant and nobody's health."),
    )


class HandOverForm(StegForm):
    """Which colleague takes over, at which site."""

    to = forms.ChoiceField(label=_("To whom?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, offered: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offered = {f"{site.code}:{account.code}": (site, account) for site, account in offered}
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (key, f"{account.name}, {account.code}, {site.name}") for key, (site, account) in self._offered.items()
        ]

    @property
    def chosen(self) -> tuple[Any, Any]:
        """The site and the colleague, of a form that is valid."""
        return self._offered[self.cleaned_data["to"]]


class PhonesForm(StegForm):
    """How a site is reached."""

    name = forms.CharField(label=_("Name"), max_length=120)
    phone = forms.CharField(label=_("Number for participants"), max_length=40)
    safety_phone = forms.CharField(label=_("Number of whoever is on the safety rota"), max_length=40)


class LeadForm(StegForm):
    """Who answers for a site."""

    lead = forms.ChoiceField(label=_("Licensed clinician"))

    def __init__(self, *args: Any, staff: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [(each.code, f"{each.name}, {each.code}") for each in staff]  # type: ignore[attr-defined]


class SwitchForm(KeyedForm):
    """What a site is open to."""

    recruits = forms.BooleanField(label=_("Takes in new people"), required=False)
    randomises = forms.BooleanField(label=_("Randomises"), required=False)
    why = forms.CharField(
        label=_("Why?"), max_length=200, help_text=_("Everybody who works at the site reads it, without names.")
    )


class RotaForm(StegForm):
    """Someone who works at a site and is not on its rota."""

    account = forms.ChoiceField(label=_("Add to the rota"))

    def __init__(self, *args: Any, free: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [  # type: ignore[attr-defined]
            (each.code, f"{each.name}, {each.get_role_display()}") for each in free
        ]


class ListForm(StegForm):
    """An allocation list as it was made. The file goes straight to be sealed: no copy of it is kept."""

    file = forms.FileField(
        label=_("The list (a CSV file)"), max_length=200, help_text=_("Exactly as it was made, at most 2 MB.")
    )
    seed_kind = forms.ChoiceField(
        label=_("Where its seed came from"),
        widget=forms.RadioSelect,
        choices=[
            ("entropy", Hinted(_("From the system"), _("The record that came with the list says “entropy”."))),
            ("typed", Hinted(_("Typed by a person"), _("For demonstrations and tests only."))),
        ],
    )
    purpose = forms.ChoiceField(
        label=_("What it is for"),
        widget=forms.RadioSelect,
        initial="list",
        choices=[
            ("list", Hinted(_("Randomising"), _("Also a further list, when places run out or a site is added."))),
            (
                "reserve",
                Hinted(_("The reserve"), _("Read out by telephone, one place at a time, while the system is down.")),
            ),
        ],
    )
    sha256 = forms.CharField(
        label=_("Its SHA-256, as it was written down"),
        max_length=64,
        required=False,
        help_text=_("64 letters and digits. Needed in a real trial."),
    )

    def clean_file(self) -> str:
        """The text of the file; its content is in no error."""
        file = self.cleaned_data["file"]
        if file.size > LIST_BYTES:
            raise forms.ValidationError(_("This file is larger than 2 MB, so it is not an allocation list."))
        try:
            return str(file.read().decode("utf-8"))
        except UnicodeDecodeError:
            raise forms.ValidationError(_("This file is not text, so it is not an allocation list.")) from None


class SearchForm(StegForm):
    """What to look for in the record."""

    kind = forms.ChoiceField(label=_("What"), required=False)
    who = forms.CharField(
        label=_("Who"), max_length=40, required=False, help_text=_("The code of a member of staff, such as AD-01.")
    )
    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Up to and including"), required=False)

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Everything")), *kinds]  # type: ignore[attr-defined]
