"""Outcome assessors: staff of a site who call for outcomes and enter paper, and never see an arm.

They see whom to call. Caseloads they do not see: a therapist's row would tell.
"""

from importlib import import_module
from typing import ClassVar

from django.db import migrations, models

from stegvis.audit.rowsecurity import show_also

ROLES = [
    ("participant", "participant"),
    ("therapist", "therapist"),
    ("physiotherapist", "physiotherapist"),
    ("coordinator", "coordinator"),
    ("outcome_assessor", "outcome assessor"),
    ("data_manager", "data manager"),
    ("statistician", "statistician"),
    ("administrator", "administrator"),
]
SHOWN_BEFORE = import_module("stegvis.people.migrations.0002_walls").IDENTITY
SHOWN = f"""{SHOWN_BEFORE}
    OR ((SELECT stegvis_role()) = 'outcome_assessor' AND stegvis_participant_at_site(participant_id))
"""


class Migration(migrations.Migration):
    """A role more, and whom it sees."""

    dependencies: ClassVar = [("people", "0002_walls")]

    operations: ClassVar = [
        migrations.AlterField("account", "role", models.CharField(choices=ROLES, max_length=20)),
        migrations.AlterField("caseload", "role", models.CharField(choices=ROLES, max_length=20)),
        show_also("people_identity", using=SHOWN, before=SHOWN_BEFORE),
    ]
