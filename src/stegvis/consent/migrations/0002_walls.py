"""Consents and withdrawals are permanent, and seen by the person and their site's clinicians only."""

from typing import ClassVar

from django.db import migrations

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect

OWN = "participant_id = (SELECT stegvis_participant())"
AT_SITE = f"""
    {OWN}
    OR ((SELECT stegvis_role()) IN ('coordinator', 'physiotherapist', 'therapist')
        AND stegvis_participant_at_site(participant_id))
"""

# Who withdraws from the programme had one. Those who must not learn the arm are not shown that row.
SHOWN = f"""
    {OWN}
    OR ((SELECT stegvis_role()) IN ('coordinator', 'therapist') AND stegvis_participant_at_site(participant_id))
    OR (layer <> 'programme' AND (SELECT stegvis_role()) = 'physiotherapist'
        AND stegvis_participant_at_site(participant_id))
    OR (layer <> 'programme' AND (SELECT stegvis_role()) = 'data_manager')
"""
ENTERED = f"""
    {OWN} OR ((SELECT stegvis_role()) = 'coordinator' AND stegvis_participant_at_site(participant_id))
"""


class Migration(migrations.Migration):
    """After the tables and the functions."""

    dependencies: ClassVar = [("consent", "0001_consents_withdrawals"), ("people", "0002_walls")]

    operations: ClassVar = [
        append_only("consent_consent"),
        append_only("consent_withdrawal"),
        protect("consent_consent", using=AT_SITE, check=OWN),
        protect("consent_withdrawal", using=SHOWN, check=ENTERED),
    ]
