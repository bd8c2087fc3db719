"""Who has cared for a person, since when and why: the same lines for the coordinator and for the clinicians."""

from typing import Any

from django.utils.translation import gettext as _

from stegvis.web.components.shapes import Moment


def caseload_moment(row: Any) -> Moment:
    """One clinician's time with a person, with why it began and who said so."""
    by = row.given_by.code if row.given_by else _("the system")
    said = _("Given by %(who)s.") % {"who": by}
    return Moment(
        row.from_at, f"{row.clinician.name}, {row.clinician.code}", " ".join(filter(None, [row.reason, said]))
    )
