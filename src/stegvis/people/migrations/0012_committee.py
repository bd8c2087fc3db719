"""The data-monitoring committee: a role that sees the closed report and nothing of anybody."""

from typing import ClassVar

from django.db import migrations, models

ROLES = [
    ("participant", "participant"),
    ("therapist", "therapist"),
    ("physiotherapist", "physiotherapist"),
    ("coordinator", "coordinator"),
    ("outcome_assessor", "outcome assessor"),
    ("data_manager", "data manager"),
    ("statistician", "statistician"),
    ("committee", "data-monitoring committee"),
    ("administrator", "administrator"),
]


class Migration(migrations.Migration):
    """A role more."""

    dependencies: ClassVar = [("people", "0010_why_another_clinician")]

    operations: ClassVar = [
        migrations.AlterField("account", "role", models.CharField(choices=ROLES, max_length=20)),
        migrations.AlterField("caseload", "role", models.CharField(choices=ROLES, max_length=20)),
    ]
