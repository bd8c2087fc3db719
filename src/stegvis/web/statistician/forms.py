"""What is asked before data leave."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from stegvis.exchange.queries import Format, Kind
from stegvis.web.forms import Hinted, KeyedForm

PROGRAMS = {
    Format.CSV: _("For any program: a table a file, and the words of every code in both languages."),
    Format.PARQUET: _("For R, Python and DuckDB: typed tables."),
    Format.SPSS: _("For SPSS: a file for each table and questionnaire, with labels."),
    Format.STATA: _("For Stata: a file for each table and questionnaire, with labels."),
    Format.DATASET_JSON: _("For those who work by CDISC: ADSL, ADQS and ADGOAL, with their definitions."),
    Format.ODM: _("For archives and other trial systems: forms, data, and who entered what when."),
    Format.REDCAP: _("For a REDCap project: its dictionary, events and data."),
    Format.FHIR: _("For health record systems: a file for each kind of resource."),
}
ARMS = {
    Kind.POOLED: _("Everybody together, without arms."),
    Kind.BLINDED: _("Arms A and B, dealt anew for each export."),
    Kind.UNBLINDED: _("With the arms. The lock has opened it."),
}


def _hinted(choices: Sequence[Any], hints: Any) -> list[tuple[str, Any]]:
    return [(one.value, Hinted(str(one.label)[:1].upper() + str(one.label)[1:], hints[one])) for one in choices]


class ExportForm(KeyedForm):
    """What is to leave, in which format, and why. By arm only once the data are locked."""

    format = forms.ChoiceField(label=_("Format"), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What may it tell of the arms?"), widget=forms.RadioSelect)
    answers = forms.BooleanField(
        label=_("Every answer, consent and contact goes along"),
        required=False,
        initial=True,
        help_text=_("Numbers, days and codes, never what somebody wrote. REDCap needs them."),
    )
    reason = forms.CharField(
        label=_("Who needs the data, and for what?"),
        help_text=_("It stays in the record, and in the file."),
        widget=forms.Textarea,
        max_length=1000,
    )

    def __init__(self, *args: Any, is_locked: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [one for one in Kind if is_locked or one != Kind.UNBLINDED]
        cast(forms.ChoiceField, self.fields["kind"]).choices = _hinted(kinds, ARMS)
        cast(forms.ChoiceField, self.fields["format"]).choices = _hinted(list(Format), PROGRAMS)
