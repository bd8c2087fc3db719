"""Outcome assessors see who has stopped the questions, and no other withdrawal: one from a treatment can tell the arm."""

from importlib import import_module
from typing import ClassVar

from django.db import migrations

from stegvis.audit.rowsecurity import show_also

SHOWN_BEFORE = import_module("stegvis.consent.migrations.0002_walls").SHOWN
SHOWN = f"""{SHOWN_BEFORE}
    OR (layer IN ('questions', 'everything') AND (SELECT stegvis_role()) = 'outcome_assessor'
        AND stegvis_participant_at_site(participant_id))
"""


class Migration(migrations.Migration):
    """After the role."""

    dependencies: ClassVar = [("consent", "0002_walls"), ("people", "0003_outcome_assessor")]

    operations: ClassVar = [show_also("consent_withdrawal", using=SHOWN, before=SHOWN_BEFORE)]
