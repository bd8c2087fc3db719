"""How somebody wants to be reminded of the programme; the newest row counts, and nobody but they and the system reads it."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from stegvis.audit.immutable import append_only
from stegvis.audit.rowsecurity import protect


class Migration(migrations.Migration):
    """A new table and its walls."""

    dependencies: ClassVar = [("reminders", "0002_walls"), ("people", "0003_outcome_assessor")]

    operations: ClassVar = [
        migrations.CreateModel(
            "Preference",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "text message"), ("none", "no reminders")], max_length=10
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField()),
                ("quiet_from", models.DateField(null=True)),
                ("quiet_until", models.DateField(null=True)),
                ("set_at", models.DateTimeField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.participant"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["participant", "-id"], name="newest_preference")]},
        ),
        append_only("reminders_preference"),
        protect("reminders_preference", using="participant_id = (SELECT stegvis_participant())"),
    ]
