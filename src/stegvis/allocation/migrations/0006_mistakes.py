"""Mistakes of a randomisation; a form about an arm that became known, sent twice, makes one row."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.fields import EncryptedTextField
from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import at_own_site, protect

OF_COORDINATORS = f"(SELECT stegvis_role()) = 'coordinator' AND {at_own_site('participant_id')}"
MISTAKES = [
    ("in_error", "randomised in error"),
    ("wrong_stratum", "randomised in the wrong stratum"),
    ("ineligible", "found ineligible afterwards"),
]


class Migration(migrations.Migration):
    """Only adds."""

    dependencies: ClassVar = [("allocation", "0005_reserve")]

    operations: ClassVar = [
        migrations.AddField("accident", "key", models.UUIDField(null=True, unique=True)),
        migrations.CreateModel(
            name="RandomisationMistake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=MISTAKES, max_length=20)),
                ("noticed_on", models.DateField()),
                ("how", EncryptedTextField(editable=True)),
                ("what_follows", EncryptedTextField(editable=True)),
                ("by_code", models.CharField(max_length=40)),
                ("by_role", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("key", models.UUIDField(unique=True)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("participant", "kind"), name="mistake_kept_once")]
            },
        ),
        append_only("allocation_randomisationmistake"),
        protect("allocation_randomisationmistake", using=OF_COORDINATORS),
    ]
