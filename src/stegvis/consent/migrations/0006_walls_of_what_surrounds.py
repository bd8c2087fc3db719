"""What surrounds a consent is permanent, and seen by the person and whoever informs them at their site.

A coordinator enters what was signed on paper; nobody else than the person can make a consent on screen.
"""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

OWN = "participant_id = (SELECT stegvis_participant())"
INFORMS = f"(SELECT stegvis_role()) IN ('coordinator', 'physiotherapist') AND {at_own_site('{0}.participant_id')}"
PAPER = (
    f"{OWN} OR (way = 'paper' AND (SELECT stegvis_role()) = 'coordinator' AND "
    f"{at_own_site('consent_consent.participant_id')})"
)


def wall(table: str, check: str) -> list[migrations.RunSQL]:
    """The table is never changed; the person and whoever informs them see its rows, and `check` says who makes them."""
    informs = INFORMS.replace("{0}", table)
    using = f"{OWN} OR ({informs})"
    accepted = {"own": OWN, "staff": informs, "both": using}[check]
    return [append_only(table), protect(table, using=using, check=accepted)]


def accept(check: str) -> str:
    """What a consent must fulfil to be taken in."""
    return (
        "ALTER POLICY consent_consent_wall ON consent_consent "
        f"WITH CHECK ((SELECT stegvis_role()) = 'system' OR ({check}))"
    )


class Migration(migrations.Migration):
    """After the tables."""

    dependencies: ClassVar = [("consent", "0005_read_asked_signed_by_both"), ("people", "0002_walls")]

    operations: ClassVar = [
        *wall("consent_pageseen", "own"),
        *wall("consent_question", "both"),
        *wall("consent_answer", "staff"),
        *wall("consent_countersignature", "staff"),
        migrations.RunSQL(accept(PAPER), accept(OWN)),
    ]
